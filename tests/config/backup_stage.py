"""What the tests of backup do to a home from outside, in a process of its own.

Run as `python backup_stage.py TASK FILE` with EVENHAND_HOME set, and the top of the checkout as
PYTHONPATH. The tasks: `fill` makes the example and scores it; `reports` writes every report's JSON
into FILE; `hold` keeps the database open until its standard input closes; `forge` changes an entry
of the ledger under its triggers.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.support import set_up_django


def main(task: str, file: Path) -> None:
    """Do one of the tasks."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "evenhand.config.settings"
    set_up_django()
    {"fill": fill, "reports": reports, "hold": hold, "forge": forge}[task](file)


def fill(_file: Path) -> None:
    from django.utils import timezone
    from tests.panels import PlainPanel

    from evenhand.config.serving import make_ready
    from evenhand.hiring.models import Sitting
    from evenhand.hiring.openings.example import make_example
    from evenhand.hiring.openings.services import pack_of
    from evenhand.hiring.record.services import checkpoint
    from evenhand.hiring.scoring.services import estimate_sitting, read_answer

    make_ready()
    opening = make_example(timezone.now())
    panel = PlainPanel(pack_of(opening.pack_id))
    for number, sitting in enumerate(Sitting.objects.filter(state="submitted")):
        for answer in sitting.answers.all():
            read_answer(answer.pk, panel, timezone.now())
        estimate_sitting(sitting.pk, panel, timezone.now())
        if number == 2:
            checkpoint(timezone.now())


def reports(file: Path) -> None:
    from django.test import Client
    from django.urls import reverse

    from evenhand.hiring.models import Application
    from evenhand.hiring.openings.example import example_recruiter

    client = Client(SERVER_NAME="localhost", raise_request_exception=True)
    client.force_login(example_recruiter())
    with file.open("wb") as written:
        for key in Application.objects.order_by("pk").values_list("pk", flat=True):
            reply = client.get(reverse("report-json", args=[key]))
            assert reply.status_code == 200
            written.write(reply.content + b"\n")


def hold(_file: Path) -> None:
    from evenhand.hiring.models import Opening

    Opening.objects.count()
    print("open", flush=True)
    sys.stdin.read()


def forge(_file: Path) -> None:
    from django.db import connection

    from evenhand.hiring.models import LedgerEntry
    from evenhand.hiring.record import append_only

    append_only.remove(connection)
    LedgerEntry.objects.filter(seq=3).update(actor="somebody else")
    append_only.install(connection)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
