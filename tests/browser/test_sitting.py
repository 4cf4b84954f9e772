"""The whole sitting as a candidate goes through it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from tests.browser.conftest import NewContext
from tests.browser.looking import arrived
from tests.browser.place import Place
from tests.browser.writing import SAVED, answer_at, begin, wait_for_answer, write

PROMPTS = ["eval_search", "debug_drop", "tradeoff_small", "behavioural_incident"]


def test_a_candidate_sits_the_assessment_from_link_to_thank_you(page: Page, place: Place) -> None:
    link = place.fresh_link()
    begin(page, link)
    for number in range(1, 5):
        expect(page).to_have_title(re.compile(f"Question {number} of 4"))
        write(page, f"Answer {number}: I would look at the data first.")
        onward = "Next question" if number < 4 else "Review and hand in"
        page.get_by_role("button", name=onward).click()
    expect(page.get_by_role("heading", name="Ready to hand in?")).to_be_visible()
    page.get_by_role("button", name="Hand in my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    for number, prompt in enumerate(PROMPTS, start=1):
        text = f"Answer {number}: I would look at the data first."
        assert answer_at(place, link, prompt) == text
        expect(page.get_by_text(text)).to_be_visible()
    assert place.rows("SELECT state FROM hiring_sitting WHERE id = ?", place.sitting_of(link)) == [
        ("submitted",)
    ]


def test_after_handing_in_the_browser_keeps_nothing(page: Page, place: Place) -> None:
    begin(page, place.fresh_link())
    page.get_by_role("button", name="Hide").click()
    write(page, "Private thoughts.")
    page.get_by_role("button", name="Review", exact=True).click()
    page.get_by_role("button", name="Hand in my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    page.wait_for_function("() => Object.keys(localStorage).length === 0")


def test_the_own_copy_can_be_downloaded(page: Page, place: Place) -> None:
    begin(page, place.fresh_link())
    write(page, "For my own files.")
    page.get_by_role("button", name="Review", exact=True).click()
    page.get_by_role("button", name="Hand in my answers").click()
    arrived(page.get_by_role("heading", name="Thank you"))
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a text file").click()
    assert "For my own files." in download.value.path().read_text()


def test_the_timer_can_be_hidden_and_stays_so(page: Page, place: Place) -> None:
    begin(page, place.fresh_link())
    timer = page.get_by_role("timer")
    expect(timer).to_contain_text("minutes left")
    page.get_by_role("button", name="Hide timer").click()
    expect(timer).to_be_hidden()
    page.reload()
    expect(page.get_by_role("button", name="Show timer")).to_be_visible()
    expect(timer).to_be_hidden()
    page.get_by_role("button", name="Show timer").click()
    expect(timer).to_be_visible()


def test_the_timer_speaks_at_ten_five_and_one_minute_only(page: Page, place: Place) -> None:
    page.clock.install()
    begin(page, place.fresh_link())
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    said = page.locator("sitting-timer [data-announce]")
    timer = page.get_by_role("timer")
    expect(timer).to_have_text(re.compile(r"^\d+ minutes left$"))
    minutes = int(timer.inner_text().split()[0])
    expect(said).to_have_text("")
    page.clock.run_for((minutes - 11) * 60_000)
    expect(said).to_have_text("")
    page.clock.run_for(61_000)
    expect(said).to_have_text("10 minutes left")
    page.clock.run_for(5 * 60_000)
    expect(said).to_have_text("5 minutes left")
    page.clock.run_for(4 * 60_000)
    expect(said).to_have_text("1 minute left")
    page.get_by_role("button", name="Hide timer").focus()
    page.clock.run_for(61_000)
    expect(timer).to_contain_text("to finish your sentence")
    expect(page.locator("#main")).to_be_focused()  # the button has gone


def test_in_the_grace_the_page_says_so_and_still_saves(page: Page, place: Place) -> None:
    link = place.fresh_link()
    begin(page, link)
    place.begin_earlier(link, seconds_over=30)
    page.goto(f"{link}1/")
    expect(page.get_by_role("timer")).to_contain_text("Time is up.")
    write(page, "One last sentence.")
    wait_for_answer(place, link, "One last sentence.")


def test_a_sitting_whose_time_is_over_is_handed_in(page: Page, place: Place) -> None:
    page.goto(f"{place.links['overdue']}2/")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_a_used_link_opens_the_thank_you(page: Page, place: Place) -> None:
    page.goto(place.links["used"])
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_expired_and_revoked_links_say_whom_to_ask(page: Page, place: Place) -> None:
    for kind in ("expired", "revoked"):
        response = page.goto(place.links[kind])
        assert response is not None
        assert response.status == 410
        expect(page.get_by_role("link", name="rita@example.org")).to_be_visible()


def test_the_whole_sitting_works_without_a_script(new_context: NewContext, place: Place) -> None:
    link = place.fresh_link()
    page = new_context(java_script_enabled=False).new_page()
    begin(page, link, scripts=False)
    page.get_by_label("Your answer").fill("Plain\nform")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text(["Saved."])
    assert answer_at(place, link) == "Plain\nform"
    page.get_by_role("button", name="Next question").click()
    arrived(page.get_by_role("button", name="Previous"))
    page.get_by_label("Your answer").fill("Second")
    page.get_by_role("button", name="Previous").click()
    expect(page.get_by_label("Your answer")).to_have_value("Plain\nform")
    assert answer_at(place, link, "debug_drop") == "Second"
    page.get_by_role("button", name="Review", exact=True).click()
    page.get_by_role("button", name="Hand in my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_the_whole_sitting_works_by_keyboard_alone(page: Page, place: Place) -> None:
    link = place.fresh_link()
    page.goto(link)

    def tab_to(name: str) -> None:
        """Press Tab until the thing of this name has the focus, as a person would."""
        for _ in range(40):
            page.keyboard.press("Tab")
            focused = page.locator(":focus")
            words = focused.evaluate("e => e.labels?.[0]?.innerText || e.innerText || ''")
            if name in words:
                assert focused.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
                return
        raise AssertionError(f"Tab never reaches {name!r}")

    tab_to("Skip to the content")
    page.keyboard.press("Enter")
    tab_to("I have read this page")
    page.keyboard.press("Space")
    tab_to("Begin")
    page.keyboard.press("Enter")
    for number in range(1, 5):
        expect(page).to_have_title(re.compile(f"Question {number} of 4"))
        page.wait_for_load_state()
        tab_to("Your answer")
        page.keyboard.type(f"Typed answer {number}.")
        page.locator(SAVED).wait_for()
        tab_to("Next question" if number < 4 else "Review and hand in")
        page.keyboard.press("Enter")
    arrived(page.get_by_role("heading", name="Ready to hand in?"))
    tab_to("Hand in my answers")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert answer_at(place, link, PROMPTS[3]) == "Typed answer 4."


def test_asking_for_more_time_is_confirmed(page: Page, place: Place) -> None:
    page.goto(place.fresh_link())
    page.get_by_role("link", name="Ask for more time").click()
    expect(page.get_by_text("You never need to disclose a diagnosis")).to_be_visible()
    page.get_by_label("More time").check()
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_text("Waiting for an answer")).to_be_visible()
    page.goto(f"{place.links['extended']}ask/")
    expect(page.get_by_text("You have 1.5 times the usual time: 68 minutes.")).to_be_visible()
