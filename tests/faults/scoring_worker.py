"""A worker process whose panel is slow and writes down when it begins and ends with an answer.

Run as `python scoring_worker.py prepare|work|export FILE` with EVENHAND_HOME set,
and the top of the checkout as PYTHONPATH.
"""

from __future__ import annotations

import os
import sys
import threading
from hashlib import sha256
from pathlib import Path

import django
from tests.panels import PlainPanel

from evenhand import judges
from evenhand.judges.canary import KNOWN_WORST
from evenhand.judges.values import PanelResult
from evenhand.rubric import Pack, Prompt

SECONDS = 0.12


class SlowPanel(PlainPanel):
    """Takes its time over an answer, so that a kill finds it at work."""

    def __init__(self, pack: Pack, diary: Path) -> None:
        super().__init__(pack)
        self._diary = diary

    def judge(self, prompt: Prompt, given: str, *, confidence: float = 0.9) -> PanelResult:
        if given == KNOWN_WORST:  # nobody's answer: each worker asks about it once a prompt
            return super().judge(prompt, given, confidence=confidence)
        answer = sha256(given.encode()).hexdigest()[:12]
        self._write("begin", answer)
        threading.Event().wait(SECONDS)
        result = super().judge(prompt, given, confidence=confidence)
        self._write("end", answer)
        return result

    def _write(self, what: str, answer: str) -> None:
        with self._diary.open("a") as file:
            file.write(f"{what} {answer}\n")


def main(task: str, file: Path) -> None:
    """Do one of the three tasks."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "evenhand.config.settings"
    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    if task == "prepare":
        from evenhand.hiring.openings.example import make_example

        call_command("migrate", verbosity=0, skip_checks=True)
        make_example(timezone.now())
    elif task == "work":
        from evenhand.work.worker import run_worker, stop_on_signals

        judges.load_panel = lambda pack, name, threads: SlowPanel(pack, file)
        stop = threading.Event()
        stop_on_signals(stop)
        run_worker(stop)
    else:
        from evenhand.hiring.record.services import export_ledger

        export_ledger(file, timezone.now())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
