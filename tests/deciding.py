"""People who decide, and applications that they decide on."""

from __future__ import annotations

from datetime import datetime

from tests.web.scored import score

from evenhand.hiring.decisions.advising import advise
from evenhand.hiring.decisions.models import Advice, Decision, Lean, Outcome
from evenhand.hiring.decisions.queries import decision_on
from evenhand.hiring.decisions.services import Seen, decide, state_lean
from evenhand.hiring.models import Application, Membership, Opening, Role, User
from evenhand.hiring.openings.services import add_candidate


def decider(opening: Opening, name: str, now: datetime) -> User:
    """Return a new decider of an opening."""
    user = User.objects.create_user(
        f"{name.lower()}@example.org", "correct horse 7", first_name=name, duty="member"
    )
    Membership.objects.create(opening=opening, user=user, role=Role.DECIDER, since=now)
    return user


def another(
    opening: Opening, name: str, by: User, now: datetime, level: float = 3.0
) -> Application:
    """Return one more person of an opening, scored."""
    email = f"{name.split()[0].lower()}@example.org"
    added = add_candidate(opening=opening, name=name, email=email, by=by, now=now)
    return score(added, levels=dict.fromkeys(("coverage", "features", "whole"), level), now=now)


def lean(
    application: Application,
    by: User,
    now: datetime,
    *,
    to: Advice = Advice.LOOK_CLOSER,
    chance: int = 40,
) -> Lean:
    return state_lean(
        application=application, lean=to, chance=chance, reason="It is clear.", by=by, now=now
    )


def seen(application: Application) -> Seen:
    """Return what stands on the decision page at this moment."""
    standing, advised = decision_on(application), advise(application)
    assert advised is not None
    return Seen(standing.number if standing else 0, advised.estimate.pk)


def make_decision(
    application: Application,
    by: User,
    now: datetime,
    *,
    outcome: Outcome = Outcome.ADVANCE,
    reason: str = "Names what to measure first.",
    chance: int = 60,
    on: Seen | None = None,
) -> Decision:
    return decide(
        application=application,
        outcome=outcome,
        reason=reason,
        chance=chance,
        seen=on or seen(application),
        by=by,
        now=now,
    )
