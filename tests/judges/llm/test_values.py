from dataclasses import replace

import pytest

from evenhand.judges.llm.values import Call, Outcome, Price, Tokens, Usage

CALL = Call("mid", "mid-1", "eval_discipline", 1000, 400, 50, 0.002, 1.5, 1, False, Outcome.OK)


def test_cached_tokens_are_paid_at_their_own_price():
    assert Tokens(1_000_000, 250_000, 500_000).cost(Price(2.0, 0.4, 8.0)) == pytest.approx(5.6)


def test_usage_adds_up_over_calls_and_over_sums():
    failed = replace(CALL, cost=0.0, outcome=Outcome.LIMITED, retries=4)
    hit = replace(CALL, prompt_tokens=0, cached_tokens=0, output_tokens=0, cost=0.0, cache_hit=True)
    total = Usage.of([CALL, failed, hit])
    assert total == Usage(3, 2000, 800, 100, 0.002, 4.5, 6, 1, 1)
    assert Usage.of([CALL]) + Usage.of([failed, hit]) == total
    assert Usage.of([]) == Usage()
