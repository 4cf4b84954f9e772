"""Blind first: whoever is to interview somebody sees no score of theirs, whatever else they are."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from tests.deciding import lean
from tests.interviewing import held, interviewer
from tests.web.scored import components_for, score

from evenhand.hiring.anchors.queries import open_to, waiting_for
from evenhand.hiring.calibration import choosing
from evenhand.hiring.decisions.queries import visible_cards
from evenhand.hiring.interviews.queries import (
    interviews_of,
    is_blind,
    may_see_scores,
)
from evenhand.hiring.interviews.services import (
    begin_interview,
    cancel_interview,
    lock_card,
    plan_interview,
)
from evenhand.hiring.models import (
    Anchor,
    Application,
    Interview,
    LedgerEntry,
    Membership,
    Opening,
    Role,
    User,
)
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.openings.services import add_candidate

pytestmark = pytest.mark.django_db


@pytest.fixture
def scored(application: Application, monkeypatch: pytest.MonkeyPatch) -> Application:
    components = components_for(pack_of(application.opening.pack_id))
    monkeypatch.setattr(choosing, "shipped_components", lambda root: components)
    return score(application)


def give(user: User, opening: Opening, role: Role, now: datetime) -> None:
    Membership.objects.create(opening=opening, user=user, role=role, since=now)


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.DECIDER, Role.AUDITOR])
def test_who_does_not_interview_may_see_scores(
    scored: Application, opening: Opening, mallory: User, now: datetime, role: Role
) -> None:
    assert not may_see_scores(mallory, scored)
    give(mallory, opening, role, now)
    assert may_see_scores(mallory, scored)


@pytest.mark.parametrize("role", [None, Role.RECRUITER, Role.DECIDER, Role.AUDITOR])
def test_an_interviewer_sees_nothing_until_every_card_of_theirs_is_locked(
    scored: Application, opening: Opening, ivan: User, alice: User, now: datetime, role: Role | None
) -> None:
    if role is not None:
        give(ivan, opening, role, now)
    nina = interviewer(opening, "Nina", now)
    hers = held(scored, "final", nina, now)
    assert may_see_scores(ivan, scored) is (role is not None)
    plan_interview(application=scored, round="peer", interviewer=ivan, by=alice, now=now)
    assert is_blind(ivan, scored)
    assert not may_see_scores(ivan, scored)
    assert not visible_cards(ivan, scored).exists()
    mine = held(scored, "final", ivan, now)
    # The peer round is still to come.
    assert not may_see_scores(ivan, scored)
    assert [card.interview for card in visible_cards(ivan, scored)] == [mine]
    peer = Interview.objects.get(round="peer")
    cancel_interview(interview=peer, by=alice, now=now)
    assert may_see_scores(ivan, scored)
    if role == Role.DECIDER:
        # Who decides too states a lean before they read what others made of the person.
        assert [card.interview for card in visible_cards(ivan, scored)] == [mine]
        lean(scored, ivan, now)
    assert {card.interview for card in visible_cards(ivan, scored)} == {mine, hers}


def test_a_card_that_is_not_locked_is_nobodys_to_read(
    scored: Application, ivan: User, alice: User, now: datetime
) -> None:
    plan = plan_interview(application=scored, round="final", interviewer=ivan, by=alice, now=now)
    begin_interview(interview=plan, by=ivan, now=now)
    assert not visible_cards(alice, scored).exists()
    assert not visible_cards(ivan, scored).exists()


def test_an_interviewer_of_other_candidates_sees_no_scores_of_this_one(
    scored: Application, ivan: User, alice: User, now: datetime
) -> None:
    assert not may_see_scores(ivan, scored)
    plan = plan_interview(application=scored, round="final", interviewer=ivan, by=alice, now=now)
    cancel_interview(interview=plan, by=alice, now=now)
    assert not may_see_scores(ivan, scored)
    assert list(interviews_of(ivan)) == []


def test_blindness_is_for_one_candidate_and_for_one_opening(
    scored: Application, alice: User, now: datetime, ivan: User
) -> None:
    give(alice, scored.opening, Role.INTERVIEWER, now)
    dora = add_candidate(
        opening=scored.opening, name="Dora", email="dora@example.org", by=alice, now=now
    )
    plan_interview(application=dora, round="final", interviewer=alice, by=alice, now=now)
    assert may_see_scores(alice, scored)
    assert not may_see_scores(alice, dora)


@pytest.fixture
def blind_recruiter(client: Client, scored: Application, alice: User, now: datetime) -> Client:
    """Alice, who recruits and is to interview Charlie herself."""
    give(alice, scored.opening, Role.INTERVIEWER, now)
    plan_interview(application=scored, round="final", interviewer=alice, by=alice, now=now)
    client.force_login(alice)
    return client


def test_the_report_is_hidden_from_a_recruiter_who_is_to_interview(
    blind_recruiter: Client, scored: Application
) -> None:
    page = blind_recruiter.get(reverse("report", args=[scored.pk]))
    assert page.status_code == 200
    text = page.content.decode()
    assert "Hidden until your scorecard is locked" in text
    assert "<table" not in text
    for name in ("report-json", "report-pdf"):
        answer = blind_recruiter.get(reverse(name, args=[scored.pk]))
        assert (answer.status_code, "hidden" in answer.content.decode()) == (403, True)
    assert not LedgerEntry.objects.filter(action="application.viewed").exists()


def test_in_the_list_the_interval_is_hidden_and_others_are_not(
    blind_recruiter: Client, scored: Application, alice: User, now: datetime
) -> None:
    address = reverse("opening", args=[scored.opening_id])
    text = blind_recruiter.get(address).content.decode()
    assert "hidden until your lean or your scorecard is locked" in text
    assert 'class="mini"' not in text
    assert reverse("report", args=[scored.pk]) not in text
    plan = Interview.objects.get()
    begin_interview(interview=plan, by=alice, now=now)
    plan.scorecard.body["levels"] = {
        one["id"]: "not_seen"
        for one in plan.kit["dimensions"]  # type: ignore[index]
    }
    plan.scorecard.save()
    lock_card(interview=plan, by=alice, now=now)
    text = blind_recruiter.get(address).content.decode()
    assert "hidden until your lean or your scorecard is locked" not in text
    assert 'class="mini"' in text


def test_nobody_rates_the_answer_of_whom_they_are_to_interview(
    scored: Application, ivan: User, alice: User, now: datetime
) -> None:
    nina = interviewer(scored.opening, "Nina", now)
    answer = scored.sitting.answers.first()
    anchor = Anchor.objects.create(answer=answer, drawn_at=now)
    assert list(waiting_for(ivan)) == [anchor]
    plan_interview(application=scored, round="final", interviewer=ivan, by=alice, now=now)
    assert list(waiting_for(ivan)) == list(open_to(ivan)) == []
    assert list(waiting_for(nina)) == [anchor]
