"""What calls add up to."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from tests.hiring.judging.calls import call, hit, skip

from evenhand.hiring.judging.accounts import calls_about, costs_of, months_of, read_by_month
from evenhand.hiring.judging.services import ask_for_gate
from evenhand.hiring.judging.spending import PICOS, drop_calls
from evenhand.hiring.models import Application, JudgeCall, Opening, User
from evenhand.hiring.openings.services import add_candidate
from evenhand.judges.llm.account import Account


def test_the_parts_of_every_division_add_up_to_the_whole_to_the_last_digit(
    application: Application, opening: Opening, alice: User, now: datetime
) -> None:
    dora = add_candidate(opening=opening, name="Dora", email="dora@example.org", by=alice, now=now)
    random = Random(4)
    for number in range(60):
        who = random.choice([application, dora])
        at = now + timedelta(days=random.randrange(90))
        call(who, at, judge=f"judge-{number % 3}", picos=random.randrange(10**13))
    everybody = Opening.objects.all()
    months = months_of(everybody)
    paid = sum(one.picos for one in JudgeCall.objects.all())
    assert sum(line.micros for line in months) * PICOS == paid
    for line in months:
        found = costs_of(everybody, line.month)
        assert found.total.micros == line.micros
        assert sum(found.by_judge.values(), Account()) == found.total
        assert sum(found.by_opening.values(), Account()) == found.total
        people = (Account.of(rows) for rows in found.by_candidate.values())
        assert sum(people, Account()) == found.total


def test_latency_counts_calls_that_were_made(application: Application, now: datetime) -> None:
    calls = [call(application, now, microseconds=n * 1_000_000) for n in (1, 2, 9)]
    hit(application, now, calls[0])
    found = costs_of(Opening.objects.all(), "2026-03").latency()
    assert (found.p50, found.p99) == (2.0, 9.0)


def test_a_cache_hit_saves_what_the_call_had_cost(application: Application, now: datetime) -> None:
    hit(application, now, call(application, now))
    found = costs_of(Opening.objects.all(), "2026-03")
    assert found.saved.cache == Decimal(1460)
    assert found.total.micros == Decimal(1460)


def test_a_judge_that_routing_left_out_saves_its_mean_reading_and_a_limit_saves_nothing(
    application: Application, now: datetime
) -> None:
    call(application, now, judge="big")
    for cause in ("clear", "soft_limit", "empty"):
        skip(application, now, "big", cause)
    skip(application, now, "never-asked")
    found = costs_of(Opening.objects.all(), "2026-03")
    assert found.saved.routing == Decimal(1460)
    assert found.saved.unknown == ("never-asked",)
    assert len(found.skipped) == 3


def test_cost_a_candidate_counts_who_is_erased_too(
    application: Application, opening: Opening, now: datetime
) -> None:
    call(application, now)
    Application.objects.all().delete()
    found = costs_of(Opening.objects.all(), "2026-03")
    assert (found.candidates, found.per_candidate) == (1, Decimal(1460))


def test_cost_a_candidate_counts_those_too_whom_nobody_who_costs_had_to_read(
    application: Application, opening: Opening, alice: User, now: datetime
) -> None:
    call(application, now, picos=10**11)
    skip(application, now, "big")
    for number in range(9):
        email = f"spared{number}@example.org"
        spared = add_candidate(opening=opening, name="S", email=email, by=alice, now=now)
        for _each in range(2):
            skip(spared, now, "big")
    skip(add_candidate(opening=opening, name="E", email="e@e.org", by=alice, now=now), now, "big",
         "empty")  # fmt: skip
    Application.objects.all().delete()
    found = costs_of(Opening.objects.all(), "2026-03")
    assert (found.candidates, found.per_candidate) == (10, Decimal(10_000))


def test_a_month_without_a_call_costs_nothing(opening: Opening) -> None:
    found = costs_of(Opening.objects.all(), "2026-03")
    assert found.total == Account()
    assert found.per_candidate is None
    assert found.saved.naive == 0


def test_a_persons_account_is_theirs_in_every_month_and_no_canarys_or_gates(
    application: Application, opening: Opening, alice: User, now: datetime
) -> None:
    dora = add_candidate(opening=opening, name="Dora", email="dora@example.org", by=alice, now=now)
    call(dora, now)
    call(application, now, kind="canary", answer=None)
    run = ask_for_gate(pack=opening.pack, panel="other", by=alice, now=now)
    call(application, now, kind="gate", gate_run=run)
    assert calls_about(application) == []
    month_on = now + timedelta(days=31)
    drop_calls(JudgeCall.objects.filter(pk=call(application, now).pk))
    call(application, month_on)
    skip(application, month_on, "big")
    skip(dora, month_on, "big")
    skip(application, now + timedelta(days=62), "big", "empty")
    assert Account.of(calls_about(application)).micros == Decimal(2 * 1460)
    both = {str(application.pk), str(dora.pk)}
    assert read_by_month(opening) == {"2026-03": both, "2026-04": both}
    for month, people in read_by_month(opening).items():
        assert costs_of(Opening.objects.all(), month).people == people
