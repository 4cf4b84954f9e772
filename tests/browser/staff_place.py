"""Signing in on the hiring side, and the pages there are to look at."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext
from tests.browser import signing
from tests.browser.conftest import NewContext
from tests.browser.place import Place
from tests.browser.stage_staff import EMAIL, PASSWORD


def places_of(place: Place) -> dict[str, Any]:
    """Return the addresses of the pages to look at."""
    places: dict[str, Any] = place.stages["staff"]
    return places


def signed_in(
    new_context: NewContext, place: Place, width: int, scheme: str, email: str = EMAIL
) -> BrowserContext:
    shape = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    return signing.signed_in(new_context, place, email, PASSWORD, **shape)
