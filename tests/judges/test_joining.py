"""A judge far above the others counts for no more than one that just is no outlier."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evenhand.judges.joining import join_levels
from evenhand.measure import Components, JudgeFacet, answer_level, default_components

JUDGES = ("coverage", "embedding", "wording", "features", "regression", "attention")
NOISES = (0.7, 0.34, 0.27, 0.14, 0.53, 0.08)
SIX = st.lists(st.floats(1, 5), min_size=6, max_size=6)


@pytest.fixture(scope="module")
def components() -> Components:
    facets = {name: JudgeFacet(0.0, 0.6, noise) for name, noise in zip(JUDGES, NOISES, strict=True)}
    return Components(**{**vars(default_components(["evaluation"])), "judges": facets})


@settings(deadline=None)
@given(SIX)
def test_where_nobody_is_far_above_the_others_all_count_as_they_are(
    components: Components, levels: list[float]
) -> None:
    plain = answer_level(dict(zip(JUDGES, levels, strict=True)), "evaluation", components)
    counted, found = join_levels(levels, "evaluation", components)
    assert found.left_out == ()
    if not plain.left_out:
        assert (counted, found) == (levels, plain)
    else:
        assert max(counted) < max(levels)
        assert counted == np.minimum(levels, max(counted)).tolist()


@pytest.mark.parametrize("others", [1.2, 3.0])
def test_it_counts_as_far_as_it_just_is_no_outlier(components: Components, others: float) -> None:
    (*rest, last), _ = join_levels([*[others] * 5, 5.0], "evaluation", components)
    assert rest == [others] * 5
    assert others < last < 4.9

    def left_out(level: float) -> tuple[str, ...]:
        levels = dict(zip(JUDGES, [*rest, level], strict=True))
        return answer_level(levels, "evaluation", components).left_out

    assert (left_out(last), left_out(last + 0.01)) == ((), (JUDGES[-1],))


def held(levels: list[float], counted: list[float]) -> int:
    return sum(level > most for level, most in zip(levels, counted, strict=True))


@settings(deadline=None)
@given(SIX, st.lists(st.floats(0, 2), min_size=6, max_size=6))
def test_what_every_judge_reads_higher_does_not_come_out_lower(
    components: Components, lower: list[float], more: list[float]
) -> None:
    higher = np.minimum(np.add(lower, more), 5).tolist()
    before, low = join_levels(lower, "evaluation", components)
    after, high = join_levels(higher, "evaluation", components)
    # Where several judges are far above the others they share one limit.
    assume(max(held(lower, before), held(higher, after)) <= 1)
    assert high.level >= low.level - 0.005


def test_leaving_the_judge_out_lets_it_come_out_lower(components: Components) -> None:
    def plain(*levels: float) -> float:
        return answer_level(dict(zip(JUDGES, levels, strict=True)), "evaluation", components).level

    tops = np.linspace(3, 5, 60).tolist()
    left = [plain(*[3.0] * 5, top) for top in tops]
    counted = [join_levels([*[3.0] * 5, top], "evaluation", components)[1].level for top in tops]
    assert min(np.diff(left)) < -0.1
    assert min(np.diff(counted)) > -0.002
