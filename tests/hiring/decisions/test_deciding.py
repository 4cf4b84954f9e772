"""A lean before the figures, then a decision with its reason; what stands is never lost."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from tests.deciding import decider, lean, make_decision, seen
from tests.web.scored import components_for, score

from evenhand.hiring.calibration import choosing
from evenhand.hiring.decisions.models import Advice, Outcome
from evenhand.hiring.decisions.queries import decision_on, is_locked, may_see_figures, views_of
from evenhand.hiring.decisions.services import Seen, set_costs, state_lean
from evenhand.hiring.errors import DecidedMeanwhile, DecisionError, FiguresMoved, Withdrawn
from evenhand.hiring.models import (
    Application,
    Decision,
    EstimateRow,
    Interview,
    Lean,
    LedgerEntry,
    Membership,
    Opening,
    Proposal,
    Role,
    User,
)
from evenhand.hiring.openings.erasing import erase_due
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.openings.withdrawing import take_back, withdraw
from evenhand.hiring.sittings.digests import digest_of


def entries(action: str) -> list[LedgerEntry]:
    return list(LedgerEntry.objects.filter(action=action))


def test_a_lean_is_stated_once_and_recorded_without_its_words(
    scored: Application, dora: User, now: datetime
) -> None:
    made = lean(scored, dora, now)
    with pytest.raises(DecisionError, match="stays as it is"):
        lean(scored, dora, now, to=Advice.ADVANCE, chance=90)
    assert Lean.objects.get() == made
    (entry,) = entries("lean.stated")
    assert (entry.subject, entry.actor) == (f"application:{scored.pk}", f"user:{dora.pk}")
    assert entry.facts == {
        "lean": "look_closer", "chance": 40, "reason_sha256": digest_of("It is clear.", made.salt),
        "figures_seen": False,
    }  # fmt: skip


def test_nobody_is_decided_on_once_they_have_withdrawn_and_what_was_decided_stays(
    scored: Application, dora: User, now: datetime
) -> None:
    emil = decider(scored.opening, "Emil", now)
    lean(scored, dora, now)
    made = make_decision(scored, dora, now)
    withdraw(application=scored, by_link=scored.invitations.get(), now=now)
    with pytest.raises(Withdrawn, match="has withdrawn"):
        make_decision(scored, dora, now, outcome=Outcome.NOT_ADVANCE)
    with pytest.raises(Withdrawn, match="has withdrawn"):
        lean(scored, emil, now)
    assert decision_on(scored) == made
    take_back(application=scored, now=now)
    assert make_decision(scored, dora, now, outcome=Outcome.HOLD).number == 2


def test_nobody_leans_on_answers_that_are_not_scored(
    application: Application, dora: User, now: datetime
) -> None:
    with pytest.raises(DecisionError, match="Nothing is scored yet"):
        lean(application, dora, now)


def test_only_a_decider_leans(scored: Application, alice: User, now: datetime) -> None:
    with pytest.raises(DecisionError, match="Only a decider"):
        lean(scored, alice, now)


@pytest.mark.parametrize("chance", [-1, 101])
def test_a_chance_is_a_percentage(
    scored: Application, dora: User, now: datetime, chance: int
) -> None:
    with pytest.raises(DecisionError, match="0 to 100"):
        lean(scored, dora, now, chance=chance)


def test_an_interviewer_locks_their_card_before_they_lean(
    scored: Application, dora: User, now: datetime
) -> None:
    held = Interview.objects.create(
        application=scored, round="final", interviewer=dora, minutes=60, planned_by=dora,
        planned_at=now,
    )  # fmt: skip
    with pytest.raises(DecisionError, match="Lock your scorecard first"):
        lean(scored, dora, now)
    Interview.objects.filter(pk=held.pk).update(state=Interview.State.LOCKED)
    assert lean(scored, dora, now)


def test_figures_are_shown_to_a_decider_after_their_own_lean(
    scored: Application, dora: User, emil: User, alice: User, now: datetime
) -> None:
    Membership.objects.create(opening=scored.opening, user=emil, role=Role.RECRUITER, since=now)
    assert may_see_figures(alice, scored)
    lean(scored, dora, now)
    assert may_see_figures(dora, scored)
    assert not may_see_figures(emil, scored)


def test_nobody_decides_without_a_lean(scored: Application, dora: User, now: datetime) -> None:
    with pytest.raises(DecisionError, match="lean first"):
        make_decision(scored, dora, now)
    assert not Decision.objects.exists()


def test_a_decision_needs_words(scored: Application, dora: User, now: datetime) -> None:
    lean(scored, dora, now)
    with pytest.raises(DecisionError, match="Say why"):
        make_decision(scored, dora, now, reason="  \n ")
    with pytest.raises(DecisionError, match="shorten it"):
        make_decision(scored, dora, now, reason="x" * 4001)


def test_a_decision_keeps_what_was_recommended_beside_it(
    scored: Application, dora: User, now: datetime
) -> None:
    lean(scored, dora, now)
    made = make_decision(scored, dora, now, outcome=Outcome.NOT_ADVANCE)
    estimate = EstimateRow.objects.get(application=scored, dimension="overall")
    assert (made.number, made.estimate, made.p_bar) == (1, estimate, estimate.p_bar)
    assert made.advised == "look_closer"
    assert made.overrides
    (entry,) = entries("decision.made")
    assert entry.facts["outcome"] == "not_advance"
    assert entry.facts["advised"] == "look_closer"
    assert entry.facts["overrides"] is True
    assert entry.facts["reason_sha256"] == digest_of(made.reason, made.salt)
    assert "measure" not in str(entry.facts)


def test_holding_overrides_nothing_and_shows_no_name(
    scored: Application, dora: User, now: datetime
) -> None:
    lean(scored, dora, now)
    held = make_decision(scored, dora, now, outcome=Outcome.HOLD)
    assert not held.overrides
    assert not is_locked(scored)
    make_decision(scored, dora, now, outcome=Outcome.ADVANCE)
    assert is_locked(scored)


def test_a_revision_keeps_both(scored: Application, dora: User, emil: User, now: datetime) -> None:
    for one in (dora, emil):
        lean(scored, one, now)
    first = make_decision(scored, dora, now)
    later = now + timedelta(hours=1)
    second = make_decision(scored, emil, later, outcome=Outcome.NOT_ADVANCE, reason="No.")
    first.refresh_from_db()
    assert (first.replaced_at, first.reason) == (later, "Names what to measure first.")
    assert decision_on(scored) == second
    assert second.number == 2
    assert len(entries("decision.revised")) == 1


def test_the_one_who_comes_second_is_told_and_theirs_is_a_proposal(
    scored: Application, dora: User, emil: User, now: datetime
) -> None:
    for one in (dora, emil):
        lean(scored, one, now)
    page = seen(scored)
    first = make_decision(scored, dora, now, on=page)
    with pytest.raises(DecidedMeanwhile, match="Dora decided first: advance") as told:
        make_decision(
            scored, emil, now, outcome=Outcome.NOT_ADVANCE, reason="Not a word on data.", on=page
        )
    assert told.value.first == first
    kept = Proposal.objects.get()
    assert (kept.by, kept.reason, kept.met) == (emil, "Not a word on data.", first)
    assert Decision.objects.get() == first
    (entry,) = entries("decision.proposed")
    assert entry.facts["met"] == 1


def test_the_same_button_pressed_twice_is_one_decision(
    scored: Application, dora: User, now: datetime
) -> None:
    lean(scored, dora, now)
    page = seen(scored)
    assert make_decision(scored, dora, now, on=page) == make_decision(scored, dora, now, on=page)
    assert not Proposal.objects.exists()


def test_estimates_that_moved_are_looked_at_again(
    scored: Application, dora: User, now: datetime
) -> None:
    lean(scored, dora, now)
    page = seen(scored)
    with pytest.raises(FiguresMoved, match="Look again"):
        make_decision(scored, dora, now, on=Seen(page.number, page.estimate + 1))
    assert not Decision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_deciders_at_once_one_decides_and_nothing_is_lost(
    opening: Opening,
    application: Application,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:
    components = components_for(pack_of(opening.pack_id))
    monkeypatch.setattr(choosing, "shipped_components", lambda root: components)
    scored = score(application, now=now)
    people = [decider(opening, name, now) for name in ("Dora", "Emil", "Frida")]
    for one in people:
        lean(scored, one, now)
    page, ready = seen(scored), threading.Barrier(len(people))
    told: list[str] = []
    failures: list[BaseException] = []

    def act(by: User) -> None:
        try:
            ready.wait(30)
            mine = Application.objects.select_related("opening", "sitting").get(pk=scored.pk)
            make_decision(mine, by, now, reason=f"So says {by.first_name}.", on=page)
        except DecidedMeanwhile as error:
            told.append(str(error))
        except BaseException as error:  # shown below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    first = Decision.objects.get()
    assert len(told) == 2
    assert all(f"{first.by} decided first" in message for message in told)
    said = {first.reason, *(one.reason for one in Proposal.objects.all())}
    assert said == {f"So says {one.first_name}." for one in people}


def test_the_database_itself_allows_one_decision_that_counts(
    scored: Application, dora: User, now: datetime
) -> None:
    lean(scored, dora, now)
    made = make_decision(scored, dora, now)
    made.pk, made.number = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)


def test_costs_are_kept_with_their_entry_and_only_when_they_change(
    opening: Opening, alice: User, now: datetime
) -> None:
    for _ in range(2):
        set_costs(opening=opening, false_advance=3, false_reject=1, by=alice, now=now)
    opening.refresh_from_db()
    assert (opening.cost_false_advance, opening.cost_false_reject) == (3, 1)
    (entry,) = entries("opening.costs_set")
    assert entry.facts == {"false_advance": 3, "false_reject": 1}


@pytest.mark.parametrize("costs", [(0, 1), (1, -1), (1001, 1), (float("nan"), 1)])
def test_costs_that_are_none_are_refused(
    opening: Opening, alice: User, now: datetime, costs: tuple[float, float]
) -> None:
    with pytest.raises(DecisionError, match="at most 1000 times"):
        set_costs(opening=opening, false_advance=costs[0], false_reject=costs[1], by=alice, now=now)


def test_a_decision_keeps_the_costs_it_was_made_at(
    scored: Application, dora: User, now: datetime
) -> None:
    lean(scored, dora, now)
    made = make_decision(scored, dora, now)
    set_costs(opening=scored.opening, false_advance=9, false_reject=1, by=dora, now=now)
    made.refresh_from_db()
    assert (made.cost_false_advance, made.cost_false_reject) == (1, 1)


def test_views_are_the_lean_and_the_first_word_after_it(
    scored: Application, dora: User, emil: User, now: datetime
) -> None:
    for one in (dora, emil):
        lean(scored, one, now, chance=40)
    page = seen(scored)
    made = make_decision(scored, dora, now, chance=70, on=page)
    with pytest.raises(DecidedMeanwhile):
        make_decision(scored, emil, now, chance=20, reason="Other.", on=page)
    make_decision(scored, dora, now + timedelta(hours=1), chance=10, reason="On second thoughts.")
    found = views_of(scored.opening)
    assert sorted((v.before, v.after) for v in found) == [(0.4, 0.2), (0.4, 0.7)]
    assert {v.panel for v in found} == {made.p_bar}
    assert [v.after for v in views_of(scored.opening, decider=dora)] == [0.7]


def test_what_deciders_wrote_of_somebody_goes_with_them(
    scored: Application, dora: User, now: datetime
) -> None:
    lean(scored, dora, now)
    make_decision(scored, dora, now)
    assert erase_due(now + timedelta(days=181)) == 1
    assert not Lean.objects.exists()
    assert not Decision.objects.exists()


def test_a_reason_may_hold_whatever_a_keyboard_gives(
    scored: Application, dora: User, now: datetime
) -> None:
    made = state_lean(
        application=scored, lean=Advice.ADVANCE, chance=50, reason="a\0b\ud800", by=dora, now=now
    )
    assert "\0" not in Lean.objects.get(pk=made.pk).reason
