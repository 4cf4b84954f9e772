from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from evenhand.measure import (
    Components,
    Effect,
    JudgeFacet,
    MeasureError,
    RaterKind,
    Rating,
    components_for,
    default_components,
    estimate,
    fit,
)
from evenhand.measure.em import SCALARS, Parameters, problem
from evenhand.measure.expecting import expect
from evenhand.measure.table import tabulate

DIMENSIONS = ("data", "evaluation", "serving")
# Sizes are small enough that levels outside 1..5 are rare, so that the world is the model's own.
TRUTH = replace(
    default_components(DIMENSIONS),
    location=np.array([2.9, 3.0, 3.1]),
    psi=0.25 * np.array([[1.0, 0.6, 0.3], [0.6, 1.0, 0.5], [0.3, 0.5, 1.0]]),
    style=0.03,
    answer=0.06,
    shared=0.05,
    judges={
        "strict": JudgeFacet(0.3, 1.0, 0.03),
        "flat": JudgeFacet(0.0, 0.7, 0.05),
        "lenient": JudgeFacet(-0.2, 0.9, 0.08),
    },
    human_noise=0.06,
    human_severity=0.04,
    halo=0.04,
    difficulty=0.03,
)


class World:
    """Draws ratings from components, two written and two live questions by dimension."""

    def __init__(
        self, people: int, seed: int, *, truth: Components = TRUTH, anchored: float = 0.2
    ) -> None:
        self.truth, self.anchored = truth, anchored
        self.rng = np.random.default_rng(seed)
        self.severity = {f"h{n}": self.draw(truth.human_severity) for n in range(20)}
        tasks = [(k, d) for k in ("w1", "w2", "l1", "l2") for d in truth.dimensions]
        self.hard = {cell: self.draw(truth.difficulty) for cell in tasks}
        self.ability = self.rng.multivariate_normal(truth.location, truth.psi, people)
        self.ratings: list[Rating] = []
        for person in range(people):
            self.person(person)

    def draw(self, variance: float) -> float:
        return float(self.rng.normal(0, np.sqrt(variance)))

    def person(self, person: int) -> None:
        style = self.draw(self.truth.style)
        interviewer = f"h{self.rng.integers(20)}"
        halo = self.draw(self.truth.halo)
        for (task, dimension), hard in self.hard.items():
            place = self.truth.dimensions.index(dimension)
            x = self.ability[person, place] - hard + self.draw(self.truth.answer)
            if task in ("l1", "l2"):
                self.human(person, dimension, task, interviewer, x + halo)
                continue
            shared = style + self.draw(self.truth.shared)
            for judge, facet in self.truth.judges.items():
                level = 3 - facet.severity + facet.loading * (x + shared - 3)
                self.add(person, dimension, task, judge, "model", level + self.draw(facet.noise))
            if self.rng.random() < self.anchored:
                other = f"h{self.rng.integers(20)}"
                self.human(person, dimension, task, other, x + self.draw(self.truth.halo))

    def human(self, person: int, dimension: str, task: str, rater: str, x: float) -> None:
        level = x - self.severity[rater] + self.draw(self.truth.human_noise)
        self.add(person, dimension, task, rater, "human", level)

    def add(
        self, person: int, dimension: str, task: str, rater: str, kind: RaterKind, level: float
    ) -> None:
        met = "async" if task in ("w1", "w2") else "final"
        clipped = float(np.clip(level, 1, 5))
        self.ratings.append(Rating(f"c{person}", dimension, task, met, rater, kind, clipped))


@pytest.fixture(scope="module")
def world() -> World:
    return World(300, seed=11)


@pytest.fixture(scope="module")
def fitted(world: World) -> Components:
    return fit(world.ratings).components


def only_models(ratings: list[Rating]) -> list[Rating]:
    return [r for r in ratings if r.rater_kind == "model"]


def one_judge(ratings: list[Rating]) -> list[Rating]:
    return [r for r in ratings if r.rater == "flat"]


def one_person_rates(ratings: list[Rating]) -> list[Rating]:
    return [replace(r, rater="h") for r in ratings if r.rater_kind == "human"]


def constant(ratings: list[Rating]) -> list[Rating]:
    return [replace(r, level=4.0) for r in ratings]


def everything(ratings: list[Rating]) -> list[Rating]:
    return ratings


@pytest.mark.parametrize("choose", [everything, only_models, one_judge, one_person_rates, constant])
def test_no_step_lowers_the_log_posterior(
    choose: Callable[[list[Rating]], list[Rating]],
) -> None:
    ratings = choose(World(30, seed=3).ratings)
    found = fit(ratings)
    assert np.diff(found.trace).min() >= -1e-6
    assert found.converged or "had not settled" in found.notes[0]
    assert all(np.isfinite([e.mean, e.sd]).all() for e in estimate(ratings, found.components))


