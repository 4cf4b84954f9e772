"""The parts of an interval's width are all of it, and each names what would narrow it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.measure import (
    MeasureError,
    Rating,
    default_components,
    posterior,
    sources,
)

DIMENSIONS = ("evaluation", "debugging", "cost")
COLD = default_components(DIMENSIONS, ["a", "b"])


def rating(task: str, dimension: str, rater: str, level: float, round: str = "final") -> Rating:
    kind = "model" if rater in ("a", "b") else "human"
    return Rating("ana", dimension, task, round, rater, kind, level)


RATINGS = st.lists(
    st.builds(
        rating,
        st.sampled_from(["q1", "q2", "q3"]),
        st.sampled_from(DIMENSIONS),
        st.sampled_from(["a", "b", "kim", "lee"]),
        st.floats(1, 5),
        st.sampled_from(["async", "final"]),
    ),
    max_size=12,
)


@settings(deadline=None)
@given(RATINGS, st.sampled_from(DIMENSIONS))
def test_the_parts_are_the_whole_variance(ratings: list[Rating], dimension: str) -> None:
    doubt = 0.01 * np.eye(3) + 0.005
    components = replace(COLD, location_cov=doubt)
    found = sources(ratings, components, dimension)
    known = posterior(ratings, components, candidates=["ana"])
    place = DIMENSIONS.index(dimension)
    whole = known.covariance[0, place, place] + doubt[place, place]
    assert sum(one.variance for one in found) == pytest.approx(whole, abs=1e-9)
    assert sum(one.share for one in found) == pytest.approx(1, abs=1e-9)
    assert all(one.variance >= -1e-12 for one in found)


def share(ratings: list[Rating], kind: str, dimension: str = "evaluation") -> float:
    return next(one.share for one in sources(ratings, COLD, dimension) if one.kind == kind)


def test_nobody_rated_is_all_unseen() -> None:
    assert share([], "unseen") == 1


def test_judges_alone_bring_no_raters_and_people_no_judges() -> None:
    by_judges = [rating("q1", "evaluation", name, 4, "async") for name in ("a", "b")]
    assert share(by_judges, "raters") == 0
    assert share(by_judges, "judges") > 0
    by_person = [rating("q1", "evaluation", "kim", 4)]
    assert share(by_person, "judges") == 0
    assert share(by_person, "raters") > 0


def test_a_second_interviewer_takes_more_off_the_raters_than_a_second_question() -> None:
    def raters(ratings: list[Rating]) -> float:
        found = sources(ratings, COLD, "evaluation")
        return next(one.variance for one in found if one.kind == "raters")

    asked = [rating(f"q{n}", "evaluation", "kim", 4) for n in range(4)]
    two = [*asked[:2], *(rating(f"q{n}", "evaluation", "lee", 4) for n in range(2, 4))]
    assert raters(two) < raters(asked)


def test_overall_splits_by_its_weights() -> None:
    asked = [rating("q1", "evaluation", "kim", 4)]
    alone = sources(asked, COLD, "overall", weights={"evaluation": 1})
    assert [one.variance for one in alone] == pytest.approx(
        [one.variance for one in sources(asked, COLD, "evaluation")]
    )


def test_ratings_of_two_people_are_refused() -> None:
    other = replace(rating("q1", "evaluation", "kim", 4), candidate="ben")
    with pytest.raises(MeasureError, match="several candidates"):
        sources([rating("q1", "evaluation", "kim", 4), other], COLD, "evaluation")
