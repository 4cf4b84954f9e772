"""Nobody can be worked out of what an audit tells: not from totals, not by taking tables apart."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.linalg import matrix_rank
from tests.studies.fates import ORIGIN, SEX, cohort

from evenhand.studies.auditing import NOT_SAID, STAGES, Person, audit
from evenhand.studies.disclosing import alike, hide, hide_crossed
from evenhand.studies.impact import FEWEST

COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), min_size=2)


@given(COUNTS)
def test_what_is_not_told_of_a_total_is_nobody_or_ten_people(counts: dict[str, int]) -> None:
    hidden = hide(counts)
    assert all(counts[one] >= FEWEST for one in counts if one not in hidden)
    missing = sum(counts[one] for one in hidden)
    assert missing == 0 or missing >= FEWEST or hidden == set(counts)


@given(st.lists(st.integers(0, 40), min_size=12, max_size=12))
def test_no_few_people_of_a_crossed_table_are_the_only_ones_that_fit_its_sums(
    counts: list[int],
) -> None:
    cells = {(r, c): counts[3 * "wxyz".index(r) + "abc".index(c)] for r in "wxyz" for c in "abc"}
    rows = hide({r: sum(n for cell, n in cells.items() if cell[0] == r) for r in "wxyz"})
    columns = hide({c: sum(n for cell, n in cells.items() if cell[1] == c) for c in "abc"})
    hidden = hide_crossed(cells, rows, columns)
    if hidden == set(cells):
        return
    for at, names, silent in ((0, "wxyz", rows), (1, "abc", columns)):
        for name in set(names) - silent:
            missing = sum(n for one, n in cells.items() if one[at] == name and one in hidden)
            assert missing == 0 or missing >= FEWEST
    given_ = sorted(hidden)
    known = [
        [float(cell[at] == name) for cell in given_]
        for at, names, silent in ((0, "wxyz", rows), (1, "abc", columns))
        for name in set(names) - silent
    ]
    for n, cell in enumerate(given_):
        if 0 < cells[cell] < FEWEST:
            alone = [float(n == other) for other in range(len(given_))]
            assert matrix_rank([*known, alone]) > (matrix_rank(known) if known else 0)


def test_a_group_that_is_small_in_the_rest_is_told_in_no_part() -> None:
    assert hide({"w": 27, "m": 40, "": 20}, {"w": 3, "m": 40, "": 20}) == {"", "w"}


def test_a_stage_that_sets_one_person_apart_is_left_out() -> None:
    people = [{"decision": n < 12, "figures": n < 13} for n in range(40)]
    assert alike(people, ("decision", "figures")) == ("decision",)
    assert alike(people, ("figures", "decision")) == ("figures",)


def test_an_audit_tells_rates_ratio_interval_and_test() -> None:
    found = audit(cohort(("female", None, 60, 12), ("male", None, 80, 40)), [SEX])
    assert found is not None
    (table,) = found["questions"]
    female, male = table["stages"]["decision"]["lines"]
    assert (female["rate"], female["ratio"], male["ratio"]) == (0.2, 0.4, 1.0)
    assert female["low"] < 0.4 < female["high"] < 1
    assert female["p"] < 0.01 < female["below"]
    assert table["scores"] == [{"name": "female", "to": "male", "d": 0.0, "low": -0.3, "high": 0.3}]
    json.dumps(found, allow_nan=False)


def test_a_cohort_with_one_group_large_enough_says_nothing() -> None:
    assert audit(cohort(("female", None, 9, 3), ("male", None, 80, 40)), [SEX]) is None


def test_ten_selected_are_needed_and_ten_who_were_not() -> None:
    found = audit(cohort(("female", None, 30, 4), ("male", None, 30, 5)), [SEX])
    assert found is not None
    assert not any(found["stages"][one] for one in ("decision", "figures"))


def test_an_opening_is_told_only_where_the_others_together_can_be() -> None:
    people = cohort(("female", None, 30, 15), ("male", None, 30, 15))
    few = cohort(("female", None, 4, 2), ("male", None, 30, 15), parts=("y",))
    found = audit([*people, *few], [SEX])
    assert found is not None
    assert found["parts"] == {}
    many = cohort(("female", None, 24, 12), ("male", None, 30, 15), parts=("y",))
    found = audit([*people, *many], [SEX])
    assert found is not None
    assert set(found["parts"]) == {"x", "y"}


def test_a_group_that_few_were_decided_on_of_in_one_opening_is_silent_in_all_of_them() -> None:
    """Else all who were decided on less those of the other opening are these nine."""
    people = cohort(("female", None, 30, 15), ("male", None, 30, 15))
    there = cohort(("female", None, 9, 5), ("male", None, 30, 15), parts=("y",))
    undecided = [
        Person("y", {"sex": sex}, {"decision": None, "hired": None, "figures": None})
        for sex in ("female", *["male"] * 11)
    ]
    found = audit([*people, *there, *undecided], [SEX])
    assert found is not None
    assert _told_in(found, "decision") == {"female", "male"}
    assert set(found["parts"]) == {"x", "y"}
    for part in found["parts"].values():
        assert {one["name"]: one["of"] for one in part["questions"][0]["groups"]}["female"] >= 10
        assert "female" not in _told_in(part, "decision")


def test_two_questions_are_crossed_where_every_rest_is_large_enough() -> None:
    people = cohort(
        ("female", "a", 30, 10),
        ("female", "b", 30, 10),
        ("male", "a", 30, 20),
        ("male", "b", 30, 9),
    )
    found = audit(people, [SEX, ORIGIN])
    assert found is not None
    names = [one["name"] for one in found["crossed"]["groups"]]
    assert "male, a" in names
    assert len(names) == 3 or len(names) == 4


@given(st.integers(0, 10**6))
@settings(max_examples=40)
def test_no_cell_and_no_difference_of_an_audit_is_about_fewer_than_ten(seed: int) -> None:
    random_ = random.Random(seed)
    people = []
    for _ in range(random_.randrange(20, 260)):
        told = {
            "sex": random_.choices(("female", "male", ""), (3, 5, 1))[0],
            "origin": random_.choices(("a", "b", "c", ""), (5, 3, 0.5, 1))[0],
        }
        decided = random_.choice((True, False, False, None))
        figures = decided if random_.random() < 0.95 else not decided
        results = {"decision": decided, "hired": None, "figures": figures}
        people.append(Person(random_.choice("xxxy"), told, results, random_.gauss(3, 1)))
    found = audit(people, [SEX, ORIGIN])
    if found is None:
        return
    told = [stage for stage in STAGES if found["stages"][stage]]
    sets = Counter(tuple(one.results[stage] for stage in told) for one in people)
    assert min(sets.values()) >= FEWEST
    parts = list(found["parts"].values())
    rest = len(people) - sum(one["people"] for one in parts)
    for tables in (found, *parts):
        for table in tables["questions"]:
            known = {one["name"]: one["of"] for one in table["groups"]}
            missing = tables["people"] - sum(n for n in known.values() if n is not None)
            assert all(n is None or n >= FEWEST for n in known.values())
            assert missing == 0 or missing >= FEWEST
            for stage in table["stages"].values():
                for line in stage["lines"]:
                    assert not line["told"] or line["of"] >= FEWEST
                    assert not line["told"] or known[line["name"]] is not None
    for stage in told:
        for n in range(2):
            shown = [_results(one["questions"][n]["stages"][stage]) for one in (found, *parts)]
            for name, of in shown[0].items():
                left = of - sum(each.get(name, 0) for each in shown[1:])
                assert left == 0 or left >= FEWEST
    if parts and rest:
        for n, table in enumerate(found["questions"]):
            for group in table["groups"]:
                shown = [_of(part["questions"][n], group["name"]) for part in parts]
                if group["of"] is not None and None not in shown:
                    left = group["of"] - sum(each for each in shown if each is not None)
                    assert left >= FEWEST


def _results(stage: dict[str, Any]) -> dict[str, int]:
    return {one["name"]: one["of"] for one in stage["lines"] if one["told"]}


def _told_in(tables: dict[str, Any], stage: str) -> set[str]:
    return set(_results(tables["questions"][0]["stages"][stage]))


def _of(table: dict[str, list[dict[str, int | None]]], name: str) -> int | None:
    return next(one["of"] for one in table["groups"] if one["name"] == name)


def test_who_of_those_not_selected_is_undecided_changes_nothing_but_their_number() -> None:
    people = cohort(("female", None, 30, 15), ("male", None, 40, 15), parts=("x", "y"))
    waiting = {15, 20, 50}
    some = [replace(one, decided=n not in waiting) for n, one in enumerate(people)]
    with_, without = audit(some, [SEX]), audit(people, [SEX])
    assert with_ is not None
    assert without is not None
    tables = [with_, *with_["parts"].values()]
    assert with_["undecided"] == sum(one["undecided"] for one in tables[1:]) == 3
    for one in tables:
        one["undecided"] = 0
    assert with_ == without


def test_who_did_not_say_is_a_group_that_is_hidden_like_others() -> None:
    people = cohort(("female", None, 30, 15), ("male", None, 30, 15), ("", None, 3, 1))
    found = audit(people, [SEX])
    assert found is None or all(
        one["of"] is None for one in found["questions"][0]["groups"] if one["name"] == NOT_SAID
    )


@pytest.mark.parametrize("selected", [0, 30])
def test_nobody_or_everybody_selected_is_no_comparison(selected: int) -> None:
    people = cohort(("female", None, 30, selected), ("male", None, 30, selected))
    found = audit(people, [SEX])
    assert found is not None
    lines = found["questions"][0]["stages"]["decision"]["lines"]
    assert not any("ratio" in one and one["ratio"] != 1 for one in lines)
