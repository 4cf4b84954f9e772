"""Batches bring what can wait for less money; whatever becomes of them, every answer is rated."""

import json
from dataclasses import replace
from random import Random

import pytest
from tests.judges.llm.batch_server import Batches
from tests.judges.llm.conftest import ANSWER, config_for
from tests.judges.llm.servers import fails, says

from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.batching import Batcher, Ticket
from evenhand.judges.llm.caching import FolderCache, MemoryCache
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


def handed_in(one, pack, answers, now=1000.0):
    """Hand a batch in; return its ticket."""
    due = one.wanted(pack, answers)
    ticket = one.ticket(pack, due, now)
    return one.hand_in(ticket, one.prepare(pack, ticket, due))


def fetched(one, pack, ticket, now=1060.0):
    """Wait for a batch and fetch it."""
    while not one.ended(ticket):
        pass
    return one.collect(pack, ticket, now=now)


def read_ahead(one, pack, answers):
    return fetched(one, pack, handed_in(one, pack, answers))


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
    found = read_ahead(batcher(server, cache, kind=kind), pack, answers)
    assert (found.kept, found.missing, len(found.calls)) == (4, 0, 4)
    assert len(room.taken[0]) == 4
    calls = then_rate(server, answers, cache, kind)
    assert room.direct == 0
    assert {call.spared.id for call in calls} == {call.id for call in found.calls}


@KINDS
def test_a_batch_is_paid_at_its_share_of_the_price(batcher, serve, pack, answers, good, kind):
    server = serve(Batches(lambda number: good))
    share = batcher(server, MemoryCache(), kind=kind, batch_share=0.5)
    call = read_ahead(share, pack, answers).calls[0]
    assert call.micros == (400 * 1 + 60 + 100 * 10) / 2
    assert (call.prompt_tokens, call.cached_tokens, call.output_tokens) == (1000, 600, 100)
    assert call.latency == 60.0


def test_the_body_of_each_request_is_that_of_a_direct_call(
    batcher, serve, judge, pack, answers, good
):
    room = Batches(lambda number: good)
    read_ahead(batcher(serve(room), MemoryCache()), pack, answers[:1])
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
    found = read_ahead(batcher(server, cache), pack, answers)
    assert (found.kept, found.missing) == (brought, 4 - brought)
    calls = then_rate(server, answers, cache)
    assert room.direct == 4 - brought
    assert [call.cache_hit for call in calls].count(True) == brought


def test_a_reply_that_is_of_no_use_is_accounted_for_all_the_same(
    batcher, serve, pack, answers, good, tmp_path
):
    server, cache = (
        serve(Batches(lambda number: good if number else "not JSON")),
        FolderCache(tmp_path),
    )
    one = batcher(server, cache)
    due = one.wanted(pack, answers)
    ticket = handed_in(one, pack, answers)
    found, again = fetched(one, pack, ticket), fetched(one, pack, ticket)
    broken = [call for call in found.calls if call.outcome is Outcome.BROKEN]
    assert len(broken) == 1
    assert broken[0].prompt_tokens == 1000
    assert again == found
    kept = [call for key in {one.key.answer for one in due} for call in cache.calls(key)]
    assert sorted(call.id for call in kept) == sorted(ticket.requests)
    assert sum(call.micros for call in kept) == sum(call.micros for call in found.calls)
    assert len(one.wanted(pack, answers)) == 1


def test_whoever_was_cut_off_goes_on_with_the_ticket(batcher, serve, pack, answers, good):
    server, cache = serve(Batches(lambda number: good)), MemoryCache()
    first = batcher(server, cache)
    ticket = handed_in(first, pack, answers)
    again = Ticket.of(json.loads(json.dumps(ticket.plain())))
    assert again == ticket
    second = batcher(server, cache)
    once, twice = fetched(second, pack, again), fetched(second, pack, again)
    assert once.kept == 4
    assert once == twice
    assert first.wanted(pack, answers) == []


def test_what_says_nothing_of_its_own_is_asked_of_nobody(batcher, serve, pack, prompt):
    one = batcher(serve(fails(500)), MemoryCache())
    assert one.wanted(pack, [(prompt, ""), (prompt, " \n"), (prompt, prompt.text)]) == []


