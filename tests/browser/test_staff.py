"""The hiring side in a real browser: every page accessible, and the acts that need scripts."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import NewContext
from tests.browser.looking import arrived
from tests.browser.place import Place
from tests.browser.signing import sign_in
from tests.browser.staff_place import places_of, signed_in
from tests.browser.stage_staff import ADMIN, EMAIL, PASSWORD

Faults = Violations = Callable[[Page], list[str]]


def test_no_staff_page_has_a_violation_or_scrolls_sideways(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, 360, "dark").new_page()
    for path in ("/", "/openings/new/", places["opening"], places["add"], places["settle"]):
        page.goto(place.url + path)
        assert faults(page) == []


def test_signing_in_has_no_violation_before_and_after_an_error(
    page: Page, place: Place, violations: Violations
) -> None:
    page.goto(f"{place.url}/sign-in/")
    assert violations(page) == []
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []


def test_a_form_with_errors_has_no_violation_and_leads_to_the_field(
    new_context: NewContext, place: Place, violations: Violations
) -> None:
    places_of(place)
    page = signed_in(new_context, place, 360, "light").new_page()
    page.goto(f"{place.url}/openings/new/")
    page.get_by_label("Job title").fill("")
    page.get_by_role("button", name="Next: questions and rubric").click()
    arrived(page.get_by_role("alert"))
    assert violations(page) == []
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Job title")).to_be_focused()


def test_a_list_with_wrong_lines_has_no_violation(
    new_context: NewContext, place: Place, violations: Violations
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, 360, "light").new_page()
    page.goto(place.url + places["add"])
    page.get_by_label("or paste the lines").fill("name,email\nBo Berg\nCy Cole,nowhere\n")
    page.get_by_role("button", name="Add the list").click()
    expect(page.get_by_role("alert").get_by_role("listitem")).to_have_count(2)
    assert violations(page) == []


def test_from_a_new_opening_to_a_link_that_opens(new_context: NewContext, place: Place) -> None:
    places_of(place)
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    sign_in(page, place, EMAIL, PASSWORD)
    page.get_by_role("link", name="New opening").first.click()
    page.get_by_label("Job title").fill("Ranking engineer")
    page.get_by_role("button", name="Next: questions and rubric").click()
    page.get_by_role("button", name="Take it as it is").click()
    page.get_by_role("button", name="Next: as a candidate sees it").click()
    page.get_by_role("link", name="Next: open").click()
    page.get_by_role("button", name="Open it").click()
    arrived(page.get_by_role("heading", name="Add candidates"))
    page.get_by_label("Name").fill("Ada Abel")
    page.get_by_label("E-mail address").fill("ada.abel@example.org")
    page.get_by_role("button", name="Add this person").click()
    arrived(page.get_by_label("Personal link of Candidate 1"))
    page.locator("summary").first.click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.get_by_label("Personal link of Candidate 1").input_value()
    page.goto(link)
    expect(page.get_by_role("heading").first).to_be_visible()
    assert "Ranking engineer" in page.content()


def test_the_list_shows_by_itself_when_somebody_is_scored(
    new_context: NewContext, place: Place
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, 1280, "light").new_page()
    page.goto(place.url + places["opening"])
    row = page.get_by_role("row").filter(has_text="Alex Tanaka")
    expect(row).to_contain_text("being scored")
    change = "update hiring_sitting set state = ? where id = ?"
    with closing(sqlite3.connect(place.home / "evenhand.sqlite3", timeout=20)) as database:
        with database:
            assert database.execute(change, ("scored", places["waiting"])).rowcount == 1
        expect(row).not_to_contain_text("being scored")
        with database:
            database.execute(change, ("submitted", places["waiting"]))


@pytest.mark.parametrize("width", [360, 1280])
def test_an_admin_looks_after_the_accounts_of_a_team(
    new_context: NewContext, place: Place, faults: Faults, width: int
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, width, "light", ADMIN).new_page()
    page.goto(f"{place.url}{places['opening']}team/")

    def emil() -> Locator:
        row = page.get_by_role("row").filter(has_text="emil@example.org")
        if not row.get_by_role("combobox").is_visible():
            row.get_by_text("Look after this account").click()
        return row

    emil().get_by_role("combobox").select_option("recruiter")
    emil().get_by_role("button", name="Change the duty").click()
    expect(page.get_by_text("emil@example.org is recruiter now.")).to_be_visible()
    emil().get_by_role("combobox").select_option("member")
    emil().get_by_role("button", name="Change the duty").click()
    expect(page.get_by_text("emil@example.org is member now.")).to_be_visible()
    emil().get_by_role("link", name="Close the account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Close the account of emil@example.org?"
    )
    assert faults(page) == []
    page.get_by_role("button", name="Close this account").click()
    expect(page.get_by_text("The account of emil@example.org is closed.")).to_be_visible()
    emil().get_by_role("button", name="Reopen the account").click()
    expect(page.get_by_text("emil@example.org can sign in again.")).to_be_visible()
    emil().get_by_role("button", name="Make a new password link").click()
    shown = page.get_by_role("row").filter(has_text="emil@example.org").get_by_role("textbox")
    expect(shown).to_have_value(re.compile(f"^{place.url}/"))
    assert faults(page) == []
