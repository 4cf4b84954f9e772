"""Every candidate page in light and dark, on a phone and on a desk: axe-core finds nothing."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.browser.conftest import NewContext
from tests.browser.place import Place
from tests.browser.writing import SAVED, begin, write

Faults = Callable[[Page], list[str]]


def test_every_candidate_page_is_accessible_and_fits(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    context = new_context(viewport={"width": 360, "height": 800}, color_scheme="dark")
    page = context.new_page()
    found: list[str] = []

    def look() -> None:
        found.extend(faults(page))

    link = place.fresh_link()
    page.goto(link)
    look()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("alert")).to_have_text("Please tick this box if you agree, then begin.")
    look()
    for address in (
        f"{link}ask/",
        f"{place.links['extended']}ask/",
        place.links["extended"],
        place.links["expired"],
        place.links["revoked"],
        f"{place.url}/s/unknown/",
        f"{place.links['used']}done/",
    ):
        page.goto(address)
        look()
    page.goto(f"{link}ask/")
    page.get_by_role("button", name="Send request").click()
    page.get_by_role("alert").first.wait_for()
    look()
    begin(page, link)
    look()
    write(page, "word" * 60)  # one long word must not widen the page
    page.locator(SAVED).wait_for()
    look()
    context.set_offline(True)
    write(page, "!")
    page.locator(".save-status[data-state=offline]").wait_for()
    look()
    context.set_offline(False)
    page.locator(".save-status[data-state=back]").wait_for()
    page.goto(f"{link}review/")
    look()
    page.goto(f"{link}link/")
    page.get_by_role("button", name="Make a new link").click()
    expect(page.get_by_text("The one before no longer works.")).to_be_visible()
    look()
    page.goto(page.url.replace("/link/", "/withdraw/"))
    look()
    page.get_by_role("button", name="Withdraw my application").click()
    page.get_by_role("heading", name="You have withdrawn").wait_for()
    look()
    assert found == []


def test_the_panel_of_a_conflict_is_accessible(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    link = place.fresh_link()
    context = new_context(viewport={"width": 360, "height": 800}, color_scheme="dark")
    one, two = context.new_page(), context.new_page()
    begin(one, link)
    two.goto(f"{link}1/")
    context.set_offline(True)
    for tab in (one, two):
        write(tab, f"Text {tab is one}")
        tab.locator(".save-status[data-state=offline]").wait_for()
    context.set_offline(False)
    for tab in (one, two):
        tab.locator(".save-status:is([data-state=conflict], [data-state=back])").wait_for()
    conflicted = one if one.locator(".conflict").is_visible() else two
    expect(conflicted.locator(".conflict")).to_be_visible()
    assert faults(conflicted) == []


def test_targets_are_large_enough_for_a_thumb(new_context: NewContext, place: Place) -> None:
    page = new_context(viewport={"width": 360, "height": 800}).new_page()
    begin(page, place.fresh_link())
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44, button.inner_text()
