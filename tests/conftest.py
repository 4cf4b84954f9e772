"""What tests of the shell start from: people, a pack version, an opening, an application, a moment.

The ledger's triggers refuse DELETE, with which Django empties the database after a
transactional test.
They are made before each test that uses the database, and dropped after a transactional one,
just before it is emptied; no test runs without them.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from weakref import WeakKeyDictionary

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from tests import homes
from tests.remembering import Remembering, remembering_attention, remembering_faults
from whitenoise.middleware import WhiteNoiseMiddleware

from evenhand.hiring.models import Application, Opening, PackVersion, Sitting, User
from evenhand.hiring.openings import services as openings
from evenhand.hiring.record import append_only
from evenhand.hiring.sittings import services as sittings
from evenhand.judges.attention import Attention
from evenhand.judges.faults import Faults
from evenhand.rubric import Pack, load_pack, shipped_pack

# Neither a busy machine nor bad luck is a reason for a property to fail: the same examples are
# drawn each time, and others at night, when there are more of them.
hypothesis_settings.register_profile(
    "evenhand",
    deadline=None,
    derandomize="EVENHAND_TEST_MORE" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("evenhand")

# What is imported and collected stays to the end: to look through it for garbage again and again
# would be a fifth of what a run takes. What the tests themselves leave is looked through as ever.
gc.disable()

TRANSACTIONAL = {"transactional_db", "django_db_reset_sequences", "live_server"}


def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Make the first databases while the workers collect, before a test of theirs needs one."""
    run = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    everything = config.args_source is config.ArgsSource.TESTPATHS
    program = "tests.browser.staged" if everything else "tests.homes"
    command = [sys.executable, "-m", program, str(run)]
    config.add_cleanup(subprocess.Popen(command, cwd=config.rootpath).wait)


def pytest_collection_finish() -> None:
    """Take what is there by now out of the search for garbage, and let that begin."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _embedded_once() -> Iterator[None]:
    """Let every panel that this process loads or learns embed what no other of its own has."""
    with pytest.MonkeyPatch.context() as patch:
        for place in ("evenhand.judges.panel", "evenhand.judges.encoder"):
            patch.setattr(f"{place}.MiniLM", Remembering)
        patch.setattr(Attention, "earned", remembering_attention())
        patch.setattr(Faults, "found", remembering_faults())
        yield


@pytest.fixture(autouse=True)
def _no_endpoint_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test find an endpoint resting that another one asked: ports are used again."""
    monkeypatch.setattr("evenhand.judges.llm.endpoints._known", WeakKeyDictionary())


@pytest.fixture(scope="session", autouse=True)
def _shipped_pack_read_once() -> Iterator[None]:
    """Let each process read and check the shipped pack once, which nothing changes in a run.

    Of what a test of the database takes, the half would go into that: its files have 12 MB.
    """
    once = cache(load_pack)

    def load(folder: Path) -> Pack:
        return once(folder) if folder == shipped_pack() else load_pack(folder)

    with pytest.MonkeyPatch.context() as patch:
        for place in ("hiring.openings.packs", "web.setup.views"):
            patch.setattr(f"evenhand.{place}.load_pack", load)
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_found_once() -> Iterator[None]:
    """Let each process look for static files once, as a server does, and not for every client.

    A client loads the middleware anew, and to find the files is most of what that takes.
    """
    find, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            find(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of this test run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, run_folder: Path) -> None:
    """Test on a copy of a migrated database, and on SQLite on a file, as in use.

    So threads of a test see one database with its real locks.
    """
    test, home = connection.settings_dict["TEST"], Path(settings.HOME)
    if connection.vendor == "sqlite":
        file = home / "test.sqlite3"
        homes.furnish(home, run_folder)
        (home / homes.DATABASE).rename(file)
        test["NAME"] = str(file)
    else:
        homes.furnish_from_template(home, run_folder)
        test["TEMPLATE"] = connection.settings_dict["NAME"]


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Take the file that is there; a home and a cluster of tests go at the end anyway."""
    return connection.vendor == "sqlite"


@pytest.fixture(autouse=True)
def _append_only(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep the ledger append-only in every test that uses the database."""
    marker = request.node.get_closest_marker("django_db")
    used = TRANSACTIONAL & set(request.fixturenames)
    transactional = bool(used) or bool(marker and marker.kwargs.get("transaction"))
    if transactional:
        request.getfixturevalue("transactional_db")
    elif marker is not None or "db" in request.fixturenames:
        request.getfixturevalue("db")
    else:
        yield
        return
    append_only.install(connection)
    yield
    if transactional:
        append_only.remove(connection)


@pytest.fixture(scope="session")
def furnish(run_folder: Path) -> Callable[[Path], Path]:
    """Put a database that is up to date into the home of a program under test."""
    return lambda home: homes.furnish(home, run_folder)


@pytest.fixture
def now() -> datetime:
    """The moment of the test; services are told it, none looks at the clock."""
    return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def alice(db: None) -> User:
    """A recruiter."""
    return User.objects.create_user("alice@example.org", "correct horse 1", first_name="Alice")


@pytest.fixture
def mallory(db: None) -> User:
    """Somebody with an account and no part in Alice's openings."""
    return User.objects.create_user("mallory@example.org", "correct horse 2", first_name="Mallory")


@pytest.fixture
def pack_version(db: None, now: datetime) -> PackVersion:
    """The shipped pack, taken in; its files are copied once a run."""
    return openings.take_in_pack(shipped_pack(), now=now)


@pytest.fixture
def opening(alice: User, pack_version: PackVersion, now: datetime) -> Opening:
    """Alice's opening."""
    return openings.create_opening(
        title="Production ML engineer",
        pack=pack_version,
        bar=3.5,
        contact_name="Alice Ashby",
        contact_email="alice@example.org",
        link_days=14,
        keep_days=180,
        by=alice,
        now=now,
    )


@pytest.fixture
def application(opening: Opening, alice: User, now: datetime) -> Application:
    """Charlie in Alice's opening, with a link and a sitting that has not begun."""
    return openings.add_candidate(
        opening=opening, name="Charlie Cole", email="charlie@example.org", by=alice, now=now
    )


@pytest.fixture
def sitting(application: Application, now: datetime) -> Sitting:
    """Charlie's sitting, begun at `now`."""
    return sittings.begin(sitting=application.sitting, notice_version="1", consent=True, now=now)
