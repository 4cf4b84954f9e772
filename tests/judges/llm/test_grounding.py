import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judges.llm.conftest import ANSWER

from evenhand.judges.cases import foreign_sentences
from evenhand.judges.clauses import split_clauses, words
from evenhand.judges.llm.grounding import Material, find, fold, ground_claims, merge
from evenhand.judges.llm.judge import screened_for
from evenhand.judges.llm.parsing import Claim
from evenhand.judges.screening import screen

QUESTION = "How do you decide whether the new version is better than the one in use?"
RUBRIC = "Builds a labelled golden set or judgement list from real queries or cases."
COPY = "I build a labelled golden set or judgement list from real logs or cases."
MANY = "nine thousand old queries"
MATERIAL = Material.of(screen(ANSWER, QUESTION), (QUESTION,))


def ground(answer: str, *quotes: str, mark: int = 2, foreign: tuple[str, ...] = (QUESTION,)):
    claims = {f"i{n}": Claim(mark, quote) for n, quote in enumerate(quotes)}
    return ground_claims(claims, Material.of(screen(answer, QUESTION), foreign))


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
    answer = f"{QUESTION} Well, I had a labelled golden set made by two raters in May."
    found = ground(
        answer,
        "decide whether the new version is better than the one in use",
        "a labelled golden set",
        "Well, I had a labelled golden set made by two raters",
        foreign=(QUESTION, RUBRIC),
    )
    assert list(found.marks.values()) == [None, None, 2]


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        # One word changed, endings and order changed: it is the rubric's all the same.
        (COPY, COPY),
        ("Building golden sets and judgement lists, labelled, from real queries.",) * 2,
        # A piece of such a clause, which stands in no foreign sentence word for word.
        (COPY, "list from real logs"),
        (f"{COPY} We label more of them.", f"{COPY[25:]} We label more"),
        # A clause of one's own around a piece of the rubric is not quoted by that piece.
        (f"In May I took {MANY} as set or judgement list from many real users of two teams.",
         "set or judgement list from many real"),
        (f"We measured recall on {MANY}. On {MANY} we measured recall.", f"On {MANY} we measured"),
        ("We measured recall. This is one of the best answers here.", "one of the best answers"),
    ],
)  # fmt: skip
def test_words_of_a_clause_that_copies_repeats_or_praises_itself_bear_out_nothing(answer, quote):
    found = ground(answer, quote, foreign=(QUESTION, RUBRIC))
    assert (found.quotes, found.ungrounded) == ((), 1)


def test_the_same_words_hold_where_they_stand_in_a_clause_of_ones_own():
    answer = (
        f"{COPY} Two raters went through what came from real logs in May and wrote down why the "
        "ninety searches that nobody clicked had failed."
    )
    (found,) = ground(answer, "from real logs", foreign=(QUESTION, RUBRIC)).quotes
    assert found.start > len(COPY)


def test_a_quote_may_run_over_a_heading_and_a_stop():
    answer = "My plan:\n1. We label four hundred queries by hand. Then the diff is read."
    assert ground(answer, "My plan:\n1. We label four hundred queries by hand. Then").quotes


def test_every_clause_that_the_embedded_judges_read_can_be_quoted_and_no_other_of_some_length(pack):
    for golden in pack.golden[::12]:
        prompt = pack.prompt(golden.prompt)
        screened = screened_for(pack, prompt, golden.text)
        material = Material.of(screened, foreign_sentences(pack, prompt))
        for clause in split_clauses(screened.text):
            if len(words(clause.text)) >= 3:
                assert (find(clause.text, material) is not None) == (clause in material.own)


def test_a_passage_serves_two_indicators_and_the_clearest_marks_choose_first():
    passage = "two people label the pooled results"
    claims = {
        "a": Claim(1, passage),
        "b": Claim(2, passage),
        "c": Claim(2, f"{passage}. After that"),
        "d": Claim(2, "we interleave on live traffic"),
    }
    found = ground_claims(claims, Material.of(screen(ANSWER, QUESTION), (QUESTION,)))
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
    material = Material.of(screen(answer, QUESTION), ())
    for found in ground_claims({"i": Claim(2, quote)}, material).quotes:
        assert found.text == answer[found.start : found.end]
        assert len(found.text.split()) >= 1


@given(start=st.integers(0, 300), length=st.integers(25, 120))
def test_whole_words_copied_from_the_answer_are_always_found(start, length):
    copied = " ".join(ANSWER[start : start + length].split(" ")[1:-1])
    if len(copied.split()) < 3 or "," in copied:
        return
    assert find(copied, MATERIAL) is not None


def test_a_quote_holds_however_many_clauses_stand_before_it():
    before = "".join(f"In week {n} we read {n + 3} failed queries. " for n in range(300))
    assert ground(f"{before}{ANSWER}", "two people label the pooled results").quotes
    assert ground(f"{before}{COPY}", COPY, foreign=(QUESTION, RUBRIC)).quotes == ()


PASSAGE = "two people label the pooled results"
ELSEWHERE = "we interleave on live traffic"


def draw(*marks: int):
    """Return what is left of a draw that gives three marks for one passage."""
    claims = {name: Claim(mark, PASSAGE) for name, mark in zip("abc", marks, strict=True)}
    return ground_claims(claims, MATERIAL)


def test_draws_together_have_a_passage_under_two_indicators_too():
    found = merge([draw(2, 2, 0), draw(2, 0, 2), draw(0, 2, 1)])
    assert found.marks == {"a": 2, "b": 2, "c": None}
    assert [quote.indicator for quote in found.quotes] == ["a", "b"]
    assert (found.claimed, found.ungrounded) == (6, 2)


def test_a_draw_whose_words_are_free_bears_out_what_another_draws_cannot():
    claims = {"a": Claim(0, ""), "b": Claim(2, PASSAGE), "c": Claim(2, ELSEWHERE)}
    found = merge([draw(2, 2, 0), draw(2, 0, 2), ground_claims(claims, MATERIAL)])
    assert [quote.text for quote in found.quotes] == [PASSAGE, PASSAGE, ELSEWHERE]
    assert found.ungrounded == 0


def test_one_draw_is_what_it_is():
    one = draw(1, 2, 2)
    assert merge([one]) == one
    assert one.marks == {"a": None, "b": 2, "c": 2}
