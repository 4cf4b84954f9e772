from collections.abc import Set as AbstractSet
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.judges.clauses import split_clauses, words
from evenhand.judges.copying import AGAIN, COPIED, Before


class Counted(frozenset[str]):
    """Words, and how often any of their kind were compared with others."""

    compared = 0

    def __and__(self, other: AbstractSet[object]) -> "frozenset[str]":
        Counted.compared += 1
        return super().__and__(other)


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


@pytest.mark.parametrize(
    ("joint", "kept"), [("   ;  ", "   ;"), ("  -  ", "  -"), (" – ", " –"), (" ; - ", " ;")]
)
def test_a_joint_stays_with_what_is_before_it(joint: str, kept: str) -> None:
    one, other = "word " * 20 + "here", "other " * 20 + "there"
    assert said(one + joint + other) == [one + kept, other]


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
        before, found = Before(bags, share), []
        for bag in bags:
            found.append(before.has_like(bag))
            before.add(bag)
        assert found == [
            any(len(bag & other) >= share * len(bag | other) for other in bags[:index])
            for index, bag in enumerate(bags)
        ]


def test_few_of_many_clauses_are_compared() -> None:
    # Each of 3,000 clauses shares a word with 299 others, and a rare one with nobody.
    bags = [Counted({f"{n}", f"x{n % 10}", f"y{n % 7}"}) for n in range(3000)]
    before = Before(bags, COPIED)
    for bag in bags:
        assert not before.has_like(bag)
        before.add(bag)
    assert Counted.compared == 0
