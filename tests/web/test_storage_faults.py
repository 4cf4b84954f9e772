"""A database that takes no writes: one clear line, nothing half-written, and on as before after it.

The faults are the database's own: SQLite with no page left to give, SQLite told to write nothing,
and PostgreSQL whose transactions are read-only.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import InternalError, OperationalError, connection
from django.test import Client
from django.utils import timezone
from tests.support import read_only

from evenhand.config import doctor
from evenhand.hiring.models import Answer, LedgerEntry, Opening, Sitting
from evenhand.hiring.openings.services import add_candidate, link_of
from evenhand.hiring.sittings import services as sittings
from evenhand.web.faults import OneLine, is_of_storage
from evenhand.work import worker

Fault = Callable[[], AbstractContextManager[None]]
LONG = "I would look at the data. " * 4000


@contextmanager
def full() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # so that no page is left that could be used again
        most = cursor.execute("PRAGMA max_page_count").fetchone()[0]
        # The least that is allowed is what the file has now.
        cursor.execute("PRAGMA max_page_count = 1")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA max_page_count = {most}")


@pytest.fixture(params=[read_only, full], ids=["read-only", "full"])
def fault(request: pytest.FixtureRequest, transactional_db: None) -> Fault:
    if request.param is full and connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no setting that fills its disk; its error is tested below")
    found: Fault = request.param
    return found


@pytest.fixture
def begun(opening: Opening, client: Client) -> Sitting:
    client.raise_request_exception = False
    now = timezone.now()
    application = add_candidate(
        opening=opening, name="Cleo", email="cleo@example.org", by=opening.created_by, now=now
    )
    return sittings.begin(sitting=application.sitting, notice_version="1", consent=True, now=now)


def path_of(sitting: Sitting) -> str:
    return urlsplit(link_of(sitting.application.invitations.get())).path


def save(client: Client, sitting: Sitting, text: str) -> tuple[int, dict[str, object]]:
    body = json.dumps({"text": text, "base_revision": 0, "tab": "one", "replace": False})
    address = f"{path_of(sitting)}save/{sitting.prompts[0]}"
    reply = client.post(address, body, content_type="application/json")
    return reply.status_code, json.loads(reply.content)


def test_a_save_is_told_to_come_again_and_goes_through_when_the_fault_is_gone(
    client: Client, begun: Sitting, fault: Fault
) -> None:
    before = LedgerEntry.objects.count()
    with fault():
        status, reply = save(client, begun, LONG)
        # Any 5xx is what the page's script calls offline: the text is kept there and sent again.
        assert (status, reply["code"]) == (503, "storage")
        assert "cannot save at the moment" in str(reply["message"])
        assert client.get(f"{path_of(begun)}1/").status_code == 200
    assert not Answer.objects.exists()
    assert LedgerEntry.objects.count() == before
    status, reply = save(client, begun, LONG)
    assert (status, reply["revision"]) == (200, 1)
    assert LedgerEntry.objects.count() == before + 1


def test_a_plain_form_gets_a_page_that_says_so_in_one_line(
    client: Client, begun: Sitting, fault: Fault
) -> None:
    with fault():
        reply = client.post(f"{path_of(begun)}1/", {"text": LONG, "base_revision": 0})
    page = reply.content.decode()
    assert reply.status_code == 503
    assert reply["Retry-After"]
    assert "The server cannot save at the moment. Nothing that was saved before is lost." in page
    assert "Go back in your browser" in page
    assert "Traceback" not in page


@pytest.mark.django_db(transaction=True)
def test_staff_pages_say_so_too(client: Client, begun: Sitting) -> None:
    client.force_login(begun.application.opening.created_by)
    address = f"/openings/{begun.application.opening_id}/candidates/"
    with read_only():
        reply = client.post(address, {"one-name": "Ana", "one-email": "ana@example.org"})
    assert reply.status_code == 503
    assert "cannot save at the moment" in reply.content.decode()
    assert client.post(
        address, {"one-name": "Ana", "one-email": "ana@example.org"}
    ).status_code == 302  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_doctor_says_that_nothing_can_be_written(begun: Sitting) -> None:
    assert doctor._writing().ok
    with read_only():
        found = doctor._guarded("writing", doctor._writing, "make it writable again")
    assert not found.ok
    assert "read" in found.seen


@pytest.mark.django_db(transaction=True)
def test_the_sweep_of_a_worker_goes_on_after_it(begun: Sitting) -> None:
    over = begun.closes_at
    assert over is not None
    with read_only():
        assert worker.sweep(over)["hand_in_overdue"] in ("OperationalError", "InternalError")
    begun.refresh_from_db()
    assert begun.state == Sitting.State.STARTED
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "enqueue_scoring", lambda _sitting: None)
        assert worker.sweep(over) == {}
    begun.refresh_from_db()
    assert begun.state == Sitting.State.SUBMITTED


def _wrapped(kind: type[Exception], cause: Exception) -> Exception:
    error = kind("disk")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (_wrapped(OperationalError, psycopg.errors.DiskFull()), True),
        (_wrapped(InternalError, psycopg.errors.ReadOnlySqlTransaction()), True),
        (_wrapped(InternalError, psycopg.errors.InFailedSqlTransaction()), False),
        (OSError(28, "No space left on device"), True),
        (OSError(2, "No such file"), False),
        (RuntimeError("a fault of ours"), False),
        (None, False),
    ],
)
def test_only_what_passes_is_called_a_fault_of_storage(
    error: Exception | None, expected: bool
) -> None:
    assert is_of_storage(error) is expected


def test_the_log_has_one_line_for_it() -> None:
    error = OperationalError("database or disk is full")
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "%s: %s", ("Internal Server Error", "/s/x"),
        (type(error), error, None),
    )  # fmt: skip
    assert OneLine().filter(record)
    assert record.exc_info is None
    assert record.getMessage() == (
        "Internal Server Error: /s/x: OperationalError: database or disk is full; "
        "`evenhand doctor` says what to mend"
    )
