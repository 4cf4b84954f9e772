from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from evenhand.measure import (
    Components,
    Effect,
    MeasureError,
    Prediction,
    Rating,
    components_for,
    default_components,
    fit,
    predict_rating,
)

COLD = default_components(["data", "serving"])


def human(rater: str, level: float, task: str = "q1", dimension: str = "data") -> Rating:
    return Rating("ana", dimension, task, "final", rater, "human", level)


def predict(
    *ratings: Rating, components: Components = COLD, rater: str = "lee", task: str = "q1",
    confidence: float = 0.9,
) -> Prediction:  # fmt: skip
    return predict_rating(
        ratings, components, dimension="data", task=task, round="final", rater=rater,
        confidence=confidence,
    )  # fmt: skip


def test_the_chances_after_one_rating_are_those_worked_out_by_hand() -> None:
    # In units of .5625: the answer varies by 1 + .35 + .25 = 1.6, a rating by 2.25. Kim's 5 leaves
    # 1.6 - 1.6^2 / 2.25 of the answer, widened by 1.15^2; severity, halo and error add .65.
    unit = 0.5625
    answer = 1.6 - 1.6**2 / 2.25
    spread = np.sqrt(unit * (answer * 1.15**2 + 0.65) - 1 / 12)
    reached = norm.cdf([1.5, 2.5, 3.5, 4.5], 3 + 1.6 / 2.25 * 2, spread)
    found = predict(human("kim", 5))
    np.testing.assert_allclose(found.chances, np.diff([0, *reached, 1]), atol=1e-12)
    assert found.mean == pytest.approx(np.dot(found.chances, [1, 2, 3, 4, 5]))
    # 4 and 5 hold .88, with 3 it would be .99: .88 is nearer to .9.
    assert (found.low, found.high) == (4, 5)
    assert found.inside == pytest.approx(sum(found.chances[3:]))


def test_nothing_known_is_anybody_of_the_population() -> None:
    found = predict()
    assert found.mean == pytest.approx(3)
    # Four of the five levels hold .89; the first four are as likely as the last four, and lower.
    assert (found.low, found.high) == (1, 4)
    assert found.inside == pytest.approx(0.89, abs=0.01)


def test_a_person_known_to_be_strict_will_say_less() -> None:
    known = replace(COLD, raters={"strict": Effect(0.8, 0.001), "mild": Effect(-0.8, 0.001)})
    one = human("kim", 3)
    strict, mild = (predict(one, components=known, rater=name).mean for name in ("strict", "mild"))
    # In scores the difference is 1.6; rounding and the ends of the scale take a little off.
    assert 1.3 < mild - strict < 1.6


def test_a_hard_question_lowers_and_a_known_one_narrows() -> None:
    hard = replace(COLD, difficulties={"q1": {"data": Effect(0.7, 0.001)}})
    assert predict(components=hard).mean < predict().mean - 0.5
    assert predict(components=hard).inside > predict().inside or predict(components=hard).low == 1


def test_the_level_of_a_population_in_doubt_widens_what_is_said_of_a_new_question() -> None:
    doubted = replace(COLD, location_cov=np.diag([0.5, 0.5]))
    assert predict(components=doubted).chances[0] > predict().chances[0]
    asked = replace(doubted, difficulties={"q1": {"data": Effect(0.0, COLD.difficulty)}})
    assert predict(components=asked).chances == pytest.approx(predict().chances)


def test_judges_other_answers_and_other_dimensions_tell_something() -> None:
    judge = Rating("ana", "data", "q1", "async", "judge", "model", 5)
    for one in (judge, human("kim", 5, "q2"), human("kim", 5, "q2", "serving")):
        assert 3 < predict(one).mean < predict(human("kim", 5), human("ann", 5)).mean


def test_a_rater_who_is_known_to_this_person_is_expected_to_repeat_the_halo() -> None:
    seen = human("kim", 5, "q2")
    assert predict(seen, rater="kim").mean > predict(seen, rater="lee").mean


@given(levels=st.lists(st.floats(1, 5), max_size=4), confidence=st.floats(0.05, 0.99))
def test_chances_are_a_distribution_and_the_interval_a_run_of_its_levels(
    levels: list[float], confidence: float
) -> None:
    rows = [human(f"h{n}", level) for n, level in enumerate(levels)]
    found = predict(*rows, confidence=confidence)
    assert sum(found.chances) == pytest.approx(1)
    assert min(found.chances) >= 0
    assert found.low in found.levels
    assert found.high in found.levels
    run = [c for v, c in zip(found.levels, found.chances, strict=True)
           if found.low <= v <= found.high]  # fmt: skip
    assert found.inside == pytest.approx(sum(run))
    # No level more or less at the ends would come nearer, unless a narrower run does.
    assert found.inside >= confidence - max(found.chances) / 2 - 1e-9


def ceiling(people: int, seed: int) -> list[Rating]:
    """Two people rate answers of which more than half are at the top of the scale."""
    rng = np.random.default_rng(seed)
    cuts = [2.2, 2.8, 3.4, 4.0]
    rows = []
    for n in range(people):
        x = rng.normal(4.3, 0.9)
        for rater, severity in (("strict", 0.2), ("mild", -0.2)):
            level = 1 + int(np.searchsorted(cuts, x - severity + rng.normal(0, 0.6)))
            rows.append(Rating(f"c{n}", "data", "q1", "final", rater, "human", level))
    return rows


def test_at_a_heavy_ceiling_intervals_hold_about_as_many_levels_as_they_say() -> None:
    components = fit(ceiling(800, seed=1)).components
    assert components.link is not None
    held, said, top = [], [], []
    rows = ceiling(1500, seed=2)
    known = {
        (rater, level): predict(human(rater, level), components=components, rater=other)
        for rater, other in (("strict", "mild"), ("mild", "strict"))
        for level in range(1, 6)
    }
    for strict, mild in zip(rows[::2], rows[1::2], strict=True):
        for seen, hidden in ((strict, mild), (mild, strict)):
            found = known[seen.rater, int(seen.level)]
            held.append(found.low <= hidden.level <= found.high)
            said.append(found.inside)
            top.append((found.chances[-1], hidden.level == 5))
    assert np.mean([at_top for _, at_top in top]) > 0.5
    assert 0.87 <= np.mean(held) <= 0.93
    assert np.mean(said) == pytest.approx(0.9, abs=0.02)
    # The chance given to the top is what happened, and no pile of mass stands beyond it.
    assert np.mean([chance for chance, _ in top]) == pytest.approx(
        np.mean([at_top for _, at_top in top]), abs=0.03
    )


def test_a_second_rating_of_the_same_answer_by_the_same_person_is_refused() -> None:
    with pytest.raises(MeasureError, match="kim has rated data of q1 in final already"):
        predict(human("kim", 5), rater="kim")


def test_ratings_of_two_candidates_are_refused() -> None:
    with pytest.raises(MeasureError, match="several candidates"):
        predict(human("kim", 5), replace(human("kim", 5), candidate="bo"))


def test_an_unknown_dimension_is_refused() -> None:
    with pytest.raises(MeasureError, match="charm"):
        predict_rating(
            [], components_for([human("kim", 5)]), dimension="charm", task="q", round="r", rater="a"
        )
