"""The whole loop of one candidate, seen by five people at their own browsers, from an empty home.

Nothing is staged: the recruiter's account comes from the command line, everything else from pages.
It runs on SQLite, and at night on PostgreSQL too.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests import postgres
from tests.browser.conftest import LONGEST
from tests.browser.looking import arrived
from tests.browser.place import Place, free_port

from evenhand.rubric import load_pack, shipped_pack

PASSWORD = "correct horse battery"
CANDIDATE = "Charlie Cole"
AUTHOR = "d16"
SCORING = 240_000
"""Milliseconds that a busy machine may take to read four answers."""


class Site(Place):
    """A server with its worker, on an empty home and a database of its own."""

    database = ""

    @property
    def environment(self) -> dict[str, str]:
        as_in_use = {"DJANGO_SETTINGS_MODULE": "evenhand.config.settings"}
        return super().environment | as_in_use | {"EVENHAND_DATABASE": self.database}

    def command(self, *words: str, said: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "evenhand", *words], env=self.environment, input=said,
            text=True, stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        return done.stdout


@contextmanager
def site(home: Path, database: str, environment: dict[str, str]) -> Iterator[Site]:
    home.mkdir()
    made = Site(home, free_port())
    made.database = database
    kept = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        made.start(worker=True)
        yield made
    finally:
        made.kill()
        for name, value in kept.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


AT_NIGHT = pytest.mark.skipif(
    "EVENHAND_TEST_EVERY_VIEW" not in os.environ,
    reason="set EVENHAND_TEST_EVERY_VIEW=1 to go through it on PostgreSQL too",
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=AT_NIGHT)])
def loop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack:
        where: dict[str, str] = {}
        address = ""
        if request.param == "postgresql":
            where = stack.enter_context(postgres.cluster())
            address = postgres.address(where, "loop")
        yield stack.enter_context(site(tmp_path / "home", address, where))


class People:
    """Five people, each in a browser of their own."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.site = site
        self.contexts: list[BrowserContext] = []
        self.browser = browser

    def page(self) -> Page:
        context = self.browser.new_context(base_url=self.site.url)
        context.set_default_timeout(LONGEST)
        self.contexts.append(context)
        return context.new_page()

    def welcomed(self, link: str, email: str) -> Page:
        """Choose a password behind a welcome link, and sign in with it."""
        page = self.page()
        page.goto(link)
        page.get_by_label("New password", exact=False).first.fill(PASSWORD)
        page.get_by_label("New password confirmation").fill(PASSWORD)
        page.get_by_role("button", name="Open my account").click()
        arrived(page.get_by_text("Your account is open"))
        sign_in(page, email)
        return page


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()


def make_opening(page: Page) -> None:
    page.get_by_role("link", name="New opening").first.click()
    page.get_by_label("Job title").fill("Search engineer")
    page.get_by_label("Whom candidates may ask").fill("Rita Recruiter")
    page.get_by_role("button", name="Next: questions and rubric").click()
    page.get_by_role("button", name="Take it as it is").click()
    page.get_by_role("button", name="Next: as a candidate sees it").click()
    page.get_by_role("link", name="Next: open").click()
    page.get_by_role("button", name="Open it").click()
    arrived(page.get_by_role("heading", name="Add candidates"))


def add_candidate(page: Page) -> str:
    """Add Charlie; return the link to send."""
    one = page.locator("form").filter(has=page.get_by_role("button", name="Add this person"))
    one.get_by_label("Name").fill(CANDIDATE)
    one.get_by_label("E-mail address").fill("charlie@example.org")
    page.get_by_role("button", name="Add this person").click()
    return page.locator('input[value*="/s/"]').first.input_value()


def add_to_team(page: Page, name: str, email: str, role: str) -> str:
    """Give somebody a role; return their welcome link."""
    arrived(page.get_by_role("heading", name="Team", exact=True))
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Role").select_option(role)
    page.get_by_role("button", name="Add to the team").click()
    return page.get_by_label(f"Link for {name}").first.input_value()


def sit(page: Page, link: str) -> None:
    """Answer every question, and whatever follow-up comes, and hand in."""
    pack = load_pack(shipped_pack())
    texts = {one.prompt: one.text for one in pack.golden if one.author == AUTHOR}
    answers = [texts[prompt] for prompt in pack.round("async").prompts]
    page.goto(link)
    page.get_by_label("I have read this page").check()
    page.get_by_role("button", name="Begin").click()
    while True:
        field = page.get_by_label("Your answer")
        heading = page.get_by_role("heading", name="Ready to hand in?")
        expect(field.or_(heading)).to_be_visible()
        if heading.is_visible():
            break
        number = re.search(r"/(\d+)/$", page.url)
        if number and "follow" not in page.url:
            field.fill(answers[int(number[1]) - 1])
        else:
            field.fill("I would write down how the labels were made, and check a sample of them.")
        here = page.url
        onward = re.compile("^(Next question|Review and hand in|Go on)$")
        page.get_by_role("button", name=onward).click()
        page.wait_for_url(re.compile(f"^(?!{re.escape(here)}$)"))
    page.get_by_role("button", name="Hand in my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def plan(page: Page, opening: str, round_: str, interviewer: str) -> None:
    page.goto(opening)
    page.get_by_role("link", name=re.compile("plan one for")).first.click()
    page.get_by_label("Round:").select_option(round_)
    people = page.get_by_label("Interviewer:")
    told = people.locator("option", has_text=interviewer).get_attribute("value")
    people.select_option(told)
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_text(interviewer).first).to_be_visible()


