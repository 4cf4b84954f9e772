"""A chart finds a lasting shift, forgives one odd value, and says nothing from few."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.studies.charting import FEWEST, START, WEIGHT, WIDTH, chart


def noise(seed: int, n: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.4, n)


def test_the_mean_and_the_limits_by_hand() -> None:
    # 40 values of which half are 1 and half 3: centre 2, sd sqrt(40/39); then a single 2 + sd.
    sd = math.sqrt(40 / 39)
    drawn = chart([1.0, 3.0] * 20 + [2.0 + sd], least_sd=0.1)
    assert drawn is not None
    assert drawn.start == 40
    assert math.isclose(drawn.centre, 2.0)
    assert math.isclose(drawn.sd, sd)
    assert math.isclose(drawn.mean[-1], 2.0 + WEIGHT * sd)
    # One step: w/(2-w) (1 - (1-w)²) = w². And 1/40 for the centre.
    assert math.isclose(drawn.half[-1], WIDTH * sd * math.sqrt(WEIGHT**2 + 1 / 40))


@pytest.mark.parametrize("shift", [0.3, -0.3])
def test_a_shift_of_three_tenths_of_a_level_is_found_within_100_answers(shift: float) -> None:
    found = []
    for seed in range(40):
        values = noise(seed, START + 200)
        values[START:] += shift
        drawn = chart(values.tolist(), least_sd=0.1)
        assert drawn is not None
        beyond = np.flatnonzero(drawn.outside)
        found.append(beyond[0] - START if len(beyond) else 999)
    assert np.quantile(found, 0.9) <= 100


def test_where_nothing_changes_few_charts_alarm() -> None:
    alarms = 0
    for seed in range(200):
        drawn = chart(noise(seed, START + 500).tolist(), least_sd=0.1)
        assert drawn is not None
        alarms += bool(drawn.outside.any())
    # 1.5 % are expected; more than 5 % of 200 would be a chance of one in a thousand.
    assert alarms <= 10


def test_from_few_values_there_is_no_chart() -> None:
    assert chart(noise(1, FEWEST - 1).tolist(), least_sd=0.1) is None
    assert chart([], least_sd=0.1) is None
    drawn = chart(noise(1, FEWEST).tolist(), least_sd=0.1)
    assert drawn is not None
    assert drawn.since is None


def test_one_odd_value_is_no_alarm_and_does_not_widen_the_limits_much() -> None:
    values = noise(2, 120)
    usual = chart(values.tolist(), least_sd=0.1)
    values[10] = values[90] = 50.0
    odd = chart(values.tolist(), least_sd=0.1)
    assert usual is not None
    assert odd is not None
    assert not odd.outside.any()
    assert odd.half[-1] < 1.5 * usual.half[-1]


def test_what_never_happened_at_first_alarms_when_it_goes_on_happening() -> None:
    drawn = chart([0.0] * 60 + [1.0] * 60, least_sd=0.05, low=False)
    assert drawn is not None
    assert drawn.since is not None
    assert 60 <= drawn.since <= 75


def test_where_only_a_rise_matters_a_fall_is_no_alarm() -> None:
    values = [1.0 + x for x in noise(3, 60)] + [0.0] * 60
    both, rise = (chart(values, least_sd=0.05, low=low) for low in (True, False))
    assert both is not None
    assert rise is not None
    assert both.since is not None
    assert rise.since is None


def test_a_chart_that_has_come_back_is_no_longer_in_alarm() -> None:
    values = np.concatenate([noise(4, 200), noise(5, 80) + 1.5, noise(6, 320)])
    drawn = chart(values.tolist(), least_sd=0.1)
    assert drawn is not None
    assert drawn.outside[200:300].any()
    assert drawn.since is None


@settings(deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=FEWEST, max_size=120), st.floats(-5, 5))
def test_a_chart_moves_with_its_values(values: list[float], by: float) -> None:
    one = chart(values, least_sd=0.1)
    other = chart([value + by for value in values], least_sd=0.1)
    assert one is not None
    assert other is not None
    assert np.allclose(one.mean + by, other.mean, atol=1e-6)
    assert np.allclose(one.half, other.half, atol=1e-6)