def test_the_log_posterior_is_that_of_one_dense_gaussian() -> None:
    ratings = World(6, seed=5, anchored=0.5).ratings[::3]
    start = components_for(ratings)
    names = ["location", *dict.fromkeys((r.rater_kind, r.rater) for r in ratings)]
    cells = list(dict.fromkeys((r.task, r.dimension) for r in ratings))
    size = len(start.dimensions)
    effects: dict[object, float] = dict.fromkeys(start.dimensions, 0.5**2)
    for name in names[1:]:
        effects[name] = 0.5**2 if name[0] == "model" else start.human_severity
    effects |= dict.fromkeys(cells, start.difficulty)
    places = {name: place for place, name in enumerate(effects)}
    design = np.zeros((len(ratings), len(effects)))
    spread = np.zeros((len(ratings), len(ratings)))
    expected = np.zeros(len(ratings))
    for a, one in enumerate(ratings):
        load = 0.95 if one.rater_kind == "model" else 1.0
        design[a, places[one.dimension]] = load
        design[a, places[one.rater_kind, one.rater]] = -1
        design[a, places[one.task, one.dimension]] = -load
        expected[a] = 3.0
        for b, two in enumerate(ratings):
            if one.candidate != two.candidate:
                continue
            other = 0.95 if two.rater_kind == "model" else 1.0
            same = (one.task, one.dimension) == (two.task, two.dimension)
            models = one.rater_kind == two.rater_kind == "model"
            ability = start.psi[start.index(one.dimension), start.index(two.dimension)]
            common = ability + same * start.answer + models * (start.style + same * start.shared)
            spread[a, b] = load * other * common
            human = one.rater_kind == two.rater_kind == "human"
            spread[a, b] += start.halo * (
                human and (one.rater, one.round) == (two.rater, two.round)
            )
        noise = start.default_judge.noise if one.rater_kind == "model" else start.human_noise
        spread[a, a] += noise
    spread += design @ np.diag(list(effects.values())) @ design.T
    levels = np.array([r.level for r in ratings])
    likelihood = multivariate_normal(expected, spread).logpdf(levels)
    scalars = [start.style, start.answer, start.shared, start.halo, start.human_severity]
    scalars += [start.difficulty, start.human_noise, *[start.default_judge.noise] * 3]
    prior = np.linalg.slogdet(start.psi)[1] + size + np.sum(np.log(scalars)) + len(scalars)
    constant = len(ratings) / 2 * np.log(2 * np.pi)
    assert fit(ratings).trace[0] == pytest.approx(likelihood + constant - 5 * prior, abs=1e-7)


def test_the_fit_recovers_what_the_world_was_made_of(world: World, fitted: Components) -> None:
    np.testing.assert_allclose(fitted.psi, TRUTH.psi, atol=0.08)
    assert fitted.style == pytest.approx(TRUTH.style, abs=0.03)
    assert fitted.answer == pytest.approx(TRUTH.answer, abs=0.03)
    assert fitted.shared == pytest.approx(TRUTH.shared, abs=0.03)
    assert fitted.human_noise == pytest.approx(TRUTH.human_noise, abs=0.03)
    assert fitted.halo == pytest.approx(TRUTH.halo, abs=0.03)
    for name, facet in TRUTH.judges.items():
        assert fitted.judges[name].loading == pytest.approx(facet.loading, abs=0.1)
        assert fitted.judges[name].noise == pytest.approx(facet.noise, abs=0.02)
        assert fitted.judges[name].severity == pytest.approx(facet.severity, abs=0.15)


def test_a_strict_person_is_found_strict(world: World, fitted: Components) -> None:
    misses = [
        (fitted.raters[name].mean - severity) / np.sqrt(fitted.raters[name].variance)
        for name, severity in world.severity.items()
    ]
    assert np.mean(np.abs(misses) < 2) >= 0.8
    found = [fitted.raters[name].mean for name in world.severity]
    assert np.corrcoef(found, list(world.severity.values()))[0, 1] > 0.7


def test_intervals_cover_people_about_as_often_as_they_say() -> None:
    truth = replace(default_components(DIMENSIONS), judges=TRUTH.judges)
    covered = []
    for seed in range(4):
        world = World(250, seed, truth=truth)
        components = fit(world.ratings).components
        for e in estimate(world.ratings, components):
            if e.dimension != "overall":
                level = world.ability[int(e.candidate[1:]), DIMENSIONS.index(e.dimension)]
                covered.append(e.low <= level <= e.high)
    assert 0.85 <= np.mean(covered) <= 0.95


def test_the_order_of_rows_and_the_names_of_people_do_not_move_a_fit() -> None:
    ratings = World(20, seed=8).ratings
    one = fit(ratings).components
    two = fit([replace(r, candidate=f"p-{r.candidate}") for r in reversed(ratings)]).components
    np.testing.assert_allclose(one.psi, two.psi, atol=1e-8)
    assert one.judges["flat"].severity == pytest.approx(two.judges["flat"].severity, abs=1e-8)


def test_without_people_the_panel_keeps_the_mean_of_the_start() -> None:
    found = fit(only_models(World(60, seed=4).ratings))
    judges = found.components.judges.values()
    assert np.mean([judge.severity for judge in judges]) == pytest.approx(0, abs=1e-6)
    assert np.mean([judge.loading for judge in judges]) == pytest.approx(0.95, abs=1e-9)
    assert any("no human rated" in note for note in found.notes)
    assert found.components.provisional


