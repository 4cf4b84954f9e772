"""What an endpoint may do, and that the worst of it is an abstention with its reason."""

import json
import math
import threading

import pytest
from tests.judges.llm import servers
from tests.judges.llm.servers import FaultServer, cuts_off, fails, reply, says
from tests.support import PATIENCE as WAIT

from evenhand.judges.llm.pacing import LASTING, LONGEST_WAIT, PATIENCE, REST
from evenhand.judges.llm.values import Outcome, Price
from evenhand.judges.screening import screen


@pytest.fixture
def rate(judge, serve, pack, prompt, dimension, screened):
    """Rate one answer by a judge whose server plays a script."""

    def run(*acts, **settings):
        server = serve(*acts)
        rated = judge(server, **settings).rate(pack, prompt, dimension, screened)
        return rated.verdict, rated.calls, server

    return run


def test_a_good_reply_becomes_a_verdict_with_marks_quotes_and_a_level(rate, good):
    verdict, (call,), _ = rate(says(good))
    assert verdict.level == pytest.approx(4.0)
    assert verdict.marks["eval.golden_set"] == 2
    assert [quote.indicator for quote in verdict.quotes] == ["eval.golden_set", "eval.online"]
    assert (call.outcome, call.retries, call.cache_hit) == (Outcome.OK, 0, False)


def test_a_call_costs_what_the_provider_counts_at_the_judges_price(rate, good):
    _, (call,), _ = rate(says(good))
    assert (call.prompt_tokens, call.cached_tokens, call.output_tokens) == (1000, 600, 100)
    assert call.cost == pytest.approx((400 * 1.0 + 600 * 0.1 + 100 * 10.0) / 1e6)


@pytest.mark.parametrize(
    ("act", "outcome"),
    [
        (cuts_off(reply("x" * 4000)), Outcome.UNREACHABLE),
        (servers.hang_up, Outcome.UNREACHABLE),
    ],
)
def test_what_may_pass_is_tried_again_and_then_given_up(rate, clock, act, outcome):
    verdict, (call,), server = rate(act)
    assert (verdict.abstained, verdict.distribution, verdict.quotes) == (True, None, ())
    assert verdict.reason.startswith("no verdict: ")
    assert verdict.reason.endswith("after 3 retries")
    assert (call.outcome, call.retries, len(server.seen)) == (outcome, 3, 4)
    assert len(clock.slept) == 3


@pytest.mark.parametrize(
    ("act", "outcome"),
    [
        (fails(429), Outcome.LIMITED),
        (fails(429, Retry_After="0"), Outcome.LIMITED),
        (fails(429, Retry_After="50"), Outcome.LIMITED),
        (fails(500), Outcome.SERVER_ERROR),
        (fails(503, b"<html>busy</html>"), Outcome.SERVER_ERROR),
        (fails(529), Outcome.SERVER_ERROR),
        (fails(408), Outcome.SERVER_ERROR),
    ],
)
def test_a_storm_is_waited_out_for_a_minute_and_a_rest_and_then_given_up(rate, clock, act, outcome):
    verdict, (call,), server = rate(act)
    assert verdict.abstained
    assert verdict.reason.endswith(f"after {call.retries} retries")
    assert (call.outcome, call.retries) == (outcome, len(server.seen) - 1)
    assert LASTING + REST <= sum(clock.slept) <= LASTING + PATIENCE + 1 + REST
    assert len(server.seen) < 20


def storm(clock, until, then):
    """Limit whoever asks until some moment of the clock."""

    def act(handler, body):
        (fails(429) if clock.now() < until else then)(handler, body)

    return act


@pytest.mark.parametrize("seconds", [10, 50, 110])
def test_a_storm_that_passes_loses_no_call(
    judge, serve, pack, prompt, dimension, screened, good, clock, seconds
):
    one = judge(serve(storm(clock, clock.now() + seconds, says(good))))
    rated = [one.rate(pack, prompt, dimension, screened) for _ in range(6)]
    assert {call.outcome for one in rated for call in one.calls} == {Outcome.OK}


def test_a_storm_that_does_not_pass_holds_up_nobody_for_long(
    judge, serve, pack, prompt, dimension, screened, clock
):
    server = serve(fails(503))
    one = judge(server)
    outcomes = [one.rate(pack, prompt, dimension, screened).calls[0].outcome for _ in range(40)]
    assert outcomes == [Outcome.SERVER_ERROR, *[Outcome.RESTING] * 39]
    assert clock.now() - 100 < LASTING + LONGEST_WAIT + REST


