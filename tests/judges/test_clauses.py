from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evenhand.judges.clauses import split_clauses, words
from evenhand.judges.copying import AGAIN, AT_ONCE, COPIED, alike_before


def said(text: str) -> list[str]:
    return [clause.text for clause in split_clauses(text)]


def test_sentences_and_list_items_are_clauses() -> None:
    assert said("I look. Then I act!\n1) roll back\n- tell people") == [
        "I look.",
        "Then I act!",
        "roll back",
        "tell people",
    ]


def test_abbreviations_and_decimals_do_not_end_a_sentence() -> None:
    assert len(said("Compare e.g. the p99 of 0.5 s vs. the old one.")) == 1


def test_a_long_sentence_is_cut_at_its_joints() -> None:
    one = "word " * 20 + "here; " + "other " * 20 + "there"
    assert len(said(one)) == 2


def test_a_wall_of_text_is_cut() -> None:
    assert all(len(part) <= 600 for part in said("x" * 5000))


def test_a_text_has_as_many_clauses_as_it_has() -> None:
    assert said("a b c\n" * 3333) == ["a b c"] * 3333


@given(st.text())
def test_every_clause_is_where_it_says(text: str) -> None:
    clauses = split_clauses(text)
    for before, after in pairwise(clauses):
        assert before.end <= after.start
    for clause in clauses:
        assert text[clause.start : clause.end] == clause.text
        assert words(clause.text)


@given(st.lists(st.frozensets(st.sampled_from("abcdefgh"), min_size=1), max_size=30))
def test_what_is_alike_is_what_sets_compared_two_by_two_say(bags: list[frozenset[str]]) -> None:
    for share in (COPIED, AGAIN):
        found = [alike.tolist() for alike in alike_before(bags, share)]
        assert found == [
            [len(bag & other) >= share * len(bag | other) for other in bags[:index]]
            for index, bag in enumerate(bags)
        ]


def test_more_clauses_than_are_compared_at_a_time_are_all_compared() -> None:
    bags = [frozenset({str(n), "a"}) for n in range(AT_ONCE)]
    *_, last = alike_before([*bags, bags[7]], COPIED)
    assert np.flatnonzero(last).tolist() == [7]
