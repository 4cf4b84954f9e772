"""Whom the rule asks, and that a reason in words comes with every answer to that."""

import itertools
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judges.llm.conftest import ANSWER
from tests.judges.llm.servers import fails, says

from evenhand.judges.doubt import ELSEWHERE, Doubt
from evenhand.judges.llm.budget import Limits, Purse
from evenhand.judges.llm.routing import (
    Interval,
    PersonStanding,
    Rule,
    Stakes,
    by_cost,
    decide,
    unresolved,
)
from evenhand.judges.llm.values import Cause, Price
from evenhand.judges.values import Verdict
from evenhand.measure import Rating, answer_level, default_components, estimate, expected_sd

RULE = Rule(bar=3.5, margin=0.0, most_unresolved=0, order=("small", "large"))
SURE = (0.0, 0.0, 1.0, 0.0, 0.0)


def verdict(judge="coverage", level=3.0, **marks):
    given = {name: marks.get(name, 0) for name in ("a", "b", "c")}
    return Verdict(judge, "eval", level, SURE if level else None, given, (), None)


ONE = (verdict(),)


def ask(rule=RULE, *, interval, verdicts=ONE, stakes=None, free=False, narrowing=0.0):
    return decide(
        rule,
        "large",
        "eval",
        free=free,
        verdicts=verdicts,
        interval=interval and Interval(*interval),
        stakes=stakes or Stakes(),
        narrowing=lambda: narrowing,
    )


@pytest.mark.parametrize(
    ("interval", "margin", "asked"),
    [
        ((3.0, 4.0), 0.0, True),
        ((3.6, 4.4), 0.0, False),
        ((2.0, 3.4), 0.0, False),
        ((3.5, 4.4), 0.0, False),
        ((2.0, 3.5), 0.0, True),
        ((3.6, 4.4), 0.2, True),
        ((2.0, 3.4), 0.2, True),
        ((3.8, 4.4), 0.2, False),
    ],
)
def test_a_judge_is_asked_where_the_interval_is_not_clear_of_the_bar(interval, margin, asked):
    found = ask(Rule(3.5, margin, 0, ("large",)), interval=interval)
    assert (found.asked, found.cause) == (asked, Cause.STRADDLES if asked else Cause.CLEAR)
    assert "bar 3.5" in found.reason
    assert f"{interval[0]:.2f} to {interval[1]:.2f}" in found.reason


def test_the_openings_bar_comes_before_the_rules():
    assert not ask(interval=(4.0, 4.8)).asked
    assert ask(interval=(4.0, 4.8), stakes=Stakes(bar=4.5)).asked


def test_a_judge_is_asked_where_nobody_can_tell_an_indicator():
    found = ask(interval=(4.0, 4.8), verdicts=[verdict(b=None)])
    assert (found.asked, found.cause) == (True, Cause.UNRESOLVED)
    assert found.reason == "nobody can tell b (unresolved may be 0)"


def test_a_judge_is_asked_where_two_are_split_on_an_indicator_and_the_reason_names_it():
    found = ask(interval=(4.0, 4.8), verdicts=[verdict(c=2), verdict("small", c=0)])
    assert (found.asked, found.cause) == (True, Cause.UNRESOLVED)
    assert found.reason == "judges are split on c (unresolved may be 0)"
    assert not ask(interval=(4.0, 4.8), verdicts=[verdict(c=1), verdict("small", c=0)]).asked


def test_so_many_indicators_may_stay_unresolved_as_the_rule_says():
    verdicts = [verdict(a=None, b=2), verdict("small", a=None, b=0)]
    assert ask(interval=(4.0, 4.8), verdicts=verdicts).asked
    lenient = Rule(3.5, 0.0, 2, ("large",))
    assert not ask(lenient, interval=(4.0, 4.8), verdicts=verdicts).asked


def test_a_judge_is_asked_for_how_much_narrower_it_makes_the_interval_where_the_rule_says_so():
    wants = Rule(3.5, 0.0, 0, ("large",), narrows=0.02)
    found = ask(wants, interval=(4.0, 4.8), narrowing=0.034)
    assert (found.asked, found.cause) == (True, Cause.NARROWS)
    assert found.reason == "it may be expected to make the answer's interval narrower by 3.4%"
    found = ask(wants, interval=(4.0, 4.8), narrowing=0.019)
    assert found.cause is Cause.CLEAR
    assert found.reason.endswith("narrower by 1.9%, of 2.0% that it would have to")
    past = ask(wants, interval=(4.0, 4.8), narrowing=0.034, stakes=Stakes(purse=purse(100)))
    assert (past.asked, past.cause) == (False, Cause.SOFT_LIMIT)
    assert ask(interval=(4.0, 4.8), narrowing=0.9).cause is Cause.CLEAR


