"""Batches bring what can wait for less money; whatever becomes of them, every answer is rated."""

import json
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from tests.judges.llm.batch_server import Batches
from tests.judges.llm.conftest import ANSWER, config_for
from tests.judges.llm.servers import fails, hang_up, says

from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.batching import LOOK_EVERY, Batcher, Ticket
from evenhand.judges.llm.budget import Limits, Purse
from evenhand.judges.llm.caching import MemoryCache
from evenhand.judges.llm.client import CallFailed
from evenhand.judges.llm.panel import LLMPanel
from evenhand.judges.llm.values import Outcome

KINDS = pytest.mark.parametrize("kind", ["openai", "anthropic"])


@pytest.fixture
def answers(prompt):
    return [(prompt, f"{ANSWER} This is number {n} of them.") for n in range(4)]


def address(server, kind="openai"):
    """Return the base address as each interface has it."""
    return server.url.removesuffix("/v1") if kind == "anthropic" else server.url


@pytest.fixture
def batcher(clock):
    made = []

    def make(server, cache, **settings):
        config = config_for(address(server, settings.get("kind")), **settings)
        made.append(Batcher(config, {}, cache, clock=clock, random=Random(7)))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def then_rate(judge, pack):
    """Rate answers as ever; returns the calls."""

    def run(server, answers, cache, kind="openai"):
        one = judge(server, cache=cache, kind=kind, base_url=address(server, kind))
        panel = LLMPanel("after", pack, [one], None)
        results = list(panel.judge_all(answers))
        panel.close()
        assert all(not score.abstained for result in results for score in result.scores)
        return [call for result in results for call in result.calls]

    return run


@KINDS
def test_a_batch_brings_every_reply_and_nothing_is_asked_again(
    batcher, serve, pack, answers, good, then_rate, kind
):
    room, cache = Batches(lambda number: good), MemoryCache()
    server = serve(room)
    found = batcher(server, cache, kind=kind).read_ahead(pack, answers, patience=3600)
    assert (found.kept, found.missing, len(found.calls)) == (4, 0, 4)
    assert len(room.taken[0]) == 4
    calls = then_rate(server, answers, cache, kind)
    assert room.direct == 0
    assert {call.spared.id for call in calls} == {call.id for call in found.calls}


@KINDS
def test_a_batch_is_paid_at_its_share_of_the_price(batcher, serve, pack, answers, good, kind):
    server = serve(Batches(lambda number: good))
    share = batcher(server, MemoryCache(), kind=kind, batch_share=0.5)
    call = share.read_ahead(pack, answers, patience=3600).calls[0]
    assert call.micros == (400 * 1 + 60 + 100 * 10) / 2
    assert (call.prompt_tokens, call.cached_tokens, call.output_tokens) == (1000, 600, 100)
    assert call.latency == 2 * LOOK_EVERY


def test_the_body_of_each_request_is_that_of_a_direct_call(
    batcher, serve, judge, pack, answers, good
):
    room = Batches(lambda number: good)
    batcher(serve(room), MemoryCache()).read_ahead(pack, answers[:1], patience=3600)
    direct = serve(says(good))
    panel = LLMPanel("direct", pack, [judge(direct)], None)
    list(panel.judge_all(answers[:1]))
    panel.close()
    (item,) = room.taken[0]
    assert item["url"] == "/v1/chat/completions"
    asked, told = item["body"], direct.seen[0].body
    assert {name: asked[name] for name in asked if name != "messages"} == {
        name: told[name] for name in told if name != "messages"
    }
    first, second = asked["messages"][0]["content"], told["messages"][0]["content"]
    assert first.split("The code of this answer")[0] == second.split("The code of this answer")[0]


