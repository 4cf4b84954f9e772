"""A real Chromium in front of a real server. Every page is watched for what must never happen."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.browser.looking import SEEN_BY_AXE, faults_of, violations_of
from tests.browser.place import Place, free_port

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

LONGEST = 60_000
"""Milliseconds that a machine with more browsers than processors may take over anything."""

expect.set_options(timeout=LONGEST)

NewContext = Callable[..., BrowserContext]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory, run_folder: Path) -> Iterator[Place]:
    """The server that the tests of this run share."""
    place = Place(tmp_path_factory.mktemp("place") / "home", free_port())
    place.fill(run_folder)
    place.start()
    yield place
    place.kill()


# For one module, not the run: while Playwright's loop is there, Django lets nobody at the database.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium without the windows and menus that nobody would look at."""
    program = shutil.which("chromium-headless-shell")
    assert program, "the browser tests need Debian's package chromium-headless-shell"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_context(browser: Browser, place: Place) -> Iterator[NewContext]:
    """Make a browser of its own, with its own storage; options are those of Playwright.

    At the end it fails for a script error, a breach of the content security policy, or a request
    to any other host.
    """
    wrong: list[str] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
        page.on("console", lambda line: note(page, line))
        page.on("request", lambda request: look(request.url))

    def note(page: Page, line: Any) -> None:
        if line.type != "error" or "Failed to load" in line.text:
            return
        if page in SEEN_BY_AXE and line.text.startswith("Applying inline style violates"):
            return
        wrong.append(line.text)

    def look(url: str) -> None:
        if url.startswith("http") and urlsplit(url).netloc != urlsplit(place.url).netloc:
            wrong.append(f"request to another host: {url}")

    with ExitStack() as stack:

        def make(**options: Any) -> BrowserContext:
            context = browser.new_context(**options)
            stack.callback(context.close)
            context.set_default_timeout(LONGEST)
            context.on("page", watch)
            return context

        yield make
    assert wrong == []


@pytest.fixture
def page(new_context: NewContext) -> Page:
    """One page in a fresh browser."""
    return new_context().new_page()


@pytest.fixture(scope="session")
def violations() -> Callable[[Page], list[str]]:
    """Return what axe-core finds wrong with a page as it stands, best practices included."""
    return violations_of


@pytest.fixture(scope="session")
def faults() -> Callable[[Page], list[str]]:
    """Return what is wrong with a page at both widths and in both schemes."""
    return faults_of
