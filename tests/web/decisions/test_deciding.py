"""From the evidence over the lean to the decision: what is shown when, and what is never lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.deciding import decider, lean, make_decision, seen
from tests.interviewing import body_of, held

from evenhand.hiring.decisions.models import Outcome
from evenhand.hiring.decisions.recommending import Recommendation
from evenhand.hiring.decisions.services import set_costs
from evenhand.hiring.interviews.services import (
    begin_interview,
    plan_interview,
    save_card,
)
from evenhand.hiring.interviews.services import lock_card as lock_own
from evenhand.hiring.models import (
    Application,
    CardLevel,
    Decision,
    EstimateRow,
    Interview,
    Lean,
    LedgerEntry,
    Membership,
    Proposal,
    Role,
    Scorecard,
    Sitting,
    User,
)
from evenhand.hiring.sittings.autosave import save
from evenhand.hiring.sittings.services import submit
from evenhand.web.decisions.words import cost_lines

NAMES = ("Charlie", "Cole", "charlie@example.org", "Acme")


def lean_page(one: Application) -> str:
    return reverse("lean", args=[one.pk])


def decision_page(one: Application) -> str:
    return reverse("decision", args=[one.pk])


def fields(one: Application, **more: object) -> dict[str, object]:
    on = seen(one)
    first = {"outcome": "advance", "reason": "Measures first.", "chance": 60}
    return {**first, "number": on.number, "estimate": on.estimate, **more}


def lock_card(one: Application, by: User, now: datetime) -> None:
    held = Interview.objects.create(
        application=one, round="final", interviewer=by, minutes=60, planned_by=by,
        planned_at=now, state="locked", locked_at=now,
    )  # fmt: skip
    body = {
        "version": "evenhand-scorecard/1", "questions": [], "stamps": [], "levels": {},
        "notes": "Charlie asked for the base rate at once.",
    }  # fmt: skip
    card = Scorecard.objects.create(interview=held, body=body, saved_at=now)
    CardLevel.objects.create(
        scorecard=card, dimension="data_quality", task="t", level=4.5, given_at=now
    )


def test_the_evidence_comes_without_a_figure_a_name_or_a_level(
    deciding: Client, scored: Application, alice: User, now: datetime
) -> None:
    lock_card(scored, alice, now)
    page = deciding.get(lean_page(scored)).content.decode()
    assert "I would label four hundred queries first." in page
    assert "[name], mail [mail address]. At [employer] I" in page
    assert "[name] asked for the base rate at once." in page
    assert not any(name in page for name in NAMES)
    assert "P(" not in page
    assert "4.5" not in page
    assert "<svg" not in page.partition("<main")[2]


def test_a_draft_is_evidence_only_once_it_is_handed_in(
    deciding: Client, sitting: Sitting, alice: User, now: datetime
) -> None:
    save(
        sitting=sitting, prompt=sitting.prompts[0], text="Half a thought", base_revision=0,
        tab="t", replace=False, now=now,
    )  # fmt: skip
    Membership.objects.create(
        opening=sitting.application.opening, user=alice, role=Role.INTERVIEWER, since=now
    )
    held(sitting.application, "final", alice, now)
    page = deciding.get(lean_page(sitting.application)).content.decode()
    assert "said something about" in page
    assert "Half a thought" not in page
    assert "Nothing is handed in yet" in page
    submit(sitting=sitting, now=now)
    page = deciding.get(lean_page(sitting.application)).content.decode()
    assert "Half a thought" in page
    assert "Nothing is handed in yet" not in page


def test_the_figures_lead_back_to_the_lean_until_it_is_stated(
    deciding: Client, scored: Application
) -> None:
    for name in ("decision", "report"):
        answer = deciding.get(reverse(name, args=[scored.pk]))
        assert (answer.status_code, answer["Location"]) == (302, lean_page(scored))
    for name in ("report-json", "report-pdf"):
        answer = deciding.get(reverse(name, args=[scored.pk]))
        assert answer.status_code == 409
        assert "stated your lean" in answer.content.decode()


def test_a_lean_is_posted_and_locked(deciding: Client, scored: Application) -> None:
    given = {"lean": "look_closer", "chance": 40, "reason": ""}
    answer = deciding.post(lean_page(scored), given)
    assert answer["Location"] == decision_page(scored)
    assert Lean.objects.get().chance == 40
    assert deciding.get(lean_page(scored))["Location"] == decision_page(scored)


def test_who_had_seen_figures_is_told_so_and_it_stands_beside_their_decision(
    client: Client, scored: Application, alice: User, now: datetime
) -> None:
    client.force_login(alice)
    assert client.get(reverse("report", args=[scored.pk])).status_code == 200
    later = timezone.now() + timedelta(seconds=1)
    Membership.objects.create(opening=scored.opening, user=alice, role=Role.DECIDER, since=later)
    assert "you were shown figures of this person" in client.get(lean_page(scored)).content.decode()
    client.post(lean_page(scored), {"lean": "look_closer", "chance": 40, "reason": ""})
    make_decision(scored, alice, now)
    page = client.get(decision_page(scored)).content.decode()
    assert "had seen figures before stating a lean" in page
    assert "Before you saw any figure" not in page
    assert "Your view went" not in page
    found = client.get(reverse("decision-json", args=[scored.pk])).json()
    assert found["lean"]["after_figures"] is True
    assert found["decisions"][0]["lean_after_figures"] is True


def test_a_card_of_who_had_seen_figures_says_so_wherever_it_is_shown(
    client: Client, scored: Application, alice: User, dora: User
) -> None:
    note = "had seen figures before they were to interview"
    client.force_login(alice)
    client.get(reverse("report", args=[scored.pk]))
    later = timezone.now() + timedelta(seconds=1)
    Membership.objects.create(
        opening=scored.opening, user=alice, role=Role.INTERVIEWER, since=later
    )
    planned = plan_interview(
        application=scored, round="final", interviewer=alice, by=alice, now=later
    )
    page = client.get(reverse("interview", args=[planned.pk])).content.decode()
    assert "you were shown figures of this person before" in page
    begin_interview(interview=planned, by=alice, now=later)
    save_card(interview=planned, body=body_of(planned), base_revision=0, now=later)
    locked = lock_own(interview=planned, by=alice, now=later)
    assert note in client.get(reverse("interview-locked", args=[locked.pk])).content.decode()
    client.force_login(dora)
    assert note in client.get(lean_page(scored)).content.decode()
    lean(scored, dora, later)
    assert note in client.get(decision_page(scored)).content.decode()
    found = client.get(reverse("decision-json", args=[scored.pk])).json()
    assert [one["after_figures"] for one in found["scorecards"]] == [True]


@pytest.mark.parametrize("given", [{}, {"lean": "maybe", "chance": 140}])
def test_a_lean_that_cannot_be_kept_stays_on_the_page(
    deciding: Client, scored: Application, given: dict[str, object]
) -> None:
    answer = deciding.post(lean_page(scored), {**given, "reason": "It was well put."})
    assert answer.status_code == 422
    assert "It was well put." in answer.content.decode()
    assert not Lean.objects.exists()


def test_the_decision_page_has_everything_a_decision_rests_on(
    deciding: Client, scored: Application, dora: User, alice: User, now: datetime
) -> None:
    lock_card(scored, alice, now)
    lean(scored, dora, now)
    page = deciding.get(decision_page(scored)).content.decode()
    for part in (
        "The figures speak for: look closer", "Information for your decision", "nobody is told",
        "Both errors are taken to cost the same", "Expected cost", "Your lean",
        "gave 40\u00a0% to this person",
        "What it rests on", "What to ask next", "The answers and the evidence", "4.5",
        "the level that trained raters would give this person", "Lock my decision",
        'class="plot"', "At or above 3.5",
    ):  # fmt: skip
        assert part in page, part
    assert not any(name in page for name in NAMES)


def test_quotes_still_stand_where_they_point_when_names_are_left_out(
    deciding: Client, scored: Application, dora: User, now: datetime
) -> None:
    lean(scored, dora, now)
    given = deciding.get(reverse("report-json", args=[scored.pk])).json()
    for answer in given["answers"]:
        assert not any(name in answer["text"] for name in NAMES)
        quotes = [
            quote
            for reading in answer["readings"]
            for line in reading["indicators"]
            for quote in line["quotes"]
        ]
        assert quotes
        for quote in quotes:
            assert answer["text"][quote["start"] : quote["end"]] == quote["text"]


def test_the_costs_change_what_the_figures_speak_for(
    deciding: Client, scored: Application, dora: User, now: datetime
) -> None:
    lean(scored, dora, now)
    EstimateRow.objects.filter(dimension="overall").update(reliability=0.9, p_bar=0.75)
    set_costs(opening=scored.opening, false_advance=1, false_reject=900, by=dora, now=now)
    assert "speak for: advance" in deciding.get(decision_page(scored)).content.decode()
    set_costs(opening=scored.opening, false_advance=900, false_reject=1, by=dora, now=now)
    page = deciding.get(decision_page(scored)).content.decode()
    assert "speak for: do not advance" in page
    assert "costs 900 times as much" in page


def test_a_locked_decision_shows_the_name_and_says_what_was_overridden(
    deciding: Client, scored: Application, dora: User, now: datetime
) -> None:
    lean(scored, dora, now)
    assert "Charlie" not in deciding.get(decision_page(scored)).content.decode()
    answer = deciding.post(decision_page(scored), fields(scored), follow=True)
    page = answer.content.decode()
    assert "Nobody was told of it." in page
    assert "Charlie Cole" in page
    assert "charlie@example.org" in page
    assert "other than recommended" in page
    assert "the figures spoke for: look closer" in page
    assert "Your view went from 40\u00a0% to 60\u00a0%" in page


def test_holding_keeps_the_name_hidden(
    deciding: Client, scored: Application, dora: User, now: datetime
) -> None:
    lean(scored, dora, now)
    answer = deciding.post(decision_page(scored), fields(scored, outcome="hold"), follow=True)
    assert not any(name in answer.content.decode() for name in NAMES)


def test_a_decision_without_words_is_asked_again_with_everything_typed(
    deciding: Client, scored: Application, dora: User, now: datetime
) -> None:
    lean(scored, dora, now)
    answer = deciding.post(decision_page(scored), fields(scored, reason=" ", chance=37))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="37"' in page
    assert not Decision.objects.exists()


def test_who_comes_second_reads_what_was_decided_and_loses_nothing(
    deciding: Client, scored: Application, dora: User, now: datetime
) -> None:
    emil = decider(scored.opening, "Emil", now)
    for one in (dora, emil):
        lean(scored, one, now)
    typed = fields(scored, outcome="not_advance", reason="Not a word on <data>.")
    make_decision(scored, emil, now, reason="Clear on evaluation.")
    answer = deciding.post(decision_page(scored), typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Emil decided first: advance." in page
    assert "Clear on evaluation." in page
    assert page.count("Not a word on &lt;data&gt;.") == 2  # the proposal, and the form
    assert 'name="number" value="1"' in page
    assert Proposal.objects.get().by == dora
    # Seen now, so that the same button revises.
    deciding.post(decision_page(scored), fields(scored, outcome="not_advance"))
    assert [d.outcome for d in Decision.objects.order_by("number")] == ["advance", "not_advance"]


def test_estimates_that_moved_are_shown_before_the_decision_counts(
    deciding: Client, scored: Application, dora: User, now: datetime
) -> None:
    lean(scored, dora, now)
    typed = fields(scored)
    row = EstimateRow.objects.get(application=scored, dimension="overall")
    EstimateRow.objects.filter(pk=row.pk).update(superseded_at=now)
    row.pk = None
    row.save(force_insert=True)
    answer = deciding.post(decision_page(scored), typed)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "The estimates changed while you were reading." in page
    assert "Measures first." in page
    assert f'name="estimate" value="{row.pk}"' in page


def test_a_decider_who_recruits_too_is_as_blind(
    deciding: Client, scored: Application, dora: User, now: datetime
) -> None:
    Membership.objects.create(opening=scored.opening, user=dora, role=Role.RECRUITER, since=now)
    listed = deciding.get(reverse("opening", args=[scored.opening_id])).content.decode()
    assert "hidden until your lean" in listed
    assert 'class="mini"' not in listed
    assert deciding.get(reverse("report", args=[scored.pk])).status_code == 302
    lean(scored, dora, now)
    report = deciding.get(reverse("report", args=[scored.pk])).content.decode()
    assert not any(name in report for name in NAMES)


def test_a_recruiter_reads_the_report_as_before(
    client: Client, scored: Application, alice: User
) -> None:
    client.force_login(alice)
    report = client.get(reverse("report", args=[scored.pk])).content.decode()
    assert "Acme" in report


def test_a_decider_who_interviews_locks_their_card_first(
    deciding: Client, scored: Application, dora: User, now: datetime
) -> None:
    Interview.objects.create(
        application=scored, round="peer", interviewer=dora, minutes=45, planned_by=dora,
        planned_at=now,
    )  # fmt: skip
    page = deciding.get(lean_page(scored)).content.decode()
    assert "Lock your scorecard first" in page
    assert "four hundred queries" not in page


def test_the_recruiter_sees_the_decision_with_who_and_why(
    client: Client, scored: Application, dora: User, alice: User, now: datetime
) -> None:
    lean(scored, dora, now)
    make_decision(scored, dora, now, outcome=Outcome.NOT_ADVANCE, reason="No <word> on data.")
    client.force_login(alice)
    page = client.get(reverse("opening", args=[scored.opening_id])).content.decode()
    assert "decided: do not advance" in page
    assert "Dora, " in page
    assert "No &lt;word&gt; on data." in page


@pytest.mark.parametrize(("name", "what"), [("lean", "evidence"), ("decision", "decision")])
def test_whoever_looks_is_in_the_record(
    deciding: Client, scored: Application, dora: User, now: datetime, name: str, what: str
) -> None:
    if name == "decision":
        lean(scored, dora, now)
    deciding.get(reverse(name, args=[scored.pk]))
    (entry,) = LedgerEntry.objects.filter(action="application.viewed")
    assert (entry.actor, entry.facts) == (f"user:{dora.pk}", {"what": what})


def test_what_is_not_scored_waits(deciding: Client, application: Application) -> None:
    assert "not scored yet" in deciding.get(lean_page(application)).content.decode()
    assert not LedgerEntry.objects.filter(action="application.viewed").exists()


FILES = ("decision-json", "decision-pdf")


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_held_back_until_the_lean_and_open_to_deciders_alone(
    client: Client, deciding: Client, scored: Application, alice: User, name: str
) -> None:
    address = reverse(name, args=[scored.pk])
    held = deciding.get(address)
    assert (held.status_code, "lean" in held.content.decode()) == (409, True)
    client.force_login(alice)
    assert client.get(address).status_code == 404
    assert not LedgerEntry.objects.filter(action="application.viewed").exists()


def test_the_json_has_what_the_page_has_and_no_name(
    deciding: Client, scored: Application, dora: User, alice: User, now: datetime
) -> None:
    lock_card(scored, alice, now)
    lean(scored, dora, now)
    address = reverse("decision-json", args=[scored.pk])
    before = deciding.get(address).json()
    assert (before["format"], before["decisions"]) == ("evenhand-decision/1", [])
    assert before["report"]["format"] == "evenhand-report/1"
    assert before["lean"]["chance"] == Lean.objects.get().chance
    least = min(v for v in before["advice"]["expected"].values() if v is not None)
    assert before["advice"]["expected"][before["advice"]["advises"]] == pytest.approx(least)
    (card,) = before["scorecards"]
    assert card["levels"] == [{"dimension": "Data quality intuition", "level": 4.5}]
    assert card["notes"][0]["text"] == "[name] asked for the base rate at once."
    deciding.post(decision_page(scored), fields(scored))
    after = deciding.get(address).json()
    (decided,) = after["decisions"]
    assert (decided["outcome"], decided["reason"]) == ("advance", "Measures first.")
    assert "Cole" not in str(before)
    entries = LedgerEntry.objects.filter(facts__what="decision.json")
    assert {entry.actor for entry in entries} == {f"user:{dora.pk}"}


def test_the_pdf_takes_what_people_wrote_as_words_and_is_recorded(
    deciding: Client, scored: Application, dora: User, alice: User, now: datetime
) -> None:
    lock_card(scored, alice, now)
    lean(scored, dora, now)
    reason = '#panic("no") = *Heading* $x$ ' + "x" * 200
    deciding.post(decision_page(scored), fields(scored, reason=reason))
    given = deciding.get(reverse("decision-pdf", args=[scored.pk]))
    assert (given.status_code, given["Content-Type"]) == (200, "application/pdf")
    assert given.content.startswith(b"%PDF-")
    assert LedgerEntry.objects.filter(facts__what="decision.pdf").count() == 1


def test_a_level_corrected_after_locking_is_seen_by_who_decides_with_its_reason(
    deciding: Client, scored: Application, dora: User, alice: User, now: datetime
) -> None:
    lock_card(scored, alice, now)
    lean(scored, dora, now)
    card = Scorecard.objects.get()
    card.levels.update(replaced_at=now)
    CardLevel.objects.create(
        scorecard=card, dimension="data_quality", task="t", level=3.0, given_at=now,
        reason="A slip: Charlie named no label.",
    )  # fmt: skip
    body = " ".join(deciding.get(decision_page(scored)).content.decode().split())
    assert "corrected from 4.5 to 3.0 after the card was locked: A slip: [name] named" in body
    (given,) = deciding.get(reverse("decision-json", args=[scored.pk])).json()["scorecards"]
    assert [(one["before"], one["after"]) for one in given["corrections"]] == [(4.5, 3.0)]
    assert deciding.get(reverse("decision-pdf", args=[scored.pk])).status_code == 200


@pytest.mark.parametrize(
    ("costs", "shown"),
    [
        ((0.246, 0.251, 0.754), [("0.246", True), ("0.251", False), ("0.754", False)]),
        ((0.2, 0.3, 0.8), [("0.20", True), ("0.30", False), ("0.80", False)]),
        ((0.5, 0.6, 0.5), [("0.50", True), ("0.60", False), ("0.50", True)]),
        ((0.2501, 0.2504, 0.8), [("0.250", True), ("0.250", True), ("0.800", False)]),
    ],
)
def test_two_costs_that_differ_do_not_look_the_same_with_one_called_the_least(
    costs: tuple[float, float, float], shown: list[tuple[str, bool]]
) -> None:
    advance, look_closer, not_advance = costs
    says = Recommendation("advance", "cheapest", advance, not_advance, look_closer, 0.5, 60)
    assert [(line.cost, line.cheapest) for line in cost_lines(says)] == shown


def test_who_is_turned_down_with_an_interview_to_come_has_that_said_beside_the_decision(
    deciding: Client, scored: Application, dora: User, alice: User, now: datetime
) -> None:
    Membership.objects.create(opening=scored.opening, user=alice, role=Role.INTERVIEWER, since=now)
    plan_interview(application=scored, round="final", interviewer=alice, by=alice, now=now)
    lean(scored, dora, now)
    says = "1 interview is still planned. While this decision stands nobody is invited"
    make_decision(scored, dora, now, outcome=Outcome.NOT_ADVANCE)
    assert says in deciding.get(decision_page(scored)).content.decode()
    make_decision(scored, dora, now, outcome=Outcome.HOLD, reason="Wait.")
    assert says not in deciding.get(decision_page(scored)).content.decode()
