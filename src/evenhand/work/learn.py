"""The durable workflow that lets the judges learn a changed pack, and publishes it.

A worker that is killed begins anew: a draft that came to an end is left alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dbos import DBOS
from django.conf import settings
from django.utils import timezone

from evenhand.hiring.drafts.making import Progress, make_learnt
from evenhand.work.engine import LEARN_PACK
from evenhand.work.steps import step

if TYPE_CHECKING:
    from evenhand.rubric import Pack

_STEP = re.compile(r"fitting (\d+) of (\d+)")


@DBOS.workflow(name=LEARN_PACK)
def learn_pack(draft_id: str) -> None:
    """Learn one draft."""
    learn_one(draft_id)


@step
def learn_one(draft_id: str) -> None:
    """Calibrate the embedded judges on the draft's golden answers, and publish it."""
    make_learnt(draft_id, _calibrate, timezone.now)


def _calibrate(pack: Pack, progress: Progress) -> None:
    from evenhand.judges.calibration import calibrate
    from evenhand.judges.encoder import MiniLM
    from evenhand.judges.storing import save

    def tell(words: str) -> None:
        if found := _STEP.fullmatch(words):
            progress(int(found[1]), int(found[2]))

    save(calibrate(pack, MiniLM(settings.JUDGE_THREADS), tell), pack.root)
