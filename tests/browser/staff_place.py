"""Signing in on the hiring side, and the pages there are to look at."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from playwright.sync_api import BrowserContext
from tests.browser import signing
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


def signed_in(
    new_context: NewContext, place: Place, width: int, scheme: str, email: str = EMAIL
) -> BrowserContext:
    shape = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    return signing.signed_in(new_context, place, email, PASSWORD, **shape)
