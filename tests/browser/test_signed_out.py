"""Whoever was signed out while they wrote is told so, and finds what they typed in its form."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, Route, expect
from tests.browser.conftest import NewContext
from tests.browser.interviews_place import IVY
from tests.browser.place import Place
from tests.browser.signing import arrived
from tests.browser.staff_place import PASSWORD, places_of, signed_in
from tests.browser.stage_staff import DECIDER, EMAIL

REASON = "Names the checks of a label.\nSays what better means first."
KEPT = "sessionStorage.length"


def write_decision(page: Page, place: Place) -> None:
    page.goto(place.url + places_of(place)["decision"])
    page.get_by_label("do not advance").check()
    page.get_by_label("Why").fill(REASON)
    page.get_by_label("How likely").fill("61")


def send_signed_out(context: BrowserContext, page: Page, name: str) -> None:
    context.clear_cookies(name="sessionid")
    page.get_by_role("button", name=name).first.click()
    expect(page.get_by_text("nothing of it was saved")).to_be_visible()
    expect(page.get_by_text("What you typed is kept in this tab")).to_be_visible()


def sign_in_again(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def without_form(route: Route) -> None:
    """Answer with the page as it is once nothing can be decided any more."""
    answer = route.fetch()
    form = '<form method="post" novalidate>'
    route.fulfill(response=answer, body=answer.text().replace(form, "<form>"))


def test_a_decision_is_back_once_its_author_has_signed_in_again(
    new_context: NewContext, place: Place
) -> None:
    context = signed_in(new_context, place, 1280, "light", DECIDER[1])
    page = context.new_page()
    write_decision(page, place)
    send_signed_out(context, page, "Lock the revision")
    sign_in_again(page, DECIDER[1])
    expect(page.get_by_text("It is not sent yet.")).to_be_focused()
    expect(page.get_by_label("Why")).to_have_value(REASON)
    expect(page.get_by_label("do not advance")).to_be_checked()
    expect(page.get_by_label("How likely")).to_have_value("61")
    assert page.evaluate(KEPT) == 0
    page.reload()
    expect(page.get_by_label("Why")).to_have_value("")


def test_nobody_else_finds_what_was_typed(new_context: NewContext, place: Place) -> None:
    context = signed_in(new_context, place, 1280, "light", DECIDER[1])
    page = context.new_page()
    write_decision(page, place)
    send_signed_out(context, page, "Lock the revision")
    page.goto(f"{place.url}/sign-in/")
    sign_in_again(page, IVY)
    arrived(page.get_by_role("button", name="Sign out"))
    assert page.evaluate(KEPT) == 0


def test_a_form_that_was_open_while_somebody_signed_in_anew_is_filled_again(
    new_context: NewContext, place: Place
) -> None:
    context = signed_in(new_context, place, 1280, "light", DECIDER[1])
    page = context.new_page()
    write_decision(page, place)
    context.clear_cookies(name="csrftoken")
    page.get_by_role("button", name="Lock the revision").click()
    page.get_by_role("link", name="Go back to the form").click()
    expect(page.get_by_label("Why")).to_have_value(REASON)


def test_a_reason_that_is_sent_to_an_address_of_its_own_is_led_back_to(
    new_context: NewContext, place: Place
) -> None:
    context = signed_in(new_context, place, 1280, "light")
    page = context.new_page()
    page.goto(place.url + places_of(place)["drift"])
    page.locator("details:has([name=reason]) > summary").nth(1).click()
    field = page.locator("[name=reason]").nth(1)
    field.fill("The provider has moved.")
    context.clear_cookies(name="sessionid")
    field.press("Tab")
    page.keyboard.press("Enter")
    sign_in_again(page, EMAIL)
    page.get_by_role("link", name="Go back to the form").click()
    expect(field).to_have_value("The provider has moved.")
    expect(page.locator("[name=reason]").first).to_have_value("")


def test_what_has_no_form_any_more_is_shown(new_context: NewContext, place: Place) -> None:
    context = signed_in(new_context, place, 1280, "light", DECIDER[1])
    page = context.new_page()
    write_decision(page, place)
    cookies = context.cookies()
    send_signed_out(context, page, "Lock the revision")
    context.add_cookies(
        [{"name": one["name"], "value": one["value"], "url": place.url} for one in cookies]
    )
    page.route("**/decision/", without_form)
    page.goto(place.url + places_of(place)["decision"])
    expect(page.get_by_text("This page has no form any more")).to_be_visible()
    expect(page.locator("#main blockquote").first).to_have_text(REASON)
