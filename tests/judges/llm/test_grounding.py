import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judges.llm.conftest import ANSWER

from evenhand.judges.llm.grounding import find, fold, ground_claims
from evenhand.judges.llm.parsing import Claim
from evenhand.judges.screening import screen

QUESTION = "How do you decide whether the new version is better than the one in use?"


def ground(answer: str, *quotes: str, mark: int = 2, foreign: tuple[str, ...] = (QUESTION,)):
    claims = {f"i{n}": Claim(mark, quote) for n, quote in enumerate(quotes)}
    return ground_claims(claims, screen(answer, QUESTION), foreign)


def test_a_quote_is_found_and_given_in_the_candidates_own_characters():
    answer = "Well.\u200b We  measured “recall at\nten” — twice, on ﬁve slices."
    found = ground(answer, 'we measured "recall at ten" - twice, on five slices')
    (quote,) = found.quotes
    assert quote.text == answer[quote.start : quote.end]
    assert quote.text.startswith("We  measured “recall at\nten” — twice, on ﬁve slices")
    assert (found.marks["i0"], found.ungrounded) == (2, 0)


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "golden set",
        "we labelled ten thousand queries by hand",
        "I build a golden set ... sampled from the logs",
        "hree hundred real queries",
        "a golden set of four hundred real queries, sampled from the logs with care",
        "\u200b \u200b",
    ],
)
def test_a_quote_that_is_forged_short_or_stitched_together_does_not_hold(quote):
    found = ground(ANSWER, quote)
    assert (found.marks, found.quotes, found.ungrounded) == ({"i0": None}, (), 1)


def test_a_quote_of_part_of_a_word_does_not_hold():
    assert ground("We restart the fleet nightly.", "start the fleet").quotes == ()


def test_the_questions_and_the_rubrics_words_are_nobodys_evidence():
    answer = f"{QUESTION} Well, I build a labelled golden set from real queries."
    rubric = "Builds a labelled golden set or judgement list from real queries or cases."
    found = ground(
        answer,
        "decide whether the new version is better than the one in use",
        "a labelled golden set",
        "Well, I build a labelled golden set from real queries",
        foreign=(QUESTION, rubric),
    )
    assert list(found.marks.values()) == [None, None, 2]


def test_a_passage_serves_two_indicators_and_the_clearest_marks_choose_first():
    passage = "two people label the pooled results"
    claims = {
        "a": Claim(1, passage),
        "b": Claim(2, passage),
        "c": Claim(2, f"{passage}. After that"),
        "d": Claim(2, "we interleave on live traffic"),
    }
    found = ground_claims(claims, screen(ANSWER, QUESTION), (QUESTION,))
    assert found.marks == {"a": None, "b": 2, "c": 2, "d": 2}
    assert found.ungrounded == 1


def test_marks_of_nothing_need_no_words():
    found = ground(ANSWER, "", mark=0)
    assert (found.marks, found.ungrounded) == ({"i0": 0}, 0)


@given(text=st.text(max_size=80))
def test_folding_keeps_the_place_of_every_character(text):
    folded = fold(text)
    assert len(folded.text) == len(folded.offsets)
    assert list(folded.offsets) == sorted(folded.offsets)
    assert all(0 <= place < len(text) for place in folded.offsets)


@given(answer=st.text(max_size=120), quote=st.text(max_size=120))
def test_whatever_is_found_stands_in_the_answer(answer, quote):
    screened = screen(answer, QUESTION)
    for found in ground_claims({"i": Claim(2, quote)}, screened, ()).quotes:
        assert found.text == answer[found.start : found.end]
        assert len(found.text.split()) >= 1


@given(start=st.integers(0, 300), length=st.integers(25, 120))
def test_whole_words_copied_from_the_answer_are_always_found(start, length):
    copied = " ".join(ANSWER[start : start + length].split(" ")[1:-1])
    if len(copied.split()) < 3 or "," in copied:
        return
    span = find(copied, fold(ANSWER), ())
    assert span is not None
