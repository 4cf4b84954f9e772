"""Kappa against published and others' values, at its edges, and where candidates repeat."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from evenhand.studies.concordance.kappa import (
    Table,
    design_effect,
    influence,
    kappa_with_interval,
    table_of,
)
from evenhand.studies.concordance.planning import expected_table

sides = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=60)


def arrays(rows: list[tuple[bool, bool]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    a, b = np.array(rows, dtype=bool).T
    return a, b, np.arange(len(a))


def spelled(table: Table) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    counts = (table.both_yes, table.panel_only, table.people_only, table.both_no)
    kinds = ((True, True), (True, False), (False, True), (False, False))
    return arrays([kind for kind, n in zip(kinds, counts, strict=True) for _ in range(int(n))])


def test_kappa_and_its_error_are_those_of_the_published_example() -> None:
    # Fleiss, Levin and Paik 2003, as the R package statpsych prints it for ci.kappa(31, 12, 4, 58).
    table = Table(31, 12, 4, 58)
    assert math.isclose(table.kappa, 0.6756757, abs_tol=5e-8)
    assert math.isclose(math.sqrt(table.variance_of_one() / 105), 0.07344761, abs_tol=5e-9)


def test_kappa_is_that_of_a_table_worked_out_by_hand() -> None:
    # Agreement 16/20 = .8; shares .5 and .6, so chance .5 x .6 + .5 x .4 = .5; (.8 - .5)/.5 = .6.
    assert math.isclose(Table(9, 1, 3, 7).kappa, 0.6)
    assert math.isclose(Table(9, 1, 3, 7).pabak, 0.6)


@given(sides)
def test_kappa_is_scikit_learns(rows: list[tuple[bool, bool]]) -> None:
    a, b, _ = arrays(rows)
    ours = table_of(a.astype(float), b.astype(float)).kappa
    if len({*a.tolist(), *b.tolist()}) == 1:
        assert math.isnan(ours)
        return
    assert math.isclose(ours, cohen_kappa_score(a, b), abs_tol=1e-12)


@given(sides)
def test_the_first_order_contributions_give_the_asymptotic_variance(
    rows: list[tuple[bool, bool]],
) -> None:
    a, b, _ = arrays(rows)
    table = table_of(a.astype(float), b.astype(float))
    if math.isnan(table.kappa):
        return
    moved = influence(a, b)
    assert math.isclose(moved.sum(), 0, abs_tol=1e-9)
    assert math.isclose(moved @ moved / len(a), table.variance_of_one(), abs_tol=1e-9)


@given(sides)
def test_an_interval_holds_its_figure_and_stays_on_the_scale(rows: list[tuple[bool, bool]]) -> None:
    figure = kappa_with_interval(*arrays(rows), 0.9)
    if figure.value is not None:
        assert -1 <= figure.low <= figure.value <= figure.high <= 1


def test_full_agreement_of_few_is_no_certainty() -> None:
    few = kappa_with_interval(*spelled(Table(5, 0, 0, 15)), 0.9)
    many = kappa_with_interval(*spelled(Table(50, 0, 0, 150)), 0.9)
    assert few.value == many.value == 1
    assert few.low < 0.75 < 0.9 < many.low < 1


def test_where_nobody_differs_there_is_no_kappa() -> None:
    assert kappa_with_interval(*spelled(Table(0, 0, 0, 30)), 0.9).why == "no_spread"


def test_the_same_decisions_told_twice_are_no_more_evidence() -> None:
    a, b, of = spelled(Table(20, 6, 5, 29))
    twice = (np.repeat(a, 2), np.repeat(b, 2), np.repeat(of, 2))
    assert math.isclose(design_effect(*twice), 2)
    once, again = kappa_with_interval(a, b, of, 0.9), kappa_with_interval(*twice, 0.9)
    assert again.value == once.value
    assert again.half == pytest.approx(once.half, rel=0.03)
    assert kappa_with_interval(*twice[:2], np.arange(120), 0.9).half < 0.75 * once.half


@given(st.floats(0, 0.95), st.floats(0.1, 0.9))
def test_a_table_made_for_a_kappa_has_it(kappa: float, share: float) -> None:
    assert math.isclose(expected_table(kappa, share, share).kappa, kappa, abs_tol=1e-9)
