"""Pages as others meet them: at 400 %, in colours of their own, by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from tests.browser.conftest import NewContext
from tests.browser.interviews_place import fresh, open_card
from tests.browser.interviews_place import signed_in as interviewer_in
from tests.browser.place import Place
from tests.browser.staff_place import places_of, signed_in
from tests.browser.writing import begin, write

AT_400 = {"width": 320, "height": 256}
"""A window of 1280 by 1024 pixels at 400 %."""


def lines_of(page: Page, name: str) -> float:
    """Return how many lines the words of a button take."""
    button = page.get_by_role("button", name=name).first
    return float(
        button.evaluate(
            """each => {
                const range = document.createRange();
                range.selectNodeContents(each.firstElementChild ?? each);
                return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
            }"""
        )
    )


def test_a_tick_is_seen_in_colours_of_the_readers_own(
    new_context: NewContext, place: Place
) -> None:
    page = new_context(forced_colors="active", reduced_motion="reduce").new_page()
    page.goto(place.fresh_link())
    box = page.get_by_label("I have read this page")
    without = box.screenshot()
    box.check()
    box.evaluate("each => each.blur()")
    page.mouse.move(0, 0)
    assert box.screenshot() != without


def test_at_400_percent_the_answer_has_the_window_to_itself(
    new_context: NewContext, place: Place
) -> None:
    page = new_context(viewport=AT_400, device_scale_factor=2).new_page()
    begin(page, place.fresh_link())
    assert lines_of(page, "Hide") == 1
    write(page, "I would take three hundred queries. " * 12)
    bar = page.locator(".sitting-bar").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] <= 0


def test_at_400_percent_the_dock_of_a_scorecard_does_not_lie_over_it(
    new_context: NewContext, place: Place
) -> None:
    page = interviewer_in(new_context, place, viewport=AT_400).new_page()
    open_card(page, place, fresh(place))
    assert [lines_of(page, name) for name in ("Notes", "Next")] == [1, 1]
    page.evaluate("scrollTo(0, 0)")
    dock = page.locator(".dock").bounding_box()
    assert dock is not None
    assert dock["y"] >= AT_400["height"]


def test_what_is_to_be_mended_has_the_focus(new_context: NewContext, place: Place) -> None:
    page = signed_in(new_context, place, 1280, "light").new_page()
    page.goto(place.url + places_of(place)["add"])
    page.get_by_role("button", name="Add").last.focus()
    page.keyboard.press("Enter")
    summary = page.get_by_role("alert").filter(has_text="Please mend this")
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    expect(summary.get_by_role("link").first).to_be_focused()
