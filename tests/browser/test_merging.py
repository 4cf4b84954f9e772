"""How two versions of a scorecard are put together, by the module that the page uses."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.browser.place import Place

Body = dict[str, Any]
Merges = Callable[[list[tuple[Body, Body, Body]]], list[Body]]
TASKS, HEARD, DIMENSIONS = ("one", "two"), ("a", "b", "c"), ("x", "y")
LEVELS = (1.0, 3.5, "not_seen", None)


@pytest.fixture
def merges(page: Page, place: Place) -> Merges:
    """Merge (base, mine, theirs) for each; gives {body, clashes} for each."""
    page.goto(f"{place.url}/sign-in/")

    def run(cases: list[tuple[Body, Body, Body]]) -> list[Body]:
        done: list[Body] = page.evaluate(
            "async (cases) => { const { merge } = await import('/static/evenhand/merging.js');"
            " return cases.map((each) => merge(...each)) }",
            cases,
        )
        return done

    return run


def blank() -> Body:
    questions = [
        {"task": task, "started_at": None, "seconds": 0, "asked": False, "notes": ""}
        for task in TASKS
    ]
    return {"version": "v", "questions": questions, "stamps": [], "levels": {}, "notes": ""}


def changed(body: Body, by: random.Random, *, times: int) -> Body:
    """Return a card a few acts later, as an interviewer would go on with it."""
    body = copy.deepcopy(body)
    for _ in range(times):
        question = by.choice(body["questions"])
        act = by.randrange(5)
        if act == 0:
            question["notes"] += by.choice("pqr")
        elif act == 1:
            question["started_at"] = question["started_at"] or "2026-03-02T09:00:00+00:00"
            question["seconds"] += by.randrange(60)
            question["asked"] = True
        elif act == 2:
            press(body, question["task"], by.choice(HEARD), by.randrange(300))
        elif act == 3:
            dimension, level = by.choice(DIMENSIONS), by.choice(LEVELS)
            body["levels"].pop(dimension, None)
            if level is not None:
                body["levels"][dimension] = level
        else:
            body["notes"] += by.choice("pqr")
    return body


def press(body: Body, task: str, indicator: str, seconds: int) -> None:
    found = [s for s in body["stamps"] if (s["task"], s["indicator"]) == (task, indicator)]
    if found:
        body["stamps"].remove(found[0])
    else:
        body["stamps"].append({"task": task, "indicator": indicator, "seconds": seconds})


def plain(body: Body) -> Body:
    """Return a card to compare: the order of its stamps means nothing."""
    return {**body, "stamps": sorted(body["stamps"], key=str)}


def test_what_only_one_side_changed_is_taken_and_nobody_is_asked(
    merges: Merges,
) -> None:
    by = random.Random(3)
    bases = [changed(blank(), by, times=6) for _ in range(200)]
    ours = [changed(base, by, times=4) for base in bases]
    pairs = list(zip(bases, ours, strict=True))
    for cases in ([(b, o, b) for b, o in pairs], [(b, b, o) for b, o in pairs]):
        for done, our in zip(merges(cases), ours, strict=True):
            assert done["clashes"] == []
            assert plain(done["body"]) == plain(our)


def test_a_clash_is_what_both_changed_differently_and_nothing_else(
    merges: Merges,
) -> None:
    by = random.Random(5)
    cases = []
    for _ in range(200):
        base = changed(blank(), by, times=6)
        cases.append((base, changed(base, by, times=4), changed(base, by, times=4)))
    seen = 0
    for (base, mine, theirs), done in zip(cases, merges(cases), strict=True):
        expected = {}
        for name in texts(base):
            was, here, there = (texts(each)[name] for each in (base, mine, theirs))
            if here not in (was, there) and there != was:
                expected[name] = (here, there)
        seen += len(expected)
        assert {c["field"]: (c["mine"], c["theirs"]) for c in done["clashes"]} == expected
        for question, here, there in zip(
            done["body"]["questions"], mine["questions"], theirs["questions"], strict=True
        ):
            assert question["seconds"] == max(here["seconds"], there["seconds"])
    assert seen > 50


def texts(body: Body) -> dict[str, Any]:
    """Return what a person chooses from when it clashes, by the name of its field."""
    notes = {f"notes-{one['task']}": one["notes"] for one in body["questions"]}
    levels = {f"level-{name}": body["levels"].get(name) for name in DIMENSIONS}
    return {**notes, **levels, "notes": body["notes"]}


def test_a_stamp_taken_back_on_one_device_does_not_come_back_from_the_other(
    merges: Merges,
) -> None:
    base = blank()
    press(base, "one", "a", 47)
    mine, theirs = copy.deepcopy(base), copy.deepcopy(base)
    press(mine, "one", "a", 0)
    press(theirs, "two", "b", 12)
    (done,) = merges([(base, mine, theirs)])
    assert done["body"]["stamps"] == [{"task": "two", "indicator": "b", "seconds": 12}]


def test_a_stamp_made_on_both_devices_keeps_the_earlier_time(
    merges: Merges,
) -> None:
    mine, theirs = blank(), blank()
    press(mine, "one", "a", 50)
    press(theirs, "one", "a", 47)
    for here, there in ((mine, theirs), (theirs, mine)):
        (done,) = merges([(blank(), here, there)])
        assert [one["seconds"] for one in done["body"]["stamps"]] == [47]
