"""The compliance pages in a real browser: accessible, and no wider than the screen."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.browser.conftest import NewContext
from tests.browser.place import Place
from tests.browser.staff_place import places_of, signed_in
from tests.browser.stage_staff import ADMIN

Faults = Callable[[Page], list[str]]
PAGES = (
    "compliance", "notice", "model-card", "opening-impact", "high-risk-record", "impact",
    "compliance-groups", "keys",
)  # fmt: skip


def test_no_page_has_a_violation_or_scrolls_sideways(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, 360, "dark", ADMIN).new_page()
    for name in PAGES:
        page.goto(place.url + places[name])
        assert faults(page) == [], name
    page.get_by_label("Name").fill("Payroll")
    page.get_by_role("button", name="Make a key").click()
    expect(page.get_by_label("Key", exact=True)).to_have_value(re.compile("^evenhand_"))
    assert faults(page) == []
    page.goto(f"{place.links['used']}groups/")
    assert faults(page) == []