def test_a_judge_that_marks_nothing_or_abstained_has_no_say_on_an_indicator():
    whole = verdict("embedding", a=None, b=None, c=None)
    gone = verdict("small", level=None, a=None, b=None, c=None)
    assert unresolved([verdict(b=None), whole, gone]) == (("b",), ())
    assert unresolved([whole, gone]) == (("a", "b", "c"), ())
    assert unresolved([]) == ((), ())


def test_a_long_list_of_indicators_is_cut_in_the_reason():
    marks = dict.fromkeys(f"i{n}" for n in range(9))
    one = Verdict("coverage", "eval", 3.0, SURE, {**marks, "told": 1}, (), None)
    assert "i0, i1, i2 and 6 more" in ask(interval=(4.0, 4.8), verdicts=[one]).reason


def test_the_first_of_a_panel_without_embedded_judges_is_asked_and_the_next_where_it_failed():
    assert ask(interval=None, verdicts=()).cause is Cause.FIRST
    found = ask(interval=None, verdicts=[verdict(level=None)])
    assert (found.asked, found.cause) == (True, Cause.NO_LEVEL)


def purse(spent, soft=100, hard=200):
    return Purse(((Limits("this opening", Decimal(soft), Decimal(hard)), Decimal(spent)),))


@pytest.mark.parametrize("interval", [(3.0, 4.0), None])
@pytest.mark.parametrize("rule", [RULE, None])
@pytest.mark.parametrize(("spent", "soft_stops"), [(99, False), (100, True), (200, True)])
def test_a_soft_limit_stops_the_way_up_and_a_hard_one_every_call_that_costs(
    rule, interval, spent, soft_stops
):
    found = ask(rule, interval=interval, stakes=Stakes(purse=purse(spent)))
    if spent == 200:
        assert (found.asked, found.cause) == (False, Cause.HARD_LIMIT)
        assert found.reason.startswith("budget: this opening has spent")
    elif soft_stops and interval:
        assert (found.asked, found.cause) == (False, Cause.SOFT_LIMIT)
    else:
        assert found.asked
    assert ask(rule, interval=interval, stakes=Stakes(purse=purse(spent)), free=True).asked


def test_a_limit_is_no_reason_where_the_judge_was_not_wanted_anyway():
    assert ask(interval=(4.0, 4.8), stakes=Stakes(purse=purse(300))).cause is Cause.CLEAR


@given(
    st.floats(1, 5),
    st.floats(0, 4),
    st.floats(1, 5),
    st.floats(0, 2),
    st.floats(0, 2),
)
def test_a_wider_interval_or_margin_never_asks_for_less(low, width, bar, margin, more):
    narrow = ask(Rule(bar, margin, 0, ("large",)), interval=(low, low + width))
    wide = ask(Rule(bar, margin + more, 0, ("large",)), interval=(low - more, low + width + more))
    assert wide.asked >= narrow.asked


def test_the_cheapest_comes_first_where_no_order_is_given():
    prices = {"a": Price(1, 0, 9), "b": Price(3, 0, 4), "c": Price(2, 0, 4)}
    assert by_cost(prices) == ("c", "b", "a")


def test_a_persons_standing_is_the_estimate_from_all_that_was_said_so_far(pack):
    prompt = pack.prompt("eval_search")
    components = default_components([d.id for d in pack.dimensions], ["coverage", "small"])
    earlier = [Rating("ana", pack.dimensions[1].id, "other", "async", "coverage", "model", 4.0)]
    stands = PersonStanding(earlier, components, candidate="ana", round="async")
    name = next(iter(prompt.dimensions))
    now = [Rating("ana", name, prompt.id, "async", "coverage", "model", 2.0)]
    (wanted,) = [e for e in estimate([*earlier, *now], components) if e.dimension == name]
    found = stands(prompt, name, [verdict(level=2.0), verdict("small", level=None)])
    assert found == pytest.approx((wanted.low, wanted.high))
    assert stands(prompt, name, [])[1] - stands(prompt, name, [])[0] > found[1] - found[0]


@pytest.fixture
def routed(panel_of):
    """Make panels with a rule, of one judge for each server."""
    return lambda rule, *servers, **settings: panel_of(*servers, rule=rule, **settings)