def test_while_a_judge_rests_no_time_is_its_own(
    judge, serve, pack, prompt, dimension, screened, good, clock
):
    one = judge(serve(*[servers.hang_up] * 12, says(good)))
    calls = [one.rate(pack, prompt, dimension, screened).calls[0] for _ in range(4)]
    assert [call.outcome for call in calls] == [*[Outcome.UNREACHABLE] * 3, Outcome.OK]
    assert (calls[3].latency, clock.slept[-1]) == (0, pytest.approx(REST))


@pytest.mark.parametrize(
    ("act", "outcome"),
    [
        (says("I cannot help with that.", refusal="no"), Outcome.REFUSED),
        (says("", finish="content_filter"), Outcome.REFUSED),
        (says('{"marks": {', finish="length"), Outcome.CUT),
        (says("Level 4, I would say."), Outcome.BROKEN),
        (servers.raw(b"not json"), Outcome.BROKEN),
        (servers.raw(b'{"choices": []}'), Outcome.BROKEN),
        (servers.floods, Outcome.BROKEN),
    ],
)
def test_what_was_paid_for_is_asked_for_once_more(rate, act, outcome):
    verdict, (call,), server = rate(act)
    assert verdict.abstained
    assert (call.outcome, call.retries, len(server.seen)) == (outcome, 1, 2)


@pytest.mark.parametrize(
    "in_vain", [says("prose"), says("", refusal="no"), says("", finish="length")]
)
def test_tokens_of_attempts_that_came_to_nothing_are_counted(rate, good, in_vain):
    _, (call,), _ = rate(in_vain, says(good))
    assert (call.outcome, call.prompt_tokens, call.output_tokens) == (Outcome.OK, 2000, 200)


@pytest.mark.parametrize(
    ("acts", "sent"),
    [
        ([says("prose")], 2),
        ([fails(429), fails(429), says("prose")], 4),
        ([servers.hang_up], 4),
        ([cuts_off(reply("x" * 4000))], 4),
        ([fails(401)], 1),
        # Asked again with less, since it takes no schema: the text has left once more.
        ([fails(400, b'{"error": {"message": "response_format"}}'), fails(401)], 2),
    ],
)
def test_each_time_that_the_text_leaves_counts_and_where_it_went(rate, acts, sent):
    _, (call,), server = rate(*acts)
    assert (call.sent, call.host) == (len(server.seen), server.url.split("/")[2])
    assert call.sent == sent


@pytest.mark.parametrize("status", [401, 403, 404, 302])
def test_what_cannot_pass_is_not_tried_again(rate, clock, status):
    body = json.dumps({"error": {"code": "invalid_api_key", "message": "sk-4711"}}).encode()
    verdict, (call,), server = rate(fails(status, body))
    assert (call.outcome, len(server.seen), clock.slept) == (Outcome.REJECTED, 1, [])
    assert "invalid_api_key" in verdict.reason
    assert "4711" not in verdict.reason


def test_a_storm_of_429_that_ends_costs_waits_and_no_verdict(rate, good, clock):
    verdict, (call,), _ = rate(fails(429), fails(429), fails(429), says(good))
    assert (verdict.abstained, call.retries) == (False, 3)
    assert 0 < sum(clock.slept) <= 1 + 2 + 4


def test_the_wait_that_the_provider_asks_for_is_kept(rate, good, clock):
    verdict, (call,), _ = rate(fails(429, Retry_After="7"), says(good))
    assert not verdict.abstained
    assert 7 <= call.latency <= 8
    assert 7 <= clock.slept[0] <= 8


def test_a_wait_longer_than_our_patience_ends_in_an_abstention_at_once(rate, clock):
    verdict, (call,), server = rate(fails(429, Retry_After="3600"))
    assert (call.outcome, len(server.seen), clock.slept) == (Outcome.LIMITED, 1, [])
    assert verdict.abstained


def test_a_server_that_says_nothing_is_not_waited_for(rate, good):
    release = threading.Event()
    verdict, (call,), _ = rate(servers.waits_for(release, says(good)), timeout=0.05)
    release.set()
    assert call.outcome is Outcome.TIMEOUT
    assert "within 0.05 s" in verdict.reason


class TickingClock:
    """A second goes by with every look at it."""

    def __init__(self):
        self.at = 0.0
        self.lock = threading.Lock()

    def now(self):
        with self.lock:
            self.at += 1.0
            return self.at

    def sleep(self, seconds):
        with self.lock:
            self.at += seconds


