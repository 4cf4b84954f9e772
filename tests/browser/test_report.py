"""The report in a real browser: accessible in every state, readable on a phone and on paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import NewContext
from tests.browser.place import Place
from tests.browser.staff_place import places_of, signed_in

Faults = Callable[[Page], list[str]]


def test_no_report_has_a_violation_or_scrolls_sideways(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    reports = places_of(place)["reports"]
    page = signed_in(new_context, place, 360, "dark").new_page()
    for name, path in reports.items():
        page.goto(place.url + path)
        assert faults(page) == [], name


def test_a_number_in_the_answer_leads_to_the_behaviour(
    new_context: NewContext, place: Place
) -> None:
    reports = places_of(place)["reports"]
    page = signed_in(new_context, place, 1280, "light").new_page()
    page.goto(place.url + reports["strong"])
    page.get_by_role("link", name="behaviour 1").first.click()
    expect(page.locator("#seen-1-1")).to_be_in_viewport()


def test_a_hostile_answer_runs_nothing(new_context: NewContext, place: Place) -> None:
    reports = places_of(place)["reports"]
    page = signed_in(new_context, place, 1280, "light").new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a script of the answer ran: {dialog.message}"))
    page.goto(place.url + reports["hostile"])
    expect(page.locator(".answer blockquote").first).to_contain_text("<script>alert(1)</script>")


def test_a_report_that_is_not_ready_says_so(new_context: NewContext, place: Place) -> None:
    reports = places_of(place)["reports"]
    page = signed_in(new_context, place, 360, "dark").new_page()
    page.goto(place.url + reports["waiting"])
    expect(page.get_by_role("status")).to_contain_text("being scored")
    page.goto(place.url + reports["fresh"])
    expect(page.get_by_role("status")).to_contain_text("has not been submitted")