def rule_of(bar, most=100, order=("llm-0",)):
    return Rule(bar, 0.0, most, tuple(order))


def test_a_panel_asks_nobody_where_the_cheap_judges_are_clear_of_the_bar(
    routed, serve, panel, prompt, good
):
    server = serve(says(good))
    both = routed(rule_of(1.0), server, embedded=panel)
    result = both.judge(prompt, ANSWER)
    (score,) = result.scores
    (alone,) = panel.judge(prompt, ANSWER).scores
    assert (score.level, score.verdicts) == (pytest.approx(alone.level), alone.verdicts)
    assert alone.sd <= score.sd < 1.04 * alone.sd
    assert (server.seen, result.calls) == ([], ())
    (decision,) = result.decisions
    assert (decision.judge, decision.dimension) == ("llm-0", score.dimension)
    assert (decision.asked, decision.cause) == (False, Cause.CLEAR)


def test_a_panel_asks_where_they_are_not_and_joins_what_it_hears(
    routed, serve, panel, prompt, good
):
    server = serve(says(good))
    (alone,) = panel.judge(prompt, ANSWER).scores
    both = routed(rule_of(alone.level), server, embedded=panel)
    result = both.judge(prompt, ANSWER)
    (score,) = result.scores
    assert [v.judge for v in score.verdicts] == [*panel.judges, "llm-0"]
    joined = answer_level(
        {v.judge: v.level for v in score.verdicts}, score.dimension, both.components
    )
    assert (score.low, score.high) == (joined.low, joined.high)
    assert result.decisions[0].cause is Cause.STRADDLES
    assert len(server.seen) == len(result.calls) == 1


def test_the_next_judge_is_asked_in_the_rules_order_and_only_where_the_first_left_doubt(
    routed, serve, prompt, good
):
    first, second = serve(says(good)), serve(says(good))
    clear = routed(rule_of(1.0, order=("llm-1", "llm-0")), first, second)
    causes = [(d.judge, d.cause) for d in clear.judge(prompt, ANSWER).decisions]
    assert causes == [("llm-1", Cause.FIRST), ("llm-0", Cause.CLEAR)]
    assert (len(first.seen), len(second.seen)) == (0, 1)
    doubtful = routed(rule_of(4.0, order=("llm-1", "llm-0")), first, second)
    causes = [(d.judge, d.cause) for d in doubtful.judge(prompt, ANSWER).decisions]
    assert causes == [("llm-1", Cause.FIRST), ("llm-0", Cause.STRADDLES)]


def test_judges_are_asked_until_the_next_would_narrow_the_interval_too_little(
    routed, serve, prompt, good
):
    servers = [serve(says(good)) for _ in range(3)]
    names = ("llm-0", "llm-1", "llm-2")
    whole = routed(None, *servers).components  # of judges that nothing was measured of, all alike
    dimension = next(iter(prompt.dimensions))
    width = [expected_sd(names[:count], dimension, whole) for count in (1, 2, 3)]
    second, third = (1 - more / fewer for fewer, more in itertools.pairwise(width))
    assert second > third > 0
    panel = routed(Rule(1.0, 0.0, 100, names, (second + third) / 2), *servers)
    causes = [d.cause for d in panel.judge(prompt, ANSWER).decisions]
    assert causes == [Cause.FIRST, Cause.NARROWS, Cause.CLEAR]


def test_a_judge_that_nothing_was_measured_of_is_not_asked_to_narrow_what_it_has_widened(
    routed, serve, panel, prompt, good
):
    server = serve(says(good))
    both = routed(Rule(1.0, 0.0, 100, ("llm-0",), 0.001), server, embedded=panel)
    (decision,) = both.judge(prompt, ANSWER).decisions
    assert (decision.cause, server.seen) == (Cause.CLEAR, [])


def test_a_judge_that_fails_hands_on_to_the_next(routed, serve, prompt, good):
    panel = routed(rule_of(1.0, order=("llm-0", "llm-1")), serve(fails(401)), serve(says(good)))
    result = panel.judge(prompt, ANSWER)
    assert [d.cause for d in result.decisions] == [Cause.FIRST, Cause.NO_LEVEL]
    assert [v.abstained for v in result.scores[0].verdicts] == [True, False]


def test_with_a_persons_standing_it_is_the_person_who_has_to_clear_the_bar(
    routed, serve, panel, prompt, good
):
    (alone,) = panel.judge(prompt, ANSWER).scores
    both = routed(rule_of(alone.level), serve(says(good)), embedded=panel)
    far = Stakes(standing=lambda prompt, dimension, verdicts: Interval(4.9, 5.0))
    assert both.judge(prompt, ANSWER, stakes=far).decisions[0].cause is Cause.CLEAR


