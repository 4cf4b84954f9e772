"""Changes to a body keep together what belongs together, and leave the body before alone."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rubric.bodies import SHIPPED, shipped_body
from tests.rubric.test_writing import loaded

from evenhand.rubric import PackError, UnknownIdError, live_questions
from evenhand.rubric.editing import (
    add_dimension,
    add_prompt,
    choose_variant,
    entry,
    next_version,
    put_prompt,
    remove_dimension,
    remove_prompt,
    slug,
    variants,
)
from evenhand.rubric.places import Place, place_of
from evenhand.rubric.writing import Body

DIMENSIONS = [one.id for one in SHIPPED.dimensions]
PROMPTS = [one.id for one in SHIPPED.prompts]


def faults_of(body: Body) -> tuple[str, ...]:
    try:
        loaded(body)
    except PackError as error:
        return error.faults
    return ()


few = settings(max_examples=15, deadline=None)


@few
@given(st.lists(st.sampled_from(DIMENSIONS), max_size=3, unique=True))
def test_whatever_dimensions_are_removed_what_is_left_fits_together(gone: list[str]) -> None:
    body = shipped_body()
    for id in gone:
        body = remove_dimension(body, id)
    # A round may be left without a question: that is for whoever edits to mend.
    assert all("loop.yaml: rounds" in fault for fault in faults_of(body))
    assert [d["id"] for d in body["dimensions"]] == [id for id in DIMENSIONS if id not in gone]


@few
@given(st.lists(st.sampled_from(PROMPTS), max_size=3, unique=True))
def test_whatever_questions_are_removed_only_coverage_can_suffer(gone: list[str]) -> None:
    body = shipped_body()
    for id in gone:
        body = remove_prompt(body, id)
    assert all("no round" in fault or "is empty" in fault for fault in faults_of(body))


def test_a_change_leaves_the_body_before_as_it_was() -> None:
    body = shipped_body()
    before = deepcopy(body)
    add_dimension(body, "New")
    add_prompt(body, round="peer", dimension="communication")
    remove_dimension(body, "data_quality")
    choose_variant(body, "adv_assistant")
    assert body == before


def test_shares_of_a_question_add_up_again_when_a_dimension_goes() -> None:
    body = remove_dimension(shipped_body(), "production_debugging")
    assert entry(body, "prompts", "behavioural_incident")["dimensions"] == {"communication": 1.0}


def test_a_question_that_moves_is_asked_in_its_new_round() -> None:
    body = put_prompt(
        shipped_body(), "cost_bill", text="?", minutes=9, round="peer",
        shares={"cost_latency_ops": 1.0},
    )  # fmt: skip
    assert "cost_bill" not in entry(body, "rounds", "final")["prompts"]
    assert entry(body, "rounds", "peer")["dimensions"] == ["communication", "cost_latency_ops"]


def test_the_variant_that_is_chosen_is_the_one_that_is_asked() -> None:
    body = shipped_body()
    assert variants(body, "final") == [["adv_fraud", "adv_assistant"]]
    chosen = choose_variant(body, "adv_assistant")
    asked = [question.task for question in live_questions(loaded(chosen)) if not question.follows]
    assert "adv_assistant" in asked
    assert "adv_fraud" not in asked
    assert choose_variant(chosen, "adv_fraud") == body


def test_a_name_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(UnknownIdError, match=r"no prompt 'absent'.*eval_search"):
        entry(shipped_body(), "prompts", "absent")


@given(st.text(max_size=30), st.sets(st.sampled_from(["1.0.1", "1.0.2", "x.1", "2"])))
def test_the_next_version_is_never_one_that_is_taken(version: str, taken: set[str]) -> None:
    assert next_version(version, taken) not in taken | {version}


@given(st.text(max_size=80))
def test_a_slug_is_empty_or_the_end_of_an_id(text: str) -> None:
    made = slug(text)
    assert made == "" or (made[0].isalpha() and made.isascii() and made == made.lower())


def test_places_are_read_from_faults_and_findings() -> None:
    level = place_of("rubric.yaml: dimensions[0] (eval_discipline).levels.3: is empty")
    assert level == Place("dimensions", "eval_discipline", "levels", "3")
    says = place_of("rubric.yaml: dimensions[0] (a).indicators[1] (a.b_c).says")
    assert (says.field, says.inner) == ("indicators", "a.b_c")
    shares = "prompts.yaml: prompts[3] (x).dimensions: the shares add up to 0.9, not to 1"
    assert place_of(shares) == Place("prompts", "x", "dimensions")
    assert place_of("pack.yaml: weights: dimension x has no weight").sheet == "weights"
    assert place_of("golden/answers.jsonl:3: nonsense") == Place()