@pytest.mark.parametrize(
    "act",
    [
        servers.drips,
        servers.drips_headers,
        servers.drips_interim_replies,
        servers.drips_gzip,
    ],
    ids=["body", "headers", "interim replies", "gzip"],
)
def test_a_reply_that_drips_for_ever_is_given_up_although_bytes_keep_coming(rate, act):
    verdict, (call,), _ = rate(act, clock=TickingClock())
    assert call.outcome is Outcome.TIMEOUT
    assert verdict.abstained


def test_a_judge_given_up_three_times_rests_and_is_asked_again_later(
    judge, serve, pack, prompt, dimension, screened, clock, good
):
    server = serve(*[fails(401)] * 3, says(good))
    one = judge(server)
    outcomes = [one.rate(pack, prompt, dimension, screened).calls[0].outcome for _ in range(5)]
    assert outcomes == [*[Outcome.REJECTED] * 3, *[Outcome.RESTING] * 2]
    assert len(server.seen) == 3
    clock.sleep(61)
    assert not one.rate(pack, prompt, dimension, screened).verdict.abstained


def test_a_judge_that_is_given_up_after_its_rest_rests_again_at_once(
    judge, serve, pack, prompt, dimension, screened, clock
):
    server = serve(fails(401))
    one = judge(server)
    for _ in range(4):
        one.rate(pack, prompt, dimension, screened)
    clock.sleep(61)
    outcomes = [one.rate(pack, prompt, dimension, screened).calls[0].outcome for _ in range(3)]
    assert outcomes == [Outcome.REJECTED, *[Outcome.RESTING] * 2]


def error(**said):
    return json.dumps({"error": said}).encode()


# Bodies that are about one answer, and the outcome and the number of posts that they come to.
ABOUT_AN_ANSWER = [
    (400, error(code="content_filter", param="prompt", message="temperature"), Outcome.REFUSED, 2),
    (403, error(code=403, metadata={"flagged_input": "temperature"}), Outcome.REFUSED, 2),
    (400, error(code="json_validate_failed", failed_generation="{"), Outcome.BROKEN, 2),
    (400, error(code="context_length_exceeded", param="messages"), Outcome.OBJECTED, 1),
    (400, b"Bad Request", Outcome.OBJECTED, 1),
    (413, b"<html>response_format</html>", Outcome.OBJECTED, 1),
    (422, b'{"detail": [{"loc": ["body", "messages"], "msg": "too long"}]}', Outcome.OBJECTED, 1),
]


@pytest.mark.parametrize(("status", "body", "outcome", "posts"), ABOUT_AN_ANSWER)
def test_an_answer_that_an_endpoint_does_not_take_keeps_no_judge_from_others(
    judge, serve, pack, prompt, dimension, screened, good, status, body, outcome, posts
):
    other = screen("Something that no filter lets through. " * 3, prompt.text)

    def picky(handler, asked):
        taken = "no filter" not in asked["messages"][-1]["content"]
        (says(good) if taken else fails(status, body))(handler, asked)

    server = serve(picky)
    one = judge(server)
    for _ in range(3):
        rated = one.rate(pack, prompt, dimension, other)
        assert (rated.verdict.abstained, rated.calls[0].outcome) == (True, outcome)
        assert f"(status {status}" in rated.verdict.reason
    assert len(server.seen) == 3 * posts
    assert not one.rate(pack, prompt, dimension, screened).verdict.abstained
    assert server.seen[-1].body["response_format"]["type"] == "json_schema"


def test_calls_about_such_an_answer_are_no_sign_that_the_endpoint_works(
    judge, serve, pack, prompt, dimension, screened
):
    one = judge(serve(*[fails(401), fails(400)] * 2, fails(401)))
    outcomes = [one.rate(pack, prompt, dimension, screened).calls[0].outcome for _ in range(6)]
    assert outcomes == [
        *[Outcome.REJECTED, Outcome.OBJECTED] * 2,
        Outcome.REJECTED,
        Outcome.RESTING,
    ]


def test_what_passes_by_chance_takes_the_schema_from_nobody(
    judge, serve, pack, prompt, dimension, screened, good
):
    words = "I would turn off response_format, logprobs, temperature and max_tokens"
    complaint = {"detail": [{"loc": ["body"], "msg": "try again", "input": words}]}
    server = serve(fails(400, json.dumps(complaint).encode()), says(good))
    one = judge(server)
    assert one.rate(pack, prompt, dimension, screened).verdict.abstained
    assert not one.rate(pack, prompt, dimension, screened).verdict.abstained
    assert server.seen[0].body.keys() == server.seen[1].body.keys()


