"""Answers for blind rating as a rater may see them: by question, never by person."""

from __future__ import annotations

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from evenhand.hiring.anchors.blind import BLIND, met_among
from evenhand.hiring.anchors.models import RATERS, Anchor, AnchorRating
from evenhand.hiring.interviews.queries import blind_to
from evenhand.hiring.openings.models import Application, Membership
from evenhand.hiring.people.models import User


def waiting_for(user: User) -> QuerySet[Anchor]:
    """Return the answers that this person may still rate, those that somebody waits for first.

    Waited for are those begun by another and those contested, mixed by their random ids: the place
    in the list does not tell one from the other. That the panel could not read a drawn answer
    brings it no further up: where there is no time for all that was drawn, those rated stay a
    random sample. What a candidate waits for comes first all the same.
    """
    by_candidate = Anchor.objects.filter(pk=OuterRef("pk"), contested_in__isnull=False)
    first = Q(contested=True) | Q(locked__gt=0) | Exists(by_candidate)
    waited_for = Case(When(first, then=0), default=1)
    return _unrated(user).alias(waited_for=waited_for).order_by("waited_for", "pk")


def rated_by(user: User) -> QuerySet[Anchor]:
    """Return what this person has rated, the latest first."""
    return _anchors(user).filter(_own(user)).order_by("-drawn_at", "pk")


def open_to(user: User) -> QuerySet[Anchor]:
    """Return the answers that this person may open: to rate them, or because they did."""
    return _anchors(user).filter(Q(pk__in=_unrated(user).values("pk")) | _own(user))


def has_rated(user: User, anchor: Anchor) -> bool:
    """Return whether this person has locked a rating of an answer for this anchor."""
    return AnchorRating.objects.filter(anchor=anchor, rater=user).exists()


def _unrated(user: User) -> QuerySet[Anchor]:
    unfinished = _anchors(user).filter(locked__lt=RATERS)
    about = Application.objects.filter(sitting__answers__anchors__in=unfinished).distinct()
    rated = AnchorRating.objects.filter(anchor__answer=OuterRef("answer"), rater=user)
    by_candidate = Anchor.objects.filter(pk=OuterRef("pk"), contested_in__isnull=False)
    # Nobody goes on reading somebody who withdrew, unless they asked for it themselves.
    goes_on = Q(answer__sitting__application__withdrawn_at__isnull=True) | Exists(by_candidate)
    return (
        unfinished.filter(goes_on)
        .exclude(Exists(rated))
        .exclude(answer__sitting__application__in=met_among(user, about))
    )


def _own(user: User) -> Exists:
    return Exists(AnchorRating.objects.filter(anchor=OuterRef("pk"), rater=user))


def _anchors(user: User) -> QuerySet[Anchor]:
    mine = Membership.objects.filter(user=user, role__in=BLIND).values("opening")
    return (
        Anchor.objects.select_related("answer__sitting__application__opening")
        .filter(
            answer__sitting__application__opening__in=mine,
            answer__sitting__application__opening__organisation=user.organisation_id,
        )
        # Whom they are still to interview they meet without having read them.
        .exclude(answer__sitting__application__in=blind_to(user))
    )
