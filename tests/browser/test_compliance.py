"""The compliance pages in a real browser: accessible, and no wider than the screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import NewContext
from tests.browser.place import Place
from tests.browser.staff_place import VIEWS, places_of, signed_in
from tests.browser.stage_staff import ADMIN

Violations = Callable[[Page], list[str]]
PAGES = (
    "compliance", "notice", "model-card", "opening-impact", "high-risk-record", "impact",
    "compliance-groups",
)  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_no_page_has_a_violation_or_scrolls_sideways(
    new_context: NewContext, place: Place, violations: Violations, width: int, scheme: str
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, width, scheme, ADMIN).new_page()
    for name in PAGES:
        page.goto(place.url + places[name])
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    page.goto(f"{place.links['used']}groups/")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
