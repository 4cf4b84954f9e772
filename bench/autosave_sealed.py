"""What sealing answers costs an autosave: the same saves sealed and plain, in turns, in one run.

    python bench/autosave_sealed.py --saves 300

One process, SQLite in a new folder, no HTTP: what is told is the whole `save`, its transaction and
its ledger entry included. "Plain" puts the text into the same column without the cipher.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from typing import TYPE_CHECKING
from unittest.mock import patch

if TYPE_CHECKING:
    from evenhand.hiring.models import Sitting

WORDS = 300
ROUNDS = 6


def main() -> None:
    """Measure, and print a line for each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=300, help="in each of the six rounds")
    saves = parser.parse_args().saves
    with tempfile.TemporaryDirectory() as home:
        os.environ["EVENHAND_HOME"] = home
        os.environ["EVENHAND_DATABASE"] = ""
        from evenhand.config.serving import make_ready

        make_ready()
        taken = measure(saves)
    load = os.getloadavg()[0]
    for name, seconds in taken.items():
        ordered = sorted(seconds)
        print(
            f"{name}: p50 {statistics.median(ordered) * 1e3:.2f} ms, "
            f"p99 {ordered[int(len(ordered) * 0.99)] * 1e3:.2f} ms, {len(ordered)} saves"
        )
    medians = [statistics.median(seconds) for seconds in taken.values()]
    print(
        f"sealed over plain: {medians[0] / medians[1]:.3f}; load {load:.1f}, {os.cpu_count()} cores"
    )


def measure(saves: int) -> dict[str, list[float]]:
    """Return the seconds of each save, sealed and plain, in rounds that take turns."""
    from django.utils import timezone

    from evenhand.hiring.at_rest import fields
    from evenhand.hiring.models import Sitting
    from evenhand.hiring.openings.example import make_example

    opening = make_example(timezone.now())
    sitting = Sitting.objects.filter(application__opening=opening, state="ready").first()
    if sitting is None:
        raise SystemExit("the example has no open link")
    Sitting.objects.filter(pk=sitting.pk).update(state="started", started_at=timezone.now())
    taken: dict[str, list[float]] = {"sealed": [], "plain": []}
    revision = 0
    for turn in range(ROUNDS):
        name = ("sealed", "plain")[turn % 2]
        if name == "sealed":
            seconds, revision = _round(sitting, revision, saves)
        else:
            with (
                patch.object(fields, "seal", lambda text, _place: text),
                patch.object(fields, "unseal", lambda text, _place: text),
            ):
                seconds, revision = _round(sitting, revision, saves)
        taken[name] += seconds
    return taken


def _round(sitting: Sitting, revision: int, saves: int) -> tuple[list[float], int]:
    from django.utils import timezone

    from evenhand.hiring.models import Answer
    from evenhand.hiring.sittings.autosave import Saved, save

    text = " ".join(f"word{number}" for number in range(WORDS))
    prompt = sitting.prompts[0]
    # What the round before left is sealed the other way; it is not read, but written over.
    for answer in Answer.objects.filter(prompt=prompt, sitting=sitting):
        answer.text = "begun anew"
        answer.save(update_fields=["text"])
    seconds = []
    for number in range(saves):
        begun = time.perf_counter()
        done = save(
            sitting=sitting,
            prompt=prompt,
            text=f"{text} {revision} {number}",
            base_revision=revision,
            tab="bench",
            replace=False,
            now=timezone.now(),
        )
        seconds.append(time.perf_counter() - begun)
        if not isinstance(done, Saved):
            raise SystemExit("a save was refused")
        revision = done.revision
    return seconds, revision


if __name__ == "__main__":
    main()
