"""How far views moved: by hand, at the edges, and never said of too few."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.studies.anchoring import FEWEST, View, anchoring
from evenhand.studies.errors import StudyError

chances = st.integers(0, 100).map(lambda percent: percent / 100)
views = st.builds(View, chances, chances, chances)


def test_too_few_views_say_nothing() -> None:
    assert anchoring([View(0.4, 0.5, 0.8)] * (FEWEST - 1)) is None
    assert anchoring([View(0.4, 0.5, 0.8)] * FEWEST) is not None


def test_moving_towards_the_panel_counts_from_either_side() -> None:
    assert View(0.4, 0.6, 0.9).moved == pytest.approx(0.2)
    assert View(0.9, 0.6, 0.4).moved == pytest.approx(0.3)
    assert View(0.4, 0.3, 0.9).moved == pytest.approx(-0.1)
    assert View(0.4, 0.6, 0.4).moved == 0


def test_the_interval_is_students() -> None:
    # Ten movements, five of .1 and five of .3: mean .2, sd sqrt(10 * .01 / 9) = .105409,
    # se .033333, t(.95; 9) = 1.833113, so half is .061104.
    found = anchoring([View(0.3, 0.4, 0.9), View(0.8, 0.5, 0.1)] * 5)
    assert found is not None
    assert (found.count, round(found.moved, 6), round(found.apart, 6)) == (10, 0.2, 0.65)
    assert found.low == pytest.approx(0.2 - 0.061104, abs=1e-6)
    assert found.high == pytest.approx(0.2 + 0.061104, abs=1e-6)


@given(st.lists(views, min_size=FEWEST, max_size=40))
def test_order_and_mirror_change_nothing(some: list[View]) -> None:
    found = anchoring(some)
    mirrored = anchoring([View(1 - v.before, 1 - v.after, 1 - v.panel) for v in reversed(some)])
    assert found is not None
    assert mirrored is not None
    assert math.isclose(found.moved, mirrored.moved, abs_tol=1e-9)
    assert -1 <= found.moved <= 1
    assert found.low <= found.moved <= found.high


def test_what_is_no_probability_is_named() -> None:
    with pytest.raises(StudyError, match=r"view 1: panel: 1\.2 is no probability"):
        anchoring([View(0.4, 0.5, 0.8), View(0.4, 0.5, 1.2)])
    with pytest.raises(StudyError, match="confidence"):
        anchoring([], confidence=1)