@pytest.mark.parametrize("rule", [rule_of(4.0, order=("llm-0", "llm-1")), None])
def test_beyond_the_hard_limit_no_call_is_made_and_the_judges_abstain_because_of_the_budget(
    routed, serve, prompt, good, rule
):
    first, second = serve(says(good)), serve(says(good))
    panel = routed(rule, first, second)
    result = panel.judge(prompt, ANSWER, stakes=Stakes(purse=purse(200)))
    assert (first.seen, second.seen) == ([], [])
    for verdict in result.scores[0].verdicts:
        assert verdict.reason.startswith("no verdict: budget: this opening has spent")
    assert {d.cause for d in result.decisions} == {Cause.HARD_LIMIT}


def test_what_a_call_costs_is_held_against_the_next(routed, serve, prompt, good):
    server = serve(says(good))
    held = purse(0, soft=1, hard=1)
    panel = routed(rule_of(4.0, order=("llm-0", "llm-1")), server, server)
    result = panel.judge(prompt, ANSWER, stakes=Stakes(purse=held))
    assert len(server.seen) == 1
    assert held.spent == sum(call.micros for call in result.calls) > 0
    assert [d.cause for d in result.decisions] == [Cause.FIRST, Cause.HARD_LIMIT]


def test_within_one_reading_the_hard_limit_is_looked_at_before_every_draw(
    routed, serve, prompt, good
):
    server = serve(says(good))
    price = 400 + 60 + 1000
    held = purse(0, soft=3 * price, hard=3 * price)
    panel = routed(rule_of(4.0), server, draws=20, temperature=1.0)
    result = panel.judge(prompt, ANSWER, stakes=Stakes(purse=held))
    assert len(server.seen) == 3
    assert held.spent == 3 * price
    (verdict,) = result.scores[0].verdicts
    assert verdict.reason.startswith("no verdict: budget: this opening has spent")


def test_past_the_soft_limit_nobody_is_asked_where_the_embedded_judges_give_a_level(
    routed, serve, panel, prompt, good
):
    server = serve(says(good))
    both = routed(None, server, embedded=panel)
    result = both.judge(prompt, ANSWER, stakes=Stakes(purse=purse(100)))
    assert [d.cause for d in result.decisions] == [Cause.SOFT_LIMIT]
    assert (server.seen, result.scores[0].abstained) == ([], False)


def test_past_the_soft_limit_a_judge_is_asked_where_the_embedded_judges_leave_it_to_people(
    routed, serve, panel, prompt, good, monkeypatch
):
    monkeypatch.setattr(Doubt, "reason", lambda *_: ELSEWHERE)
    assert panel.judge(prompt, ANSWER).scores[0].abstained
    first, second = serve(says(good)), serve(says(good))
    both = routed(None, first, second, embedded=panel)
    result = both.judge(prompt, ANSWER, stakes=Stakes(purse=purse(100, hard=10**6)))
    assert [d.cause for d in result.decisions] == [Cause.ALWAYS, Cause.SOFT_LIMIT]
    assert (len(first.seen), len(second.seen)) == (1, 0)
    assert not result.scores[0].abstained


def test_an_empty_answer_is_shown_to_nobody_and_that_is_said(routed, serve, prompt):
    panel = routed(rule_of(3.5), serve(fails(500)))
    (decision,) = panel.judge(prompt, "  ").decisions
    assert (decision.asked, decision.cause) == (False, Cause.EMPTY)


def test_the_version_of_a_panel_follows_its_rule(routed, serve, good):
    server = serve(says(good))
    versions = {routed(rule, server).version for rule in (None, rule_of(3.5), rule_of(3.0))}
    assert len(versions) == 3


def test_what_comes_first_is_the_same_to_the_byte_for_every_answer_on_a_dimension(
    routed, serve, pack, prompt, good
):
    server = serve(says(good))
    panel = routed(None, server)
    answers = [a.text for a in pack.golden if a.prompt == prompt.id][:4]
    list(panel.judge_all((prompt, text) for text in answers))
    bodies = [json.dumps(seen.body).encode() for seen in server.seen]
    starts = {body[: body.index(b"The code of this answer is")] for body in bodies}
    assert len(bodies) == len(answers) == 4
    assert len(starts) == 1
    assert len(starts.pop()) > 0.3 * min(len(body) for body in bodies)
