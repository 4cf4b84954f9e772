"""What calls took and cost, as the drift watch charts it."""

from __future__ import annotations

import math
from datetime import datetime

import pytest
from tests.hiring.judging.calls import call
from tests.rated import hand_in_rated

from evenhand.hiring.drift.watching import watch_pack
from evenhand.hiring.judging.services import ask_for_gate
from evenhand.hiring.judging.spending import drop_calls
from evenhand.hiring.models import JudgeCall, Opening, User


def test_seconds_and_cost_of_a_judges_calls_are_charted_by_answer(
    opening: Opening, now: datetime
) -> None:
    for person in hand_in_rated(opening, 15, now=now):
        for answer in person.sitting.answers.all():
            for _draw in range(2):
                call(person, now, answer=answer, judge="first")
    (watched,) = watch_pack(opening.pack_id, opening.organisation_id)
    charts = {(one.measure.code, one.subject): one for one in watched.charts}
    # Two calls of 2 seconds and 0.00146 each an answer; charts are of logarithms.
    assert charts["judge-latency", "first"].begun.start.centre == pytest.approx(math.log(4))
    assert charts["judge-cost", "first"].begun.start.centre == pytest.approx(math.log(2 * 0.00146))
    assert ("judge-latency", "second") not in charts


def test_calls_of_a_reading_that_was_thrown_away_are_in_no_chart(
    opening: Opening, now: datetime
) -> None:
    for person in hand_in_rated(opening, 15, now=now):
        for answer in person.sitting.answers.all():
            call(person, now, answer=answer, judge="first")
            call(person, now, answer=answer, judge="first")
        of_one = JudgeCall.objects.filter(answer__sitting=person.sitting)
        drop_calls(of_one.filter(pk__in=[call.pk for call in of_one][::2]))
    (watched,) = watch_pack(opening.pack_id, opening.organisation_id)
    charts = {(one.measure.code, one.subject): one for one in watched.charts}
    assert charts["judge-cost", "first"].begun.start.centre == pytest.approx(math.log(0.00146))


def test_what_a_panel_on_trial_made_of_the_same_answers_is_in_no_chart(
    opening: Opening, alice: User, now: datetime
) -> None:
    run = ask_for_gate(pack=opening.pack, panel="other", by=alice, now=now)
    for person in hand_in_rated(opening, 15, now=now):
        for answer in person.sitting.answers.all():
            call(person, now, answer=answer, judge="first")
            call(person, now, answer=answer, judge="first", kind="gate", gate_run=run)
    (watched,) = watch_pack(opening.pack_id, opening.organisation_id)
    charts = {(one.measure.code, one.subject): one for one in watched.charts}
    assert charts["judge-cost", "first"].begun.start.centre == pytest.approx(math.log(0.00146))