def test_nobody_listening_is_an_abstention_too(judge, pack, prompt, dimension, screened):
    with FaultServer(fails(500)) as server:
        one = judge(server)
    rated = one.rate(pack, prompt, dimension, screened)
    (call,) = rated.calls
    assert (call.outcome, call.retries) == (Outcome.UNREACHABLE, 3)
    # Without a connection nothing has left.
    assert (call.sent, call.host) == (0, "")


def test_an_endpoint_that_knows_no_schema_is_asked_more_simply(rate, good):
    def picky(handler, body):
        form = body.get("response_format", {}).get("type")
        if form is None:
            says(good)(handler, body)
        else:
            handler.send(400, b'{"error": {"message": "response_format is not supported"}}')

    verdict, (call,), server = rate(picky)
    assert (verdict.abstained, call.retries) == (False, 0)
    forms = [seen.body.get("response_format", {}).get("type") for seen in server.seen]
    assert forms == ["json_schema", "json_object", None]


def test_what_an_endpoint_refused_once_is_not_sent_again(
    judge, serve, pack, prompt, dimension, screened, good
):
    def picky(handler, body):
        if "max_tokens" in body:
            handler.send(400, b'{"error": {"param": "max_tokens"}}')
        elif "temperature" in body:
            handler.send(400, b'{"error": {"param": "temperature"}}')
        else:
            says(good)(handler, body)

    server = serve(picky)
    one = judge(server)
    for _ in range(2):
        assert not one.rate(pack, prompt, dimension, screened).verdict.abstained
    assert len(server.seen) == 4
    assert "max_completion_tokens" in server.seen[-1].body
    assert server.seen[-1].body["response_format"]["type"] == "json_schema"


def test_an_endpoint_that_objects_to_whatever_is_left_out_is_given_up(rate):
    verdict, (call,), server = rate(fails(400, b"response_format is not supported"))
    assert (call.outcome, len(server.seen)) == (Outcome.OBJECTED, 3)
    assert "status 400" in verdict.reason


@pytest.mark.parametrize("tokens", [10**25, 3 * 10**9, 10**400])
def test_numbers_that_cannot_be_are_neither_money_nor_an_error(rate, good, tokens):
    body = json.loads(reply(good))
    body["usage"] = {"prompt_tokens": tokens, "completion_tokens": tokens}
    alternative = {"token": "4", "logprob": -(10**400)}
    body["choices"][0]["logprobs"] = {"content": [{"token": "4", "top_logprobs": [alternative]}]}
    act = servers.raw(json.dumps(body).encode())
    verdict, (call, *_), _ = rate(act, logprobs=True, price=Price(0, 0, 0))
    assert (verdict.abstained, call.outcome) == (False, Outcome.OK)
    assert (call.prompt_tokens, call.output_tokens, call.micros) == (0, 0, 0)


def test_tokens_that_nobody_counts_are_estimated_where_they_cost_and_marked(rate, good):
    body = json.loads(reply(good))
    text = body["choices"][0]["message"]["content"]
    del body["usage"]
    _, (call,), server = rate(servers.raw(json.dumps(body).encode()))
    sent = sum(len(turn["content"]) for turn in server.seen[0].body["messages"])
    assert call.prompt_tokens > sent / 4.1
    assert call.output_tokens == math.ceil(len(text) / 4)
    assert call.micros > 0
    assert call.missing == ("usage",)
    _, (free,), _ = rate(servers.raw(json.dumps(body).encode()), price=Price(0, 0, 0))
    assert (free.prompt_tokens, free.missing) == (0, ())


CREDIT = "Your credit balance is too low to access the Anthropic API."
OF_ACCOUNT = [
    (400, {"type": "invalid_request_error", "message": CREDIT}),
    (400, {"message": "You have reached your specified API usage limits."}),
    (429, {"type": "insufficient_quota", "code": "insufficient_quota"}),
    (400, {"code": "billing_hard_limit_reached"}),
    (402, {"message": "Insufficient Balance"}),
    (403, {"type": "billing_error"}),
]


@pytest.mark.parametrize(("status", "said"), OF_ACCOUNT)
def test_an_account_in_no_state_to_ask_lets_the_judge_rest_at_once_and_says_why(
    judge, serve, pack, prompt, dimension, screened, clock, status, said
):
    server = serve(fails(status, error(**said)))
    one = judge(server)
    verdicts = [one.rate(pack, prompt, dimension, screened) for _ in range(2)]
    outcomes = [rated.calls[0].outcome for rated in verdicts]
    assert outcomes == [Outcome.REJECTED, Outcome.RESTING]
    assert all("account with the provider is out of" in one.verdict.reason for one in verdicts)
    assert (len(server.seen), clock.slept) == (1, [])


