"""What a person may see of interviews and of what others made of a candidate: blind first.

Who interviews somebody sees no score of theirs, and nobody else's scorecard, until their own
scorecards on that person are locked. This holds whatever other roles they have in the opening.
"""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, QuerySet

from evenhand.hiring.interviews.card import NOT_SEEN, parse_card
from evenhand.hiring.interviews.kit import Kit
from evenhand.hiring.interviews.models import Interview, Scorecard
from evenhand.hiring.openings.models import Application, Membership, Role
from evenhand.hiring.people.models import User
from evenhand.hiring.sittings.models import HANDED_IN, Answer

HELD = (Interview.State.BEGUN, Interview.State.LOCKED)
"""States in which the kit is pinned."""
MOST_LOOKED_AT = 20
"""Other candidates' interviews, the latest, from which a variant in use is told."""
OPEN = (Interview.State.PLANNED, Interview.State.BEGUN)
"""States in which an interviewer has yet to make up their mind."""


def interviews_of(user: User) -> QuerySet[Interview]:
    """Return the interviews planned for a person, soonest first.

    Of those that were cancelled, the ones that had begun: their scorecards are there to be read.
    """
    return (
        Interview.objects.filter(interviewer=user)
        .exclude(state=Interview.State.CANCELLED, begun_at=None)
        .select_related("application__opening", "application__candidate")
        .order_by(F("starts_at").asc(nulls_last=True), "planned_at", "application__number", "round")
    )


def blind_to(user: User) -> QuerySet[Application]:
    """Return the applications whose scores are hidden from a person until they have locked."""
    return Application.objects.filter(has_yet_to_lock(user))


def has_yet_to_lock(user: User) -> Exists:
    """Return whether a person has an interview with somebody that is not locked, in a query."""
    return Exists(
        Interview.objects.filter(application=OuterRef("pk"), interviewer=user, state__in=OPEN)
    )


def is_blind(user: User, application: Application) -> bool:
    """Return whether a person has yet to make up their mind on a candidate, scores unseen."""
    return blind_to(user).filter(pk=application.pk).exists()


def may_see_scores(user: User, application: Application) -> bool:
    """Return whether a person has a part in a candidate's scores and is not blind to them.

    Recruiters, deciders and auditors of the opening have one; an interviewer has once they have
    interviewed this candidate and locked every scorecard of theirs. Whoever has an interview with
    the candidate that is not locked is blind, whatever else they are. Deciders state a lean first:
    what is shown goes by `hidden_from` in `evenhand.hiring.decisions.queries` besides.
    """
    return _has_a_part(user, application) and not is_blind(user, application)


def asked_of(application: Application, *, other_than: Interview) -> frozenset[str]:
    """Return the prompts, probes and role plays that a candidate was asked besides an interview.

    An interview that is not over yet is taken to ask all that its kit holds.
    """
    written = Answer.objects.filter(sitting__application=application, sitting__state__in=HANDED_IN)
    asked = set(written.values_list("prompt", flat=True))
    others = application.interviews.exclude(pk=other_than.pk).filter(state__in=HELD)
    for one in others.select_related("scorecard"):
        locked = one.state == Interview.State.LOCKED
        asked |= (parse_card(one.scorecard.body) if locked else Kit.from_json(one.kit)).asked()
    return frozenset(asked)


def asked_of_others(application: Application) -> frozenset[str]:
    """Return what other candidates of the opening were asked in their live rounds."""
    others = Interview.objects.filter(
        application__opening=application.opening_id, state__in=HELD
    ).exclude(application=application)
    asked: set[str] = set()
    for one in others.order_by("-begun_at").only("kit")[:MOST_LOOKED_AT]:
        asked |= Kit.from_json(one.kit).asked()
    return frozenset(asked)


def not_seen_of(application: Application) -> list[tuple[str, str]]:
    """Return the (round, dimension) that locked scorecards did not get to see."""
    locked = Scorecard.objects.filter(
        interview__application=application, interview__state=Interview.State.LOCKED
    ).select_related("interview")
    return [
        (card.interview.round, name)
        for card in locked
        for name, level in card.body["levels"].items()
        if level == NOT_SEEN
    ]


def _has_a_part(user: User, application: Application) -> bool:
    roles = set(
        Membership.objects.filter(user=user, opening=application.opening_id).values_list(
            "role", flat=True
        )
    )
    if roles & {Role.RECRUITER, Role.DECIDER, Role.AUDITOR}:
        return True
    return (
        Role.INTERVIEWER in roles
        and Interview.objects.filter(
            application=application, interviewer=user, state=Interview.State.LOCKED
        ).exists()
    )
