"""Rating drawn and contested answers blindly, and letting the ratings count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from evenhand.hiring.anchors.blind import has_met
from evenhand.hiring.anchors.models import RATERS, Anchor, AnchorRating
from evenhand.hiring.calibration.renewing import renew_application
from evenhand.hiring.errors import AnchorError
from evenhand.hiring.feedback.settling import advance
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import record, subject_of


@dataclass(frozen=True)
class Given:
    """A rater's level, 1 to 5, and marks by indicator (0 to 2, None for cannot tell)."""

    level: float
    marks: Mapping[str, int | None]


def rate(*, anchor: Anchor, given: Mapping[str, Given], by: User, now: datetime) -> Anchor:
    """Lock a person's rating of an answer, all its dimensions at once.

    With the second one both count: as ratings of people in the measurement, whose estimate of this
    candidate is made anew here, and, where the answer was drawn, whose next fit they go into. A
    contest of the answer goes on with each of the two, whether it was drawn besides or not.

    Args:
        anchor: what is to be rated.
        given: level and marks of every dimension of its prompt.
        by: the rater; sees neither the panel's levels nor the other's before both are locked.
        now: the moment of the rating.

    Raises:
        AnchorError: it has its two ratings, this person has rated it or may not rate it blindly, or
            something is missing.
    """
    sitting = anchor.answer.sitting
    pack = pack_of(sitting.application.pack_id)
    dimensions = list(pack.prompt(anchor.answer.prompt).dimensions)
    if set(given) != set(dimensions) or not all(1 <= one.level <= 5 for one in given.values()):
        raise AnchorError(_("Give a level from 1 to 5 for each dimension."))
    with transaction.atomic():
        taken = Anchor.objects.filter(pk=anchor.pk, locked__lt=RATERS).update(
            locked=F("locked") + 1
        )
        if has_met(by, sitting.application):
            raise AnchorError(
                _("You know more of this person than the answer: somebody else rates.")
            )
        if AnchorRating.objects.filter(anchor__answer=anchor.answer_id, rater=by).exists():
            raise AnchorError(_("You have rated this answer already; a rating is not changed."))
        if not taken:
            raise AnchorError(_("Two people have rated this answer meanwhile; thank you."))
        rows = [
            AnchorRating(
                anchor=anchor, rater=by, dimension=name, level=given[name].level,
                marks=dict(given[name].marks), locked_at=now,
            )
            for name in dimensions
        ]  # fmt: skip
        AnchorRating.objects.bulk_create(rows)
        actor, facts = f"user:{by.pk}", _facts(anchor, rows)
        record("anchor.rated", subject_of(anchor), actor=actor, facts=facts, now=now)
        anchor.refresh_from_db()
        if anchor.locked == RATERS:
            renew_application(sitting.application, actor=actor, now=now)
        advance(anchor, actor=actor, now=now)
    return anchor


def _facts(anchor: Anchor, rows: Sequence[AnchorRating]) -> dict[str, object]:
    return {
        "answer": str(anchor.answer_id),
        "prompt": anchor.answer.prompt,
        "ratings": [[row.dimension, row.level, row.marks] for row in rows],
    }
