"""Who had seen figures before they became a decider leans all the same, and it is said."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.deciding import lean, make_decision
from tests.interviewing import body_of, interviewer

from evenhand.hiring.decisions.queries import views_of
from evenhand.hiring.decisions.seen_before import (
    figures_seen,
    leant_after_figures,
    locked_after_figures,
)
from evenhand.hiring.interviews.services import (
    begin_interview,
    cancel_interview,
    lock_card,
    plan_interview,
    save_card,
)
from evenhand.hiring.keys.services import make_key
from evenhand.hiring.models import (
    Application,
    Interview,
    LedgerEntry,
    Membership,
    Opening,
    Role,
    User,
)
from evenhand.hiring.openings.team import add_to_team
from evenhand.hiring.record.viewing import note_view

pytestmark = pytest.mark.django_db


def look(
    one: Application, by: str, now: datetime, *, what: str = "report", listed: bool = False
) -> None:
    if listed:
        note_view(one.opening, what=what, by=by, now=now, applications=[one])
    else:
        note_view(one, what=what, by=by, now=now)


def becomes_decider(who: User, one: Application, now: datetime) -> None:
    add_to_team(opening=one.opening, email=who.email, name="", role=Role.DECIDER, by=who, now=now)


@pytest.mark.parametrize(
    ("what", "listed"), [("report", False), ("candidates", True), ("cohort.csv", True)]
)
def test_a_recruiter_who_looked_at_figures_leans_as_somebody_who_had_seen_them(
    scored: Application, alice: User, now: datetime, what: str, listed: bool
) -> None:
    look(scored, f"user:{alice.pk}", now + timedelta(hours=1), what=what, listed=listed)
    becomes_decider(alice, scored, now + timedelta(hours=2))
    lean(scored, alice, now + timedelta(hours=3))
    assert LedgerEntry.objects.get(action="lean.stated").facts["figures_seen"] is True
    make_decision(scored, alice, now + timedelta(hours=4))
    assert leant_after_figures([scored.pk]) == {(scored.pk, alice.pk)}
    assert views_of(scored.opening) == []


def test_looks_without_figures_and_looks_at_others_are_none(
    scored: Application, alice: User, now: datetime
) -> None:
    by = f"user:{alice.pk}"
    look(scored, by, now - timedelta(hours=1))
    look(scored, by, now, what="accommodation")
    note_view(scored.opening, what="candidates", by=by, now=now, applications=[scored.opening])
    look(scored, "user:999", now)
    assert not figures_seen(alice, scored)


def test_a_decider_is_shown_none_so_their_looks_at_lists_are_none(
    scored: Application, dora: User, now: datetime
) -> None:
    look(scored, f"user:{dora.pk}", now, what="cohort", listed=True)
    lean(scored, dora, now + timedelta(hours=1))
    assert leant_after_figures([scored.pk]) == set()


def test_who_is_yet_to_lock_a_scorecard_is_shown_none_either(
    scored: Application, alice: User, now: datetime
) -> None:
    nina = interviewer(scored.opening, "Nina", now)
    plan_interview(application=scored, round="final", interviewer=nina, by=alice, now=now)
    look(scored, f"user:{nina.pk}", now + timedelta(hours=1), what="candidates", listed=True)
    assert not figures_seen(nina, scored)


def test_what_a_program_read_counts_for_who_made_its_key(
    scored: Application, alice: User, now: datetime
) -> None:
    User.objects.filter(pk=alice.pk).update(duty="admin")
    alice.refresh_from_db()
    key, _shown = make_key(name="ours", role=Role.AUDITOR, by=alice, now=now)
    look(scored, f"key:{key.pk}", now + timedelta(hours=1), what="report.json")
    assert figures_seen(alice, scored)


def planned(one: Application, who: User, at: datetime) -> Interview:
    return plan_interview(application=one, round="final", interviewer=who, by=who, now=at)


def lock(interview: Interview, now: datetime) -> dict[str, object]:
    """Hold an interview; returns what the record says of its card."""
    by = interview.interviewer
    begin_interview(interview=interview, by=by, now=now)
    save_card(interview=interview, body=body_of(interview), base_revision=0, now=now)
    lock_card(interview=interview, by=by, now=now)
    facts: dict[str, object] = LedgerEntry.objects.get(
        action="card.locked", subject=f"interview:{interview.pk}"
    ).facts
    return facts


def test_who_cancels_looks_and_plans_anew_locks_a_card_that_is_said_to_come_after_figures(
    scored: Application, opening: Opening, now: datetime
) -> None:
    hour = timedelta(hours=1)
    nina, otto = interviewer(opening, "Nina", now), interviewer(opening, "Otto", now)
    first, other = planned(scored, nina, now), planned(scored, otto, now)
    look(scored, f"user:{nina.pk}", now + hour, listed=True)
    cancel_interview(interview=first, by=nina, now=now + 2 * hour)
    look(scored, f"user:{nina.pk}", now + 3 * hour)
    again = planned(scored, nina, now + 4 * hour)
    assert lock(again, now + 5 * hour)["figures_seen"] is True
    assert lock(other, now + 5 * hour)["figures_seen"] is False
    assert locked_after_figures([again.pk, other.pk]) == {again.pk}


def test_a_decider_who_was_shown_figures_after_their_lean_interviews_as_who_had_seen_them(
    scored: Application, dora: User, now: datetime
) -> None:
    hour = timedelta(hours=1)
    Membership.objects.create(opening=scored.opening, user=dora, role=Role.INTERVIEWER, since=now)
    look(scored, f"user:{dora.pk}", now + hour, listed=True)
    lean(scored, dora, now + 2 * hour)
    assert not figures_seen(dora, scored)
    look(scored, f"user:{dora.pk}", now + 3 * hour)
    assert lock(planned(scored, dora, now + 4 * hour), now + 5 * hour)["figures_seen"] is True
