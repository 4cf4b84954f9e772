from decimal import Decimal

import pytest

from evenhand.judges.llm.values import Price, Tokens


def test_cached_tokens_are_paid_at_their_own_price():
    assert Tokens(1_000_000, 250_000, 500_000).micros(Price(2.0, 0.4, 8.0)) == 5_600_000


def test_money_is_exact_where_a_float_would_not_be():
    price = Price(0.1, 0.2, 0.3)
    parts = [Tokens(1, 0, 0), Tokens(1, 1, 0), Tokens(0, 0, 1)]
    assert sum(part.micros(price) for part in parts) == Decimal("0.6")
    assert 0.1 + 0.2 + 0.3 != 0.6


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_share_of_the_price_is_a_share_of_the_cost(share):
    whole = Tokens(1000, 400, 100).micros(Price(1.0, 0.1, 4.0))
    assert Tokens(1000, 400, 100).micros(Price(1.0, 0.1, 4.0), share) == whole * Decimal(str(share))


@pytest.mark.parametrize(("stored", "micros"), [(None, 1_350_000), (3.0, 1_500_000)])
def test_tokens_put_into_the_providers_cache_have_their_own_price(stored, micros):
    # 0.2 million read afresh at 2.0, 0.5 from the cache at 0.4, 0.3 put there at 1.25 * 2.0 or 3.0.
    tokens = Tokens(1_000_000, 500_000, 0, 300_000)
    assert tokens.micros(Price(2.0, 0.4, 8.0, stored)) == micros
