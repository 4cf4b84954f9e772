"""Signing in on the hiring side, and the pages there are to look at."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from playwright.sync_api import BrowserContext, Page
from tests.browser.conftest import NewContext
from tests.browser.place import Place
from tests.browser.stage_staff import EMAIL, PASSWORD

_staged: dict[Path, dict[str, Any]] = {}


def places_of(place: Place) -> dict[str, Any]:
    """Return the addresses of the pages to look at; the home is filled with them once a run."""
    if place.home not in _staged:
        _staged[place.home] = _stage(place)
    return _staged[place.home]


def _stage(place: Place) -> dict[str, Any]:
    folder = mkdtemp(dir=place.home)
    stage = [sys.executable, "-m", "tests.browser.stage_staff", folder]
    done = subprocess.run(stage, env=place.environment, stdout=subprocess.PIPE, check=True)
    places: dict[str, Any] = json.loads(done.stdout)
    return places


def sign_in(page: Page, place: Place, email: str = EMAIL) -> None:
    page.goto(f"{place.url}/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Openings", exact=True).wait_for()


def signed_in(
    new_context: NewContext, place: Place, width: int, scheme: str, email: str = EMAIL
) -> BrowserContext:
    context = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    sign_in(page, place, email)
    page.close()
    return context
