"""A worker process whose panel asks models, and sittings for it to score.

Run as `python llm_worker.py prepare|work|export VALUE`: how many sittings, the panels file, or
the file to export to; with EVENHAND_HOME set, and the top of the checkout as PYTHONPATH.
"""

from __future__ import annotations

import os
import sys
import threading
from datetime import timedelta
from pathlib import Path

from tests.support import set_up_django

from evenhand import judges
from evenhand.judges import canary
from evenhand.judges.llm.caching import FolderCache
from evenhand.judges.llm.panel import LLMPanel
from evenhand.judges.loading import load_panel


def main(task: str, value: str) -> None:
    """Do one of the three tasks."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "evenhand.config.settings"
    set_up_django()
    from django.conf import settings
    from django.utils import timezone

    if task == "prepare":
        prepare(int(value))
    elif task == "work":
        from evenhand.work.worker import run_worker, stop_on_signals

        # Where the account looks for what was paid for before a kill.
        panels, kept = Path(value), FolderCache(settings.JUDGE_REPLIES)
        # However long it runs, the canary is asked about once.
        canary.LASTS = timedelta(days=10_000)
        # Who was told of which models is no matter here.
        LLMPanel.sends_to = frozenset()  # type: ignore[assignment]
        judges.load_panel = lambda pack, name, threads: load_panel(
            pack, "asked", threads=threads, panels=panels, cache=kept
        )
        stop = threading.Event()
        stop_on_signals(stop)
        run_worker(stop)
    else:
        from evenhand.hiring.record.services import export_ledger

        export_ledger(Path(value), timezone.now())


def prepare(number: int) -> None:
    """Hand in so many sittings, no two with the same words."""
    from django.utils import timezone

    from evenhand.config.serving import make_ready
    from evenhand.hiring.openings import services
    from evenhand.hiring.people.models import User
    from evenhand.rubric import shipped_pack

    make_ready()
    now = timezone.now() - timedelta(days=2)
    recruiter = User.objects.create_user("alice@example.org", first_name="Alice")
    version = services.take_in_pack(shipped_pack(), now=now)
    opening = services.create_opening(
        title="Production ML engineer",
        pack=version,
        bar=3.5,
        contact_name="Alice Ashby",
        contact_email="alice@example.org",
        link_days=14,
        keep_days=180,
        by=recruiter,
        now=now,
    )
    for one in range(number):
        sit(opening, one, recruiter, now)


def sit(opening, one: int, recruiter, now) -> None:  # type: ignore[no-untyped-def]
    """Let a person answer everything and hand it in."""
    from evenhand.hiring.openings.services import add_candidate
    from evenhand.hiring.sittings.autosave import save
    from evenhand.hiring.sittings.services import begin, submit

    sitting = add_candidate(
        opening=opening, name=f"Person {one}", email=f"p{one}@example.org", by=recruiter, now=now
    ).sitting
    begin(sitting=sitting, notice_version="1", consent=True, now=now)
    for prompt in sitting.prompts:
        text = f"In case {one} I would look at the logs of {prompt} first, and then at the data."
        save(
            sitting=sitting,
            prompt=prompt,
            text=text,
            base_revision=0,
            tab="tab",
            replace=False,
            now=now + timedelta(minutes=1),
        )
    submit(sitting=sitting, now=now + timedelta(minutes=2))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
