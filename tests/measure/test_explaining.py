import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.measure import MeasureError, Rating, contributions, default_components, estimate

COLD = default_components(["data", "evaluation"])


@st.composite
def loops(draw: st.DrawFn) -> list[Rating]:
    """Ratings of one candidate; rows may repeat one another."""
    row = st.builds(
        Rating,
        candidate=st.just("ana"),
        dimension=st.sampled_from(["data", "evaluation"]),
        task=st.sampled_from(["q1", "q2"]),
        round=st.sampled_from(["async", "final"]),
        rater=st.sampled_from(["a", "b"]),
        rater_kind=st.sampled_from(["model", "human"]),
        level=st.floats(1, 5),
    )
    return draw(st.lists(row, min_size=1, max_size=15))


@settings(deadline=None)
@given(loops(), st.sampled_from(["data", "evaluation", "overall"]))
def test_contributions_add_up_to_the_estimate(ratings: list[Rating], dimension: str) -> None:
    found = contributions(ratings, COLD, dimension)
    mean = next(e.mean for e in estimate(ratings, COLD) if e.dimension == dimension)
    assert sum(part.share for part in found) == pytest.approx(mean, abs=1e-9)
    assert [part.source for part in found] == ["prior", *["rating"] * len(ratings), "scale"]
    assert [part.rating for part in found[1:-1]] == ratings


def test_one_rating_has_the_share_worked_out_by_hand() -> None:
    # The weight of a single human rating at the cold start is 4/9 (see test_estimating).
    five = Rating("ana", "evaluation", "q1", "final", "kim", "human", 5)
    prior, rating, clip = contributions([five], COLD, "evaluation")
    assert (prior.share, clip.share) == (3.0, 0.0)
    assert rating.share == pytest.approx(8 / 9, abs=1e-12)


def test_weights_of_the_overall_estimate_are_followed() -> None:
    five = Rating("ana", "evaluation", "q1", "final", "kim", "human", 5)
    alone = contributions([five], COLD, "overall", weights={"data": 2})
    assert sum(part.share for part in alone) == pytest.approx(3 + 4 / 9, abs=1e-12)


def test_ratings_of_two_people_are_refused() -> None:
    rows = [Rating(who, "data", "q1", "final", "kim", "human", 4) for who in ("ana", "bo")]
    with pytest.raises(MeasureError, match="several candidates"):
        contributions(rows, COLD, "data")


def test_no_ratings_are_refused() -> None:
    with pytest.raises(MeasureError, match="no ratings"):
        contributions([], COLD, "data")