@pytest.mark.parametrize(
    ("status", "said", "outcome"),
    [
        (400, f"Not taken: {CREDIT}", Outcome.OBJECTED),
        (429, "You exceeded your current quota, please check your plan", Outcome.LIMITED),
    ],
)
def test_words_of_an_answer_and_rate_limits_are_no_state_of_the_account(
    rate, status, said, outcome
):
    _, (call,), _ = rate(fails(status, error(message=said)))
    assert call.outcome is outcome


def test_no_right_to_log_probabilities_is_conceded(rate, good):
    def picky(handler, body):
        no = error(message="You are not allowed to request logprobs from this model")
        (fails(403, no) if "logprobs" in body else says(good))(handler, body)

    verdict, calls, server = rate(picky, logprobs=True)
    assert not verdict.abstained
    assert "logprobs" in server.seen[0].body
    assert not any("logprobs" in seen.body for seen in server.seen[1:])
    assert all(call.missing == ("logprobs",) for call in calls)


@pytest.mark.parametrize(("most", "asked"), [(5, [20, 5]), (0, [20, 5, None])])
def test_fewer_alternatives_are_asked_for_where_fewer_are_allowed(rate, good, most, asked):
    def picky(handler, body):
        too_many = body.get("top_logprobs", 0) > most
        no = error(message="top_logprobs must be less than or equal to a bound")
        (fails(400, no) if too_many else says(good))(handler, body)

    _, _, server = rate(picky, logprobs=True)
    assert [seen.body.get("top_logprobs") for seen in server.seen[: len(asked)]] == asked
    assert {seen.body.get("top_logprobs") for seen in server.seen[len(asked) :]} <= {
        asked[-1],
        None,
    }


def test_a_date_that_cannot_be_is_no_wait(rate, good):
    when = f"Wed, 21 Oct {10**20} 07:28:00 GMT"
    verdict, (call,), _ = rate(fails(429, Retry_After=when), says(good))
    assert (verdict.abstained, call.retries) == (False, 1)


def test_waiting_for_a_turn_is_no_time_of_the_judges(
    judge, serve, pack, prompt, dimension, screened, good, clock
):
    one = judge(serve(says(good), says(good), fails(500), says(good)), per_minute=2)
    calls = [one.rate(pack, prompt, dimension, screened).calls[0] for _ in range(3)]
    assert [call.latency for call in calls[:2]] == [0, 0]
    # The third waits for its turn, fails, waits with jitter, and waits for its next turn.
    assert clock.now() - 100 == 3 * 30
    assert calls[2].latency == pytest.approx(clock.slept[2])
    assert calls[2].latency < 1


def test_the_key_goes_into_its_header_and_nowhere_else(
    judge, serve, caplog, good, pack, prompt, dimension, screened
):
    # No word of a key may be made of hexadecimal digits: ids and addresses are logged too.
    caplog.set_level(0)
    server = serve(fails(401, b'{"error": {"code": "sk-hush"}}'))
    one = judge(server, key_env="THE_KEY", environ={"THE_KEY": "sk-hush"})
    rated = one.rate(pack, prompt, dimension, screened)
    assert server.seen[0].headers["authorization"] == "Bearer sk-hush"
    assert "hush" not in json.dumps(server.seen[0].body)
    told = [repr(one), repr(vars(one)), repr(one.config), repr(rated), caplog.text]
    told += [repr(vars(one._caller)), repr(vars(one._caller._http))]
    assert not any("hush" in text for text in told)


def test_a_missing_key_is_named_by_its_variable(judge, serve):
    with pytest.raises(ValueError, match="judge mid: set the environment variable THE_KEY"):
        judge(serve(fails(500)), key_env="THE_KEY")


def test_no_more_requests_are_in_flight_than_configured(
    judge, serve, pack, prompt, dimension, screened, good
):
    together = threading.Barrier(3, timeout=WAIT)

    def three_at_once(handler, body):
        together.wait()
        says(good)(handler, body)

    server = serve(three_at_once)
    one = judge(server, concurrency=3)
    threads = [
        threading.Thread(target=one.rate, args=(pack, prompt, dimension, screened))
        for _ in range(9)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (server.script.most_in_flight, len(server.seen)) == (3, 9)