def interview(page: Page, level: str) -> None:
    """Hold an interview: read the kit, ask everything, give every level, lock."""
    page.get_by_role("link", name="Interviews").first.click()
    page.get_by_role("link", name=re.compile("^Candidate 1, ")).click()
    arrived(page.get_by_role("heading", name=f"Interview with {CANDIDATE}"))
    shown = page.locator("main").inner_text()
    assert not re.search(r"90\s%|above the bar|P\(", shown)
    page.get_by_role("button", name="Begin the interview").click()
    expect(page.locator("score-card.live")).to_be_visible()  # what counts reads what is there
    questions = page.locator(".part[data-task]").count()
    for number in range(questions):
        page.get_by_role("button", name="Start the clock").click()
        page.locator(".part:visible .stamp").first.click()
        page.locator(".part:visible textarea").first.fill(
            f"What was said to question {number + 1}."
        )
        page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_role("heading", name="Levels")).to_be_visible()
    for ladder in page.locator(".ladder").all():
        ladder.get_by_label(re.compile(rf"^{re.escape(level)}(\s|$)")).check()
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="Check and lock").click()
    page.get_by_role("button", name="Lock my scorecard").click()
    expect(page.get_by_role("heading", name="Locked scorecard")).to_be_visible()


def decide(page: Page) -> None:
    """State a lean before any figure is shown, then decide with a reason."""
    page.goto("/")
    page.get_by_role("link", name="Search engineer").click()
    page.get_by_role("link", name="Candidate 1").first.click()
    arrived(page.get_by_role("heading", name="Your lean", exact=True))
    assert CANDIDATE not in page.locator("main").inner_text()
    page.get_by_label("advance", exact=True).check()
    page.get_by_label("How likely do you think").fill("70")
    page.get_by_role("button", name="Lock my lean and show the figures").click()
    arrived(page.get_by_role("heading", name="Decide"))
    assert CANDIDATE not in page.locator("main").inner_text()
    page.get_by_label("advance", exact=True).check()
    page.get_by_label("Why").fill("Three rounds agree on evaluation and on data.")
    page.get_by_label("How likely do you now think").fill("80")
    page.get_by_role("button", name="Lock my decision").click()
    expect(page.get_by_text("What was decided")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile(CANDIDATE))).to_be_visible()


def test_five_people_take_one_candidate_through_the_loop(
    browser: Browser, loop: Site, tmp_path: Path
) -> None:
    loop.command("add-user", "rita@example.org", said=f"{PASSWORD}\n")
    people = People(browser, loop)
    rita = people.page()
    sign_in(rita, "rita@example.org")
    make_opening(rita)
    link = add_candidate(rita)
    opening = rita.url
    rita.get_by_role("link", name="Team", exact=True).click()
    team = {
        name: add_to_team(rita, name, f"{name.split()[0].lower()}@example.org", role)
        for name, role in (
            ("Morgan Manager", "interviewer"),
            ("Pat Peer", "interviewer"),
            ("Dee Decider", "decider"),
        )
    }  # fmt: skip

    charlie = people.page()
    sit(charlie, link)
    rita.goto(opening)
    expect(rita.get_by_text("scored", exact=True).first).to_be_visible(timeout=SCORING)

    plan(rita, opening, "final", "Morgan Manager")
    plan(rita, opening, "peer", "Pat Peer")
    morgan = people.welcomed(team["Morgan Manager"], "morgan@example.org")
    interview(morgan, "4")
    pat = people.welcomed(team["Pat Peer"], "pat@example.org")
    interview(pat, "3.5")
    decide(people.welcomed(team["Dee Decider"], "dee@example.org"))

    rita.goto(opening)
    expect(rita.get_by_text("decided: advance")).to_be_visible()
    rita.get_by_role("link", name="Feedback to Candidate 1").click()
    rita.get_by_role("button", name="Release it").click()
    arrived(rita.get_by_role("status").filter(has_text="Released"))
    charlie.goto(link)
    arrived(charlie.get_by_role("heading", name="Your feedback"))
    seen = charlie.locator("main").inner_text()
    for other in ("Morgan", "Pat Peer", "Dee", "Rita"):
        assert other not in seen

    bundle = tmp_path / "ledger.jsonl"
    loop.command("ledger", "export", str(bundle))
    loop.command("ledger", "verify", str(bundle))
    assert json.loads(loop.command("replay", str(bundle), "--json"))
