"""Saving a scorecard's draft as it is written, also from a device that was offline meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.at_rest.fields import sealed
from evenhand.hiring.errors import CardError, CardLocked, InterviewError
from evenhand.hiring.interviews.card import Card, parse_card, short
from evenhand.hiring.interviews.kits import kit_for
from evenhand.hiring.interviews.models import Interview, KeptCard, Scorecard


@dataclass(frozen=True)
class Saved:
    """What came of a save.

    Attributes:
        revision: the one that stands now; the next save builds on it.
        conflict: None where the body was saved. Otherwise the body that stands, written on another
            device meanwhile: what came now is kept aside, and so is what stood, so that nothing is
            lost whichever the interviewer goes on with.
    """

    revision: int
    conflict: dict[str, Any] | None


def save_card(
    *,
    interview: Interview,
    body: dict[str, Any],
    base_revision: int,
    now: datetime,
    device: str = "",
) -> Saved:
    """Save the draft of a scorecard as it stands.

    Args:
        interview: one that has begun; whoever calls this made sure whose it is.
        body: `evenhand-scorecard/1`; all of it, each time.
        base_revision: the revision that the body builds on, 0 when nothing was saved yet. Saving
            over a conflict means saving again, on the revision that came back.
        now: the moment it came in; it may have been written offline long before.
        device: a name that the browser gives itself, so that of several devices in conflict each
            keeps its last version.

    Raises:
        CardError: the body cannot be read; nothing is kept here, the browser still has it.
        CardLocked: the card is locked; what came is kept beside it.
        InterviewError: the interview has not begun.
    """
    card = parse_card(body)
    _check_against_kit(card, interview)
    incoming = card.to_json()
    with transaction.atomic():
        # The lock keeps PostgreSQL from locking the card between this look and the write.
        now_at = Interview.objects.select_for_update(no_key=True).get(pk=interview.pk)
        standing = Scorecard.objects.filter(interview=interview).first()
        if standing is None:
            raise InterviewError(_("Begin the interview first; then its scorecard opens."))
        if now_at.state == Interview.State.BEGUN:
            return _save(standing, incoming, base_revision, device, now)
        if incoming != standing.body:
            _keep(standing, KeptCard.Why.LATE, incoming, base_revision, device, now)
    raise CardLocked(
        _("The scorecard is locked. What you wrote since is kept beside it and does not count.")
    )


def _save(
    standing: Scorecard,
    incoming: dict[str, Any],
    base_revision: int,
    device: str,
    now: datetime,
) -> Saved:
    if standing.body == incoming:
        # Sent again after a lost reply, or the same on both devices: there is nothing to write.
        return Saved(standing.revision, None)
    written = Scorecard.objects.filter(pk=standing.pk, revision=base_revision).update(
        body=sealed(standing, "body", incoming), revision=base_revision + 1, saved_at=now
    )
    if written:
        return Saved(base_revision + 1, None)
    standing.refresh_from_db()
    _keep(standing, KeptCard.Why.CONFLICT, incoming, base_revision, device, now)
    _keep(standing, KeptCard.Why.STOOD, standing.body, standing.revision, "", now)
    return Saved(standing.revision, standing.body)


def _keep(
    standing: Scorecard,
    why: KeptCard.Why,
    body: dict[str, Any],
    base_revision: int,
    device: str,
    now: datetime,
) -> None:
    KeptCard.objects.update_or_create(
        scorecard=standing,
        why=why,
        base_revision=base_revision,
        device=device[:40],
        defaults={"body": body, "kept_at": now},
    )


def _check_against_kit(card: Card, interview: Interview) -> None:
    kit = kit_for(interview)
    tasks, indicators = kit.tasks(), kit.indicators()
    for asked in card.questions:
        if asked.task not in tasks:
            raise CardError(f"questions: {short(asked.task)} is not in the kit of this interview")
    for stamp in card.stamps:
        if stamp.task not in tasks:
            raise CardError(f"stamps: {short(stamp.task)} is not in the kit of this interview")
        if stamp.indicator not in indicators:
            raise CardError(f"stamps: {short(stamp.indicator)} is not listened for in this kit")
    for name in card.levels:
        if kit.dimension(name) is None:
            raise CardError(f"levels: {short(name)} is no dimension of this kit")
