"""A scorecard's body is read to the letter, and what is wrong with it is said in one line."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.hiring.errors import CardError
from evenhand.hiring.interviews.card import MAX_NOTES, parse_card

WHOLE: dict[str, Any] = {
    "version": "evenhand-scorecard/1",
    "questions": [
        {
            "task": "data_inherit",
            "started_at": "2026-03-02T09:00:00Z",
            "seconds": 47,
            "asked": True,
            "notes": "reads errors first",
        }
    ],
    "stamps": [{"task": "data_inherit", "indicator": "data.read_errors", "seconds": 47}],
    "levels": {"data_quality": 3.5, "communication": "not_seen"},
    "notes": "",
}

names = st.text(min_size=1, max_size=100).filter(lambda t: "\0" not in t and t.isprintable())
moments = st.datetimes(timezones=st.timezones()).filter(lambda d: 1970 <= d.year <= 9000)
questions = st.fixed_dictionaries(
    {
        "task": names,
        "started_at": st.none() | moments.map(lambda d: d.isoformat()),
        "seconds": st.integers(0, 86_400),
        "asked": st.booleans(),
        "notes": st.text(max_size=200),
    }
)
bodies = st.fixed_dictionaries(
    {
        "version": st.just("evenhand-scorecard/1"),
        "questions": st.lists(questions, max_size=6, unique_by=lambda q: q["task"]),
        "stamps": st.lists(
            st.fixed_dictionaries(
                {"task": names, "indicator": names, "seconds": st.integers(0, 86_400)}
            ),
            max_size=6,
        ),
        "levels": st.dictionaries(
            names, st.sampled_from([1, 1.5, 2, 3.0, 4.5, 5, "not_seen"]), max_size=7
        ),
        "notes": st.text(max_size=200),
    }
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=20,
)


def fault_of(body: object) -> str:
    """Return what is wrong with a body, or that nothing is."""
    try:
        parse_card(body)
    except CardError as refused:
        return str(refused)
    return "nothing"


@given(bodies)
def test_what_is_read_is_kept_as_it_was_and_reads_the_same_again(body: dict[str, Any]) -> None:
    once = parse_card(body).to_json()
    assert parse_card(json.loads(json.dumps(once))).to_json() == once
    assert once["levels"] == body["levels"]
    assert [q["seconds"] for q in once["questions"]] == [q["seconds"] for q in body["questions"]]


@given(anything)
def test_whatever_comes_is_read_or_refused_in_one_line(body: object) -> None:
    said = fault_of(body)
    assert len(said.splitlines()) == 1
    assert len(said) < 400


@given(st.data())
def test_one_place_that_is_spoilt_is_refused_in_one_line_or_was_as_good(
    data: st.DataObject,
) -> None:
    body = copy.deepcopy(WHOLE)
    holder: Any = body
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = data.draw(st.sampled_from(keys))
        if not holder[key] or not isinstance(holder[key], dict | list) or data.draw(st.booleans()):
            break
        holder = holder[key]
    holder[key] = data.draw(anything)
    assert len(fault_of(body).splitlines()) == 1


def changed(**by: Any) -> dict[str, Any]:
    return {**copy.deepcopy(WHOLE), **by}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (changed(levels={"a\nb": 7}), 'levels."a\\nb": 7 is not a level'),
        ([], "scorecard: a list is no object"),
        (changed(version="2"), 'version: "2" is not evenhand-scorecard/1'),
        (changed(mood="good"), 'scorecard: "mood" is not known; known are version, questions'),
        ({k: v for k, v in WHOLE.items() if k != "notes"}, 'scorecard: "notes" is missing'),
        (changed(levels={"a": 7}), "levels.a: 7 is not a level from 1 to 5, in halves"),
        (changed(levels={"a": 3.3}), "levels.a: 3.3 is not a level from 1 to 5, in halves"),
        (changed(levels={"a": True}), "levels.a: true is not a level from 1 to 5, in halves"),
        (changed(levels={"a": float("nan")}), "levels.a: NaN is not a level"),
        (changed(stamps=[{"task": "t", "indicator": "i", "seconds": -1}]), "stamps[0].seconds: -1"),
        (changed(questions=WHOLE["questions"] * 2), 'questions: "data_inherit" stands there twice'),
        (changed(notes="x" * (MAX_NOTES + 1)), "notes: has 20,001 characters, and may have 20,000"),
        (
            changed(questions=[{**WHOLE["questions"][0], "started_at": "yesterday"}]),
            'questions[0].started_at: "yesterday" is no moment',
        ),
        (
            changed(questions=[{**WHOLE["questions"][0], "notes": "x" * 20_000, "task": f"t{n}"}
                               for n in range(11)]),
            "scorecard: has 22",
        ),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(body: object, said: str) -> None:
    with pytest.raises(CardError) as refused:
        parse_card(body)
    assert str(refused.value).startswith(said)
