"""Shares in percent as every page and paper prints them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from evenhand.web.report.words import percent
from evenhand.web.ui.charts import spread_of_levels
from evenhand.web.ui.figures import share


def test_a_share_is_written_with_a_space_that_does_not_break() -> None:
    assert share(0.734) == "73\u00a0%"
    assert share(Decimal("0.5")) == "50\u00a0%"
    assert share(-0.0001) == "0\u00a0%"
    assert share(0.1234, 1) == "12.3\u00a0%"
    assert share(None) == "–"


def test_a_probability_is_written_so_and_never_as_certain() -> None:
    written = [percent(one) for one in (0.0004, 0.714, 0.9987)]
    assert written == ["less than 1\u00a0%", "71\u00a0%", "more than 99\u00a0%"]


def test_a_chart_says_shares_so_too() -> None:
    chart = spread_of_levels([0, 0.1, 0.2, 0.4, 0.3], name="d", title="t")
    assert "1: 0\u00a0%, 2: 10\u00a0%" in chart


@given(st.floats(0, 1), st.integers(0, 3))
def test_what_is_written_is_the_share_to_half_a_unit_of_its_last_digit(
    value: float, digits: int
) -> None:
    written = float(share(value, digits).removesuffix("\u00a0%"))
    assert abs(written - 100 * value) <= 0.5 * 10**-digits + 1e-9
