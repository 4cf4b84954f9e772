import json

import pytest
from tests.judges.llm.conftest import ANSWER, config_for

from evenhand.judges.llm.anthropic import AnthropicWire
from evenhand.judges.llm.calling import ATTEMPTS
from evenhand.judges.llm.client import (
    MOST_TOKENS,
    CallFailed,
    Message,
    Request,
    complaint_of,
    outcome_of,
)
from evenhand.judges.llm.openai_compatible import OpenAIWire
from evenhand.judges.llm.prompting import check, structured
from evenhand.judges.llm.transport import retry_after
from evenhand.judges.llm.values import Outcome, Price, Tokens

NOTHING: frozenset[str] = frozenset()
DEAREST, PICOS = 1e6, 10**6
"""What a table may ask for a million tokens, and the parts of a millionth that money is kept in."""


@pytest.fixture
def request_(pack, prompt, dimension):
    config = config_for("http://localhost/v1", logprobs=True)
    return structured(config, pack, prompt, dimension, ANSWER, "c0de")


def plain_request() -> Request:
    return Request(("rules", "code"), (Message("user", "text"),), None, 1, 0.0, may_be_cut=True)


def test_the_constant_part_comes_first_and_the_answer_in_a_message_of_its_own(request_):
    system, answer = OpenAIWire("m").body(request_, NOTHING)["messages"]
    assert system["content"].startswith(request_.instruction[0])
    assert system["content"].endswith("c0de.")
    assert answer == {"role": "user", "content": f"ANSWER c0de BEGINS\n{ANSWER}\nANSWER c0de ENDS"}
    assert ANSWER not in system["content"]
    assert "c0de" not in "".join(request_.instruction[:-1])


def test_anthropic_is_asked_to_cache_the_constant_part_and_to_use_a_tool(request_):
    body = AnthropicWire("m").body(request_, NOTHING)
    assert [block["text"] for block in body["system"]] == list(request_.instruction)
    assert ["cache_control" in block for block in body["system"]] == [True, False, False, False]
    assert "cache_control" not in json.dumps(body["messages"])
    assert body["tool_choice"] == {"type": "tool", "name": body["tools"][0]["name"]}
    assert "logprobs" not in body


def test_all_requests_of_a_pack_begin_alike_and_those_on_a_dimension_or_prompt_for_longer(pack):
    config = config_for("http://localhost/v1")
    asked = {
        (prompt.id, name, text): structured(
            config, pack, prompt, pack.dimension(name), text, f"code-{text}"
        )
        for prompt in pack.prompts
        for name in prompt.dimensions
        for text in ("one", "two")
    }
    assert len({request.instruction[0] for request in asked.values()}) == 1
    assert len({json.dumps(request.schema) for request in asked.values()}) == 1
    rated = {(key[1], request.instruction[:2]) for key, request in asked.items()}
    assert len(rated) == len({shared for _, shared in rated}) == len(pack.dimensions)
    about = {(*key[:2], request.instruction[:3]) for key, request in asked.items()}
    assert len(about) == len({shared for _, _, shared in about}) == len(asked) / 2


def test_the_schema_lets_a_mark_of_0_or_null_stand_alone_and_no_other(request_):
    (in_full, alone) = request_.schema["$defs"]["mark"]["anyOf"]
    assert set(in_full["required"]) == {"quote", "mark"}
    assert alone == {"type": ["integer", "null"], "enum": [0, None]}


def test_a_request_that_is_made_again_is_kept_by_anthropic_to_its_end(pack, prompt, dimension):
    config = config_for("http://localhost", kind="anthropic", draws=3, temperature=0.7)
    body = AnthropicWire("m").body(
        structured(config, pack, prompt, dimension, ANSWER, "c0de"), NOTHING
    )
    ((answer,),) = [turn["content"] for turn in body["messages"]]
    assert answer["cache_control"] == {"type": "ephemeral"}
    assert json.dumps(body).count("cache_control") <= 4


def test_a_question_of_a_checklist_comes_after_all_that_the_questions_share(prompt, dimension):
    first, second = (
        OpenAIWire("m").body(check(prompt, one, ANSWER, "c0de"), NOTHING)["messages"]
        for one in dimension.indicators[:2]
    )
    assert first[:-1] == second[:-1]
    assert [turn["role"] for turn in first] == ["system", "user", "assistant", "user"]


