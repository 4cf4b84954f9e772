"""A sitting with a worker beside the server: a follow-up comes, and is as safe as any answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from tests.browser import staged
from tests.browser.conftest import NewContext
from tests.browser.place import Place, free_port
from tests.browser.test_saving import OFFLINE
from tests.browser.writing import answer_at, begin, wait_for_answer, write
from tests.support import wait_until

from evenhand.rubric import load_pack, shipped_pack

Faults = Callable[[Page], list[str]]

ANSWER = "I would compare both versions on a few hundred labelled queries, query by query."
FOLLOW_UP = "Follow-up to question 1"
MOST_TRIES = 8


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, run_folder: Path) -> Iterator[Place]:
    """A server with its worker, for this module alone."""
    place = Place(tmp_path_factory.mktemp("place") / "home", free_port())
    place.fill(run_folder, staged.PEOPLE)
    start(place)
    yield place
    place.kill()


def start(place: Place) -> None:
    place.start(worker=True)
    wait_until(lambda: bool(place.rows("SELECT 1 FROM hiring_worker")), what="a worker")
    # The first request loads the application, which two processes that start at once make slow.
    urlopen(place.links["extended"], timeout=60).close()


def asked(place: Place, link: str) -> str:
    """Return the probe that was chosen after the first question."""
    query = "SELECT state, probe FROM hiring_probechoice WHERE sitting_id = ?"
    ((state, probe),) = place.rows(query, place.sitting_of(link))
    assert state == "asked"
    return str(probe)


def reach(page: Page, place: Place, *, scripts: bool = True) -> tuple[str, str]:
    """Answer the first question and go on until a follow-up comes; returns the link and the probe.

    On a machine that is busy, as while the panel is loaded, a choice may come too late: then the
    candidate has gone on without one, and the next one tries.
    """
    for _ in range(MOST_TRIES):
        link = place.fresh_link()
        begin(page, link, scripts=scripts)
        page.get_by_label("Your answer").fill(ANSWER)
        page.get_by_role("button", name="Next question").click()
        expect(page).to_have_title(re.compile(f"{FOLLOW_UP}|Question 2 of 4"))
        if FOLLOW_UP in page.title():
            page.wait_for_load_state()
            return link, asked(place, link)
    raise AssertionError("no choice was there in time")


def text_of(probe: str) -> str:
    return next(one.text for one in load_pack(shipped_pack()).probes if one.id == probe)


def test_a_follow_up_comes_between_two_questions_and_is_handed_in(page: Page, place: Place) -> None:
    link, probe = reach(page, place)
    expect(page.get_by_role("heading", level=1)).to_have_text(text_of(probe))
    page.get_by_text("Question 1 and your answer").click()
    expect(page.get_by_text(ANSWER)).to_be_visible()
    write(page, "Two hundred of them.")
    page.get_by_role("button", name="Next question").click()
    expect(page).to_have_title(re.compile("Question 2 of 4"))
    assert answer_at(place, link, probe) == "Two hundred of them."
    page.get_by_role("button", name=FOLLOW_UP).click()
    expect(page.get_by_label("Your answer")).to_have_value("Two hundred of them.")
    page.get_by_role("button", name="Previous").click()
    expect(page.get_by_label("Your answer")).to_have_value(ANSWER)
    page.get_by_role("button", name="Next question").click()
    expect(page).to_have_title(re.compile(FOLLOW_UP))
    page.get_by_role("button", name="Review", exact=True).click()
    expect(page.get_by_text("3 questions have no answer yet")).to_be_visible()
    page.get_by_role("button", name="Hand in my answers").click()
    expect(page.get_by_role("heading", name=FOLLOW_UP)).to_be_visible()
    query = "SELECT action FROM hiring_ledgerentry WHERE subject = ? ORDER BY seq"
    subject = f"sitting:{UUID(place.sitting_of(link))}"
    actions = [action for (action,) in place.rows(query, subject)]
    assert actions.count("probe.chosen") == 1


def test_it_comes_without_a_script_too(new_context: NewContext, place: Place) -> None:
    page = new_context(java_script_enabled=False).new_page()
    link, probe = reach(page, place, scripts=False)
    page.get_by_label("Your answer").fill("Plain.")
    page.get_by_role("button", name="Next question").click()
    expect(page).to_have_title(re.compile("Question 2 of 4"))
    assert answer_at(place, link, probe) == "Plain."


def test_what_is_typed_into_it_survives_no_connection_and_a_killed_server(
    page: Page, place: Place
) -> None:
    link, probe = reach(page, place)
    write(page, "Online.")
    wait_for_answer(place, link, "Online.", probe)
    page.context.set_offline(True)
    write(page, " Offline.")
    expect(page.locator(".save-status")).to_have_text(OFFLINE)
    page.context.set_offline(False)
    wait_for_answer(place, link, "Online. Offline.", probe)
    place.kill()
    try:
        write(page, " Killed.")
        expect(page.locator(".save-status")).to_have_text(OFFLINE)
    finally:
        start(place)
    wait_for_answer(place, link, "Online. Offline. Killed.", probe)
    expect(page.locator(".conflict")).to_be_hidden()
    page.reload()
    expect(page.get_by_label("Your answer")).to_have_value("Online. Offline. Killed.")


def test_it_can_be_reached_and_left_by_keyboard(page: Page, place: Place) -> None:
    reach(page, place)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator(":focus").evaluate("e => e.id") == "answer":
            break
    page.keyboard.type("Typed.")
    for _ in range(20):
        page.keyboard.press("Tab")
        if "Next question" in page.locator(":focus").inner_text():
            break
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("Question 2 of 4"))


def test_its_pages_are_accessible_and_fit(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    context = new_context(viewport={"width": 360, "height": 800}, color_scheme="dark")
    page = context.new_page()
    found: list[str] = []

    def look() -> None:
        found.extend(faults(page))

    link, _probe = reach(page, place)
    look()
    page.get_by_text("Question 1 and your answer").click()
    look()
    page.goto(f"{link}review/")
    look()
    page.get_by_role("button", name="Hand in my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    look()
    assert found == []
