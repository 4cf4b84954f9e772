"""The interface `/v1/messages` of Anthropic."""

import json
from typing import Any

from evenhand.judges.llm.client import CallFailed, Completion, Request, count, off_form
from evenhand.judges.llm.values import Outcome, Tokens

VERSION = "2023-06-01"
TOOL = "record_rating"
KEPT = {"cache_control": {"type": "ephemeral"}}
"""The mark behind what the provider is to keep for five minutes from its last use."""


class AnthropicWire:
    """Bodies and replies of `/v1/messages`; a schema becomes a tool that the model has to use."""

    path = "/v1/messages"

    def __init__(self, model: str) -> None:
        self._model = model

    def headers(self, key: str | None) -> dict[str, str]:
        """Return the headers that carry the key."""
        version = {"anthropic-version": VERSION}
        return version if key is None else {**version, "x-api-key": key}

    def body(self, request: Request, without: frozenset[str]) -> dict[str, Any]:
        """Return the body of a request, leaving out what the endpoint has refused."""
        body: dict[str, Any] = {
            "model": self._model,
            "max_tokens": request.max_output_tokens,
            "system": _system(request),
            "messages": _messages(request),
        }
        if "temperature" not in without:
            body["temperature"] = request.temperature
        if request.schema is not None:
            body["tools"] = [
                {
                    "name": TOOL,
                    "description": "Record the rating of the answer.",
                    "input_schema": request.schema,
                }
            ]
            body["tool_choice"] = {"type": "tool", "name": TOOL}
        return body

    def concede(self, complaint: str, without: frozenset[str]) -> frozenset[str] | None:
        """Leave out the temperature where the complaint names it."""
        if "temperature" in complaint.lower() and "temperature" not in without:
            return without | {"temperature"}
        return None

    def read(self, reply: Any, request: Request) -> Completion:
        """Read a reply's JSON."""
        if not isinstance(reply, dict) or not isinstance(reply.get("content"), list):
            raise off_form("the reply holds no content")
        tokens = _tokens(reply.get("usage"))
        reason = reply.get("stop_reason")
        if reason == "refusal":
            raise CallFailed(Outcome.REFUSED, "the model refused", tokens=tokens)
        if reason == "max_tokens" and not request.may_be_cut:
            raise CallFailed(Outcome.CUT, "the reply reached max_output_tokens", tokens=tokens)
        blocks = [block for block in reply["content"] if isinstance(block, dict)]
        if request.schema is None:
            text = "".join(str(b.get("text", "")) for b in blocks if b.get("type") == "text")
            return Completion(text, tokens)
        used = [block for block in blocks if block.get("type") == "tool_use"]
        if len(used) != 1 or used[0].get("name") != TOOL:
            raise off_form("the model did not use the tool once", tokens)
        return Completion(json.dumps(used[0].get("input")), tokens)


def _system(request: Request) -> list[dict[str, Any]]:
    """Mark the end of what all requests begin with.

    Putting a token into the cache costs a quarter more than reading it, so a part pays only where
    more than a fifth of what is put there is found again in five minutes. Of what is asked about
    one candidate, only the first part is sure to be.
    """
    blocks = [_text(part) for part in request.instruction]
    return [blocks[0] | KEPT, *blocks[1:]]


def _messages(request: Request) -> list[dict[str, Any]]:
    """Mark the end of a request that is made again; what stands before it is found with it."""
    turns: list[dict[str, Any]] = [
        {"role": turn.role, "content": turn.text} for turn in request.messages
    ]
    if request.repeated:
        turns[-1]["content"] = [_text(request.messages[-1].text) | KEPT]
    return turns


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _tokens(usage: Any) -> Tokens:
    if not isinstance(usage, dict):
        return Tokens()
    cached = count(usage.get("cache_read_input_tokens"))
    stored = count(usage.get("cache_creation_input_tokens"))
    fresh = count(usage.get("input_tokens")) + stored
    return Tokens(fresh + cached, cached, count(usage.get("output_tokens")), stored)
