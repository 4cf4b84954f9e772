import json

import pytest
from tests.judges.llm.conftest import config_for
from tests.judges.llm.servers import asked_about, fails, raw, reply, says

from evenhand.judges.canary import KNOWN_WORST
from evenhand.judges.llm.trying import try_judge
from evenhand.judges.llm.values import Outcome

CHANCES = {str(level): 1 for level in range(1, 6)}


def rates(handler, body):
    says({**asked_about(body), "level": 1, "chances": CHANCES})(handler, body)


@pytest.fixture
def try_it(serve, clock):
    def run(*acts, **settings):
        server = serve(*acts)
        return try_judge(config_for(server.url, **settings), {}, clock=clock), server

    return run


def test_what_is_tried_is_the_real_request_about_a_made_up_answer(try_it):
    tried, server = try_it(rates, logprobs=True, max_output_tokens=900)
    body = server.seen[0].body
    assert KNOWN_WORST in body["messages"][-1]["content"]
    assert body["response_format"]["type"] == "json_schema"
    assert (body["max_tokens"], body["top_logprobs"]) == (900, 20)
    assert (tried.outcome, tried.left_out, tried.logprobs) == (Outcome.OK, (), False)
    assert tried.usage
    assert tried.micros > 0


def test_what_an_endpoint_does_not_take_is_told(try_it):
    def picky(handler, body):
        if "response_format" in body:
            fails(400, b'{"error": {"message": "response_format"}}')(handler, body)
        else:
            rates(handler, body)

    tried, _ = try_it(picky)
    assert (tried.outcome, tried.logprobs) == (Outcome.OK, None)
    assert tried.left_out == ("json_object", "json_schema")


def test_tokens_that_the_endpoint_does_not_count_are_told_and_estimated(try_it):
    def uncounted(handler, body):
        rating = {**asked_about(body), "level": 1, "chances": CHANCES}
        raw(json.dumps({**json.loads(reply(rating)), "usage": None}).encode())(handler, body)

    tried, _ = try_it(uncounted)
    assert (tried.outcome, tried.usage) == (Outcome.OK, False)
    assert tried.tokens.prompt > 500


@pytest.mark.parametrize(
    ("act", "outcome"),
    [
        (says("yes"), Outcome.BROKEN),
        (says("", finish="length"), Outcome.CUT),
        (fails(401), Outcome.REJECTED),
        (fails(429), Outcome.LIMITED),
    ],
)
def test_what_would_be_no_rating_of_an_answer_is_none_here(try_it, act, outcome):
    tried, server = try_it(act)
    assert tried.outcome is outcome
    assert tried.detail
    assert len(server.seen) == 1


@pytest.mark.parametrize("gives", [True, False])
def test_a_checklist_is_tried_by_its_first_question(try_it, gives):
    token = {"token": "No", "top_logprobs": [{"token": "No", "logprob": -0.1}]}
    logprobs = {"content": [token]} if gives else None
    tried, _ = try_it(says("No", logprobs=logprobs), style="checklist", logprobs=True)
    assert (tried.outcome is Outcome.OK, tried.logprobs) == (gives, gives)
