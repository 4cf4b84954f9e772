"""What differs between two versions: nothing too much, nothing left out."""

from __future__ import annotations

from hypothesis import given, settings
from tests.rubric.bodies import SHIPPED, bodies, shipped_body
from tests.rubric.test_writing import loaded

from evenhand.rubric import compare
from evenhand.rubric.editing import (
    IndicatorGiven,
    add_dimension,
    choose_variant,
    put_dimension,
    put_pack,
    put_prompt,
    put_rounds,
    remove_dimension,
    remove_prompt,
)
from evenhand.rubric.writing import Body

few = settings(max_examples=10, deadline=None)


def found(body: Body) -> list[tuple[str, str, str]]:
    old = loaded(shipped_body())
    return [(one.what, one.id, one.field) for one in compare(old, loaded(body))]


@few
@given(bodies())
def test_a_pack_does_not_differ_from_itself(body: Body) -> None:
    assert compare(loaded(body), loaded(body)) == []


@few
@given(bodies(), bodies())
def test_looked_at_from_the_other_side_before_and_after_change_places(
    one: Body, other: Body
) -> None:
    there, back = compare(loaded(one), loaded(other)), compare(loaded(other), loaded(one))
    turned = {(d.what, d.id, d.field, d.of, d.after, d.before) for d in back}
    assert {(d.what, d.id, d.field, d.of, d.before, d.after) for d in there} == turned


def test_every_kind_of_change_is_named_with_its_place() -> None:
    body = put_pack(shipped_body(), name="Other", bar=3.0, weights={"communication": 2.0})
    body = put_rounds(body, {"async": 40})
    assert found(body) == [
        ("pack", "", "name"),
        ("pack", "", "bar"),
        ("round", "async", "minutes"),
        ("weight", "communication", ""),
    ]


def test_texts_of_a_dimension_are_named_one_by_one() -> None:
    own = SHIPPED.dimension("eval_discipline")
    probes = {p.indicator: p.text for p in SHIPPED.probes}
    indicators = [
        IndicatorGiven(i.id, i.kind, i.says, probes.get(i.id, "")) for i in own.indicators
    ]
    changed = [
        IndicatorGiven(indicators[0].id, "strong", "Says what better means.", indicators[0].probe),
        *indicators[2:],
        IndicatorGiven("", "strong", "Names a price of being wrong.", "What if you are wrong?"),
    ]
    levels = ["Talks about models alone.", *own.levels[1:]]
    body = put_dimension(
        shipped_body(), "eval_discipline", name="Evals", asks=own.asks, levels=levels,
        indicators=changed,
    )  # fmt: skip
    assert found(body) == [
        ("dimension", "eval_discipline", "name"),
        ("level", "eval_discipline", "1"),
        ("indicator", "eval.task_definition", "says"),
        ("indicator", "eval.names_a_price_of", ""),
        ("indicator", "eval.golden_set", ""),
        ("probe", "eval.names_a_price_of", ""),
        ("probe", "eval.golden_set", ""),
    ]


def test_a_question_that_is_changed_or_gone_is_named() -> None:
    body = put_prompt(
        shipped_body(), "cost_bill", text="Who pays?", minutes=9, round="final",
        shares={"cost_latency_ops": 0.5, "communication": 0.5},
    )  # fmt: skip
    body = remove_prompt(body, "adv_fraud")
    names = found(body)
    assert ("prompt", "cost_bill", "text") in names
    assert ("prompt", "cost_bill", "minutes") in names
    assert ("share", "communication", "") in names
    assert ("prompt", "adv_fraud", "") in names


def test_a_variant_that_is_chosen_shows_in_the_order_of_its_round() -> None:
    assert found(choose_variant(shipped_body(), "adv_assistant")) == [("round", "final", "prompts")]


def test_a_removed_dimension_takes_along_what_hangs_on_it() -> None:
    whats = {what for what, _id, _field in found(remove_dimension(shipped_body(), "data_quality"))}
    assert {"dimension", "prompt", "weight", "probe", "round"} <= whats


def test_a_dimension_that_is_added_has_a_weight_and_lacks_its_texts() -> None:
    body, id = add_dimension(shipped_body(), "Fairness to users")
    assert (id, body["pack"]["weights"][id]) == ("fairness_to_users", 1.0)
