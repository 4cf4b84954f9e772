from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from evenhand.judges.clauses import MAX_CLAUSES, split_clauses, words


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


@given(st.text())
def test_every_clause_is_where_it_says(text: str) -> None:
    clauses = split_clauses(text)
    assert len(clauses) <= MAX_CLAUSES
    for before, after in pairwise(clauses):
        assert before.end <= after.start
    for clause in clauses:
        assert text[clause.start : clause.end] == clause.text
        assert words(clause.text)
