"""Setting up and the editor in a real browser: accessible, by keyboard, for every width."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.browser.conftest import NewContext
from tests.browser.looking import arrived
from tests.browser.place import Place
from tests.browser.staff_place import places_of, signed_in

Faults = Callable[[Page], list[str]]


def test_no_page_has_a_violation_or_scrolls_sideways(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    places = places_of(place)["packs"]
    page = signed_in(new_context, place, 360, "light").new_page()
    wrong = []
    for path in places.values():
        page.goto(place.url + path)
        wrong += faults(page)
    assert wrong == []


def test_an_opening_is_set_up_with_the_keyboard_alone(
    new_context: NewContext, place: Place
) -> None:
    places_of(place)
    page = signed_in(new_context, place, 1280, "light").new_page()
    page.goto(f"{place.url}/openings/new/")
    page.get_by_label("Job title").focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("Keyboard engineer")
    page.keyboard.press("Enter")
    arrived(page.get_by_role("heading", name="Questions and rubric"))
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Enter")
    arrived(page.get_by_role("heading", name="Rounds, bar and weights"))
    page.get_by_label("Bar").focus()
    page.keyboard.press("Enter")
    arrived(page.get_by_role("heading", name="As a candidate sees it"))
    page.get_by_role("link", name="Next: open").focus()
    page.keyboard.press("Enter")
    arrived(page.get_by_role("button", name="Open it"))
    page.get_by_role("button", name="Open it").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Add candidates")).to_be_visible()


def test_going_back_a_step_shows_what_was_given(new_context: NewContext, place: Place) -> None:
    places_of(place)
    page = signed_in(new_context, place, 360, "light").new_page()
    page.goto(f"{place.url}/openings/new/")
    page.get_by_label("Job title").fill("Returning engineer")
    page.get_by_role("button", name="Next: questions and rubric").click()
    page.get_by_role("button", name="Take it as it is").click()
    page.get_by_label("Bar").fill("3.1")
    page.get_by_role("button", name="Next: as a candidate sees it").click()
    arrived(page.get_by_role("heading", name="As a candidate sees it"))
    page.go_back()
    expect(page.get_by_label("Bar")).to_have_value("3.1")
    page.get_by_role("link", name="Job and contact").click()
    expect(page.get_by_label("Job title")).to_have_value("Returning engineer")


def test_a_button_beside_a_question_is_as_wide_as_its_word(
    new_context: NewContext, place: Place
) -> None:
    address = place.url + places_of(place)["packs"]["faulty"]
    page = signed_in(new_context, place, 1280, "light").new_page()
    page.goto(address)
    of_dimension = page.get_by_role("link", name="Remove Eval discipline").bounding_box()
    of_question = page.get_by_role("link", name="Remove “").first.bounding_box()
    assert of_dimension
    assert of_question
    assert of_question["width"] == of_dimension["width"]


def test_two_editors_of_one_question_lose_no_word(new_context: NewContext, place: Place) -> None:
    address = place.url + places_of(place)["packs"]["prompt"]
    context = signed_in(new_context, place, 1280, "light")
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.goto(address)
    first.get_by_label("Question").fill("Who pays for it?")
    first.get_by_role("button", name="Save").click()
    arrived(first.get_by_text("Saved."))
    second.get_by_label("Question").fill("Who objects to it?")
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("alert")).to_contain_text("changed this part while you wrote")
    expect(second.get_by_label("Question")).to_have_value("Who objects to it?")
    second.get_by_role("button", name="Save").click()
    second.get_by_text("Saved.").wait_for()
    expect(second.get_by_label("Question")).to_have_value("Who objects to it?")
