"""Ranks say no more than the posteriors they come from."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.measure import Estimate, MeasureError, rank
from evenhand.measure.ranking import band, rank_intervals, rank_sets, unshrunk
from evenhand.measure.top import p_top

MEANS = st.lists(st.floats(1, 5), min_size=1, max_size=12)


def people(means: list[float], sd: float = 0.4) -> list[Estimate]:
    return [
        Estimate(f"p{place}", "overall", mean, sd, mean - 0.6, mean + 0.6, 0.5, 0.7)
        for place, mean in enumerate(means)
    ]


@given(MEANS, st.integers(0, 14), st.floats(0.05, 1.0))
def test_chances_of_the_top_sum_to_its_size(means: list[float], top: int, sd: float) -> None:
    found = p_top(np.array(means), np.full(len(means), sd), top)
    assert found.sum() == pytest.approx(min(top, len(means)), abs=1e-6)
    assert ((found >= 0) & (found <= 1)).all()


@given(MEANS, st.integers(1, 6))
def test_a_better_mean_never_has_a_smaller_chance(means: list[float], top: int) -> None:
    found = p_top(np.array(means), np.full(len(means), 0.4), top)
    order = np.argsort(means)
    assert (np.diff(found[order]) >= -1e-9).all()


def test_chances_are_those_of_draws() -> None:
    rng = np.random.default_rng(3)
    mean, sd = rng.normal(3, 0.6, 200), rng.uniform(0.2, 0.6, 200)
    draws = mean + sd * rng.standard_normal((4000, 200))
    ranks = (-draws).argsort(axis=1).argsort(axis=1)
    for top in (1, 5, 20, 100):
        assert np.abs(p_top(mean, sd, top) - (ranks < top).mean(axis=0)).max() <= 0.03


def test_known_people_have_one_rank_each() -> None:
    found = rank(people([2.0, 4.0, 3.0], sd=1e-6), top=1)
    assert [(one.low, one.high, one.band) for one in found] == [(3, 3, 3), (1, 1, 1), (2, 2, 2)]
    assert [round(one.p_top, 6) for one in found] == [0, 1, 0]
    assert [(one.surely_from, one.surely_to) for one in found] == [(3, 3), (1, 1), (2, 2)]


def test_people_who_are_alike_are_one_band_and_anywhere() -> None:
    found = rank(people([3.0] * 5), top=2)
    assert {one.band for one in found} == {1}
    assert {(one.surely_from, one.surely_to) for one in found} == {(1, 5)}
    assert [one.p_top for one in found] == pytest.approx([0.4] * 5)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(1, 5), min_size=2, max_size=8, unique=True), st.randoms())
def test_the_order_and_the_names_of_people_do_not_matter(
    means: list[float], random: object
) -> None:
    rows = people(means)
    other = [replace(row, candidate=f"x{row.candidate}") for row in rows]
    random.shuffle(other)  # type: ignore[attr-defined]
    one = {row.candidate: row for row in rank(rows, top=2)}
    two = {row.candidate[1:]: row for row in rank(other, top=2)}
    for name, found in one.items():
        assert found.band == two[name].band
        assert found.p_top == pytest.approx(two[name].p_top, abs=1e-9)
        assert (found.surely_from, found.surely_to) == (
            two[name].surely_from,
            two[name].surely_to,
        )
        assert found.expected == pytest.approx(two[name].expected, abs=0.15)


@given(MEANS)
def test_an_interval_holds_the_mean_rank(means: list[float]) -> None:
    expected, low, high = rank_intervals(np.array(means), np.full(len(means), 0.5), 0.9)
    assert ((low <= expected + 1) & (expected - 1 <= high)).all()
    assert low.min() >= 1
    assert high.max() <= len(means)
    assert expected.sum() == pytest.approx(len(means) * (len(means) + 1) / 2)


def test_the_confidence_set_holds_all_ranks_at_once() -> None:
    rng = np.random.default_rng(5)
    theta, error = np.linspace(-1, 1, 20), np.full(20, 0.3)
    truth = np.arange(20, 0, -1)
    held = 0
    for _ in range(200):
        first, last = rank_sets(theta + error * rng.standard_normal(20), error, 0.9)
        held += bool(((first <= truth) & (truth <= last)).all())
    assert held >= 170


def test_nothing_known_is_any_rank() -> None:
    x, error = unshrunk(np.array([3.0, 4.0]), np.array([0.3, 0.3]), np.array([0.0, 0.9]))
    assert np.isinf(error[0])
    assert rank_sets(x, error, 0.9)[1].tolist() == [2, 2]


def test_the_next_band_begins_where_chance_ends() -> None:
    # Two sd of .3 make .424; times 1.645 .698: 3.4 is with 4.0, 3.2 is not, 2.6 is with 3.2.
    mean, sd = np.array([4.0, 3.4, 3.2, 2.6]), np.full(4, 0.3)
    assert band(mean, sd, 0.9).tolist() == [1, 1, 2, 2]


def test_many_people_fit_into_memory() -> None:
    mean = np.linspace(1, 5, 30_000)
    _, low, high = rank_intervals(mean, np.full(len(mean), 0.3), 0.9)
    assert (low <= high).all()


@pytest.mark.parametrize(
    ("rows", "top", "says"),
    [
        ([], 1, "no estimates"),
        (people([3.0]) * 2, 1, "one estimate"),
        (
            [*people([3.0]), replace(people([3.0])[0], candidate="b", dimension="data")],
            1,
            "one est",
        ),
        (people([3.0]), -1, "negative"),
        ([replace(people([3.0])[0], mean=float("nan"))], 1, "mean"),
        ([replace(people([3.0])[0], sd=-1.0)], 1, "sd"),
    ],
)
def test_what_cannot_be_ranked_is_refused(rows: list[Estimate], top: int, says: str) -> None:
    with pytest.raises(MeasureError, match=says):
        rank(rows, top=top)


def test_what_is_doubtful_for_everyone_alike_does_not_blur_the_order() -> None:
    sure = people([2.0, 3.0, 4.0], sd=0.3)
    doubtful = [replace(row, sd=0.5, level_sd=0.4) for row in sure]
    for one, two in zip(rank(doubtful, top=1), rank(sure, top=1), strict=True):
        assert one.p_top == pytest.approx(two.p_top)
        assert (one.low, one.high, one.band) == (two.low, two.high, two.band)