GOOD = "a good reading"
FAULTS = {
    "expired": ({"answer": lambda number: GOOD if number else None, "ends": "expired"}, 3),
    "failed": ({"answer": lambda number: GOOD, "ends": "failed"}, 0),
    "cut": ({"answer": lambda number: GOOD, "cut": True}, 0),
    "garbled": ({"answer": lambda number: GOOD, "garble": True}, 3),
    "not of its form": ({"answer": lambda number: GOOD if number > 1 else {"level": 9}}, 2),
    "twice": ({"answer": lambda number: GOOD, "twice": True}, 4),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_batch_did_not_bring_is_asked_for_directly(
    batcher, serve, pack, answers, good, then_rate, fault
):
    settings, brought = FAULTS[fault]
    said = settings["answer"]

    def answer(number):
        return good if said(number) == GOOD else said(number)

    room, cache = Batches(**{**settings, "answer": answer}, directly=good), MemoryCache()
    server = serve(room)
    found = batcher(server, cache).read_ahead(pack, answers, patience=3600)
    assert (found.kept, found.missing) == (brought, 4 - brought)
    calls = then_rate(server, answers, cache)
    assert room.direct == 4 - brought
    assert [call.cache_hit for call in calls].count(True) == brought


def test_a_reply_that_is_of_no_use_is_accounted_for_all_the_same(
    batcher, serve, pack, answers, good
):
    server = serve(Batches(lambda number: good if number else "not JSON"))
    found = batcher(server, MemoryCache()).read_ahead(pack, answers, patience=3600)
    broken = [call for call in found.calls if call.outcome is Outcome.BROKEN]
    assert len(broken) == 1
    assert broken[0].prompt_tokens == 1000


def test_a_batch_that_takes_too_long_is_cancelled_and_what_was_done_is_fetched(
    batcher, serve, pack, answers, good
):
    room = Batches(lambda number: good if number < 2 else None, looks=10**6, ends="cancelled")
    found = batcher(serve(room), MemoryCache()).read_ahead(pack, answers, patience=120)
    assert room.cancelled
    assert (found.kept, found.missing) == (2, 2)


@pytest.mark.parametrize(
    ("act", "attempts"), [(fails(401), 1), (fails(429), 4), (fails(503), 4), (hang_up, 1)]
)
def test_a_batch_that_may_have_been_taken_is_not_handed_in_again(
    batcher, serve, pack, answers, act, attempts
):
    server = serve(act)
    found = batcher(server, MemoryCache()).read_ahead(pack, answers, patience=3600)
    assert (found.kept, found.missing, found.calls) == (0, 4, ())
    assert len(server.seen) == attempts


def test_whoever_was_cut_off_goes_on_with_the_ticket(batcher, serve, pack, answers, good):
    server, cache = serve(Batches(lambda number: good)), MemoryCache()
    first = batcher(server, cache)
    ticket = first.submit(pack, first.wanted(pack, answers))
    again = Ticket.of(json.loads(json.dumps(ticket.plain())))
    assert again == ticket
    second = batcher(server, cache)
    while not second.ended(again):
        pass
    assert second.collect(pack, again).kept == 4
    assert first.wanted(pack, answers) == []


def test_only_what_the_cache_does_not_hold_is_handed_in_and_each_draw_for_itself(
    batcher, serve, pack, answers, good
):
    room, cache = Batches(lambda number: good), MemoryCache()
    server = serve(room)
    settings = {"draws": 3, "temperature": 1.0}
    batcher(server, cache, **settings).read_ahead(pack, answers[:1], patience=3600)
    found = batcher(server, cache, **settings).read_ahead(pack, answers, patience=3600)
    assert [len(batch) for batch in room.taken] == [3, 9]
    assert found.kept == 9
    assert batcher(server, cache, **settings).read_ahead(pack, answers, patience=1).calls == ()
    assert len(room.taken) == 2


@pytest.mark.parametrize(("spent", "batches"), [(99, 1), (100, 0)])
def test_from_the_soft_limit_on_nothing_is_asked_ahead(
    batcher, serve, pack, answers, good, spent, batches
):
    room = Batches(lambda number: good)
    purse = Purse(((Limits("this opening", Decimal(100), Decimal(10**6)), Decimal(spent)),))
    one = batcher(serve(room), MemoryCache())
    found = one.read_ahead(pack, answers, patience=3600, purse=purse)
    assert len(room.taken) == batches
    assert found.missing == 4 * (1 - batches)
    assert purse.spent == sum(call.micros for call in found.calls)


def test_on_fewer_dimensions_less_is_asked(batcher, serve, pack, good):
    prompt = pack.prompt("behavioural_incident")
    one = batcher(serve(Batches(lambda number: good)), MemoryCache())
    first = dict([next(iter(prompt.dimensions.items()))])
    assert len(one.wanted(pack, [(prompt, ANSWER)])) == 2
    assert len(one.wanted(pack, [(replace(prompt, dimensions=first), ANSWER)])) == 1


def test_a_checklist_and_an_empty_batch_are_refused(batcher, serve, pack):
    server = serve(fails(500))
    with pytest.raises(JudgeError, match="only structured"):
        batcher(server, MemoryCache(), style="checklist", logprobs=True)
    with pytest.raises(JudgeError, match="1 to"):
        batcher(server, MemoryCache()).submit(pack, [])
    one = Ticket("batch-1", "mid", ())
    with pytest.raises(CallFailed):
        batcher(server, MemoryCache()).collect(pack, one)
