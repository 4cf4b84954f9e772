from collections.abc import Sequence
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.measure import (
    Components,
    Effect,
    Estimate,
    JudgeFacet,
    MeasureError,
    Rating,
    answer_level,
    default_components,
    estimate,
    expected_sd,
)

DIMENSIONS = ("data", "evaluation", "serving")


def awkward() -> Components:
    """Components in which every parameter has a value of its own."""
    return replace(
        default_components(DIMENSIONS),
        location=np.array([2.7, 3.2, 3.6]),
        psi=np.array([[0.6, 0.2, -0.1], [0.2, 0.5, 0.15], [-0.1, 0.15, 0.4]]),
        judges={
            "a": JudgeFacet(0.3, 0.8, 0.11, 0.02),
            "b": JudgeFacet(-0.2, 1.2, 0.07, 0.0),
            "silent": JudgeFacet(0.4, 0.0, 0.3, 0.1),
        },
        raters={"kim": Effect(0.25, 0.03)},
        difficulties={"q1": {"data": Effect(-0.2, 0.01)}, "q2": {"serving": Effect(0.3, 0.0)}},
        conformal=1.1,
        conformal_rated=1.1,
    )


def human(level: float, *, task: str = "q1", rater: str = "kim", **changes: str) -> Rating:
    fields = {"candidate": "ana", "dimension": "evaluation", "round": "final"} | changes
    return Rating(task=task, rater=rater, rater_kind="human", level=level, **fields)


def model(level: float, judge: str = "a", *, task: str = "q1", **changes: str) -> Rating:
    fields = {"candidate": "ana", "dimension": "evaluation", "round": "async"} | changes
    return Rating(task=task, rater=judge, rater_kind="model", level=level, **fields)


def reading(row: tuple[str, str, str, str, tuple[str, str]]) -> tuple[object, ...]:
    """A judge reads an answer once, in whatever round; a person may meet it in two."""
    who, what, task, met, (rater, kind) = row
    return who, what, task, rater, met if kind == "human" else None


@st.composite
def loops(draw: st.DrawFn) -> list[Rating]:
    """Unbalanced ratings of a few candidates by judges and people, known and unknown."""
    row = st.tuples(
        st.sampled_from(["ana", "bo", "cy"]),
        st.sampled_from(DIMENSIONS),
        st.sampled_from(["q1", "q2", "q3"]),
        st.sampled_from(["async", "final"]),
        st.sampled_from([("a", "model"), ("b", "model"), ("new", "model"), ("kim", "human"),
                         ("lee", "human")]),
    )  # fmt: skip
    rows = draw(st.lists(row, min_size=1, max_size=25, unique_by=reading))
    levels = draw(st.lists(st.floats(1, 5), min_size=len(rows), max_size=len(rows)))
    return [
        Rating(who, what, task, met, rater, "model" if kind == "model" else "human", level)
        for (who, what, task, met, (rater, kind)), level in zip(rows, levels, strict=True)
    ]


def figures(estimates: Sequence[Estimate]) -> dict[tuple[str, str], np.ndarray]:
    return {
        (e.candidate, e.dimension): np.array([e.mean, e.sd, e.low, e.high, e.p_bar, e.reliability])
        for e in estimates
    }


def agree(one: Sequence[Estimate], other: Sequence[Estimate]) -> None:
    first, second = figures(one), figures(other)
    assert first.keys() == second.keys()
    for key, values in first.items():
        np.testing.assert_allclose(values, second[key], rtol=0, atol=1e-8)


