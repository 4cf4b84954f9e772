"""Adverse impact: ratios with intervals, an exact test, and silence about few."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evenhand.studies.errors import StudyError
from evenhand.studies.impact import FEWEST, Group, impact, pair_tests, ratio_interval

sizes = st.integers(10, 400)


@st.composite
def groups(draw: st.DrawFn, least: int = 0) -> Group:
    of = draw(sizes)
    return Group(draw(st.text(min_size=1, max_size=5)), draw(st.integers(least, of)), of)


def test_the_score_interval_is_that_of_koopmans_example() -> None:
    # Koopman 1984, table 1: 36 of 40 beside 16 of 80; 95 % limits 2.94 and 7.15.
    low, high = ratio_interval(Group("a", 36, 40), Group("b", 16, 80), 0.95)
    assert (round(low, 2), round(high, 2)) == (2.94, 7.15)


@given(groups(), groups())
def test_the_interval_holds_the_ratio_and_turns_over_with_the_groups(
    one: Group, two: Group
) -> None:
    low, high = ratio_interval(one, two, 0.9)
    assert 0 <= low < high
    if one.selected and two.selected:
        ratio = one.selected / one.of / (two.selected / two.of)
        assert low <= ratio * (1 + 1e-9)
        assert high >= ratio * (1 - 1e-9)
        back_low, back_high = ratio_interval(two, one, 0.9)
        assert back_low == pytest.approx(1 / high, rel=1e-5)
        assert back_high == pytest.approx(1 / low, rel=1e-5)


def test_where_nobody_was_selected_the_interval_is_open() -> None:
    assert ratio_interval(Group("a", 0, 20), Group("b", 5, 20), 0.9)[0] == 0
    assert ratio_interval(Group("a", 5, 20), Group("b", 0, 20), 0.9)[1] == inf


def test_the_test_is_fishers_with_half_of_what_is_as_likely() -> None:
    (one, _) = impact([Group("a", 3, 20), Group("b", 12, 20)])
    exact = stats.fisher_exact([[3, 17], [12, 8]])[1]
    own = stats.hypergeom.pmf(3, 40, 15, 20)
    assert one.p == pytest.approx(exact - own, rel=1e-9)  # both tails have this table


def test_the_group_with_the_highest_rate_is_what_others_are_held_against() -> None:
    lines = impact([Group("a", 10, 50), Group("b", 20, 50), Group("c", 15, 50)])
    assert [line.ratio for line in lines] == pytest.approx([0.5, 1.0, 0.75])
    assert lines[1].p is lines[1].low is None
    first, _, third = lines
    assert first.below is not None
    assert third.below is not None
    assert first.below > third.below > 0.4


def test_of_a_small_group_not_even_its_size_is_told() -> None:
    small, _, _ = impact([Group("a", 9, FEWEST - 1), Group("b", 5, 20), Group("c", 6, 20)])
    assert (small.told, small.of, small.rate, small.ratio) == (False, 0, None, None)


def test_with_one_group_or_nobody_selected_nothing_is_compared() -> None:
    assert not impact([Group("a", 5, 20)])[0].told
    assert not any(line.told for line in impact([Group("a", 0, 20), Group("b", 0, 20)]))


def test_more_groups_make_the_test_stricter() -> None:
    two = impact([Group("a", 10, 50), Group("b", 20, 50)])[0].p
    three = impact([Group("a", 10, 50), Group("b", 20, 50), Group("c", 19, 50)])[0].p
    assert two is not None
    assert three == pytest.approx(3 * two)


def test_that_the_highest_rate_is_picked_afterwards_makes_no_alarms_among_seven_groups() -> None:
    random = np.random.default_rng(3)
    alarms = 0
    for _ in range(200):
        made = [Group(str(n), int(random.binomial(40, 0.3)), 40) for n in range(7)]
        alarms += min(pair_tests(made).values()) < 0.05
    assert alarms <= 16  # 5 % of 200 and two standard errors; adjusted for six tests it was 23


def test_the_size_needed_is_that_of_the_textbook() -> None:
    # Rates .3 and .24, 5 % two-sided, power .8.
    (one, _) = impact([Group("a", 20, 100), Group("b", 30, 100)])
    assert one.needed == 856


@given(st.lists(groups(), max_size=5, unique_by=lambda one: one.name))
def test_every_figure_is_possible_whatever_the_counts(given_groups: list[Group]) -> None:
    for line in impact(given_groups):
        if line.p is not None:
            assert 0 <= line.p <= 1
            assert line.below is not None
            assert 0 <= line.below <= 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ([Group("a", 3, 2)], "3 of 2"),
        ([Group("a", -1, 2)], "-1 of 2"),
        ([Group("a", 1, 20), Group("a", 1, 20)], "2 times"),
    ],
)
def test_impossible_counts_are_refused(wrong: list[Group], says: str) -> None:
    with pytest.raises(StudyError, match=says):
        impact(wrong)


def test_without_a_difference_the_test_seldom_alarms_where_the_rule_alone_often_does() -> None:
    random = np.random.default_rng(1)
    alarms, rule = 0, 0
    for _ in range(400):
        few, many = int(random.binomial(30, 0.3)), int(random.binomial(120, 0.3))
        line = impact([Group("few", few, 30), Group("many", many, 120)])
        worse = next(one for one in line if one.p is not None)
        assert worse.p is not None
        assert worse.ratio is not None
        alarms += worse.p < 0.05
        rule += worse.ratio < 0.8
    assert alarms <= 28  # 5 % of 400 and two standard errors
    assert rule > 100