def test_anthropic_counts_what_was_read_from_and_written_to_its_cache(request_):
    reply = {
        "content": [{"type": "tool_use", "name": "record_rating", "input": {"level": 3}}],
        "stop_reason": "tool_use",
        "usage": {
            "input_tokens": 50,
            "cache_creation_input_tokens": 20,
            "cache_read_input_tokens": 900,
            "output_tokens": 80,
        },
    }
    found = AnthropicWire("m").read(reply, request_)
    assert json.loads(found.text) == {"level": 3}
    assert found.tokens == Tokens(970, 900, 80, 20)


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ({"content": [], "stop_reason": "refusal"}, Outcome.REFUSED),
        ({"content": [], "stop_reason": "max_tokens"}, Outcome.CUT),
        ({"content": [{"type": "text", "text": "4"}], "stop_reason": "end_turn"}, Outcome.BROKEN),
        ({"type": "error"}, Outcome.BROKEN),
        ([], Outcome.BROKEN),
        (None, Outcome.BROKEN),
    ],
)
def test_what_anthropic_sends_instead_of_a_rating_is_told_apart(request_, reply, outcome):
    with pytest.raises(CallFailed) as caught:
        AnthropicWire("m").read(reply, request_)
    assert caught.value.outcome is outcome


def test_a_plain_request_to_anthropic_gets_the_text(request_):
    reply = {"content": [{"type": "text", "text": "Yes"}], "stop_reason": "max_tokens"}
    assert AnthropicWire("m").read(reply, plain_request()).text == "Yes"


@pytest.mark.parametrize("reply", [None, [], {}, {"choices": [None]}, {"choices": [{}]}, "x", 3])
def test_a_reply_without_a_choice_is_broken(request_, reply):
    with pytest.raises(CallFailed) as caught:
        OpenAIWire("m").read(reply, request_)
    assert caught.value.outcome is Outcome.BROKEN


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        ({"code": 429, "message": "slow down"}, Outcome.LIMITED),
        ({"type": "rate_limit_error"}, Outcome.LIMITED),
        ({"code": 502}, Outcome.SERVER_ERROR),
        ({"type": "overloaded_error"}, Outcome.SERVER_ERROR),
        ({"code": "content_filter"}, Outcome.REFUSED),
        ({"code": 403, "metadata": {"flagged_input": "x"}}, Outcome.REFUSED),
        ({"code": 400, "message": "no"}, Outcome.OBJECTED),
        ({"code": 401}, Outcome.REJECTED),
        ({"code": "insufficient_quota"}, Outcome.REJECTED),
        ({"code": 10**30}, Outcome.SERVER_ERROR),
        ({"code": True}, Outcome.SERVER_ERROR),
        ("gone", Outcome.SERVER_ERROR),
    ],
)
@pytest.mark.parametrize("within_a_choice", [False, True])
def test_an_error_that_comes_with_status_200_is_what_its_code_says(
    request_, error, outcome, within_a_choice
):
    usage = {"prompt_tokens": 1000, "completion_tokens": 80}
    choice = {"message": {"content": ""}, "finish_reason": "error", "error": error}
    reply = {"choices": [choice]} if within_a_choice else {"error": error}
    with pytest.raises(CallFailed) as caught:
        OpenAIWire("m").read({**reply, "usage": usage}, request_)
    assert (caught.value.outcome, caught.value.tokens) == (outcome, Tokens(1000, 0, 80))


def test_a_choice_that_ended_in_an_error_without_words_is_the_servers(request_):
    choice = {"message": {"content": "{"}, "finish_reason": "error"}
    with pytest.raises(CallFailed) as caught:
        OpenAIWire("m").read({"choices": [choice]}, request_)
    assert caught.value.outcome is Outcome.SERVER_ERROR


def test_text_that_comes_in_parts_is_read_without_what_was_thought(request_):
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
        {"type": "text", "text": '{"level"'},
        {"type": "text", "text": ": 3}"},
        {"type": "text"},
        7,
    ]
    reply = {"choices": [{"message": {"content": parts}}]}
    assert OpenAIWire("m").read(reply, request_).text == '{"level": 3}'


def test_what_a_model_thought_is_counted_where_the_total_alone_has_it(request_):
    usage = {"prompt_tokens": 1000, "completion_tokens": 80, "total_tokens": 1500}
    reply = {"choices": [{"message": {"content": "x"}}], "usage": usage}
    assert OpenAIWire("m").read(reply, request_).tokens == Tokens(1000, 0, 500)


def test_openai_counts_what_was_read_from_and_written_to_its_cache(request_):
    details = {"cached_tokens": 900, "cache_write_tokens": 60}
    usage = {"prompt_tokens": 1000, "completion_tokens": 80, "prompt_tokens_details": details}
    reply = {"choices": [{"message": {"content": "x"}}], "usage": usage}
    assert OpenAIWire("m").read(reply, request_).tokens == Tokens(1000, 900, 80, 60)


