"""Feedback and contests in a real browser: accessible, readable on a phone, and gone through."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser import signing
from tests.browser.conftest import NewContext
from tests.browser.place import Place
from tests.browser.stage_feedback import EMAIL, PASSWORD, RATERS

Faults = Violations = Callable[[Page], list[str]]


def places_of(place: Place) -> dict[str, Any]:
    """Return the addresses of the pages to look at."""
    places: dict[str, Any] = place.stages["feedback"]
    return places


def signed_in(
    new_context: NewContext, place: Place, width: int, scheme: str, email: str = EMAIL
) -> BrowserContext:
    shape = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    return signing.signed_in(new_context, place, email, PASSWORD, **shape)


def test_no_feedback_has_a_violation_or_scrolls_sideways(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    page = new_context(viewport={"width": 360, "height": 800}, color_scheme="dark").new_page()
    for name, link in places_of(place)["links"].items():
        for tail in ("feedback/", "contest/"):
            page.goto(place.url + link + tail)
            assert faults(page) == [], name


def test_no_page_of_the_hiring_side_has_a_violation_or_scrolls_sideways(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    places = places_of(place)
    page = signed_in(new_context, place, 360, "dark").new_page()
    for name in ("opening", "feedbacks", "contests", "preview", "report"):
        page.goto(place.url + places[name])
        assert faults(page) == [], name


def test_a_hostile_answer_runs_nothing_and_its_flag_is_no_accusation(
    new_context: NewContext, place: Place
) -> None:
    page = new_context().new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a script of the answer ran: {dialog.message}"))
    page.goto(place.url + places_of(place)["links"]["hostile"])
    expect(page.locator(".own-copy .own-words").first).to_contain_text("<script>alert(1)</script>")
    expect(page.locator("main")).to_contain_text("It is no accusation")
    expect(page.locator("main")).not_to_contain_text("never shown")


def test_from_the_release_to_a_settled_contest_on_the_keyboard(
    new_context: NewContext, place: Place, violations: Violations
) -> None:
    places = places_of(place)
    link = place.url + places["links"]["fresh"]
    candidate = new_context(viewport={"width": 360, "height": 740}).new_page()
    candidate.goto(link)
    expect(candidate.get_by_role("heading", level=1)).to_contain_text("Thank you")

    recruiter = signed_in(new_context, place, 1280, "light").new_page()
    recruiter.goto(place.url + places["preview"])
    recruiter.get_by_role("button", name="Release it").press("Enter")
    expect(recruiter.get_by_role("status")).to_contain_text("Released")

    candidate.goto(link)
    expect(candidate.get_by_role("heading", level=1)).to_have_text("Your feedback")
    candidate.get_by_role("link", name="Contest it").press("Enter")
    candidate.get_by_role("button", name="Have it rated again").press("Enter")
    expect(candidate.get_by_role("alert")).to_contain_text("Choose at least one")
    assert violations(candidate) == []
    candidate.get_by_label("Question 1: Eval discipline").press("Space")
    candidate.get_by_label("Why, in your words").fill("I did say how I would measure it.")
    candidate.get_by_role("button", name="Have it rated again").press("Enter")
    expect(candidate.locator("main")).to_contain_text("Two people will rate it again")

    recruiter.goto(place.url + places["contests"])
    expect(recruiter.locator("main")).to_contain_text("I did say how I would measure it.")

    for email in RATERS:
        rater = signed_in(new_context, place, 1280, "light", email).new_page()
        rater.goto(f"{place.url}/judges/anchors/")
        while rater.locator(".plain-list a").count():
            rater.locator(".plain-list a").first.click()
            rater.wait_for_url(re.compile("/anchors/[0-9a-f-]+/$"))
            if "Rate an answer" not in rater.title():
                break
            expect(rater.locator("main")).not_to_contain_text("contest")
            for choice in rater.locator("form select").all():
                if choice.is_visible():
                    choice.select_option(index=choice.locator("option").count() - 1)
            rater.get_by_role("button", name="Lock this rating").click()
            rater.wait_for_url(re.compile("/anchors/$"))

    candidate.goto(link)
    expect(candidate.locator(".badge", has_text="settled")).to_have_count(1)
    expect(candidate.locator("main")).to_contain_text("Without the two ratings")
    recruiter.goto(place.url + places["contests"])
    expect(recruiter.locator("main")).to_contain_text("Settled")
