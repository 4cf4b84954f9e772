"""A worker process whose panel is slow and writes down when it begins and ends with an answer.

Run as `python scoring_worker.py TASK FILE` with EVENHAND_HOME set, and the top of the checkout as
PYTHONPATH. The tasks: `prepare` six sittings handed in; `invite` people whose sittings have begun,
with their links in FILE; `work`; `work-soon`, which notices a silent worker within seconds; `hold`,
the same, but after HELD_AFTER answers it waits for a file `go` beside FILE; `hang`, the same until
the second answer, over which it never comes back; and `export` the ledger.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from tests.panels import PlainPanel
from tests.support import set_up_django

from evenhand import judges
from evenhand.judges.canary import KNOWN_WORST
from evenhand.judges.values import PanelResult
from evenhand.rubric import Pack, Prompt

SECONDS = 0.12
HELD_AFTER = 6
PEOPLE = 6


class SlowPanel(PlainPanel):
    """Takes its time over an answer, so that a kill finds it at work."""

    def __init__(self, pack: Pack, diary: Path) -> None:
        super().__init__(pack)
        self._diary = diary

    def judge(
        self, prompt: Prompt, given: str, *, confidence: float = 0.9, known: Sequence[str] = ()
    ) -> PanelResult:
        if given == KNOWN_WORST:  # nobody's answer: each worker asks about it once a prompt
            return super().judge(prompt, given, confidence=confidence, known=known)
        answer = sha256(given.encode()).hexdigest()[:12]
        self._write("begin", answer)
        threading.Event().wait(SECONDS)
        result = super().judge(prompt, given, confidence=confidence, known=known)
        self._write("end", answer)
        return result

    def _write(self, what: str, answer: str) -> None:
        with self._diary.open("a") as file:
            file.write(f"{what} {answer}\n")


class HeldPanel(SlowPanel):
    """Goes on from the middle only when it is let: however slow a test is, it finds it there."""

    def judge(
        self, prompt: Prompt, given: str, *, confidence: float = 0.9, known: Sequence[str] = ()
    ) -> PanelResult:
        if len(self.calls) >= HELD_AFTER:
            while not self._diary.with_name("go").exists():
                threading.Event().wait(0.05)
        return super().judge(prompt, given, confidence=confidence, known=known)


class HangingPanel(SlowPanel):
    """Never comes back from its second answer: whoever runs it is to be killed there."""

    def judge(
        self, prompt: Prompt, given: str, *, confidence: float = 0.9, known: Sequence[str] = ()
    ) -> PanelResult:
        if self.calls and given != KNOWN_WORST:
            self._write("begin", sha256(given.encode()).hexdigest()[:12])
            threading.Event().wait()
        return super().judge(prompt, given, confidence=confidence, known=known)


PANELS = {"work": SlowPanel, "work-soon": SlowPanel, "hold": HeldPanel, "hang": HangingPanel}


def invite(file: Path) -> None:
    """Begin sittings, and write each one's link and questions down."""
    from django.utils import timezone

    from evenhand.hiring.openings import services as openings
    from evenhand.hiring.openings.example import example_recruiter
    from evenhand.hiring.sittings import services as sittings
    from evenhand.rubric import shipped_pack

    now, by = timezone.now(), example_recruiter()
    opening = openings.create_opening(
        title="Production ML engineer",
        pack=openings.take_in_pack(shipped_pack(), now=now),
        bar=3.5,
        contact_name="Dana",
        contact_email=by.email,
        link_days=14,
        keep_days=180,
        by=by,
        now=now,
    )
    people = []
    for number in range(PEOPLE):
        application = openings.add_candidate(
            opening=opening, name=f"P{number}", email=f"p{number}@example.org", by=by, now=now
        )
        sitting = application.sitting
        sittings.begin(sitting=sitting, notice_version="1", consent=True, now=now)
        link = openings.link_of(application.invitations.get())
        people.append({"path": urlsplit(link).path, "prompts": sitting.prompts})
    file.write_text(json.dumps(people))


def be_quick() -> None:
    """Beat and look round every half second; a worker is silent after twenty."""
    from evenhand.hiring.workers import services
    from evenhand.work import worker

    worker.SWEEP_EVERY = worker.BEAT_EVERY = timedelta(seconds=0.5)  # type: ignore[misc]
    services.SILENT_AFTER = timedelta(seconds=20)  # type: ignore[misc]


def main(task: str, file: Path) -> None:
    """Do one of the tasks."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "evenhand.config.settings"
    set_up_django()
    from django.utils import timezone

    from evenhand.config.serving import make_ready

    if task == "prepare":
        from evenhand.hiring.openings.example import make_example

        make_ready()
        make_example(timezone.now())
    elif task == "invite":
        make_ready()
        invite(file)
    elif task in PANELS:
        from evenhand.work.worker import run_worker, stop_on_signals

        judges.load_panel = lambda pack, name, threads: PANELS[task](pack, file)
        if task != "work":
            be_quick()
        stop = threading.Event()
        stop_on_signals(stop)
        run_worker(stop)
    else:
        from evenhand.hiring.record.services import export_ledger

        export_ledger(file, timezone.now())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
