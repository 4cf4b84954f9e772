"""A candidate's rights in a real browser: accessible, and no wider than the screen."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.browser.conftest import NewContext
from tests.browser.looking import arrived
from tests.browser.place import Place
from tests.browser.staff_place import places_of, signed_in
from tests.browser.writing import begin

Faults = Callable[[Page], list[str]]


def test_no_page_of_the_hiring_side_has_a_violation_or_scrolls_sideways(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, 360, "dark").new_page()
    for name in ("retention", "data", "erase", "readers", "outside"):
        page.goto(place.url + places[name])
        assert faults(page) == []
    page.goto(place.url + places["erase"])
    page.get_by_role("button", name="Erase this person now").click()
    arrived(page.get_by_role("alert"))
    assert faults(page) == []
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_label("Reason")).to_be_focused()


def test_days_that_erase_somebody_are_asked_for_twice(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, 360, "dark").new_page()
    page.goto(place.url + places["retention"])
    page.get_by_label("Days answers are kept").fill("90")
    page.get_by_role("button", name="Change the days").click()
    expect(page.get_by_role("heading", name="This would erase 2 people")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="Leave it as it is").click()
    expect(page.get_by_label("Days answers are kept")).to_have_value("180")


def test_a_candidates_notice_and_data_are_accessible_and_fit(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    context = new_context(viewport={"width": 360, "height": 800}, color_scheme="dark")
    page, link = context.new_page(), place.fresh_link()
    begin(page, link)
    page.goto(f"{link}notice/")
    expect(page.get_by_text("the same, to the letter")).to_be_visible()
    addresses = (f"{link}notice/", f"{place.links['used']}data/", f"{place.links['used']}done/")
    for address in addresses:
        page.goto(address)
        assert faults(page) == []
