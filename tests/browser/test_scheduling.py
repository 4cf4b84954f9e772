"""Times of interviews in a real browser: accessible, by keyboard, nothing lost when refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser import signing
from tests.browser.conftest import NewContext
from tests.browser.place import Place
from tests.browser.stage_scheduling import INTERVIEWER, PASSWORD, RECRUITER

Faults = Violations = Callable[[Page], list[str]]
WHO = {"recruiter": RECRUITER, "interviewer": INTERVIEWER}


def places_of(place: Place) -> dict[str, Any]:
    """Return the addresses of the pages."""
    places: dict[str, Any] = place.stages["scheduling"]
    return places


def signed_in(
    new_context: NewContext, place: Place, role: str, width: int = 1280, scheme: str = "light"
) -> Page:
    shape = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    return signing.signed_in(new_context, place, WHO[role], PASSWORD, **shape).new_page()


@pytest.mark.parametrize("role", WHO)
def test_no_page_has_a_violation_or_scrolls_sideways(
    new_context: NewContext, place: Place, faults: Faults, role: str
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, role, 360, "dark")
    for name, address in places[role].items():
        page.goto(place.url + address)
        assert faults(page) == [], name


def test_an_overlap_is_said_in_one_line_and_what_was_typed_stays_and_goes_through_elsewhere(
    new_context: NewContext, place: Place, violations: Violations
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, "recruiter", 360)
    page.goto(place.url + places["clashing"])
    page.get_by_label("Begins").fill(places["at"])
    page.get_by_label("Place").fill("Room 7")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Ivo has an interview then: final round, Candidate 2")
    assert violations(page) == []
    expect(page.get_by_label("Place")).to_have_value("Room 7")
    alert.get_by_role("link").click()
    expect(page.get_by_label("Begins")).to_be_focused()
    page.get_by_label("Begins").fill(places["free"])
    page.get_by_role("button", name="Set this time").click()
    expect(page.get_by_text("Set. The invitations go out")).to_be_visible()
    expect(page.get_by_text("waits to be sent")).to_have_count(2)


def test_a_time_outside_somebodys_hours_is_asked_about_and_confirmed(
    new_context: NewContext, place: Place, violations: Violations
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, "recruiter", 1280, "dark")
    page.goto(place.url + places["outside"])
    page.get_by_label("Begins").fill(places["at"])
    page.get_by_role("button", name="Set this time").click()
    expect(page.get_by_role("alert")).to_contain_text("Paula did not offer this time")
    assert violations(page) == []
    page.get_by_label("Set it all the same").check()
    page.get_by_role("button", name="Set this time").click()
    expect(page.get_by_text("Set. The invitations go out")).to_be_visible()


def test_an_interviewer_sets_their_hours_and_takes_their_feed_back_by_keyboard(
    new_context: NewContext, place: Place
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, "interviewer", 360)
    page.goto(place.url + places["interviewer"]["hours"])
    page.get_by_label("Saturday, from").fill("10:00")
    page.get_by_role("button", name="Save").press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Give both ends of the day")
    alert.get_by_role("link").press("Enter")
    expect(page.get_by_label("Saturday, to")).to_be_focused()
    page.get_by_label("Saturday, to").fill("12:00")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Address of the feed")).to_be_visible()
    page.get_by_role("button", name="Take it back").press("Enter")
    expect(page.get_by_text("The address no longer works.")).to_be_visible()
    page.get_by_role("button", name="Make an address").press("Enter")
    expect(page.get_by_label("Address of the feed")).to_be_visible()


def test_every_part_of_a_time_shows_that_it_has_the_focus(
    new_context: NewContext, place: Place
) -> None:
    page = signed_in(new_context, place, "recruiter")
    page.goto(place.url + places_of(place)["recruiter"]["unset"])
    field = page.get_by_label("Begins")
    field.focus()
    parts = 0
    while field.evaluate("each => each === document.activeElement"):
        parts += 1
        assert field.evaluate("each => getComputedStyle(each).outlineStyle") == "solid", parts
        page.keyboard.press("Tab")
    assert parts > 1
