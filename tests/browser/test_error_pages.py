"""The pages that nobody wants to see are as accessible as the others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, expect
from tests.browser.conftest import NewContext
from tests.browser.place import Place

from evenhand.web.faults import unsaved

Faults = Violations = Callable[[Page], list[str]]


@pytest.mark.parametrize(
    "name", ["400.html", "405.html", "500.html", "503.html", "staff/pack_broken.html"]
)
def test_a_page_about_a_fault_has_no_violation(
    new_context: NewContext, place: Place, faults: Faults, name: str
) -> None:
    """A sound server never shows these, so the browser is given them in place of another page."""
    page = new_context(viewport={"width": 360, "height": 800}, color_scheme="dark").new_page()
    given = {"faults": "rubric.yaml: dimensions: is missing", "said": unsaved()}
    words = render_to_string(name, given)
    page.route("**/fault/", lambda route: route.fulfill(body=words, content_type="text/html"))
    page.goto(f"{place.url}/fault/")
    expect(page.get_by_role("heading").first).to_be_visible()
    assert faults(page) == []


def test_a_page_that_is_not_there_and_a_stale_form_have_no_violation(
    page: Page, place: Place, violations: Violations
) -> None:
    page.goto(f"{place.url}/no-such-page/")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    assert violations(page) == []
    page.goto(f"{place.url}/sign-in/")
    page.context.clear_cookies()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Please try once more")).to_be_visible()
    assert violations(page) == []
