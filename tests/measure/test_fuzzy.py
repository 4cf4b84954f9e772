"""The fuzzy view says the same as the posterior, and can be turned back."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evenhand.measure import Estimate, MeasureError
from evenhand.measure.fuzzy import Opinion, of_estimate, opinion


@given(st.floats(0.02, 0.98), st.floats(1e-5, 0.2))
def test_an_opinion_turns_back_into_mean_and_variance(mean: float, variance: float) -> None:
    try:
        found = opinion(mean, variance)
    except MeasureError:
        assume(False)
    assert found.belief + found.disbelief + found.uncertainty == pytest.approx(1, abs=1e-9)
    assert found.mean == pytest.approx(mean, abs=1e-9)
    assert found.variance == pytest.approx(variance, rel=1e-9)


def test_a_uniform_distribution_is_all_uncertainty() -> None:
    assert opinion(0.5, 1 / 12).uncertainty == pytest.approx(1)
    assert opinion(0.5, 1 / 12).belief == pytest.approx(0, abs=1e-12)


@given(st.floats(0.3, 0.7), st.floats(1e-4, 0.03))
def test_uncertainty_falls_with_evidence(mean: float, variance: float) -> None:
    more, less = opinion(mean, variance / 2), opinion(mean, variance)
    assert more.uncertainty < less.uncertainty
    assert more.hesitancy < less.hesitancy


def test_an_estimate_is_read_on_its_own_scale() -> None:
    estimate = Estimate("ana", "data", 3.0, 0.4, 2.3, 3.7, 0.1, 0.6)
    found, expected = of_estimate(estimate), opinion(0.5, 0.01)
    assert found.belief == pytest.approx(expected.belief)
    assert found.uncertainty == pytest.approx(expected.uncertainty)


@pytest.mark.parametrize(
    ("mean", "variance", "says"),
    [
        (0.0, 0.01, "mean"),
        (1.0, 0.01, "mean"),
        (0.5, 0.0, "above 0"),
        (0.5, float("nan"), "above 0"),
        (0.5, 0.25, "too large"),
        (0.05, 0.04, "too large"),
    ],
)
def test_what_has_no_opinion_is_refused(mean: float, variance: float, says: str) -> None:
    with pytest.raises(MeasureError, match=says):
        opinion(mean, variance)


def test_the_parts_are_what_they_are_called() -> None:
    assert Opinion(0.6, 0.2, 0.2).mean == pytest.approx(0.7)