def by_latents(ratings: list[Rating], c: Components) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Condition on the ratings with every latent written out, one candidate at a time."""
    found = {}
    for who in {r.candidate for r in ratings}:
        mine = [r for r in ratings if r.candidate == who]
        size = len(c.dimensions)
        variances: dict[tuple[str, ...], float] = {}
        rows = []
        for r in mine:
            d = c.dimensions.index(r.dimension)
            hard = c.task(r.task, r.dimension)
            loads = {("luck", r.task, r.dimension): 1.0, ("hard", r.task, r.dimension): 1.0}
            variances["luck", r.task, r.dimension] = c.answer
            variances["hard", r.task, r.dimension] = hard.variance
            expected = c.location[d] - hard.mean
            if r.rater_kind == "model":
                facet = c.judge(r.rater)
                loads |= {("style",): 1.0, ("shared", r.task, r.dimension): 1.0}
                variances["style",] = c.style
                variances["shared", r.task, r.dimension] = c.shared
                loads = {key: facet.loading * value for key, value in loads.items()}
                loads["severity", "model", r.rater] = 1.0
                variances["severity", "model", r.rater] = facet.severity_variance
                expected = 3 - facet.severity + facet.loading * (expected - 3)
                ability, noise = facet.loading, facet.noise
            else:
                known = c.rater(r.rater)
                loads |= {("halo", r.rater, r.round): 1.0, ("severity", "human", r.rater): 1.0}
                variances["halo", r.rater, r.round] = c.halo
                variances["severity", "human", r.rater] = known.variance
                expected -= known.mean
                ability, noise = 1.0, c.human_noise
            rows.append((d, ability, loads, noise, r.level - expected))
        names = list(variances)
        prior = np.zeros((size + len(names), size + len(names)))
        prior[:size, :size] = c.psi
        for place, name in enumerate(names):
            prior[size + place, size + place] = variances[name]
        z = np.zeros((len(rows), len(prior)))
        for place, (d, ability, loads, _, _) in enumerate(rows):
            z[place, d] = ability
            for name, load in loads.items():
                z[place, size + names.index(name)] = load
        spread = z @ prior @ z.T + np.diag([row[3] for row in rows])
        gain = prior @ z.T @ np.linalg.inv(spread)
        mean = c.location + (gain @ np.array([row[4] for row in rows]))[:size]
        found[who] = (mean, (prior - gain @ z @ prior)[:size, :size])
    return found


def test_one_human_rating_gives_the_posterior_worked_out_by_hand() -> None:
    # Cold start in units of .5625: ability 1, answer .35, difficulty .25, halo .20, severity .15,
    # residual .30 sum to 2.25, so that the weight of the rating is 1 / 2.25 = 4/9. A 5 is 2 above
    # the location 3: mean 3 + 8/9. Variance .5625 * 5/9 = .3125; times 1.15 squared under the root.
    found = estimate([human(5)], default_components(["evaluation"]))[0]
    assert found.mean == pytest.approx(3 + 8 / 9, abs=1e-12)
    assert found.sd == pytest.approx(1.15 * np.sqrt(0.3125), abs=1e-12)
    assert found.reliability == pytest.approx(4 / 9, abs=1e-12)
    assert found.low == pytest.approx(found.mean - 1.6448536269514722 * found.sd, abs=1e-9)


def test_one_judge_on_one_answer_gives_the_level_worked_out_by_hand() -> None:
    # In units of .5625 the answer's level has variance 1 + .35 + .25 = 1.6. The judge reads it with
    # loading .95: variance .9025 * (1.6 + .15 style + .25 shared) + .20 noise + .15 severity
    # = 2.155. Its weight is .95 * 1.6 / 2.155 = .705336..., and a 4 surprises by 1.
    weight = 0.95 * 1.6 / 2.155
    found = answer_level({"a": 4}, "evaluation", default_components(["evaluation"]))
    assert found.level == pytest.approx(3 + weight, abs=1e-12)
    left = 0.5625 * 1.6 * (1 - 0.95 * weight)
    assert found.sd == pytest.approx(1.15 * np.sqrt(left), abs=1e-12)


def test_a_rating_moves_a_dimension_that_was_not_rated_by_the_correlation() -> None:
    # The correlation of abilities is .5 at the cold start: half the shift of 8/9.
    found = {e.dimension: e for e in estimate([human(5)], default_components(DIMENSIONS))}
    assert found["data"].mean == pytest.approx(3 + 4 / 9, abs=1e-12)
    assert found["overall"].mean == pytest.approx(3 + (8 / 9 + 4 / 9 + 4 / 9) / 3, abs=1e-12)


@settings(deadline=None)
@given(loops())
def test_estimates_equal_conditioning_with_every_latent_written_out(ratings: list[Rating]) -> None:
    components = awkward()
    exact = by_latents(ratings, components)
    for found in estimate(ratings, components, weights={"data": 1, "serving": 3}):
        mean, covariance = exact[found.candidate]
        readout = np.array([0.25, 0, 0.75])
        if found.dimension != "overall":
            readout = np.eye(3)[DIMENSIONS.index(found.dimension)]
        assert found.mean == pytest.approx(np.clip(readout @ mean, 1, 5), abs=1e-8)
        assert found.sd == pytest.approx(1.1 * np.sqrt(readout @ covariance @ readout), abs=1e-8)


@settings(deadline=None)
@given(loops(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(ratings: list[Rating], random: object) -> None:
    shuffled = list(ratings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    agree(estimate(ratings, awkward()), estimate(shuffled, awkward()))


@settings(deadline=None)
@given(loops())
def test_names_of_candidates_and_unknown_raters_change_nothing(ratings: list[Rating]) -> None:
    names = {"new": "fresh", "lee": "noor"}
    renamed = [
        replace(r, candidate=r.candidate + "!", rater=names.get(r.rater, r.rater)) for r in ratings
    ]
    back = [
        replace(e, candidate=e.candidate.removesuffix("!")) for e in estimate(renamed, awkward())
    ]
    agree(estimate(ratings, awkward()), back)


@settings(deadline=None)
@given(loops(), st.floats(-0.5, 0.5))
def test_a_judge_shifted_together_with_its_severity_changes_nothing(
    ratings: list[Rating], shift: float
) -> None:
    inside = [replace(r, level=2 + r.level / 3) for r in ratings]
    shifted = [replace(r, level=r.level - shift * (r.rater == "a")) for r in inside]
    components = awkward()
    facet = components.judges["a"]
    stricter = {**components.judges, "a": replace(facet, severity=facet.severity + shift)}
    agree(estimate(inside, components), estimate(shifted, replace(components, judges=stricter)))


@settings(deadline=None)
@given(loops(), st.floats(1, 5))
def test_a_judge_that_reads_nothing_changes_nothing(ratings: list[Rating], level: float) -> None:
    more = [*ratings, *(replace(r, rater="silent", rater_kind="model") for r in ratings[:1])]
    more[-1] = replace(more[-1], level=level)
    agree(estimate(ratings, awkward()), estimate(more, awkward()))


@settings(deadline=None)
@given(loops())
def test_more_ratings_never_widen(ratings: list[Rating]) -> None:
    first = ratings[0].candidate
    mine = [r for r in ratings if r.candidate == first]
    before = {e.dimension: e.sd for e in estimate(mine[:1], awkward())}
    for found in estimate(mine, awkward()):
        assert found.sd <= before[found.dimension] + 1e-9


@settings(deadline=None)
@given(loops(), st.sampled_from([0.5, 0.8, 0.9, 0.99]))
def test_intervals_are_ordered_and_on_the_scale(ratings: list[Rating], confidence: float) -> None:
    for e in estimate(ratings, awkward(), confidence=confidence):
        assert 1 <= e.low <= e.mean <= e.high <= 5
        assert 0 <= e.p_bar <= 1
        assert 0 <= e.reliability <= 1


def test_draws_of_one_judge_on_one_answer_count_as_their_mean() -> None:
    components = awkward()
    agree(
        estimate([model(2), model(4), model(3)], components),
        estimate([model(3)], components),
    )


def test_another_answer_tells_more_of_a_person_than_the_same_answer_read_again() -> None:
    components = default_components(["evaluation"])
    judged = [model(4), model(4, "b")]
    same = estimate([*judged, human(4)], components)[0]
    other = estimate([*judged, human(4, task="q2")], components)[0]
    assert other.sd < same.sd


def test_the_conformal_factor_widens_interval_and_chance_alike() -> None:
    narrow = replace(default_components(["evaluation"]), conformal=1.0, conformal_rated=1.0)
    wide = replace(narrow, conformal=2.0, conformal_rated=2.0)
    one, two = estimate([human(4)], narrow)[0], estimate([human(4)], wide)[0]
    assert two.mean == one.mean
    assert two.sd == pytest.approx(2 * one.sd)
    half = NormalDist().cdf((one.mean - 3.5) / one.sd / 2)
    assert two.p_bar == pytest.approx(half, abs=1e-9)


def test_an_uncertain_location_widens_without_moving() -> None:
    sure = replace(default_components(["evaluation"]), conformal=1.0, conformal_rated=1.0)
    doubtful = replace(sure, location_cov=np.array([[0.09]]))
    one, two = estimate([human(4)], sure)[0], estimate([human(4)], doubtful)[0]
    assert two.mean == one.mean
    assert two.sd == pytest.approx(np.sqrt(one.sd**2 + 0.09))
    assert two.reliability == one.reliability


def test_the_order_of_the_answer_follows_the_input() -> None:
    rows = [human(4, candidate="zoe"), human(3, candidate="ana"), human(2, candidate="zoe")]
    found = estimate(rows, default_components(["evaluation"]))
    assert [e.candidate for e in found] == ["zoe", "zoe", "ana", "ana"]
    assert [e.dimension for e in found[:2]] == ["evaluation", "overall"]


def test_no_ratings_give_no_estimates() -> None:
    assert estimate([], default_components(["evaluation"])) == []


def test_a_dimension_the_components_do_not_know_is_named() -> None:
    with pytest.raises(MeasureError, match='dimension "charm" is not in the components'):
        estimate([human(4, dimension="charm")], default_components(["evaluation"]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"confidence": 1.0}, "confidence"),
        ({"bar": float("nan")}, "bar"),
        ({"weights": {"evaluation": -1.0}}, "weights"),
        ({"weights": {"evaluation": 0.0}}, "all are 0"),
        ({"weights": {"charm": 1.0}}, "charm"),
    ],
)
def test_unusable_arguments_are_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(MeasureError, match=message):
        estimate([human(4)], default_components(["evaluation"]), **arguments)  # type: ignore[arg-type]


def test_abstentions_are_left_out_of_an_answer_level() -> None:
    components = default_components(["evaluation"])
    alone = answer_level({"a": 4}, "evaluation", components)
    assert answer_level({"a": 4, "b": None}, "evaluation", components) == alone


def test_an_answer_nobody_could_judge_is_refused() -> None:
    with pytest.raises(MeasureError, match="every judge abstained"):
        answer_level({"a": None}, "evaluation", default_components(["evaluation"]))


@pytest.mark.parametrize("level", [0.9, 5.1, float("nan"), float("inf")])
def test_a_level_off_the_scale_is_refused(level: float) -> None:
    with pytest.raises(MeasureError, match="level"):
        human(level)
    with pytest.raises(MeasureError, match="judge a"):
        answer_level({"a": level}, "evaluation", default_components(["evaluation"]))


def test_a_second_judge_with_shared_error_narrows_an_answer_less_than_half() -> None:
    components = replace(default_components(["evaluation"]), conformal=1.0, conformal_rated=1.0)
    prior = components.psi[0, 0] + components.answer + components.difficulty
    one = answer_level({"a": 4}, "evaluation", components).sd ** 2
    many = answer_level(dict.fromkeys("abcdefghij", 4.0), "evaluation", components).sd ** 2
    # Style and shared error do not average out: .40 beside 1.6 is a floor of 1.6 * .40 / 2 = .32.
    assert many > 0.5625 * 0.32
    assert many < one < prior


def test_a_candidate_whom_nobody_rated_is_taken_for_anyone_of_the_population():
    components = default_components(["a", "b"], ["j"])
    rated = Rating("ann", "a", "q", "async", "j", "model", 4)
    found = estimate([rated], components, candidates=["bob", "ann"])
    assert [e.candidate for e in found] == ["ann"] * 3 + ["bob"] * 3
    bob = {e.dimension: e for e in found if e.candidate == "bob"}
    assert bob["a"].mean == pytest.approx(components.location[0])
    assert bob["a"].reliability == 0
    # 90 % of the population lie within 1.645 sd, which the cold start's factor widens.
    half = (
        1.6448536
        * components.conformal
        * np.sqrt(components.psi[0, 0] + components.location_cov[0, 0])
    )
    assert bob["a"].high == pytest.approx(min(5, components.location[0] + half))
    assert found[:3] == estimate([rated], components)


@given(st.lists(st.floats(1, 5), min_size=2, max_size=2), st.sampled_from(["small", "large"]))
def test_how_sure_an_answer_will_be_is_known_before_it_is_read(
    levels: list[float], more: str
) -> None:
    components = default_components(["evaluation"], ["a", "b", "small", "large"])
    noises = {"small": 4.0, "large": 0.1}
    components = replace(
        components,
        judges={
            name: replace(facet, noise=noises.get(name, facet.noise))
            for name, facet in components.judges.items()
        },
    )
    found = answer_level(dict(zip("ab", levels, strict=True)), "evaluation", components)
    assert found.sd == pytest.approx(expected_sd(["a", "b"], "evaluation", components))
    least = 0.001 if more == "small" else 0.02
    assert expected_sd(["a", "b", more], "evaluation", components) < (1 - least) * found.sd
