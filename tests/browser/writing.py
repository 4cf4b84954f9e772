"""What a candidate does in the browser, and what of it is in the database."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from tests.browser.place import Place
from tests.sealed import unsealed
from tests.support import wait_until

SAVED = ".save-status[data-state=saved], .save-status[data-state=back]"


def begin(page: Page, link: str, *, scripts: bool = True) -> None:
    """Open the link, agree and begin; with scripts, return once they look after the answer."""
    page.goto(link)
    page.get_by_label("I have read this page").check()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_label("Your answer")).to_be_visible()
    if scripts:
        expect(page.locator(".save-status[data-state=writing]")).to_be_visible()


def write(page: Page, text: str) -> None:
    """Type at the end of the answer, key by key."""
    field = page.get_by_label("Your answer")
    field.focus()
    field.press("Control+End")
    field.press_sequentially(text)


def answer_at(place: Place, link: str, prompt: str = "eval_search") -> str:
    """Return the answer as it is on the server's disk; empty where there is none."""
    query = "SELECT a.text, a.sitting_id, a.prompt FROM hiring_answer a"
    return next(iter(texts(place, query, link, prompt)), "")


def kept_aside(place: Place, link: str, prompt: str = "eval_search") -> list[str]:
    """Return the texts that are kept beside the answer."""
    query = (
        "SELECT k.text, k.answer_id, k.why, k.tab, k.salt FROM hiring_keptaside k "
        "JOIN hiring_answer a ON a.id = k.answer_id"
    )
    return texts(place, query, link, prompt)


def texts(place: Place, query: str, link: str, prompt: str) -> list[str]:
    """Return the texts of a query for one; after it come the columns that it is bound to."""
    of_sitting = " WHERE a.sitting_id = ? AND a.prompt = ?"
    table = query.partition(" FROM ")[2].split()[0]
    return [
        unsealed(place.home, token, table, "text", row, *others)
        for token, row, *others in place.rows(query + of_sitting, place.sitting_of(link), prompt)
    ]


def wait_for_answer(place: Place, link: str, text: str, prompt: str = "eval_search") -> None:
    """Return once the server has exactly this text."""
    wait_until(
        lambda: answer_at(place, link, prompt) == text,
        what=f"the server to have {text!r}",
    )
