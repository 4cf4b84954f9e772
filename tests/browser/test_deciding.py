"""The decider's pages in a real browser: accessible, no wider than the screen, by keyboard."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.browser.conftest import NewContext
from tests.browser.place import Place
from tests.browser.staff_place import places_of, signed_in
from tests.browser.stage_staff import DECIDER

Faults = Violations = Callable[[Page], list[str]]
PAGES = ("cohort", "lean", "decision", "compare", "error-costs", "anchoring")


def test_no_page_has_a_violation_or_scrolls_sideways(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, 360, "dark", DECIDER[1]).new_page()
    for name in PAGES:
        page.goto(place.url + places[name])
        assert faults(page) == []


def test_a_recruiter_compares_who_they_tick_in_the_cohort(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, 360, "light").new_page()
    page.goto(place.url + places["cohort"])
    assert faults(page) == []
    page.get_by_label("Compare Candidate 1").check()
    page.get_by_label("Compare Candidate 2").check()
    page.get_by_role("button", name="Compare the chosen side by side").click()
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    assert faults(page) == []


def test_a_decider_leans_and_decides_by_keyboard(
    new_context: NewContext, place: Place, violations: Violations
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, 360, "light", DECIDER[1]).new_page()
    page.goto(place.url + places["lean-weak"])
    page.get_by_role("button", name="Lock my lean").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("radio", name="do not advance").focus()
    page.keyboard.press("Space")
    page.get_by_label("How likely do you think").fill("20")
    page.get_by_role("button", name="Lock my lean").press("Enter")
    expect(page.get_by_role("heading", name="The figures speak for")).to_be_visible()
    expect(page.get_by_text("Sasha Okafor")).to_have_count(0)
    page.get_by_role("radio", name="hold").focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("radio", name="do not advance")).to_be_checked()
    page.get_by_label("Why").fill("Nothing on how a result is compared.")
    page.get_by_label("How likely do you now think").fill("15")
    page.get_by_role("button", name="Lock my decision").press("Enter")
    expect(page.get_by_role("heading", name="What was decided")).to_be_visible()
    expect(page.get_by_role("heading", name="Sasha Okafor")).to_be_visible()
    assert violations(page) == []
