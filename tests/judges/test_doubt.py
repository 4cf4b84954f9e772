"""What the embedded panel cannot stand behind, it leaves to people."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from evenhand.judges import Panel, load_panel
from evenhand.judges.doubt import (
    APART,
    CLAIMS,
    DOUBTS,
    ELSEWHERE,
    FAULTS,
    Doubt,
    Ground,
    centres_of,
    doubts_of,
    fit_doubt,
    standardised,
    usual_means,
)
from evenhand.judges.values import AnswerScore
from evenhand.judges.verdicts import NOT_SPOKEN_FOR, unread
from evenhand.rubric import Pack, load_pack, shipped_pack

AXES = np.eye(6)
CENTRES, COMMONPLACES, QUESTIONS = AXES[:2], AXES[2:3], AXES[3:5]
GROUND = Ground(QUESTIONS, CENTRES, COMMONPLACES)
ON_IT, ELSEWHERE_TOO, ALWAYS_SAID = AXES[:1], AXES[:2] * 0.6 + AXES[1] * 0.2, AXES[[0, 2]]
ALIKE, FAR = [3.0, 3.1, 2.9], [1.0, 3.0, 5.0]
PLAIN = np.array([[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]])
"""Leads whose deviation is 1 however many clauses there are."""
DOUBT = Doubt(GROUND, PLAIN, np.array([0.05, 0.05]), 0.5, 0.3)


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def test_a_text_that_lies_as_near_to_another_question_is_left_to_people() -> None:
    assert DOUBT.reason(0, ON_IT, ALIKE, 3.0) is None
    assert DOUBT.reason(0, ELSEWHERE_TOO, ALIKE, 3.0) == ELSEWHERE
    assert DOUBT.reason(1, ELSEWHERE_TOO, ALIKE, 3.0) is None


def test_a_text_that_lies_as_near_to_what_is_always_said_is_left_to_people() -> None:
    assert DOUBT.reason(0, ALWAYS_SAID, ALIKE, 3.0) == ELSEWHERE


def test_naming_what_was_asked_brings_a_text_no_nearer() -> None:
    said = unit(np.array([[0.6, 0.5, 0.4, 0.0, 0.0, 0.3]]))
    named = unit(said + 2 * QUESTIONS[0])
    assert GROUND.leads(0, named) == pytest.approx(GROUND.leads(0, said))


def test_a_few_clauses_that_lie_elsewhere_tell_less_than_many() -> None:
    usual = np.array([[0.1, 0.001, 0.01], [0.1, 0.001, 0.01]])
    few, many = (standardised(np.full((count, 2), 0.0), usual) for count in (3, 30))
    assert (many < few).all()
    assert (few < 0).all()


def test_what_varies_between_clauses_is_not_taken_for_what_varies_between_answers() -> None:
    rng = np.random.default_rng(0)
    answers = rng.normal(0, 0.3, (2000, 1, 2))
    leads = [0.2 + mean + rng.normal(0, 0.5, (5 + n % 20, 2)) for n, mean in enumerate(answers)]
    for middle, between, within in usual_means(leads):
        assert (middle, between, within) == pytest.approx((0.2, 0.09, 0.25), rel=0.2)


def test_judges_far_apart_leave_an_answer_to_people() -> None:
    assert DOUBT.reason(0, ON_IT, FAR, 3.0) == APART


def test_what_has_more_of_a_fault_than_answers_have_is_named_by_it() -> None:
    for place, fault in enumerate(FAULTS):
        found = np.full(len(FAULTS), -0.9)
        found[place] = 0.31
        assert DOUBT.fault(found) == fault
        assert DOUBT.fault(found - 0.02) is None


def test_a_reading_next_to_the_lowest_level_claims_nothing_and_stays() -> None:
    assert DOUBT.reason(0, ELSEWHERE_TOO, FAR, CLAIMS) is None


def test_where_one_question_is_asked_no_text_lies_elsewhere() -> None:
    alone = Ground(QUESTIONS[:1], CENTRES[:1], COMMONPLACES[:0])
    assert (alone.leads(0, ELSEWHERE_TOO) == float("inf")).all()
    usual = usual_means([alone.leads(0, ELSEWHERE_TOO)] * 3)
    assert Doubt(alone, usual, np.zeros(2), 0.5, 0.3).reason(0, ELSEWHERE_TOO, ALIKE, 3.0) is None


def test_a_centre_is_of_directions_so_that_a_long_answer_weighs_no_more() -> None:
    pooled = np.array([[9.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    found = centres_of(pooled, np.array([0, 0, 1]), np.array([True, True, True]), 2)
    assert found[0] == pytest.approx([np.sqrt(0.5)] * 2)
    kept = centres_of(pooled, np.array([0, 0, 1]), np.array([True, False, True]), 2)
    assert kept[0] == pytest.approx([1.0, 0.0])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(30, 120))
def test_of_the_answers_learnt_from_no_more_than_the_shares_are_left_to_people(
    seed: int, count: int
) -> None:
    rng = np.random.default_rng(seed)
    vectors = [v / np.linalg.norm(v, axis=1, keepdims=True) for v in rng.normal(size=(count, 4, 6))]
    prompt, author = (
        rng.permutation(np.arange(count) % 3),
        np.array([f"a{n % 5}" for n in range(count)]),
    )
    levels, every = rng.uniform(1.5, 5, size=(count, 4)), np.ones(count, dtype=bool)
    faults = rng.normal(size=(count, len(FAULTS)))
    pooled = np.stack([v.sum(0) for v in vectors])
    questions, common = unit(rng.normal(size=(3, 6))), unit(rng.normal(size=(2, 6)))
    doubt = fit_doubt(
        questions, common, pooled, prompt, every, author, every, vectors, levels, faults
    )
    blind = {
        a: replace(
            doubt,
            ground=Ground(questions, centres_of(pooled, prompt, author != a, 3), common),
        )
        for a in set(author.tolist())
    }
    held = [
        blind[str(a)].reason(int(p), v, row, 3.0)
        for a, p, v, row in zip(author, prompt, vectors, levels.tolist(), strict=True)
    ]
    assert sum(reason is not None for reason in held) <= 0.05 * count
    assert sum(doubt.fault(one) is not None for one in faults) <= 0.01 * count


def test_too_few_answers_leave_nothing_to_people() -> None:
    vectors = [ON_IT, ELSEWHERE_TOO] * 2
    pooled = np.stack([one.sum(0) for one in vectors])
    every, of, names = np.ones(4, dtype=bool), np.array([0, 1, 0, 1]), np.array(list("aabb"))
    levels = np.full((4, 3), 3.0)
    faults = np.zeros((4, len(FAULTS)))
    doubt = fit_doubt(
        QUESTIONS, COMMONPLACES, pooled, of, every, names, every, vectors, levels, faults
    )
    assert (doubt.least_lead == -np.inf).all()
    assert (doubt.most_spread, doubt.most_fault) == (np.inf, np.inf)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(shipped_pack())


@pytest.fixture(scope="module")
def panel(pack: Pack) -> Panel:
    return load_panel(pack)


SURE_OF_ITSELF = (
    "Testing is a waste of time, since the training loss shows that everything is fine. Accuracy "
    "on the training set is the only number that counts, and it should be close to 100 percent. "
    "Users do not know what they want, so their complaints can be ignored. A larger network makes "
    "up for any error in the data. Monitoring is needed by teams who do not trust their model."
)


def test_wrong_claims_that_would_fit_any_question_get_no_level(panel: Panel, pack: Pack) -> None:
    result = panel.judge(pack.prompt("eval_search"), SURE_OF_ITSELF)
    (score,) = result.scores
    assert score.abstained
    assert (score.level, score.low, score.high) == (None, None, None)
    assert doubts_of(result.scores)[0] in DOUBTS
    assert all(v.level is None and v.reason in DOUBTS and not v.quotes for v in score.verdicts)


POLISHED = (
    "Excellence begins with a shared vision, and I bring people together around it. Proven "
    "frameworks and modern tools let me deliver 3 times the value, if everybody is on board. "
    "I align stakeholders early, track progress closely and celebrate what we achieve. "
    "Learning never ends, so I review outcomes regularly and raise the bar each quarter."
)


@pytest.mark.parametrize("asked", ["eval_search", "behavioural_incident", "cost_bill"])
def test_what_is_always_said_is_left_to_people_or_claims_nothing(
    panel: Panel, pack: Pack, asked: str
) -> None:
    for score in panel.judge(pack.prompt(asked), POLISHED).scores:
        assert score.level is None or score.level <= CLAIMS


def test_what_another_judge_gave_a_level_is_not_left_to_people(pack: Pack) -> None:
    dimension = pack.dimensions[0]
    held = unread(("a", "b"), dimension, 0.9, APART)
    assert doubts_of([held, held]) == (APART,)
    read = AnswerScore(dimension.id, 3.0, 0.5, 2.2, 3.8, 0.9, False, held.verdicts)
    assert doubts_of([read]) == ()
    assert doubts_of([unread(("a",), dimension, 0.9, NOT_SPOKEN_FOR)]) == ()
