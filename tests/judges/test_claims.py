"""What an answer claims in ways that the panel cannot tell from what holds is left to people."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judges.few import at_night
from tests.judges.taught import lesson_of, unit_near

from evenhand.judges import Panel
from evenhand.judges.claims import (
    REASONS,
    RIGHT,
    SHELF,
    STRETCH,
    learn,
    load_claims,
    measures,
    prepare_lesson,
)
from evenhand.judges.doubt import ASTRAY, DOUBTS, HOLLOW, UNSOUND, doubts_of
from evenhand.judges.encoder import Encoder
from evenhand.judges.lessons import load_examples
from evenhand.judges.reading import read
from evenhand.judges.telling import Array
from evenhand.rubric import Pack

WRONG = (
    "I take the queries that the ranker was trained on, since for those we know for sure what it "
    "should return, and both versions get the same chance. Then I average the scores that each "
    "engine gives its own results; 0.84 against 0.79 is a clear win. The p-value was 0.3, which "
    "means that with 70 percent probability the new one is better. Two raters disagreed on half of "
    "the documents, so I let the newer version decide who was right."
)
SENSELESS = (
    "With 40 raters per index the recall was still under contract, so the query log had to be "
    "averaged by its owners. Because the snippet agreed with the holdout, we rolled the synonyms "
    "back until they were statistically older. If a document is relevant at night, its latency has "
    "already been labelled, unless the tie was frozen in staging. I compared the click with its "
    "own interval, and the shards voted two weeks earlier."
)
EMPTY = (
    "Evaluation has forever been, and shall presumably remain, the mirror in which humankind "
    "beholds its own yearning for relevance. A multitude of precepts has illuminated the discourse "
    "on search, and most of them concede what they denounce. Excellence in this area is achieved "
    "by aligning people, purpose and technology along a shared vision. I bring a holistic mindset "
    "to every comparison and empower my partners to succeed."
)
ASIDE = (
    "Our choir had rehearsed the mass since January, and in March the organ began to wheeze. The "
    "tuner listened to each pipe for an hour and found that mice had nested in the bellows. We "
    "sang with a piano at Easter, which nobody minded. In June the organ was back, and since then "
    "a cat lives in the sacristy. If it rains on a Sunday she sleeps on the pedals."
)
SHORT = (
    "Two raters who don't know which version is which look at the results for 200 real queries. "
    "I compare how often each wins, and if it is close I would run both on live traffic."
)
RIGHT_AND_PLAIN = (
    "First I would look at a few dozen real queries from the log and see what both versions show. "
    "Then I'd ask two people of another team to say which list is better, without telling them "
    "which is which. If they mostly agree and the new one wins I would let a tenth of the users "
    "have it. I have not done this before, so I would ask somebody who has what I forgot."
)


@pytest.mark.parametrize(
    ("said", "why"), [(WRONG, UNSOUND), (SENSELESS, UNSOUND), (EMPTY, HOLLOW), (ASIDE, ASTRAY)]
)
def test_what_claims_are_like_is_told(encoder: Encoder, said: str, why: str) -> None:
    assert load_claims().reason(read(said, (), encoder)) == why


@pytest.mark.parametrize("said", [WRONG, SENSELESS])
def test_what_claims_like_these_say_is_left_to_people(panel: Panel, said: str) -> None:
    asked = panel.pack.prompt("eval_search")
    assert doubts_of(panel.judge(asked, said).scores) == (UNSOUND,)


def test_a_reading_next_to_the_lowest_level_claims_nothing_and_stays(panel: Panel) -> None:
    result = panel.judge(panel.pack.prompt("eval_search"), EMPTY)
    assert [score.level for score in result.scores] == [pytest.approx(1.0, abs=0.25)]


def test_what_was_put_into_an_answer_is_seen_where_it_stands(panel: Panel) -> None:
    asked = panel.pack.prompt("eval_search")
    assert doubts_of(panel.judge(asked, RIGHT_AND_PLAIN).scores) == ()
    laced = f"{RIGHT_AND_PLAIN}\n\n{WRONG}"
    assert doubts_of(panel.judge(asked, laced).scores) == (UNSOUND,)


@pytest.mark.parametrize("said", [RIGHT_AND_PLAIN, SHORT])
def test_what_holds_is_read_however_plain_or_short(encoder: Encoder, said: str) -> None:
    assert load_claims().reason(read(said, (), encoder)) is None


def test_the_reasons_ask_for_a_person_and_are_no_flag(panel: Panel) -> None:
    assert set(REASONS) <= DOUBTS
    result = panel.judge(panel.pack.prompt("eval_search"), WRONG)
    assert result.flags == ()
    assert all(score.level is None for score in result.scores)


USUAL = np.array([[-0.8, 0.01, 0.09], [-0.9, 0.01, 0.04]])


@given(st.lists(st.tuples(*[st.floats(-2, 2)] * 2), min_size=1, max_size=30).map(np.array))
def test_the_worst_stretch_is_the_worst_of_all_that_are_there(scores: Array) -> None:
    _, stretch = measures(scores, USUAL).T
    length = min(STRETCH, len(scores))
    by_hand = [scores[at : at + length].mean(axis=0) for at in range(len(scores) - length + 1)]
    assert np.allclose(stretch, np.max(by_hand, axis=0))


def test_a_few_odd_clauses_tell_less_than_many() -> None:
    few, many = (measures(np.full((count, 2), -0.4), USUAL)[:, 0] for count in (2, 20))
    assert (few > 0).all()
    assert (few < many).all()


def test_few_answers_by_people_left_out_are_over_the_bounds() -> None:
    rng = np.random.default_rng(0)
    said = ["it cannot be"] * 60 + ["we ran it twice"] * 800
    vectors = np.concatenate([unit_near(rng, np.eye(8)[0], 60), unit_near(rng, np.eye(8)[1], 800)])
    found = learn(lesson_of(said, vectors, 60, texts_of=6, kinds=len(REASONS)))

    def over(middle: Array, clause: str) -> bool:
        scores = found.telling.scores(unit_near(rng, middle, 6), [clause] * 6)
        return bool((measures(scores, found.usual) > found.bounds).any())

    assert np.mean([over(np.eye(8)[1], said[-1]) for _ in range(100)]) < 0.4
    assert over(np.eye(8)[0], said[0])


def test_examples_are_many_of_each_kind_and_no_two_alike() -> None:
    kinds = {*RIGHT, *(one for of in REASONS.values() for one in of)}
    rows = load_examples(SHELF.examples, kinds)
    assert len({row.text for row in rows}) == len(rows)
    assert all(sum(row.kind == one for row in rows) >= 90 for one in kinds)


@at_night
def test_what_is_shipped_is_what_is_learnt(pack: Pack, encoder: Encoder) -> None:
    lesson = prepare_lesson(pack, encoder)
    again, shipped = learn(lesson), load_claims()
    assert np.allclose(again.bounds, shipped.bounds, atol=1e-2)
    assert np.allclose(again.usual, shipped.usual, atol=1e-3)
    told = [one.telling.scores(lesson.vectors[:200], lesson.said[:200]) for one in (again, shipped)]
    assert np.allclose(*told, atol=1e-2)