def test_people_place_the_panel_on_their_scale() -> None:
    ratings = World(150, seed=4, anchored=0.5).ratings
    raised = [
        replace(r, level=min(5.0, r.level + 0.4 * (r.rater_kind == "model"))) for r in ratings
    ]
    low, high = fit(ratings).components, fit(raised).components
    for name in TRUTH.judges:
        change = high.judges[name].severity - low.judges[name].severity
        assert change == pytest.approx(-0.4, abs=0.06)


@pytest.mark.parametrize(
    ("choose", "words"),
    [
        (one_judge, "one model judge"),
        (one_person_rates, "one human rater"),
        (lambda rows: [r for r in rows if r.round == "final"], "no answer has two human raters"),
        (lambda rows: [r for r in rows if r.task != "w2" and r.task != "l2" and r.task != "l1"],
         "one question only"),
        (lambda rows: [r for r in rows if (r.rater_kind == "model") == (r.round == "async")],
         "no human rated an answer that a model rated"),
    ],
)  # fmt: skip
def test_what_the_data_cannot_tell_apart_is_said(
    choose: Callable[[list[Rating]], list[Rating]], words: str
) -> None:
    assert any(words in note for note in fit(choose(World(8, seed=1).ratings)).notes)


def test_a_handful_of_people_keeps_the_start() -> None:
    ratings = World(4, seed=2).ratings
    found = fit(ratings)
    assert found.components.version == components_for(ratings).version
    assert found.steps == 0
    assert "only 4 candidates" in found.notes[0]


def test_a_single_rating_is_measured() -> None:
    one = [Rating("ana", "data", "q1", "async", "a", "model", 4)]
    assert len(estimate(one, fit(one).components)) == 2


def test_a_dimension_that_nobody_was_rated_on_stays_near_the_start() -> None:
    ratings = [r for r in World(30, seed=6).ratings if r.dimension != "serving"]
    found = fit(ratings, default_components(DIMENSIONS))
    assert found.components.psi[2, 2] == pytest.approx(0.5625, rel=0.3)
    assert any("nobody was rated on serving" in note for note in found.notes)


def test_what_the_start_knows_of_others_is_kept() -> None:
    start = replace(
        default_components(DIMENSIONS, ["elsewhere"]),
        raters={"away": Effect(0.2, 0.01)},
        difficulties={"other": {"data": Effect(0.1, 0.02)}},
    )
    found = fit(World(10, seed=1).ratings, start).components
    assert found.judges["elsewhere"] == start.judges["elsewhere"]
    assert found.raters["away"] == Effect(0.2, 0.01)
    assert found.difficulties["other"] == {"data": Effect(0.1, 0.02)}


def test_a_fitted_calibration_says_what_it_rests_on(fitted: Components) -> None:
    assert not fitted.provisional
    assert fitted.conformal == 1.0
    assert "300 candidates" in fitted.source
    assert Components.from_json(fitted.to_json()).version == fitted.version


def test_a_difficulty_is_known_relative_to_its_dimension(fitted: Components) -> None:
    # 300 people answered each question, so only the level of all questions together is in doubt.
    doubts = [effect.variance for task in fitted.difficulties.values() for effect in task.values()]
    assert max(doubts) < 0.25 * np.diag(fitted.location_cov).min()


def test_the_spread_of_difficulty_is_the_mean_of_what_it_may_be_not_the_likeliest() -> None:
    ratings = World(60, seed=5).ratings
    found = fit(ratings).components
    start = components_for(ratings)
    of = problem(tabulate(ratings, start.dimensions), start)
    judges = [found.judges[name] for name in start.judges]
    now = Parameters(
        found.psi,
        {name: float(getattr(found, name)) for name in SCALARS},
        np.array([judge.loading for judge in judges]),
        np.array([judge.noise for judge in judges]),
    )
    spread = np.geomspace(0.005, 1.5, 50)
    height = np.array(
        [expect(of, replace(now, sizes={**now.sizes, "difficulty": v}))[2] for v in spread]
    )
    weight = np.exp(height - height.max()) * np.gradient(spread)
    mean = float(weight @ spread / weight.sum())
    assert found.difficulty == pytest.approx(mean, rel=0.1)
    assert spread[height.argmax()] < 0.9 * found.difficulty
    effects = expect(of, now)[1]
    level = of.layout.location
    np.testing.assert_allclose(found.location_cov, effects.common[level, level], atol=1e-9)


def test_severities_that_nobody_shows_spread_as_at_the_start() -> None:
    ratings = only_models(World(30, seed=3).ratings)
    start = components_for(ratings)
    assert fit(ratings, start).components.human_severity == pytest.approx(start.human_severity)


def test_nothing_cannot_be_fitted() -> None:
    with pytest.raises(MeasureError, match="no ratings"):
        fit([])


def test_a_dimension_the_start_does_not_know_is_refused() -> None:
    with pytest.raises(MeasureError, match="charm"):
        fit([Rating("ana", "charm", "q", "async", "a", "model", 4)], default_components(["data"]))
