"""Drawn answers as a rater may see them: by question, never by person."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from evenhand.hiring.anchors.models import RATERS, Anchor, AnchorRating
from evenhand.hiring.interviews.queries import blind_to
from evenhand.hiring.openings.models import Membership, Role
from evenhand.hiring.people.models import User

RATE: tuple[Role, ...] = (Role.RECRUITER, Role.INTERVIEWER, Role.AUDITOR)
"""Who may be asked to rate an answer; a decider is to see it with the scores, or not at all."""


def waiting_for(user: User) -> QuerySet[Anchor]:
    """Return the drawn answers that this person may still rate, those begun by another first."""
    return (
        _anchors(user).filter(~_own(user), locked__lt=RATERS).order_by("-locked", "drawn_at", "pk")
    )


def rated_by(user: User) -> QuerySet[Anchor]:
    """Return what this person has rated, the latest first."""
    return _anchors(user).filter(_own(user)).order_by("-drawn_at", "pk")


def open_to(user: User) -> QuerySet[Anchor]:
    """Return the drawn answers that this person may open: to rate them, or because they did."""
    return _anchors(user).filter(Q(locked__lt=RATERS) | _own(user))


def has_rated(user: User, anchor: Anchor) -> bool:
    """Return whether this person has locked a rating of a drawn answer."""
    return AnchorRating.objects.filter(anchor=anchor, rater=user).exists()


def _own(user: User) -> Exists:
    return Exists(AnchorRating.objects.filter(anchor=OuterRef("pk"), rater=user))


def _anchors(user: User) -> QuerySet[Anchor]:
    mine = Membership.objects.filter(user=user, role__in=RATE).values("opening")
    return (
        Anchor.objects.select_related("answer__sitting__application__opening")
        .filter(answer__sitting__application__opening__in=mine)
        # Whom they are still to interview they meet without having read them.
        .exclude(answer__sitting__application__in=blind_to(user))
    )
