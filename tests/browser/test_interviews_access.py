"""Interviews: axe-core finds nothing, every page fits a phone, and the keyboard is enough."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.browser.conftest import NewContext
from tests.browser.interviews_place import (
    OFFLINE,
    SAVED,
    fresh,
    go_to,
    interviews_of,
    note,
    open_card,
    signed_in,
    wait_for_note,
)
from tests.browser.place import Place
from tests.browser.stage_interviews import OSCAR

Faults = Callable[[Page], list[str]]
PAGES = ("list", "kit", "play", "cancelled", "lock", "locked", "levels")


def test_every_page_is_accessible_and_fits(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    shape = {"viewport": {"width": 360, "height": 800}, "color_scheme": "dark"}
    context = signed_in(new_context, place, **shape)
    page = context.new_page()
    found: list[str] = []

    def look() -> None:
        found.extend(faults(page))

    places = interviews_of(place)
    for name in PAGES:
        page.goto(place.url + places[name])
        look()
    interview = fresh(place)
    open_card(page, place, interview)
    look()
    page.get_by_role("button", name="Start the clock").click()
    page.locator(".part:visible .stamp").first.click()
    note(page, "word" * 60)  # one long word must not widen the page
    page.locator(SAVED).wait_for()
    look()
    go_to(page, "Levels")
    page.locator(".ladder").first.get_by_label("3.5").check()
    look()
    go_to(page, "Notes")
    context.set_offline(True)
    note(page, "!")
    expect(page.locator(".save-status")).to_have_text(OFFLINE)
    look()
    context.set_offline(False)
    page.locator(SAVED).wait_for()
    context.close()
    page = signed_in(new_context, place, OSCAR, **shape).new_page()
    for name in ("plan", "opening"):
        page.goto(place.url + places[name])
        look()
    page.goto(place.url + places["plan"])
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look()
    assert found == []


def test_what_two_places_changed_is_chosen_from_accessibly(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    context, interview = signed_in(new_context, place), fresh(place)
    pages = context.new_page(), context.new_page()
    for page in pages:
        open_card(page, place, interview)
    context.set_offline(True)
    for page in pages:
        note(page, f"Text {page is pages[0]}")
        expect(page.locator(".save-status")).to_have_text(OFFLINE)
    context.set_offline(False)
    for page in pages:
        page.locator(".save-status:is([data-state=clash], [data-state=back])").wait_for()
    (page,) = (each for each in pages if each.locator(".clashes").is_visible())
    assert faults(page) == []


def test_targets_are_large_enough_for_a_thumb_and_the_dock_is_within_its_reach(
    new_context: NewContext, place: Place
) -> None:
    page = signed_in(new_context, place).new_page()
    open_card(page, place, fresh(place))
    page.get_by_role("button", name="Start the clock").click()
    page.locator(".part:visible .stamp").first.click()
    card = page.locator("score-card")
    reached = [card.get_by_role("button"), card.get_by_role("navigation").get_by_role("link")]
    for target in (each for found in reached for each in found.all()):
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44, target.inner_text()
    for name in ("Pause", "Undo", "Notes", "Next"):
        box = page.locator(".dock").get_by_role("button", name=name).bounding_box()
        assert box is not None
        assert 400 < box["y"] <= 800 - box["height"], name
    go_to(page, "Levels")
    for rung in page.locator(".rung:visible").all():
        box = rung.bounding_box()
        assert box is not None
        assert box["height"] >= 44


def test_the_whole_card_can_be_filled_in_by_keyboard_and_focus_stays_in_sight(
    new_context: NewContext, place: Place
) -> None:
    page, interview = signed_in(new_context, place).new_page(), fresh(place)
    open_card(page, place, interview)

    def tab_to(name: str) -> None:
        """Press Tab until the thing of this name has the focus, as a person would."""
        for _ in range(60):
            page.keyboard.press("Tab")
            focused = page.locator(":focus")
            words = focused.evaluate("e => e.labels?.[0]?.innerText || e.innerText || ''")
            if name in words:
                assert focused.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
                hidden = focused.evaluate(
                    "e => !e.closest('.dock') && e.getBoundingClientRect().bottom "
                    "> document.querySelector('.dock').getBoundingClientRect().top + 1"
                )
                assert not hidden, f"{name} has the focus under the dock"
                return
        raise AssertionError(f"Tab never reaches {name!r}")

    tab_to("Skip to the content")
    page.keyboard.press("Enter")
    tab_to("Start the clock")
    page.keyboard.press("Enter")
    page.locator("#q1-heading").focus()
    tab_to("Samples and reads examples")
    page.keyboard.press("Space")
    expect(page.locator(".stamp[aria-pressed=true]")).to_have_count(1)
    tab_to("Notes")
    page.keyboard.type("By keyboard.")
    wait_for_note(place, interview, "By keyboard.")
    tab_to("Undo")
    tab_to("Next")
    last = page.locator(".part[data-task]").count()
    for number in range(2, last + 1):
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=f"Question {number}")).to_be_focused()
        tab_to("Next")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Levels")).to_be_focused()
    for ladder in page.locator(".ladder").all():
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        expect(ladder.get_by_role("radio", checked=True)).to_have_value("1.5")
    tab_to("Next")
    page.keyboard.press("Enter")
    tab_to("Check and lock")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check and lock")).to_be_visible()