def test_the_results_of_another_batch_are_not_taken(batcher, serve, pack, answers, good):
    server, cache = serve(Batches(lambda number: good)), MemoryCache()
    one = batcher(server, cache)
    ticket = handed_in(one, pack, answers)
    other = one.ticket(pack, one.wanted(pack, answers), 1000.0)
    with pytest.raises(JudgeError, match="asked for by somebody else"):
        fetched(one, pack, replace(other, id=ticket.id))
    assert len(one.wanted(pack, answers)) == 4


def test_a_ticket_is_not_settled_where_the_disk_keeps_nothing(batcher, serve, pack, answers, good):
    class Full(MemoryCache):
        def put(self, key, kept):
            pass

    one = batcher(serve(Batches(lambda number: good)), Full())
    with pytest.raises(JudgeError, match="cannot be kept"):
        read_ahead(one, pack, answers)


def test_only_what_the_cache_does_not_hold_is_handed_in_and_each_draw_for_itself(
    batcher, serve, pack, answers, good
):
    room, cache = Batches(lambda number: good), MemoryCache()
    server = serve(room)
    settings = {"draws": 3, "temperature": 1.0}
    read_ahead(batcher(server, cache, **settings), pack, answers[:1])
    found = read_ahead(batcher(server, cache, **settings), pack, answers)
    assert [len(batch) for batch in room.taken] == [3, 9]
    assert found.kept == 9
    assert batcher(server, cache, **settings).wanted(pack, answers) == []
    assert len(room.taken) == 2


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
        batcher(server, MemoryCache()).ticket(pack, [], 0.0)
    one = Ticket("mine", {}, (), 0.0, "batch-1")
    with pytest.raises(CallFailed):
        batcher(server, MemoryCache()).collect(pack, one, now=0.0)


@KINDS
def test_every_request_refused_alike_is_told_with_its_code(batcher, serve, pack, answers, kind):
    code = "invalid_request_error"
    server = serve(Batches(lambda number: GOOD, refuses=code))
    found = read_ahead(batcher(server, MemoryCache(), kind=kind), pack, answers)
    assert (found.kept, found.missing, found.hopeless) == (0, 4, True)
    assert found.commonest == f"{code} (4 of 4)"
    few = read_ahead(batcher(server, MemoryCache(), kind=kind), pack, answers[:2])
    assert (few.missing, few.hopeless) == (2, False)


def test_what_was_not_done_in_time_is_no_refusal(batcher, serve, pack, answers):
    server = serve(Batches(lambda number: None, ends="expired"))
    found = read_ahead(batcher(server, MemoryCache()), pack, answers)
    assert (found.commonest, found.hopeless) == ("batch_expired (4 of 4)", False)


def test_a_batch_leaves_out_what_a_direct_call_was_refused(batcher, serve, pack, answers, good):
    class Newer(Batches):
        def __call__(self, handler, body):
            for name in ("max_tokens", "temperature", "json_schema"):
                if handler.path.endswith("/completions") and name in json.dumps(body):
                    complaint = {"error": {"message": f"{name} is not supported"}}
                    return handler.send(400, json.dumps(complaint).encode())
            return super().__call__(handler, body)

    room = Newer(lambda number: good)
    one = batcher(serve(room), MemoryCache())
    one.negotiate(pack, one.wanted(pack, answers)[0])
    assert read_ahead(one, pack, answers).kept == 4
    bodies = [item["body"] for item in room.taken[0]]
    assert all("max_completion_tokens" in body for body in bodies)
    assert all("temperature" not in body and "max_tokens" not in body for body in bodies)
    assert all(body["response_format"] == {"type": "json_object"} for body in bodies)
    assert room.direct == 1


def test_what_may_pass_keeps_no_batch_back_and_what_may_not_does(batcher, serve, pack, answers):
    passing, lasting = (batcher(serve(fails(status)), MemoryCache()) for status in (503, 404))
    due = passing.wanted(pack, answers)[0]
    passing.negotiate(pack, due)
    with pytest.raises(CallFailed) as caught:
        lasting.negotiate(pack, due)
    assert caught.value.outcome is Outcome.REJECTED
