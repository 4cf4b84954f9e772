"""The WSGI application that granian, or any other server, runs."""

import gc
import os

import django

from evenhand.config.logs import catch_what_nobody_does

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evenhand.config.settings")
django.setup(set_prefix=False)

from evenhand.config.short_way import Application  # noqa: E402 - it needs the settings

application = Application()
catch_what_nobody_does()
# What is loaded by now stays: every look through it for garbage would stop all saves meanwhile.
gc.collect()
gc.freeze()
