"""Signing in, once for each person: the server takes no more than so many a minute."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page
from tests.browser.conftest import NewContext
from tests.browser.looking import arrived
from tests.browser.place import Place

_sessions: dict[tuple[Path, str], Any] = {}


def sign_in(page: Page, place: Place, email: str, password: str) -> None:
    """Sign in, and return once the first page is there."""
    page.goto(f"{place.url}/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    arrived(page.get_by_role("button", name="Sign out"))


def signed_in(
    new_context: NewContext, place: Place, email: str, password: str, **options: Any
) -> BrowserContext:
    """Return a browser in which somebody is signed in, with the cookies of their first time."""
    who = place.home, email
    if who not in _sessions:
        context = new_context()
        sign_in(context.new_page(), place, email, password)
        _sessions[who] = context.storage_state()
        context.close()
    return new_context(storage_state=_sessions[who], **options)
