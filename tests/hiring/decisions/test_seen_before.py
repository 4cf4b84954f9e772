"""Who had seen figures before they became a decider leans all the same, and it is said."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.deciding import lean, make_decision
from tests.interviewing import interviewer

from evenhand.hiring.decisions.queries import views_of
from evenhand.hiring.decisions.seen_before import figures_seen, leant_after_figures
from evenhand.hiring.interviews.services import plan_interview
from evenhand.hiring.keys.services import make_key
from evenhand.hiring.models import Application, LedgerEntry, Role, User
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
