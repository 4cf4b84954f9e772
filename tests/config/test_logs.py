from __future__ import annotations

import logging

import pytest
from django.conf import settings
from django.test import Client

from evenhand.config.logs import NoLinks


def logged(message: str, *arguments: object) -> str:
    record = logging.LogRecord("any", logging.WARNING, "", 0, message, arguments, None)
    assert NoLinks().filter(record)
    return record.getMessage()


@pytest.mark.parametrize("page", ["", "1/", "save/eval_search"])
def test_a_candidates_link_is_taken_out(page: str) -> None:
    assert logged("%s: %s", "Gone", f"/s/abc.DEF-123/{page}") == f"Gone: /s/…/{page}"


def test_a_link_that_opens_an_account_is_taken_out() -> None:
    assert logged("Gone: /welcome/MQ/d1-abc/") == "Gone: /welcome/MQ/…/"


def test_everything_else_is_left_as_it_is() -> None:
    assert logged("100 %% of %d openings at %s", 3, "/openings/") == (
        "100 % of 3 openings at /openings/"
    )


def test_no_handler_goes_without_it(
    client: Client, db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    handlers = settings.LOGGING["handlers"].values()
    assert all("no_links" in handler["filters"] for handler in handlers)
    # What reaches the terminal is what a real request leaves there.
    logging.config.dictConfig(settings.LOGGING)
    client.get("/s/SECRET.TOKEN/")
    said = capsys.readouterr().err
    assert "/s/…/" in said
    assert "SECRET" not in said
