"""An answer that the panel abstains from because it cannot stand behind its reading.

It is nothing against whoever wrote it. The report asks for a person's eyes as it does with a flag,
and two people of the team find the answer among those that they are to rate blindly; what they rate
stands where the models' levels would have stood.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from evenhand.hiring.anchors.models import RATERS, Anchor
from evenhand.hiring.record.services import SYSTEM, record, subject_of
from evenhand.hiring.sittings.models import Answer

if TYPE_CHECKING:
    from evenhand.judges import PanelResult
    from evenhand.judges.values import Flag

CODE = "left_to_people"
"""The flag's code; it stands for an abstention, and no figure counts it as a flag of screening."""


def doubt_flags(result: PanelResult) -> list[Flag]:
    """Return a flag for each reason why the panel leaves the answer to people."""
    from evenhand.judges.doubt import doubts_of
    from evenhand.judges.values import Flag

    return [Flag(CODE, reason) for reason in doubts_of(result.scores)]


def ask_people(answer: Answer, now: datetime) -> None:
    """Have two people rate an answer blindly, unless they were asked before or have done so.

    Where it was drawn when it was handed in, those two rate it for this too: of what was drawn,
    fits are not to lack just what the panel cannot read. Else it was picked and not drawn, counts
    for its candidate and goes into no fit.
    """
    anchors = Anchor.objects.filter(answer=answer)
    if anchors.filter(Q(contested=True) | Q(locked=RATERS)).exists():
        return
    anchor = anchors.first() or Anchor.objects.create(answer=answer, contested=True, drawn_at=now)
    facts = {"answer": str(answer.pk), "prompt": answer.prompt}
    record("anchor.asked", subject_of(anchor), actor=SYSTEM, facts=facts, now=now)
