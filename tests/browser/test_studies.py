"""The pages of the studies in a real browser: accessible, and no wider than the screen."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.browser.conftest import NewContext
from tests.browser.place import Place
from tests.browser.staff_place import places_of, signed_in

Faults = Violations = Callable[[Page], list[str]]
PAGES = (
    "studies", "concordance", "disagreement", "validity", "imports", "opinions", "opinion",
)  # fmt: skip


def test_no_page_has_a_violation_or_scrolls_sideways(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, 360, "dark").new_page()
    for name in PAGES:
        page.goto(place.url + places[name])
        assert faults(page) == []


def test_an_opinion_is_given_by_keyboard_alone_and_is_then_locked(
    new_context: NewContext, place: Place, violations: Violations
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, 360, "light").new_page()
    page.goto(place.url + places["opinions"])
    page.get_by_role("link", name="Read candidate 1 of this list").press("Enter")
    page.get_by_role("button", name="Lock this opinion").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("No", exact=True).press("Space")
    page.get_by_label("How sure are you").fill("70")
    page.get_by_role("button", name="Lock this opinion").press("Enter")
    expect(page.get_by_text("Your opinion is locked")).to_be_visible()
    page.get_by_role("link", name=":").first.click()
    expect(page.get_by_text("You were 70\u00a0% sure")).to_be_visible()
    expect(page.get_by_role("button", name="Lock this opinion")).to_have_count(0)


def test_a_disagreement_is_settled_and_stands_in_the_list(
    new_context: NewContext, place: Place
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, 1280, "light").new_page()
    page.goto(place.url + places["concordance"])
    apart = page.get_by_role("region", name="Where they part")
    apart.get_by_role("link").last.click()
    page.get_by_label("neither").check()
    page.get_by_label("Why").fill("Both missed the second answer.")
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_text("Both missed the second answer.")).to_be_visible()
    page.get_by_role("link", name="Back to the study").click()
    expect(apart.get_by_text("neither")).to_be_visible()
