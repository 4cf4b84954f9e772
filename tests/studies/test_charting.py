"""A chart's start stays, early drift is found, and limits pay for what the start leaves open."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from evenhand.studies.charting import START, Chart, chart, start_of

Array = NDArray[np.float64]
SD = 0.35
CHARTS = 150


def drawn(values: Array, *, answers: int = 1, rare: bool = False) -> Chart:
    """Chart values of people with so many answers each."""
    whose = [n // answers for n in range(len(values))]
    start = start_of(values.tolist(), whose, least_sd=0.1, rare=rare)
    assert start is not None
    return chart(values[start.size :].tolist(), start, rise_only=rare)


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.floats(-5, 5), min_size=START, max_size=START + 60),
    st.lists(st.floats(-5, 5), max_size=60),
)
def test_later_values_move_neither_the_start_nor_what_was_charted(
    values: list[float], later: list[float]
) -> None:
    before, after = drawn(np.array(values)), drawn(np.array(values + later))
    assert after.start == before.start
    assert after.half == before.half
    assert after.mean[: len(before.mean)].tolist() == before.mean.tolist()


def test_before_the_start_is_whole_there_is_none() -> None:
    assert start_of([0.0] * (START - 1), list(range(START - 1)), least_sd=0.1) is None


@pytest.mark.parametrize("at", [60, 100, 150, 400])
def test_a_shift_is_found_wherever_it_comes_and_its_chart_stays_beyond(at: int) -> None:
    rng = np.random.default_rng(5)
    found, stays = 0, 0
    for _ in range(CHARTS):
        values = rng.normal(0, SD, at + 500)
        values[at:] += 0.3
        beyond = drawn(values).outside
        found += bool(beyond[at - START : at - START + 200].any())
        stays += bool(beyond[-100:].any())
    assert found / CHARTS > 0.9
    assert stays / CHARTS > 0.9


@pytest.mark.parametrize("answers", [1, 4])
def test_where_nothing_changes_few_charts_ever_alarm(answers: int) -> None:
    rng = np.random.default_rng(6)
    n = START + 1000
    theirs = rng.normal(size=(CHARTS, n // answers)).repeat(answers, axis=1)
    values = SD * (0.2**0.5 * theirs + 0.8**0.5 * rng.normal(size=(CHARTS, n)))
    alarms = [drawn(one, answers=answers).outside.any() for one in values]
    assert np.mean(alarms) < 0.08


def test_limits_are_wider_where_the_answers_of_a_person_are_alike() -> None:
    alike = np.random.default_rng(2).normal(size=15).repeat(4)
    assert drawn(alike, answers=4).half > 1.5 * drawn(alike).half


def test_none_in_sixty_does_not_say_that_there_is_none() -> None:
    values = np.zeros(START + 100)
    values[START + 10 :: 40] = 1.0
    calm = drawn(values, rare=True)
    assert calm.start.centre == pytest.approx(0.5 / (START + 1))
    assert not calm.outside.any()
    values[START + 10 :: 4] = 1.0
    assert drawn(values, rare=True).since is not None


def test_a_fall_of_what_is_rare_is_no_alarm() -> None:
    values = np.concatenate([np.full(START, 0.9), np.zeros(200)])
    assert not drawn(values, rare=True).outside.any()
    assert drawn(values).outside[-1]


def test_no_single_value_is_an_alarm() -> None:
    values = np.random.default_rng(1).normal(0, SD, START + 40)
    values[START + 5] = 100.0
    assert not drawn(values).outside.any()


def test_how_long_a_chart_is_beyond_its_limits_is_told() -> None:
    values = np.concatenate([np.tile([-1.0, 1.0], START // 2), np.full(100, 2.0)])
    found = drawn(values)
    first = int(np.flatnonzero(found.outside)[0])
    assert found.since == 100 - first
    back = drawn(np.concatenate([values, np.full(400, 0.0)]))
    assert back.since is None
