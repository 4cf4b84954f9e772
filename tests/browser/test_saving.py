"""No keystroke is lost: reload, no connection, a killed server, a second tab."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, Route, expect
from tests.browser.conftest import NewContext
from tests.browser.place import Place
from tests.browser.writing import SAVED, answer_at, begin, kept_aside, wait_for_answer, write
from tests.support import wait_until

OFFLINE = "Saved on this device; will be sent when the connection is back."


def test_a_change_is_on_the_server_within_two_seconds(page: Page, place: Place) -> None:
    link = place.fresh_link()
    begin(page, link)
    write(page, "Without pressing anything.")
    wait_for_answer(place, link, "Without pressing anything.")
    expect(page.locator(SAVED)).to_have_text("All changes are saved.")


def test_somebody_who_never_pauses_is_saved_while_typing(page: Page, place: Place) -> None:
    link = place.fresh_link()
    begin(page, link)
    page.clock.install()
    field = page.get_by_label("Your answer")
    with page.expect_request("**/save/eval_search"):
        # A key every 100 ms of the page's own clock: never the 800 ms that count as a pause.
        for _ in range(16):
            field.press("x")
            page.clock.run_for(100)
    wait_until(lambda: "x" in answer_at(place, link), what="a save while typing")


def test_a_reload_in_the_middle_of_a_word_loses_nothing(page: Page, place: Place) -> None:
    link = place.fresh_link()
    begin(page, link)
    write(page, "Half a wor")
    page.reload()
    expect(page.get_by_label("Your answer")).to_have_value("Half a wor")
    write(page, "d, and the rest.")
    page.reload()
    expect(page.get_by_label("Your answer")).to_have_value("Half a word, and the rest.")
    wait_for_answer(place, link, "Half a word, and the rest.")
    expect(page.locator(".conflict")).to_be_hidden()


def test_what_is_typed_offline_is_sent_when_the_connection_is_back(
    page: Page, place: Place
) -> None:
    link = place.fresh_link()
    begin(page, link)
    write(page, "Online.")
    wait_for_answer(place, link, "Online.")
    page.context.set_offline(True)
    # Half of a phone's screen is its keyboard.
    page.set_viewport_size({"width": 360, "height": 400})
    write(page, " Offline.")
    expect(page.locator(".save-status")).to_have_text(OFFLINE)
    expect(page.locator(".save-status")).to_be_in_viewport(ratio=1)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Next question").click()
    expect(page.get_by_label("Your answer")).to_have_value("Online. Offline.")
    page.context.set_offline(False)
    wait_for_answer(place, link, "Online. Offline.")
    expect(page.locator(SAVED)).to_contain_text("All changes are saved.")


def test_a_tab_closed_while_offline_leaves_its_text_for_the_next(
    new_context: NewContext, place: Place
) -> None:
    link = place.fresh_link()
    context = new_context()
    page = context.new_page()
    begin(page, link)
    context.set_offline(True)
    write(page, "Written in a tunnel.")
    expect(page.locator(".save-status")).to_have_text(OFFLINE)
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"{link}1/")
    expect(page.get_by_label("Your answer")).to_have_value("Written in a tunnel.")
    wait_for_answer(place, link, "Written in a tunnel.")


def test_the_review_sends_what_another_page_could_not(
    new_context: NewContext, place: Place
) -> None:
    link = place.fresh_link()
    context = new_context()
    page = context.new_page()
    begin(page, link)
    context.set_offline(True)
    write(page, "Left behind.")
    expect(page.locator(".save-status")).to_have_text(OFFLINE)
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"{link}review/")
    expect(page.get_by_text("Left behind.")).to_be_visible()
    assert answer_at(place, link) == "Left behind."


def test_somebody_whose_cookies_were_cleared_is_saved_all_the_same(
    page: Page, place: Place
) -> None:
    link = place.fresh_link()
    begin(page, link)
    write(page, "With a cookie.")
    wait_for_answer(place, link, "With a cookie.")
    page.context.clear_cookies()
    write(page, " And without.")
    wait_for_answer(place, link, "With a cookie. And without.")


def test_a_server_killed_while_somebody_types_loses_nothing(page: Page, place: Place) -> None:
    link = place.fresh_link()
    begin(page, link)
    write(page, "Before the crash.")
    wait_for_answer(place, link, "Before the crash.")
    place.kill()
    try:
        write(page, " During the crash.")
        expect(page.locator(".save-status")).to_have_text(OFFLINE)
        assert answer_at(place, link) == "Before the crash."
    finally:
        place.start()
    write(page, " After it.")
    wait_for_answer(place, link, "Before the crash. During the crash. After it.")
    expect(page.locator(".conflict")).to_be_hidden()


def test_a_server_and_a_browser_killed_together_lose_at_most_two_seconds(
    new_context: NewContext, place: Place
) -> None:
    link, keys_a_second, bursts, keys_a_burst = place.fresh_link(), 10, 3, 16
    context = new_context()
    page = context.new_page()
    begin(page, link)
    page.clock.install()
    field = page.get_by_label("Your answer")
    for _ in range(bursts):
        # 1.6 s of the page's own clock without a pause; one save falls into each of them.
        with page.expect_response("**/save/eval_search"):
            for _ in range(keys_a_burst):
                field.press("x")
                page.clock.run_for(1000 // keys_a_second)
    place.kill()
    context.close()
    place.start()
    page = new_context().new_page()
    page.goto(f"{link}1/")
    kept = text_of(page)
    assert len(kept) >= bursts * keys_a_burst - 2 * keys_a_second
    assert kept == answer_at(place, link)


def two_tabs(context: BrowserContext, place: Place, link: str) -> tuple[Page, Page]:
    """Return two tabs that both changed the same answer while neither could save; then both can.

    The first is the one whose text became the answer, the second has the panel to choose from.
    """
    tabs = context.new_page(), context.new_page()
    begin(tabs[0], link)
    tabs[1].goto(f"{link}1/")
    context.set_offline(True)
    for tab, text in zip(tabs, ("One tab.", "Another tab."), strict=True):
        write(tab, text)
        expect(tab.locator(".save-status")).to_have_text(OFFLINE)
    context.set_offline(False)
    settled = ".save-status:is([data-state=conflict], [data-state=back])"
    for tab in tabs:
        tab.locator(settled).wait_for()
    first, second = sorted(tabs, key=lambda tab: tab.locator(".conflict").is_visible())
    expect(second.locator(".conflict")).to_be_visible()
    expect(first.locator(".conflict")).to_be_hidden()
    return first, second


def text_of(tab: Page) -> str:
    return tab.get_by_label("Your answer").input_value()


def test_a_second_tab_never_makes_a_text_disappear(new_context: NewContext, place: Place) -> None:
    link = place.fresh_link()
    first, second = two_tabs(new_context(), place, link)
    assert {text_of(first), text_of(second)} == {"One tab.", "Another tab."}
    assert answer_at(place, link) == text_of(first)
    mine = text_of(second)
    assert kept_aside(place, link) == [mine]
    second.reload()
    expect(second.get_by_label("Your answer")).to_have_value(mine)
    expect(second.locator("[data-mine]")).to_have_text(mine)
    expect(second.locator("[data-other]")).to_have_text(text_of(first))


def test_keeping_this_version_keeps_the_other_aside(new_context: NewContext, place: Place) -> None:
    link = place.fresh_link()
    first, second = two_tabs(new_context(), place, link)
    mine, other = text_of(second), text_of(first)
    second.get_by_role("button", name="Keep this version").click()
    expect(second.locator(".conflict")).to_be_hidden()
    assert answer_at(place, link) == mine
    assert kept_aside(place, link) == [other]
    expect(first.get_by_label("Your answer")).to_have_value(mine)


def test_keeping_the_other_version_keeps_this_aside_as_it_was_last(
    new_context: NewContext, place: Place
) -> None:
    link = place.fresh_link()
    first, second = two_tabs(new_context(), place, link)
    write(second, " More.")
    mine, other = text_of(second), text_of(first)
    second.get_by_role("button", name="Keep the other version").click()
    expect(second.get_by_label("Your answer")).to_have_value(other)
    expect(second.locator(".conflict")).to_be_hidden()
    assert answer_at(place, link) == other
    assert kept_aside(place, link) == [mine]


def test_both_versions_can_be_put_together(new_context: NewContext, place: Place) -> None:
    link = place.fresh_link()
    first, second = two_tabs(new_context(), place, link)
    both = f"{text_of(first)}\n\n{text_of(second)}"
    second.get_by_role("button", name="Put both together").click()
    expect(second.get_by_label("Your answer")).to_have_value(both)
    wait_for_answer(place, link, both)
    write(second, " And on.")
    wait_for_answer(place, link, f"{both} And on.")


def test_a_choice_made_offline_keeps_the_other_version_aside(
    new_context: NewContext, place: Place
) -> None:
    link = place.fresh_link()
    context = new_context()
    first, second = two_tabs(context, place, link)
    mine, other = text_of(second), text_of(first)
    context.set_offline(True)
    second.get_by_role("button", name="Keep this version").click()
    expect(second.locator(".save-status")).to_have_text(OFFLINE)
    context.set_offline(False)
    wait_for_answer(place, link, mine)
    assert kept_aside(place, link) == [other]
    expect(second.locator(".conflict")).to_be_hidden()


def test_a_choice_made_offline_holds_when_the_tab_is_closed(
    new_context: NewContext, place: Place
) -> None:
    link = place.fresh_link()
    context = new_context()
    first, second = two_tabs(context, place, link)
    mine, other = text_of(second), text_of(first)
    context.set_offline(True)
    second.get_by_role("button", name="Keep this version").click()
    expect(second.locator(".save-status")).to_have_text(OFFLINE)
    second.close()
    first.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"{link}1/")
    wait_for_answer(place, link, mine)
    assert other in kept_aside(place, link)


def test_a_choice_made_offline_can_be_changed_before_it_is_sent(
    new_context: NewContext, place: Place
) -> None:
    link = place.fresh_link()
    context = new_context()
    first, second = two_tabs(context, place, link)
    mine, other = text_of(second), text_of(first)
    context.set_offline(True)
    second.get_by_role("button", name="Keep this version").click()
    expect(second.locator(".save-status")).to_have_text(OFFLINE)
    with second.expect_event("requestfailed"):
        second.get_by_role("button", name="Keep the other version").click()
    context.set_offline(False)
    second.locator(".save-status:not([data-state=offline])").wait_for()
    second.get_by_role("button", name="Keep the other version").click()
    expect(second.locator(".conflict")).to_be_hidden()
    expect(second.get_by_label("Your answer")).to_have_value(other)
    assert answer_at(place, link) == other
    assert kept_aside(place, link) == [mine]


def test_a_later_conflict_of_a_tab_keeps_what_an_earlier_one_kept_aside(
    new_context: NewContext, place: Place
) -> None:
    link = place.fresh_link()
    first, second = two_tabs(new_context(), place, link)
    earlier = text_of(second)
    second.get_by_role("button", name="Keep the other version").click()
    expect(second.locator(".conflict")).to_be_hidden()
    second.route("**/save/*", lambda route: route.abort())
    write(second, " Later.")
    expect(second.locator(".save-status")).to_have_text(OFFLINE)
    later = text_of(second)
    write(first, " Meanwhile.")
    wait_for_answer(place, link, text_of(first))
    second.unroute("**/save/*")
    expect(second.locator(".conflict")).to_be_visible()
    assert sorted(kept_aside(place, link)) == sorted([earlier, later])


def test_two_tabs_that_take_turns_are_never_in_conflict(
    new_context: NewContext, place: Place
) -> None:
    link = place.fresh_link()
    context = new_context()
    one, two = context.new_page(), context.new_page()
    begin(one, link)
    two.goto(f"{link}1/")
    write(one, "First.")
    expect(two.get_by_label("Your answer")).to_have_value("First.")
    write(two, " Second.")
    expect(one.get_by_label("Your answer")).to_have_value("First. Second.")
    assert kept_aside(place, link) == []


def test_a_text_over_the_limit_stays_in_the_field_with_a_clear_message(
    page: Page, place: Place
) -> None:
    link = place.fresh_link()
    begin(page, link)
    page.get_by_label("Your answer").fill("z" * 200_007)
    expect(page.locator(".save-status")).to_contain_text("7 characters too long")
    assert len(text_of(page)) == 200_007
    page.get_by_label("Your answer").fill("z" * 200_000)
    wait_until(lambda: len(answer_at(place, link)) == 200_000, what="the save")


def test_a_text_typed_after_handing_in_elsewhere_is_kept_and_said(
    new_context: NewContext, place: Place
) -> None:
    link = place.fresh_link()
    context = new_context()
    page, other = context.new_page(), context.new_page()
    begin(page, link)
    other.goto(f"{link}review/")
    other.get_by_role("button", name="Hand in my answers").click()
    expect(other.get_by_role("heading", name="Thank you")).to_be_visible()
    write(page, "Too late, but not lost.")
    expect(page.locator(".save-status")).to_contain_text("Your answers are handed in.")
    # The first words of somebody who types slowly come too late already, and the rest follows.
    wait_until(
        lambda: kept_aside(place, link) == ["Too late, but not lost."], what="all of it to be kept"
    )


def test_a_server_that_asks_to_come_again_gets_the_text_then(page: Page, place: Place) -> None:
    link = place.fresh_link()
    begin(page, link)
    busy = {"code": "too_fast", "message": "Save again."}
    page.route(
        "**/save/*",
        lambda route: route.fulfill(status=429, headers={"Retry-After": "1"}, json=busy),
        times=1,
    )
    with page.expect_response(lambda reply: reply.status == 429):
        write(page, "Typed very fast.")
    expect(page.locator(".save-status")).to_have_text(OFFLINE)
    wait_for_answer(place, link, "Typed very fast.")
    expect(page.locator(SAVED)).to_contain_text("All changes are saved.")


def closed_link(route: Route) -> None:
    """Answer a save as the server does when a link was revoked or renewed."""
    route.fulfill(status=410, json={"code": "link", "message": "This link is no longer valid."})


def test_a_closed_link_leaves_the_text_in_the_browser_and_says_so(
    new_context: NewContext, place: Place
) -> None:
    link = place.fresh_link()
    context = new_context()
    page = context.new_page()
    begin(page, link)
    context.route("**/save/*", closed_link)
    write(page, "The link was renewed.")
    expect(page.locator(".save-status")).to_contain_text("kept in this browser")
    page.get_by_role("button", name="Next question").click()
    expect(page.get_by_label("Your answer")).to_have_value("The link was renewed.")
    # The last request of a closing page cannot be answered for the server; it is not let out.
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")
    page.close()
    page = context.new_page()
    with page.expect_response("**/save/*"):
        page.goto(f"{link}review/")
    expect(page.locator("[data-kept]")).to_be_visible()
    assert answer_at(place, link) == ""
    context.unroute("**/save/*")
    wait_for_answer(place, link, "The link was renewed.")


def test_a_text_that_cannot_be_sent_is_shown_on_the_last_page_until_it_is_removed(
    new_context: NewContext, place: Place
) -> None:
    link = place.fresh_link()
    context = new_context()
    page = context.new_page()
    begin(page, link)
    page.get_by_label("Your answer").fill("z" * 200_007)
    expect(page.locator(".save-status")).to_contain_text("7 characters too long")
    page.close()
    page = context.new_page()
    page.goto(f"{link}review/")
    page.get_by_role("button", name="Hand in my answers").click()
    unsent = page.get_by_role("group").filter(has_text="Question 1")
    expect(unsent).to_be_visible()
    page.reload()
    unsent.locator("summary").click()
    expect(unsent.get_by_role("textbox")).to_have_value("z" * 200_007)
    unsent.get_by_role("button", name="Remove from this browser").click()
    expect(page.locator("[data-unsent]")).to_be_hidden()
    expect(page.locator("#main")).to_be_focused()
    drafts = "Object.keys(localStorage).filter((key) => key.startsWith('evenhand:draft:'))"
    assert page.evaluate(drafts) == []
