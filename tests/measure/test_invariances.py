"""What must not matter does not: order, names, raters who say nothing, one rater's constant.

Given the components, all of this holds to rounding, and so it does for order and names in a fit.
What a fit learns of a rater it learns against a prior; the tests of fits say what is left and why.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.measure import (
    Components,
    Effect,
    JudgeFacet,
    RaterKind,
    Rating,
    contributions,
    default_components,
    estimate,
    fit,
    posterior,
    read_ratings_csv,
)
from evenhand.measure.effects import Effects
from evenhand.measure.em import Problem, problem
from evenhand.measure.expecting import expect
from evenhand.measure.files import RATING_COLUMNS
from evenhand.measure.table import tabulate

DIMENSIONS = ("data", "evaluation", "serving")
JUDGES, PEOPLE = ("a", "b", "c"), ("kim", "lee", "moe")
EXACT = 1e-9
TURNED = 1e-4
"""Levels between two fits with their dimensions in another order: leaps go by the Cholesky factor
of psi, which depends on it, so that two climbs of one hill stop a hair apart."""

untimed = settings(deadline=None)

names = st.sampled_from(DIMENSIONS)
readings = st.one_of(
    st.tuples(st.just("model"), st.sampled_from(JUDGES), st.floats(1, 5)),
    st.tuples(st.just("human"), st.sampled_from(PEOPLE), st.integers(1, 5)),
)
ratings = st.lists(
    st.builds(
        lambda candidate, dimension, task, met, reading: Rating(
            candidate, dimension, task, met, reading[1], reading[0], float(reading[2])
        ),
        st.sampled_from(("ana", "bo", "cy")), names, st.sampled_from(("q1", "q2", "q3")),
        st.sampled_from(("async", "final")), readings,
    ),
    min_size=1, max_size=24,
)  # fmt: skip


def drawn(seed: int) -> Components:
    """Return components of any sizes, with known raters and tasks; levels as numbers."""
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(3, 3)) / 2
    unsure = rng.normal(size=(3, 3)) / 6

    def size() -> float:
        return float(rng.uniform(0.01, 0.5))

    return replace(
        default_components(DIMENSIONS),
        location=rng.uniform(2, 4, 3),
        psi=root @ root.T + 0.1 * np.eye(3),
        location_cov=unsure @ unsure.T,
        style=size(), answer=size(), shared=size(), halo=size(), human_noise=size(),
        judges={
            name: JudgeFacet(
                float(rng.normal(0, 0.3)), float(rng.uniform(0.3, 1.2)), size(), size()
            )
            for name in JUDGES[:2]
        },
        raters={"kim": Effect(float(rng.normal(0, 0.3)), size())},
        difficulties={"q1": {"data": Effect(float(rng.normal(0, 0.3)), size())}},
    )  # fmt: skip


@cache
def world(people: int, seed: int = 1) -> tuple[Rating, ...]:
    """Return ratings of people by three judges of scattered care and three persons, all in 2..4."""
    rng = np.random.default_rng(seed)
    severity = dict(zip((*JUDGES, *PEOPLE), rng.normal(0, 0.2, 6), strict=True))
    rows = []
    for n in range(people):
        ability = rng.normal(3, 0.4)
        for dimension in DIMENSIONS:
            own = ability + rng.normal(0, 0.2)
            care = np.exp(rng.normal(0, 0.6))
            raters: list[tuple[RaterKind, str, str, float]] = [
                ("model", judge, "q1", 0.2 * care) for judge in JUDGES
            ]
            raters += [
                ("human", PEOPLE[n % 3], "q2", 0.3),
                ("human", PEOPLE[(n + 1) % 3], "q1", 0.3),
            ]
            for kind, rater, task, noise in raters:
                level = own - severity[rater] + rng.normal(0, noise)
                level = float(np.clip(round(2 * level) / 2 if kind == "human" else level, 2, 4))
                met = "async" if kind == "model" else "final"
                rows.append(Rating(f"c{n}", dimension, task, met, rater, kind, level))
    return tuple(rows)


@cache
def linked() -> Components:
    """Return components with everything that a large fit has: link, moderation, known facets."""
    found = fit(list(world(220))).components
    assert found.link is not None
    assert found.moderation is not None
    return found


def known(seed: int) -> Components:
    return linked() if seed % 4 == 0 else drawn(seed)


def figures(
    rows: Sequence[Rating], components: Components
) -> dict[tuple[str, str], tuple[float, ...]]:
    return {
        (e.candidate, e.dimension): (e.mean, e.sd, e.low, e.high, e.p_bar, e.reliability)
        for e in estimate(rows, components)
    }


def same(
    one: dict[tuple[str, str], tuple[float, ...]],
    two: dict[tuple[str, str], tuple[float, ...]],
    within: float = EXACT,
) -> None:
    assert one.keys() == two.keys()
    for key, row in one.items():
        np.testing.assert_allclose(row, two[key], rtol=0, atol=within, err_msg=str(key))


def renamed(rows: Sequence[Rating], *fields: str) -> list[Rating]:
    """Give every name of these fields another one, in another alphabetical order."""
    return [replace(r, **{field: getattr(r, field)[::-1] + "'" for field in fields}) for r in rows]


seeds = st.integers(0, 400)


@untimed
@given(rows=ratings, seed=seeds, order=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[Rating], seed: int, order: Random) -> None:
    mixed = list(rows)
    order.shuffle(mixed)
    same(figures(rows, known(seed)), figures(mixed, known(seed)))


@untimed
@given(rows=ratings, seed=seeds)
def test_other_people_do_not_matter(rows: list[Rating], seed: int) -> None:
    alone: dict[tuple[str, str], tuple[float, ...]] = {}
    for candidate in dict.fromkeys(r.candidate for r in rows):
        alone |= figures([r for r in rows if r.candidate == candidate], known(seed))
    same(figures(rows, known(seed)), alone)


@untimed
@given(rows=ratings, seed=seeds)
def test_names_of_candidates_and_rounds_do_not_matter(rows: list[Rating], seed: int) -> None:
    before = figures(rows, known(seed))
    after = figures(renamed(rows, "candidate", "round"), known(seed))
    same({(candidate[::-1] + "'", on): row for (candidate, on), row in before.items()}, after)


@untimed
@given(rows=ratings, seed=seeds)
def test_names_of_raters_and_tasks_do_not_matter_if_the_components_change_theirs(
    rows: list[Rating], seed: int
) -> None:
    before = drawn(seed)
    after = replace(
        before,
        judges={name[::-1] + "'": facet for name, facet in before.judges.items()},
        raters={name[::-1] + "'": effect for name, effect in before.raters.items()},
        difficulties={name[::-1] + "'": one for name, one in before.difficulties.items()},
    )
    same(figures(rows, before), figures(renamed(rows, "rater", "task"), after))


@untimed
@given(rows=ratings, seed=seeds)
def test_the_order_and_the_names_of_dimensions_do_not_matter(rows: list[Rating], seed: int) -> None:
    before = drawn(seed)
    turned = np.array([2, 0, 1])
    after = replace(
        before,
        dimensions=tuple(DIMENSIONS[k][::-1] + "'" for k in turned),
        location=before.location[turned],
        psi=before.psi[np.ix_(turned, turned)],
        location_cov=before.location_cov[np.ix_(turned, turned)],
        difficulties={"q1": {"data"[::-1] + "'": before.difficulties["q1"]["data"]}},
    )
    found = figures(renamed(rows, "dimension"), after)
    expected = {
        (candidate, on if on == "overall" else on[::-1] + "'"): row
        for (candidate, on), row in figures(rows, before).items()
    }
    same(expected, found)


@untimed
@given(rows=ratings, seed=seeds, level=st.floats(1, 5))
def test_a_judge_that_tells_nothing_changes_nothing(
    rows: list[Rating], seed: int, level: float
) -> None:
    before = known(seed)
    mute = JudgeFacet(0.3, 0.0, 0.2, 0.1)
    # Beside a variance of 1e12 a surprise of at most 4 levels weighs less than rounding.
    loud = JudgeFacet(0.3, 1.0, 1e12, 0.0)
    more = [replace(r, rater="new", rater_kind="model", level=level) for r in rows]
    for facet in (mute, loud):
        if facet is loud and before.moderation is not None:
            continue  # Its scatter is evidence of how hard the answer is to read.
        after = replace(before, judges={**before.judges, "new": facet})
        same(figures(rows, before), figures([*rows, *more], after))


@untimed
@given(rows=ratings, seed=seeds, shift=st.floats(-1, 1))
def test_a_constant_known_to_be_a_raters_own_changes_nothing(
    rows: list[Rating], seed: int, shift: float
) -> None:
    rows = [replace(r, level=2 + (r.level - 1) / 2) for r in rows]
    before = drawn(seed)
    harder = before.raters["kim"].mean - shift
    after = replace(before, raters={"kim": Effect(harder, before.raters["kim"].variance)})
    shifted = [replace(r, level=r.level + shift * (r.rater == "kim")) for r in rows]
    same(figures(rows, before), figures(shifted, after))


@untimed
@given(rows=ratings, seed=seeds)
def test_a_scale_turned_over_turns_every_estimate_over(rows: list[Rating], seed: int) -> None:
    before = drawn(seed)
    after = replace(
        before,
        location=6 - before.location,
        judges={n: replace(j, severity=-j.severity) for n, j in before.judges.items()},
        raters={n: Effect(-e.mean, e.variance) for n, e in before.raters.items()},
        difficulties={"q1": {"data": replace(before.difficulties["q1"]["data"],
                                             mean=-before.difficulties["q1"]["data"].mean)}},
    )  # fmt: skip
    turned = [replace(r, level=6 - r.level) for r in rows]
    expected = {
        key: (6 - mean, sd, 6 - high, 6 - low)
        for key, (mean, sd, low, high, *_) in figures(rows, before).items()
    }
    same(expected, {key: row[:4] for key, row in figures(turned, after).items()})


@untimed
@given(rows=ratings, seed=seeds, weights=st.dictionaries(names, st.floats(0.1, 3), min_size=1))
def test_contributions_sum_to_the_estimate(
    rows: list[Rating], seed: int, weights: dict[str, float]
) -> None:
    mine = [r for r in rows if r.candidate == rows[0].candidate]
    shares = np.array([weights.get(name, 0.0) for name in DIMENSIONS]) / sum(weights.values())
    for e in estimate(mine, known(seed), weights=weights):
        parts = contributions(mine, known(seed), e.dimension, weights=weights)
        assert abs(sum(part.share for part in parts) - e.mean) < EXACT
        assert [part.rating for part in parts[1:-1]] == mine
        # The last summand closes the gap to what is reported; without it they are the score.
        score = posterior(mine, known(seed)).mean[0]
        behind = (
            score @ shares if e.dimension == "overall" else score[DIMENSIONS.index(e.dimension)]
        )
        assert abs(sum(part.share for part in parts[:-1]) - behind) < EXACT


@untimed
@given(rows=ratings, times=st.integers(2, 4))
def test_a_file_with_every_line_repeated_is_the_same_file(
    rows: list[Rating], times: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("doubled") / "ratings.csv"
    lines = [",".join(RATING_COLUMNS)]
    lines += [",".join(map(str, vars(r).values())) for r in rows * times]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert read_ratings_csv(path) == list(dict.fromkeys(rows))


@pytest.mark.parametrize("fields", [(), ("candidate", "task", "round", "rater"), ("dimension",)])
def test_a_fit_goes_by_neither_order_nor_names(fields: tuple[str, ...]) -> None:
    rows = world(40)
    order = np.random.default_rng(3).permutation(len(rows))
    after = renamed([rows[k] for k in order], *fields)
    before = {
        (
            candidate[::-1] + "'" if "candidate" in fields else candidate,
            on[::-1] + "'" if "dimension" in fields and on != "overall" else on,
        ): row
        for (candidate, on), row in figures(rows, fit(rows).components).items()
    }
    within = TURNED if "dimension" in fields else EXACT
    same(before, figures(after, fit(after).components), within)


def means(rows: Sequence[Rating]) -> np.ndarray:
    """Return the posterior means after a fit to the rows themselves."""
    return np.array([row[0] for row in figures(rows, fit(rows).components).values()])


def everybody(rater: str, kind: RaterKind, level: float, people: int) -> list[Rating]:
    return [
        Rating(f"c{n}", dimension, "q1", "new", rater, kind, level)
        for n in range(people)
        for dimension in DIMENSIONS
    ]


@pytest.mark.parametrize("level", [2.0, 3.0, 4.5])
@pytest.mark.parametrize("people", [40, 220])
def test_a_judge_of_one_level_is_found_to_tell_nothing(people: int, level: float) -> None:
    rows = list(world(people))
    more = [*rows, *everybody("flat", "model", level, people)]
    assert abs(fit(more).components.judges["flat"].loading) < 0.02
    # What is left: the prior of its loading, and one judge more in the scatter of every answer.
    assert np.abs(means(more) - means(rows)).max() < 0.03


def test_a_person_of_one_level_changes_how_far_people_differ_and_not_their_order() -> None:
    # People are taken at their word (loading 1): who sees no difference says that there is little.
    rows = list(world(40))
    before, after = means(rows), means([*rows, *everybody("flat", "human", 3.0, 40)])
    assert np.corrcoef(before.argsort().argsort(), after.argsort().argsort())[0, 1] > 0.99
    slope = np.polyfit(before, after, 1)[0]
    assert 0.6 < slope < 1
    assert abs(after.mean() - before.mean()) < 0.05


@pytest.mark.parametrize("shift", [0.25, -0.5, 1.0])
def test_a_raters_constant_is_their_severity_but_for_the_prior_exactly(shift: float) -> None:
    # A constant c on all of a rater's levels is a severity of -c, as if its prior mean had moved by
    # c. So at given sizes every effect u moves by c cov(u, b) / s, where b is the rater's severity
    # and s its prior variance; b itself moves by c var(b) / s - c.
    rows = [replace(r, level=2.5 + (r.level - 3) / 2) for r in world(30)]
    start = default_components(DIMENSIONS, JUDGES)

    def effects(given: Sequence[Rating]) -> tuple[Effects, Problem]:
        of = problem(tabulate(given, DIMENSIONS), start)
        return expect(of, of.start)[1], of

    (before, of), (after, _) = (
        effects([replace(r, level=r.level + by * (r.rater == "kim")) for r in rows])
        for by in (0.0, shift)
    )
    kim = [of.table.raters[k][1] for k in of.layout.people].index("kim")
    with_kim = of.pairs.other == kim
    people = np.zeros(len(of.layout.people))
    people[of.pairs.one[with_kim]] = before.people[with_kim] * shift / start.human_severity
    people[kim] -= shift
    common = before.across[:, kim] * shift / start.human_severity
    np.testing.assert_allclose(after.people_mean - before.people_mean, people, atol=EXACT)
    np.testing.assert_allclose(after.mean - before.mean, common, atol=EXACT)


@pytest.mark.parametrize("shift", [0.25, 0.5, -0.5])
def test_in_a_fit_a_raters_constant_moves_estimates_by_no_more_than_the_prior_keeps(
    shift: float,
) -> None:
    rows = world(40)
    moved = [replace(r, level=r.level + shift * (r.rater == "kim")) for r in rows]
    one, two = fit(rows).components, fit(moved).components
    # Kim's readings keep this part of the shift, and no estimate gives them more than full weight.
    kept = abs(shift) * one.raters["kim"].variance / one.human_severity
    assert kept < 0.3 * abs(shift)
    # The spread of severities is learnt too, and a larger one keeps less.
    change = two.raters["kim"].mean - one.raters["kim"].mean
    assert change == pytest.approx(np.sign(shift) * kept - shift, abs=0.05 * abs(shift))
    for name in ("lee", "moe"):
        assert abs(two.raters[name].mean - one.raters[name].mean) < kept
    for name in JUDGES:
        assert abs(two.judges[name].severity - one.judges[name].severity) < kept
    assert np.abs(means(moved) - means(rows)).max() < kept
