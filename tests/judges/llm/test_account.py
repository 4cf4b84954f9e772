"""The account adds up, whatever it is divided by; budgets hold; savings are told apart."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.account import (
    Account,
    Place,
    Row,
    accounts,
    latency,
    rows_of,
)
from evenhand.judges.llm.budget import Allowance, Limits, Purse, ruling_of
from evenhand.judges.llm.saving import break_even, saving
from evenhand.judges.llm.values import Call, Cause, Decision, Outcome, Price, Spared, Tokens
from evenhand.judges.values import AnswerScore, PanelResult, Verdict

PRICE = Price(1.0, 0.1, 4.0)
PLACE = Place("answer-1", "ana", "opening-1", "2026-11")
PARTS = ("answer", "candidate", "opening", "month", "judge", "dimension")

names = st.sampled_from(["a", "b", "c"])
money = st.decimals(0, 10**9, places=6)


@st.composite
def rows(draw):
    place = Place(*(draw(names) for _ in range(4)))
    tokens = [draw(st.integers(0, 10**7)) for _ in range(3)]
    call = Call(
        draw(names),
        "model",
        draw(names),
        *tokens,
        draw(money),
        draw(st.floats(0, 600)),
        draw(st.integers(0, 3)),
        draw(st.booleans()),
        draw(st.sampled_from(list(Outcome))),
    )
    return Row(place, call, draw(st.booleans()))


@given(st.lists(rows(), max_size=30), st.sampled_from(PARTS), st.randoms())
def test_the_parts_of_any_division_add_up_to_the_whole(found, by, random):
    whole = Account.of(found)
    parts = accounts(found, by)
    assert sum(parts.values(), Account()) == whole
    random.shuffle(found)
    assert Account.of(found) == whole
    assert whole.micros == sum((row.call.micros for row in found), Decimal(0))


def call(**more):
    base = Call(
        "mid", "mid-1", "eval", 1000, 400, 100, Decimal(1040), 1.5, 0, False, Outcome.OK, "call-1"
    )
    return replace(base, **more)


def hit(**more):
    spared = Spared("call-1", Tokens(1000, 400, 100), Decimal(1040))
    nothing = {"prompt_tokens": 0, "cached_tokens": 0, "output_tokens": 0, "micros": Decimal(0)}
    return call(**nothing, cache_hit=True, latency=0.0, id="hit-1", spared=spared, **more)


def test_an_account_counts_what_every_call_took():
    found = Account.of(
        [
            Row(PLACE, call(retries=2)),
            Row(PLACE, hit()),
            Row(PLACE, call(outcome=Outcome.TIMEOUT, micros=Decimal(0)), abstained=True),
        ]
    )
    assert found == Account(3, 2000, 800, 200, Decimal(1040), 3_000_000, 2, 1, 1, 1)


def test_percentiles_are_of_calls_that_were_made():
    made = [Row(PLACE, call(latency=float(n))) for n in range(1, 101)]
    others = [Row(PLACE, hit()), Row(PLACE, call(outcome=Outcome.BUDGET, latency=0.0))]
    assert latency([*made, *others]) == (50.0, 99.0)
    assert latency(made[:1]) == (1.0, 1.0)
    assert latency(others) == (None, None)


def test_rows_of_an_answer_say_where_a_judge_abstained():
    def verdict(judge, level):
        return Verdict(judge, "eval", level, None, {}, (), None)

    verdicts = (verdict("coverage", None), verdict("mid", None), verdict("big", 3.0))
    score = AnswerScore("eval", 3.0, 0.5, 2.0, 4.0, 0.9, False, verdicts)
    calls = (call(id="1"), call(id="2"), call(id="3", judge="big"), call(id="4", dimension="x"))
    found = rows_of(PanelResult("q", (), (score,), calls), PLACE)
    assert [row.abstained for row in found] == [False, True, False, False]
    assert {row.place for row in found} == {PLACE}


def limits(soft=None, hard=None):
    return Limits(
        "this opening",
        None if soft is None else Decimal(soft),
        None if hard is None else Decimal(hard),
    )


@pytest.mark.parametrize(
    ("spent", "allowance"),
    [
        (0, Allowance.ALL),
        (99, Allowance.ALL),
        (100, Allowance.CHEAP_ONLY),
        (200, Allowance.NOTHING),
    ],
)
def test_limits_hold_from_the_amount_that_they_name(spent, allowance):
    assert ruling_of(limits(100, 200), Decimal(spent)).allowance is allowance


def test_without_limits_everything_may_be_asked():
    assert ruling_of(limits(), Decimal(10**12)).allowance is Allowance.ALL
    assert Purse(()).ruling.allowance is Allowance.ALL


def test_a_reason_names_what_is_limited_in_money_and_not_in_millionths():
    said = ruling_of(limits(hard=5_000_000), Decimal(6_500_000)).reason
    assert said == "budget: this opening has spent 6.5000, and its hard limit is 5.0000"


def test_the_strictest_of_several_limits_holds_and_spending_counts_towards_all():
    month = Limits("November", Decimal(5000), Decimal(9000))
    purse = Purse(((limits(1000, 2000), Decimal(0)), (month, Decimal(4000))))
    assert purse.ruling.allowance is Allowance.ALL
    purse.note([call()])
    assert purse.ruling.allowance is Allowance.CHEAP_ONLY
    assert "this opening" in purse.ruling.reason
    purse.note([call(), call(micros=Decimal(3000))])
    assert purse.ruling.allowance is Allowance.NOTHING


def test_what_an_account_tells_of_is_not_counted_twice_and_an_older_account_takes_nothing_back():
    purse = Purse(((limits(100, 200), Decimal(0)),))
    purse.note([call(id="a", micros=Decimal(30)), call(id="b", micros=Decimal(40))])
    purse.renew(((limits(100, 200), Decimal(35)),), ["a"])
    assert (purse.noted, purse.spent) == (("b",), 40)
    purse.renew(((limits(70, 200), Decimal(5)),), [])
    assert "has spent 0.0001" in purse.ruling.reason  # 75 millionths, of which 70 may be
    assert purse.limits[0][1] == 35


@pytest.mark.parametrize(("soft", "hard"), [(-1, None), (None, -1), (3, 2), (None, "nan")])
def test_limits_that_make_no_sense_are_refused(soft, hard):
    with pytest.raises(JudgeError, match="limit must"):
        limits(soft, hard)


def skipped(judge="mid", dimension="eval", cause=Cause.CLEAR):
    return Decision(dimension, judge, False, cause, "")


def test_a_saving_is_told_apart_by_provider_cache_and_routing_and_adds_up_to_the_naive():
    found = saving(
        [Row(PLACE, call()), Row(replace(PLACE, answer="answer-2"), hit())],
        [skipped(), skipped(cause=Cause.HARD_LIMIT), skipped("big")],
        {"mid": PRICE},
    )
    assert found.spent == 1040
    assert found.provider == 400 - 40
    assert found.cache == 1000 + 400
    assert found.routing == 1400
    assert found.naive == 3 * 1400
    assert found.unknown == ("big",)


def test_a_reading_of_several_calls_is_saved_as_a_whole():
    found = saving([Row(PLACE, call()), Row(PLACE, call())], [skipped(dimension="x")], {})
    assert found.routing == 2 * 1040


@given(st.lists(rows(), max_size=20))
def test_the_naive_way_is_never_cheaper(found):
    def priced(call):
        fewer = replace(call, cached_tokens=min(call.cached_tokens, call.prompt_tokens))
        return replace(fewer, micros=fewer.tokens.micros(PRICE))

    at_price = [replace(row, call=priced(row.call)) for row in found]
    whole = saving(at_price, [], dict.fromkeys("abc", PRICE))
    assert whole.spent == Account.of(at_price).micros <= whole.naive


def test_a_machine_pays_from_where_the_provider_would_have_cost_as_much():
    found = break_even(
        machine_hour=0.5,
        tokens_per_second=300.0,
        tokens_per_assessment=12_000.0,
        cost_per_assessment=0.05,
    )
    assert found.machine_month == 365.0
    assert found.assessments == 7300
    assert found.capacity == 65_700


def test_a_machine_that_cannot_read_as_many_as_it_needs_never_pays():
    slow = break_even(
        machine_hour=0.5,
        tokens_per_second=10.0,
        tokens_per_assessment=12_000.0,
        cost_per_assessment=0.05,
    )
    assert (slow.assessments, slow.capacity) == (None, 2190)
    free = {"tokens_per_second": 1.0, "tokens_per_assessment": 1.0, "cost_per_assessment": 0.0}
    assert break_even(machine_hour=0.5, **free).assessments is None
    assert break_even(machine_hour=0.0, **free).assessments == 0


def test_a_break_even_of_nonsense_is_refused():
    with pytest.raises(JudgeError, match="break-even"):
        break_even(
            machine_hour=1.0,
            tokens_per_second=0.0,
            tokens_per_assessment=1.0,
            cost_per_assessment=1.0,
        )


def test_calls_whose_tokens_nobody_counted_are_told_apart():
    rows = [
        Row(PLACE, call(missing=("logprobs", "usage"))),
        Row(PLACE, call(missing=("logprobs",))),
        Row(PLACE, call()),
    ]
    assert Account.of(rows).estimated == 1
