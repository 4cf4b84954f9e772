"""An interviewer signed in, scorecards that no other test uses, and what of them is on disk."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect
from tests.browser import signing
from tests.browser.conftest import NewContext
from tests.browser.place import Place
from tests.browser.stage_interviews import IVY, PASSWORD
from tests.sealed import unsealed
from tests.support import wait_until

SAVED = ".save-status:is([data-state=saved], [data-state=back])"
OFFLINE = "No connection: kept on this device"


def interviews_of(place: Place) -> dict[str, Any]:
    """Return the addresses of the interviews."""
    places: dict[str, Any] = place.stages["interviews"]
    return places


def signed_in(
    new_context: NewContext, place: Place, email: str = IVY, **options: Any
) -> BrowserContext:
    """Return a browser in which an interviewer is signed in; a phone's unless told otherwise."""
    interviews_of(place)
    shape = {"viewport": {"width": 360, "height": 800}, **options}
    return signing.signed_in(new_context, place, email, PASSWORD, **shape)


def fresh(place: Place) -> str:
    """Return the id of an interview that has begun and that no other test uses."""
    return str(interviews_of(place)["fresh"].pop())


def open_card(page: Page, place: Place, interview: str) -> None:
    """Open the scorecard and return once its script looks after it."""
    page.goto(f"{place.url}/interviews/{uuid_of(interview)}/card/")
    expect(page.locator("score-card.live")).to_be_visible()


def go_to(page: Page, part: str) -> None:
    page.get_by_role("navigation", name="Parts of the scorecard").get_by_role(
        "link", name=re.compile(rf"{part}$")
    ).click()


def note(page: Page, text: str) -> None:
    """Type at the end of the notes in view, key by key."""
    field = page.get_by_label("Notes", exact=True).locator("visible=true")
    field.focus()
    field.press("Control+End")
    field.press_sequentially(text)


def notes_in(page: Page) -> str:
    return page.get_by_label("Notes", exact=True).locator("visible=true").input_value()


def body_at(place: Place, interview: str) -> dict[str, Any]:
    """Return the draft as it is on the server's disk."""
    query = "SELECT body FROM hiring_scorecard WHERE interview_id = ?"
    ((token,),) = place.rows(query, interview)
    text = unsealed(place.home, token, "hiring_scorecard", "body", interview)
    body: dict[str, Any] = json.loads(text)
    return body


def first_note(place: Place, interview: str) -> str:
    """Return the notes on the first question on the server's disk; empty before the first save."""
    return next((one["notes"] for one in body_at(place, interview)["questions"]), "")


def wait_for_note(place: Place, interview: str, text: str) -> None:
    wait_until(lambda: first_note(place, interview) == text, what=f"the card to have {text!r}")


def uuid_of(hexadecimal: str) -> str:
    h = hexadecimal
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"
