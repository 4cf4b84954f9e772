"""The sums of the E-step against numerical derivatives of the log posterior (Fisher's identity)."""

from dataclasses import replace

import numpy as np
import pytest

from evenhand.measure import Rating, default_components
from evenhand.measure.em import (
    LOADING_SD,
    WORTH,
    Parameters,
    Problem,
    maximise,
    problem,
)
from evenhand.measure.expecting import expect
from evenhand.measure.table import tabulate

STEP = 1e-5


@pytest.fixture(scope="module")
def of() -> Problem:
    """Seven people, three judges, two humans, gaps; enough of everything and no pattern."""
    rng = np.random.default_rng(2)
    ratings = []
    for person in range(7):
        for task, dimension in (
            ("q1", "data"),
            ("q1", "serving"),
            ("q2", "data"),
            ("q3", "serving"),
        ):
            raters = [
                ("a", "model"),
                ("b", "model"),
                ("c", "model"),
                ("h", "human"),
                ("k", "human"),
            ]
            for rater, kind in raters:
                if rng.random() < 0.7:
                    met = "async" if rng.random() < 0.5 else "final"
                    level = float(rng.uniform(1, 5))
                    row = (f"p{person}", dimension, task, met, rater)
                    ratings.append(Rating(*row, "model" if kind == "model" else "human", level))
    start = default_components(["data", "serving"])
    return problem(tabulate(ratings, start.dimensions), start)


@pytest.fixture(scope="module")
def now(of: Problem) -> Parameters:
    """Parameters away from the start, so that no prior is at its mode."""
    judges = len(of.layout.judges)
    return Parameters(
        psi=np.array([[0.7, 0.2], [0.2, 0.4]]),
        sizes={name: 1.3 * size for name, size in of.start.sizes.items()},
        loading=np.linspace(0.7, 1.1, judges),
        noise=np.linspace(0.2, 0.4, judges),
    )


def slope(of: Problem, up: Parameters, down: Parameters) -> float:
    return (expect(of, up)[2] - expect(of, down)[2]) / (2 * STEP)


@pytest.mark.parametrize(
    "name", ["style", "answer", "shared", "halo", "human_severity", "difficulty", "human_noise"]
)
def test_each_variance_moves_along_the_slope_of_the_log_posterior(
    of: Problem, now: Parameters, name: str
) -> None:
    def shifted(by: float) -> Parameters:
        size = now.sizes[name] + by
        return replace(now, sizes={**now.sizes, name: size})

    sums, posterior, _ = expect(of, now)
    change = maximise(of, now, posterior, sums).sizes[name] - now.sizes[name]
    expected = (of.counts[name] + WORTH) / (2 * now.sizes[name] ** 2) * change
    assert slope(of, shifted(STEP), shifted(-STEP)) == pytest.approx(expected, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("place", [(0, 0), (0, 1), (1, 1)])
def test_psi_moves_along_the_slope_of_the_log_posterior(
    of: Problem, now: Parameters, place: tuple[int, int]
) -> None:
    unit = np.zeros((2, 2))
    unit[place] = unit[place[::-1]] = 1
    sums, posterior, _ = expect(of, now)
    change = maximise(of, now, posterior, sums).psi - now.psi
    inverse = np.linalg.inv(now.psi)
    expected = (of.counts["psi"] + WORTH) / 2 * np.sum(unit * (inverse @ change @ inverse))
    up, down = (replace(now, psi=now.psi + by * unit) for by in (STEP, -STEP))
    assert slope(of, up, down) == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_loading_and_noise_of_judges_have_the_slopes_of_their_sums(
    of: Problem, now: Parameters
) -> None:
    sums, _, _ = expect(of, now)
    rows = of.nodes.given.sum(axis=0)
    for judge in range(len(rows)):
        unit = STEP * np.eye(len(rows))[judge]
        pull = (of.start.loading[judge] - now.loading[judge]) / LOADING_SD**2
        up, down = (replace(now, loading=now.loading + by) for by in (unit, -unit))
        expected = sums.cross[judge] / now.noise[judge] + pull
        assert slope(of, up, down) == pytest.approx(expected, rel=1e-5, abs=1e-6)
        spare = sums.squares[judge] + WORTH * of.start.noise[judge]
        spare -= (rows[judge] + WORTH) * now.noise[judge]
        up, down = (replace(now, noise=now.noise + by) for by in (unit, -unit))
        expected = spare / (2 * now.noise[judge] ** 2)
        assert slope(of, up, down) == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_signal_and_error_make_up_each_reading(of: Problem, now: Parameters) -> None:
    # level - 3 + severity = loading f + e, so the squares of both sides agree in expectation.
    sums, posterior, _ = expect(of, now)
    severity = of.layout.centre + posterior.mean
    for judge, given in enumerate(of.nodes.given.T):
        left = of.nodes.panel[given, judge] - 3 + severity[judge]
        total = np.sum(left**2) + given.sum() * posterior.common[judge, judge]
        load = now.loading[judge]
        right = sums.squares[judge] + 2 * load * sums.cross[judge] + load**2 * sums.signals[judge]
        assert right == pytest.approx(total, rel=1e-9)


def test_the_noise_follows_the_loading_within_a_step(of: Problem, now: Parameters) -> None:
    sums, posterior, _ = expect(of, now)
    after = maximise(of, now, posterior, sums)
    rows = of.nodes.given.sum(axis=0)
    for judge in range(len(rows)):
        by = after.loading[judge] - now.loading[judge]
        left = sums.squares[judge] - 2 * by * sums.cross[judge] + by**2 * sums.signals[judge]
        expected = (left + WORTH * of.start.noise[judge]) / (rows[judge] + WORTH)
        assert after.noise[judge] == pytest.approx(expected, rel=1e-12)
