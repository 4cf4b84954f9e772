"""Settings of the test run: the project's own, in a home of its own that goes with the run."""

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="evenhand-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["EVENHAND_HOME"] = _home
for _name in ("EVENHAND_DATABASE", "EVENHAND_EXAMPLE", "EVENHAND_PACK", "EVENHAND_EMAIL"):
    os.environ.pop(_name, None)
if _address := os.environ.get("EVENHAND_TEST_DATABASE"):  # set by tests/postgres.py
    os.environ["EVENHAND_DATABASE"] = _address

from evenhand.config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; tests sign in often
