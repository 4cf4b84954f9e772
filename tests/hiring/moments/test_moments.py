"""Moments in words are those of the time zone of the pages, whoever puts them so."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone

from evenhand.hiring.compliance.card import Change
from evenhand.hiring.moments import in_words
from evenhand.web.compliance import card
from evenhand.web.decisions import pdf as decisions
from evenhand.web.report import pdf as report

LATE = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
"""In Berlin it is half past midnight, and another year."""
FORM = "j F Y, H:i T"


def test_a_moment_is_converted_and_a_day_is_not() -> None:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert in_words(LATE, FORM) == "1 January 2027, 00:30 CET"
        assert in_words(date(2026, 12, 31), "j F Y") == "31 December 2026"
        assert in_words(LATE, FORM, ZoneInfo("Asia/Tokyo")) == "1 January 2027, 08:30 JST"


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_papers_say_the_same_hour_as_pages(zone: str) -> None:
    known: Any = SimpleNamespace(after_figures=(), by_id=0)
    made: Any = SimpleNamespace(
        by="Dora", by_id=1, at=LATE, reason="", replaced_at=None, overrides=False,
        get_outcome_display=lambda: "advance",
    )  # fmt: skip
    aside: Any = SimpleNamespace(why="another device", kept_at=LATE, text="")
    change = Change(at=LATE, panel="usual", version="1", reason="", passed=None)
    with timezone.override(ZoneInfo(zone)):
        said = [
            decisions._said(made, known)["by"],
            decisions._proposed(made, known)["by"],
            report._aside([aside])[0]["title"],
            str(card._changes(SimpleNamespace(changes=[change]))),  # type: ignore[arg-type]
        ]
    at = "31 December 2026, 23:30 UTC" if zone == "UTC" else "1 January 2027, 00:30 CET"
    assert [at in one for one in said] == [True] * 4, said


def test_pages_say_the_time_zone_of_every_hour() -> None:
    shown = Template(
        "{% load moments %}{{ at }}|{{ at|date:'DATETIME_FORMAT' }}|{{ kept|to_the_second }}"
    )
    with timezone.override(ZoneInfo("Europe/Berlin")):
        said = shown.render(Context({"at": LATE, "kept": "2026-12-31T23:30:00.000000Z"}))
    day = "1 January 2027, 00:30"
    assert said.split("|") == [f"{day} CET", f"{day} CET", f"{day}:00 CET"]
