"""A kit: the common core, what is still open and why, minutes that add up, and no score at all."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest
from tests.interviewing import held
from tests.web.scored import components_for, score

from evenhand.hiring.at_rest.fields import sealed
from evenhand.hiring.calibration import choosing
from evenhand.hiring.interviews.kit import Kit
from evenhand.hiring.interviews.kits import kit_for
from evenhand.hiring.interviews.open_points import Heard, redacted_text
from evenhand.hiring.interviews.services import plan_interview
from evenhand.hiring.models import Answer, Application, Interview, Sitting, User, VerdictRow
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.openings.services import add_candidate

TEXT = (
    "Ana Brown and I would read two hundred errors first. Then we would check how labels are made."
)


def peer_of(application: Application, by: User, now: datetime, minutes: int | None = None) -> Kit:
    return kit_for(
        plan_interview(
            application=application, round="peer", interviewer=by, by=by, now=now, minutes=minutes
        )
    )


@pytest.fixture
def scored(application: Application, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Application:
    components = components_for(pack_of(application.opening.pack_id))
    monkeypatch.setattr(choosing, "shipped_components", lambda root: components)
    places = [{"kind": "name", "start": 0, "end": 9}]
    return score(application, text=TEXT, redacted=places, now=now)


def mark(application: Application, indicator: str, marks: dict[str, int | None]) -> None:
    """Set what each judge made of an indicator, with the first words as the evidence of a mark."""
    for row in VerdictRow.objects.filter(answer__sitting__application=application):
        if indicator in row.marks:
            row.marks = dict.fromkeys(row.marks, 2) | {indicator: marks[row.judge]}
            row.quotes = [{"indicator": indicator, "text": TEXT[:53], "start": 0, "end": 53}]
            row.save()


def test_the_core_of_the_final_round_comes_first_and_leaves_room_to_go_on(
    planned: Interview,
) -> None:
    kit = kit_for(planned)
    core = [one for one in kit.questions if one.core]
    assert [one.task for one in core] == ["data_inherit", "cost_bill", "adv_fraud"]
    assert list(kit.questions[:3]) == core
    assert all(one.kind == "probe" and one.follows and one.context for one in kit.questions[3:])
    assert len(kit.questions[3:]) > 0


def test_the_peer_round_plays_two_scenes_with_everyone(
    application: Application, ivan: User, now: datetime
) -> None:
    kit = peer_of(application, ivan, now)
    assert [one.task for one in kit.questions if one.core] == [
        "comm_irrelevant", "roleplay.explain_failure", "roleplay.push_back",
    ]  # fmt: skip
    for one in kit.questions:
        assert bool(one.part and one.lines) == (one.kind == "role_play")
    assert kit.questions[0].dimensions == ("communication",)


def test_before_anything_is_written_follow_up_questions_go_on_from_what_is_asked_here(
    application: Application, ivan: User, now: datetime
) -> None:
    kit = peer_of(application, ivan, now)
    assert {one.follows for one in kit.questions if not one.core} == {"comm_irrelevant"}


@pytest.mark.parametrize("minutes", [None, 1, 10, 20, 37, 90, 240])
def test_minutes_add_up_within_the_interview_and_what_does_not_fit_is_named(
    application: Application, ivan: User, now: datetime, minutes: int | None
) -> None:
    kit = peer_of(application, ivan, now, minutes)
    asked = sum(one.minutes for one in kit.questions)
    assert kit.opening_minutes + asked + kit.closing_minutes <= kit.minutes
    core = [one for one in kit.questions if one.core]
    assert len(core) + len(kit.left_out) == 3
    assert (not kit.left_out) == (minutes is None or minutes >= 37)


def test_a_kit_reads_back_from_json_as_it_was(scored: Application, planned: Interview) -> None:
    mark(scored, "trade.flip_point", {"coverage": 2, "features": 0, "whole": None})
    kit = kit_for(planned)
    assert kit.open_points
    assert Kit.from_json(json.loads(json.dumps(kit.to_json()))) == kit
    with pytest.raises(ValueError, match="evenhand-kit/1"):
        Kit.from_json({**kit.to_json(), "version": "evenhand-kit/9"})


@pytest.mark.parametrize(
    ("marks", "says"),
    [
        ((2, 0, None), "those who read the written answer differ on whether it says this"),
        ((1, None, None), "the written answer leaves open how far it says this"),
        ((None, None, None), "nobody could tell from the written answer whether it says this"),
    ],
)
def test_what_the_judges_left_open_is_asked_with_its_reason_and_the_persons_own_words(
    scored: Application, planned: Interview, marks: tuple[int | None, ...], says: str
) -> None:
    mark(
        scored, "trade.flip_point", dict(zip(("coverage", "features", "whole"), marks, strict=True))
    )
    kit = kit_for(planned)
    question = kit.question("probe.trade.flip_point")
    assert question is not None
    pack = pack_of(scored.opening.pack_id)
    assert question.reason.startswith(f"Trade-off reasoning: {says}: “States what is given up")
    assert question.text == pack.probe_for("trade.flip_point").text
    assert question.context == pack.prompt("tradeoff_small").text
    seen = any(mark for mark in marks)
    assert (
        "They wrote: “[name] and I would read two hundred errors first.”" in question.reason
    ) == seen
    assert "Ana" not in json.dumps(kit.to_json())
    point = next(one for one in kit.open_points if one.task == question.task)
    assert (point.indicator, point.question) == ("trade.flip_point", question.text)


def test_words_of_a_follow_up_are_quoted_from_where_they_stand(
    scored: Application, planned: Interview, now: datetime
) -> None:
    answer = scored.sitting.answers.get(prompt="tradeoff_small")
    Answer.objects.create(
        sitting=scored.sitting, prompt="probe.trade.measured", follows="tradeoff_small",
        text="Two weeks of both, side by side.", saved_at=now,
    )  # fmt: skip
    mark(scored, "trade.flip_point", {"coverage": 1, "features": None, "whole": None})
    begins = len(TEXT) + 2
    quote = {"indicator": "trade.flip_point", "text": "Two", "start": begins, "end": begins + 12}
    for verdict in answer.verdicts.all():
        verdict.quotes = [quote]
        verdict.save()
    question = kit_for(planned).question("probe.trade.flip_point")
    assert question is not None
    assert question.reason.endswith("They wrote: “Two weeks of”")
    assert kit_for(planned).question("probe.trade.measured") is None


def test_what_all_judges_saw_is_asked_last_and_what_an_interviewer_heard_is_settled(
    scored: Application, ivan: User, now: datetime
) -> None:
    mark(scored, "eval.upkeep", {"coverage": 2, "features": 0, "whole": 0})
    assert peer_of(scored, ivan, now).question("probe.eval.upkeep") is not None
    Interview.objects.all().delete()
    done = held(scored, "final", ivan, now, level="not_seen")
    done.scorecard.stamps.update(indicator="eval.upkeep")
    kit = peer_of(scored, ivan, now)
    assert "eval.upkeep" not in {one.indicator for one in kit.open_points}


def test_a_dimension_that_another_round_is_to_ask_everyone_about_is_left_to_it(
    scored: Application, planned: Interview, ivan: User, now: datetime
) -> None:
    assert "communication" not in {one.id for one in kit_for(planned).dimensions}
    assert "data_quality" not in {one.id for one in peer_of(scored, ivan, now).dimensions}


def test_a_round_that_did_not_get_to_see_a_dimension_is_the_reason_of_the_next(
    scored: Application, ivan: User, now: datetime
) -> None:
    held(scored, "final", ivan, now, level="not_seen")
    kit = peer_of(scored, ivan, now)
    assert any("did not get to see it" in one.reason for one in kit.questions)


def test_what_was_asked_is_not_asked_again(scored: Application, ivan: User, now: datetime) -> None:
    done = held(scored, "final", ivan, now)
    first = {one.task for one in kit_for(done).questions}
    assert not first & {one.task for one in peer_of(scored, ivan, now).questions}


def test_the_variant_that_others_were_asked_is_asked_of_everyone(
    planned: Interview, application: Application, ivan: User, now: datetime, alice: User
) -> None:
    kit = kit_for(planned).to_json()
    kit["questions"][2]["task"] = "adv_assistant"
    Interview.objects.filter(pk=planned.pk).update(
        state="begun", begun_at=now, kit=sealed(planned, "kit", kit)
    )
    dora = add_candidate(
        opening=application.opening, name="Dora", email="dora@example.org", by=alice, now=now
    )
    other = plan_interview(application=dora, round="final", interviewer=ivan, by=alice, now=now)
    assert "adv_assistant" in {one.task for one in kit_for(other).questions}


def test_a_kit_is_the_same_however_good_the_answers_were(
    scored: Application, planned: Interview
) -> None:
    kits = []
    for level in (1.0, 3.4, 5.0):
        VerdictRow.objects.update(level=level)
        kits.append(kit_for(planned))
    assert kits[0] == kits[1] == kits[2]


def test_no_reason_holds_a_figure(scored: Application, planned: Interview) -> None:
    kit = kit_for(planned)
    assert kit.open_points
    for one in (*kit.questions, *kit.open_points):
        own = re.sub("“[^”]*”", "", one.reason)
        assert not re.search(r"\d|±|%|level|score|interval|probab|likely", own), own


def test_while_answers_are_read_the_kit_waits_for_no_half_of_them(
    scored: Application, planned: Interview
) -> None:
    Sitting.objects.update(state=Sitting.State.SUBMITTED)
    assert kit_for(planned).open_points == ()


def test_identities_are_taken_out_wherever_they_stand() -> None:
    text = "Dr. Ann Lee of Acme wrote to ann@acme.io."
    places = [
        {"kind": "name", "start": 4, "end": 11},
        {"kind": "employer", "start": 15, "end": 19},
        {"kind": "mail", "start": 29, "end": 40},
    ]
    assert redacted_text(text, 0, len(text), places) == (
        "Dr. [name] of [employer] wrote to [mail address]."
    )
    assert redacted_text(text, 8, 17, places) == "[name] of [employer]"
    assert redacted_text("word " * 100, -5, 900, []).endswith(" word …")


def test_marks_that_differ_are_more_open_than_a_part_and_that_more_than_silence() -> None:
    marks: list[tuple[int | None, ...]] = [(2, 0), (1, 0), (1, None), (None, None)]
    ranks = [Heard(one, ()).rank for one in marks]
    assert ranks == sorted(ranks)
    assert [Heard(one, ()).doubt for one in ((0, 0), (2, 2), (2, None))] == [None] * 3