@pytest.mark.parametrize(
    "usage",
    [
        None,
        [],
        {"prompt_tokens": -3},
        {"prompt_tokens": True},
        {"prompt_tokens": MOST_TOKENS + 1},
        {"prompt_tokens_details": 7},
    ],
)
def test_nonsense_about_tokens_counts_as_none(request_, usage):
    reply = {"choices": [{"message": {"content": "x"}}], "usage": usage}
    assert OpenAIWire("m").read(reply, request_).tokens == Tokens()


def test_what_a_provider_can_count_at_most_is_kept_as_64_bits_at_the_dearest_price(request_):
    read = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    usage = dict.fromkeys((*read, "output_tokens"), MOST_TOKENS)
    reply = {"content": [{"type": "tool_use", "name": "record_rating"}], "usage": usage}
    tokens = AnthropicWire("m").read(reply, request_).tokens
    assert tokens.prompt == 3 * MOST_TOKENS
    micros = ATTEMPTS * tokens.micros(Price(*[DEAREST] * 3))
    assert 2**62 < micros * PICOS < 2**63


@pytest.mark.parametrize(
    "logprobs",
    [
        {"content": [{}]},
        {"content": 3},
        {"content": [{"token": "4"}]},
        {"content": [{"token": "4", "top_logprobs": [{"token": "4", "logprob": 10**400}]}]},
        [],
        3,
    ],
)
def test_log_probabilities_that_are_off_form_are_as_good_as_none(request_, logprobs):
    reply = {"choices": [{"message": {"content": "x"}, "logprobs": logprobs}]}
    assert OpenAIWire("m").read(reply, request_).written == ()


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("12", None, 12.0),
        ("-4", None, 0.0),
        ("nan", None, None),
        ("inf", None, None),
        ("soon", None, None),
        ("Wed, 21 Oct 2026 07:29:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", 60.0),
        ("Wed, 21 Oct 2026 07:27:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", 0.0),
        ("Wed, 21 Oct 2026 07:29:00 GMT", None, None),
        (f"Wed, 21 Oct {10**20} 07:29:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", None),
        (None, None, None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(value, date, seconds):
    assert retry_after(value, date) == seconds


def test_a_retry_after_without_a_time_zone_is_passed_over():
    assert retry_after("Wed, 21 Oct 2026 07:29:00 -0000", "Wed, 21 Oct 2026 07:28:00 GMT") is None


@pytest.mark.parametrize(
    ("complaint", "left_out"),
    [
        ("'response_format' of type 'json_schema' is not supported with this model", "json_schema"),
        ("this model gives no logprobs", "logprobs"),
        ("Requested sample logprobs of 20, greater than max allowed: 5", "many_logprobs"),
        ("Unsupported parameter: 'max_tokens'", "max_tokens"),
        ("failed to parse grammar", "json_schema"),
        ("Please reduce the length of the messages", None),
        ("Bad Request", None),
        ("", None),
    ],
)
def test_only_what_a_complaint_names_is_left_out(complaint, left_out):
    conceded = OpenAIWire("m").concede(complaint, NOTHING)
    assert conceded == (None if left_out is None else {left_out})


@pytest.mark.parametrize(
    ("error", "complaint"),
    [
        ({"error": {"param": "temperature", "message": "no"}}, "temperature no"),
        ({"error": "grammar"}, "grammar"),
        ([{"error": {"message": "no", "failed_generation": "logprobs"}}], "no"),
        ({"message": {"detail": [{"loc": ["body", "stop"], "input": "logprobs"}]}}, "body stop"),
        ({"input": "logprobs"}, ""),
        (7, ""),
    ],
)
def test_a_complaint_is_read_where_it_stands_and_not_where_the_request_is_repeated(
    error, complaint
):
    assert complaint_of(error) == complaint


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"code": "content_filter", "type": None, "param": "prompt"}, Outcome.REFUSED),
        ({"code": "invalid_prompt", "type": "invalid_request_error"}, Outcome.REFUSED),
        ({"code": None, "type": "data_inspection_failed"}, Outcome.REFUSED),
        ({"type": "a", "message": "Blocked by Content Filtering policy"}, Outcome.REFUSED),
        ({"code": 403, "metadata": {"flagged_input": "..."}}, Outcome.REFUSED),
        ({"code": "json_validate_failed"}, Outcome.BROKEN),
        ({"code": "context_length_exceeded", "metadata": 3, "message": 4}, None),
        ("content filter", None),
    ],
)
def test_an_error_about_the_text_alone_is_told_from_one_about_the_request(said, outcome):
    assert outcome_of({"error": said}) is outcome


def test_a_complaint_without_a_bottom_comes_to_an_end():
    deep: object = "logprobs"
    for _ in range(900):
        deep = {"error": [deep]}
    assert complaint_of(deep) == ""
