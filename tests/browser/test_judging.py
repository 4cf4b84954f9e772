"""The pages about the judges in a real browser: accessible, and no wider than the screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import NewContext
from tests.browser.looking import arrived
from tests.browser.place import Place
from tests.browser.staff_place import places_of, signed_in
from tests.browser.stage_staff import RATER

Faults = Violations = Callable[[Page], list[str]]
PAGES = (
    "judges", "gate", "panels", "judge", "panel", "drift", "costs", "limits",
    "opening-costs", "application-costs",
)  # fmt: skip


def test_no_page_has_a_violation_or_scrolls_sideways(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, 360, "dark").new_page()
    for name in PAGES:
        page.goto(place.url + places[name])
        assert faults(page) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_nor_has_a_page_of_answers_to_rate(
    new_context: NewContext, place: Place, faults: Faults, width: int
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, width, "light", RATER).new_page()
    for name in ("anchors", "anchor"):
        page.goto(place.url + places[name])
        title = "Answers to rate" if name == "anchors" else "Rate an answer"
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        assert faults(page) == []


def test_who_and_what_came_of_it_are_seen_first_on_a_phone(
    new_context: NewContext, place: Place
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, 360, "light").new_page()
    for name in ("judges", "gate", "outside"):
        page.goto(place.url + places[name])
        row = page.locator("table.brief tbody tr").first
        for cell in (row.locator("th"), row.locator("td").first):
            box = cell.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= 360, name


def test_an_unfinished_rating_leads_to_the_first_field_that_is_missing(
    new_context: NewContext, place: Place, violations: Violations
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, 360, "light", RATER).new_page()
    page.goto(place.url + places["anchor"])
    page.get_by_role("button", name="Lock this rating").click()
    arrived(page.get_by_role("alert"))
    assert violations(page) == []
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_label("Level:").first).to_be_focused()
