"""The report says what the rows say, in words that do not overstate it."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from tests.interviewing import held, interviewer
from tests.web.scored import components_for, keep_aside, score

from evenhand.hiring.calibration import choosing
from evenhand.hiring.models import (
    AnswerScore,
    Application,
    EstimateRow,
    Opening,
    Sitting,
    VerdictRow,
)
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.sittings.autosave import save
from evenhand.hiring.sittings.services import submit
from evenhand.measure import Components
from evenhand.web.report.as_json import plain
from evenhand.web.report.build import build
from evenhand.web.report.material import gather
from evenhand.web.report.pdf import paper
from evenhand.web.report.reading import panel_mark
from evenhand.web.report.shape import Report

pytestmark = pytest.mark.django_db


def report_on(application: Application) -> Report:
    return build(gather(application))


def test_the_figures_are_those_of_the_rows(scored: Application) -> None:
    report = report_on(scored)
    rows = {row.dimension: row for row in EstimateRow.objects.all()}
    assert [line.id for line in report.dimensions] == [d for d in rows if d != "overall"]
    for line in report.dimensions:
        row = rows[line.id]
        assert (line.level.mean, line.level.low, line.level.high, line.p_bar) == (
            row.mean,
            row.low,
            row.high,
            row.p_bar,
        )
    assert report.overall is not None
    assert report.overall.level.mean == rows["overall"].mean


def test_the_headline_gives_the_interval_the_chance_and_the_bar(scored: Application) -> None:
    report = report_on(scored)
    assert report.overall is not None
    level = report.overall.level
    chance = f"{100 * report.overall.p_bar:.0f}\u00a0%"
    assert report.headline == (
        f"Between {level.low:.1f} and {level.high:.1f} overall; {chance} likely to be at or above "
        "the bar of 3.5."
    )


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (3.5, 4.5, "lies at or above the bar; a person decides"),
        (2.0, 3.49, "Nobody is turned away by that"),
        (2.0, 3.5, "these figures alone do not settle it"),
    ],
)
def test_the_headline_is_followed_by_what_it_says_for_a_decision(
    scored: Application, low: float, high: float, says: str
) -> None:
    EstimateRow.objects.update(low=low, high=high)
    assert says in report_on(scored).upshot


@pytest.mark.parametrize(
    ("levels", "overall", "said"),
    [
        ({"coverage": 1.0, "features": 1.5, "whole": 2.0}, 2.5, "average 1.5, and the overall"),
        ({"coverage": 1.0, "features": 1.5, "whole": 2.0}, 1.9, ""),
        ({"coverage": 1.0, "features": 1.5, "whole": 2.0}, 1.0, ""),
        ({"coverage": 5.0, "features": None, "whole": 4.8}, 4.0, "average 4.9, and the overall"),
    ],
)
def test_beside_the_overall_figure_it_says_what_it_leans_towards_where_it_is_far_off_what_was_read(
    application: Application,
    monkeypatch: pytest.MonkeyPatch,
    levels: dict[str, float | None],
    overall: float,
    said: str,
) -> None:
    components = components_for(pack_of(application.opening.pack_id))
    monkeypatch.setattr(choosing, "shipped_components", lambda root: components)
    score(application, levels=levels)
    EstimateRow.objects.filter(dimension="overall").update(mean=overall)
    report = report_on(application)
    assert said in report.leaning
    assert bool(said) == bool(report.leaning)
    assert not said or f"is {overall:.1f}: while there is little to go by" in report.leaning
    assert paper(report)["leaning"] == report.leaning


def test_what_was_read_is_the_joint_level_that_stands_beside_an_answer(
    scored: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    components = components_for(pack_of(scored.opening.pack_id))
    monkeypatch.setattr(choosing, "shipped_components", lambda root: components)
    VerdictRow.objects.filter(level__isnull=False).update(level=2.3)
    for answer, dimension in VerdictRow.objects.values_list("answer", "dimension").distinct():
        where = {"answer_id": answer, "dimension": dimension}
        AnswerScore.objects.update_or_create(**where, defaults={"level": 1.2, "confidence": 0.9})
    EstimateRow.objects.filter(dimension="overall").update(mean=2.5)
    assert "average 1.2, and the overall" in report_on(scored).leaning


def test_a_dimension_without_a_rating_is_marked_as_not_asked(scored: Application) -> None:
    asked = {line.id: line.asked for line in report_on(scored).dimensions}
    assert asked == {
        "eval_discipline": True,
        "production_debugging": True,
        "trade_off_reasoning": True,
        "communication": True,
        "data_quality": False,
        "cost_latency_ops": False,
        "adversarial_thinking": False,
    }


@pytest.mark.parametrize(
    ("low", "high", "standing"),
    [(3.5, 4.5, "at_or_above"), (2.0, 3.49, "below"), (2.0, 3.5, "open"), (3.4, 4.9, "open")],
)
def test_only_an_interval_wholly_on_one_side_is_settled(
    scored: Application, low: float, high: float, standing: str
) -> None:
    EstimateRow.objects.update(low=low, high=high)
    lines = report_on(scored).dimensions
    assert {line.standing for line in lines if line.asked} == {standing}
    # What was not asked stays open, wherever the other answers put it.
    assert {line.standing for line in lines if not line.asked} == {"open"}


def test_the_shares_add_up_to_each_estimate(scored: Application) -> None:
    report = report_on(scored)
    assert report.overall is not None
    for line in (report.overall, *report.dimensions):
        assert sum(share.share for share in line.shares) == pytest.approx(line.level.mean)
        assert len(line.shares) == 1 + VerdictRow.objects.count() + 1
        asked = {share.asked for share in line.shares if share.source == "rating"}
        assert asked == {"Question 1", "Question 2", "Question 3", "Question 4"}


def test_estimates_made_with_other_components_get_no_shares(scored: Application) -> None:
    EstimateRow.objects.update(components_version="0" * 64)
    report = report_on(scored)
    assert all(line.shares == () for line in report.dimensions)
    assert report.focus == ()


def test_what_to_ask_next_are_questions_of_the_live_rounds(scored: Application) -> None:
    focus = report_on(scored).focus
    assert focus
    assert {line.round for line in focus} <= {"Hiring manager's round", "Peer interview"}
    gains = [line.gain_per_minute for line in focus]
    assert gains == sorted(gains, reverse=True)
    assert all(line.sd_after < line.sd_before for line in focus)
    assert "has not been asked yet" in focus[0].reason


def test_of_questions_that_stand_in_for_each_other_one_is_planned(scored: Application) -> None:
    planned = {line.prompt for line in report_on(scored).focus}
    assert len(planned & {"adv_fraud", "adv_assistant"}) == 1


def test_indicators_are_numbered_through_an_answer_on_two_dimensions(scored: Application) -> None:
    answer = next(a for a in report_on(scored).answers if a.prompt == "behavioural_incident")
    numbers = [line.number for reading in answer.readings for line in reading.indicators]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(answer.readings) == 2


def test_judges_far_apart_are_called_so(scored: Application) -> None:
    reading = report_on(scored).answers[0].readings[0]
    assert reading.spread == pytest.approx(1.2)
    assert "disagree: their levels lie 1.2 apart" in reading.agreement


@pytest.mark.parametrize(
    ("marks", "shown"),
    [
        ((2, 2, 0), "shown"),
        ((2, 0), "not_shown"),
        ((2, 1, None), "partly"),
        ((None, None), "cannot_tell"),
        ((), "cannot_tell"),
    ],
)
def test_the_panels_mark_is_the_middle_one_and_the_lower_in_doubt(
    marks: tuple[int | None, ...], shown: str
) -> None:
    assert panel_mark(marks) == shown


def test_one_judge_that_abstains_is_counted_with_its_reason(
    application: Application, known_components: Components
) -> None:
    report = report_on(score(application, levels={"coverage": 3.0, "features": 3.2, "whole": None}))
    reading = report.answers[0].readings[0]
    assert reading.agreement == "The judges agree: their levels lie within 0.2. 1 judge abstained."
    assert reading.judges[2].reason == "The answer is too short to tell."


def test_where_all_abstain_the_interval_is_what_is_assumed_of_anyone(
    application: Application, known_components: Components
) -> None:
    report = report_on(score(application, levels=dict.fromkeys(("coverage", "whole")), text=""))
    assert not report.read
    assert report.headline.startswith("No judge could read an answer: between ")
    line = report.dimensions[0]
    assert line.level.mean == pytest.approx(known_components.location[0])
    variance = known_components.psi[0, 0] + known_components.location_cov[0, 0]
    half = 1.6449 * variance**0.5 * known_components.conformal
    assert line.level.high - line.level.mean == pytest.approx(half, abs=1e-3)
    assert line.says == "open: asked, but no judge could read it"
    assert [line.put for line in report.dimensions].count(True) == 4
    assert report.answers[0].segments == ()


def test_before_the_sitting_is_submitted_no_answer_is_shown(application: Application) -> None:
    report = report_on(application)
    assert report.state == "not_submitted"
    assert report.answers == ()
    assert report.overall is None


def test_the_report_names_nobody(scored: Application) -> None:
    written = json.dumps(plain(report_on(scored)), cls=DjangoJSONEncoder)
    assert "Charlie" not in written
    assert "charlie@" not in written
    assert '"code": "Candidate 1"' in written


def test_text_kept_aside_and_flags_are_in_the_report(
    application: Application, known_components: Components
) -> None:
    flags = [{"code": "injection", "detail": "The text speaks to the judge."}]
    scored = score(application, flags=flags)
    keep_aside(scored, "my other version")
    report = report_on(scored)
    assert report.answers[0].flags[0].code == "injection"
    assert [aside.text for a in report.answers for aside in a.aside] == ["my other version"]


def test_what_no_judge_saw_is_counted_by_kind(
    application: Application, known_components: Components
) -> None:
    places = [{"kind": kind, "start": 0, "end": 4} for kind in ("name", "mail", "name")]
    report = report_on(score(application, redacted=places))
    assert report.answers[0].redacted == (
        "Taken out before any judge read it: mail addresses (1), names (2)."
    )


def test_the_ledger_entries_of_this_person_are_named(scored: Application) -> None:
    actions = [event.action for event in report_on(scored).made.events]
    assert "link.made" in actions
    assert "opening.created" not in actions


def test_gathering_takes_a_fixed_number_of_queries(
    scored: Application, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(12):  # type: ignore[operator]
        gather(scored)


def test_the_report_does_not_tell_when_somebody_saved_while_writing(
    sitting: Sitting, now: datetime
) -> None:
    save(
        sitting=sitting, prompt=sitting.prompts[0], text="A first try.",
        base_revision=0, tab="t", replace=False, now=now,
    )  # fmt: skip
    submit(sitting=sitting, now=now)
    actions = {event.action for event in report_on(sitting.application).made.events}
    assert "answer.saved" not in actions
    assert {"sitting.begun", "answer.submitted"} <= actions


def test_the_report_shows_how_each_round_narrowed_it_and_who_rated(
    scored: Application, opening: Opening, now: datetime
) -> None:
    assert report_on(scored).dimensions[0].rounds == ()
    held(scored, "final", interviewer(opening, "Ivan", now), now, level=3.0)
    lines = {line.id: line for line in report_on(scored).dimensions}
    data = lines["data_quality"]
    assert [(one.round, one.ratings) for one in data.rounds] == [("async", 0), ("final", 1)]
    written, final = (one.level.high - one.level.low for one in data.rounds)
    assert final < written
    assert (data.rounds[-1].level.low, data.asked, data.put) == (data.level.low, True, True)
    (share,) = [one for one in data.shares if one.round == "final" and one.task == "data_inherit"]
    assert (share.who, share.level) == ("interviewer, Hiring manager's round", 3.0)


def test_a_report_before_anything_is_handed_in_rests_on_the_live_rounds_and_shows_no_answer(
    application: Application, known_components: object, opening: Opening, now: datetime
) -> None:
    assert report_on(application).state == "not_submitted"
    held(application, "final", interviewer(opening, "Ivan", now), now, level=3.0)
    report = report_on(Application.objects.get(pk=application.pk))
    assert (report.state, report.answers) == ("live", ())
    assert len(report.dimensions) == 7
    assert report.headline.startswith("Between ")
