"""The interface `/chat/completions`: OpenAI and all that speak as it does."""

from typing import Any

from evenhand.judges.llm.client import (
    CallFailed,
    Completion,
    Request,
    Token,
    count,
    error_within,
    off_form,
)
from evenhand.judges.llm.values import Outcome, Tokens

FORMS = ("json_schema", "json_object")
"""What the reply may be held to, the strictest first; beyond the last, the words alone ask."""
COMPLAINTS = {
    "logprobs": ("logprob",),
    "max_tokens": ("max_tokens", "max_completion_tokens"),
    "temperature": ("temperature",),
}
"""What is left out when a complaint names it. `max_tokens` gives way to its newer name."""
FORM_COMPLAINTS = ("response_format", *FORMS, "structured output", "grammar")
"""Names of the form, of which the strictest still asked for is left out."""
FEWER = 5
"""Alternatives that are asked for where fewer are allowed: OpenAI's own bound was once this one."""
_BOUNDED = (
    "top_logprobs",
    "at most",
    "less than",
    "greater than",
    "between",
    "max",
    "<=",
    "exceed",
)
"""Words of a complaint that there are too many alternatives, rather than any."""


class OpenAIWire:
    """Bodies and replies of `/chat/completions`."""

    path = "/chat/completions"

    def __init__(self, model: str) -> None:
        self._model = model

    def headers(self, key: str | None) -> dict[str, str]:
        """Return the headers that carry the key."""
        return {} if key is None else {"Authorization": f"Bearer {key}"}

    def body(self, request: Request, without: frozenset[str]) -> dict[str, Any]:
        """Return the body of a request, leaving out what the endpoint has refused."""
        system = "\n\n".join(request.instruction)
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [
                {"role": "system", "content": system},
                *({"role": turn.role, "content": turn.text} for turn in request.messages),
            ],
        }
        limit = "max_completion_tokens" if "max_tokens" in without else "max_tokens"
        body[limit] = request.max_output_tokens
        if "temperature" not in without:
            body["temperature"] = request.temperature
        if request.one_line:
            body["stop"] = ["\n"]
        if request.top_logprobs and "logprobs" not in without:
            most = FEWER if "many_logprobs" in without else request.top_logprobs
            body |= {"logprobs": True, "top_logprobs": min(most, request.top_logprobs)}
        if request.schema is not None and "json_schema" not in without:
            schema = {"name": "rating", "strict": True, "schema": request.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif request.schema is not None and "json_object" not in without:
            body["response_format"] = {"type": "json_object"}
        return body

    def concede(self, complaint: str, without: frozenset[str]) -> frozenset[str] | None:
        """Leave out what the complaint names."""
        said = complaint.lower()
        is_asked = not {"logprobs", "many_logprobs"} & without
        if is_asked and "logprob" in said and any(word in said for word in _BOUNDED):
            return without | {"many_logprobs"}
        for feature, words in COMPLAINTS.items():
            if feature not in without and any(word in said for word in words):
                return without | {feature}
        if any(word in said for word in FORM_COMPLAINTS):
            for form in FORMS:
                if form not in without:
                    return without | {form}
        return None

    def read(self, reply: Any, request: Request) -> Completion:
        """Read a reply's JSON."""
        tokens = _tokens(reply.get("usage")) if isinstance(reply, dict) else Tokens()
        if isinstance(reply, dict) and reply.get("error"):
            raise error_within(reply["error"], tokens)
        try:
            choice = reply["choices"][0]
            message = choice["message"]
            text, reason = _said(message.get("content")), choice.get("finish_reason")
            refusal = message.get("refusal")
        except (KeyError, IndexError, TypeError, AttributeError):
            raise off_form("the reply holds no choice", tokens) from None
        if reason == "error" or choice.get("error"):
            raise error_within(choice.get("error"), tokens)
        if refusal or reason == "content_filter":
            raise CallFailed(Outcome.REFUSED, "the model refused", tokens=tokens)
        if reason == "length" and not request.may_be_cut:
            raise CallFailed(Outcome.CUT, "the reply reached max_output_tokens", tokens=tokens)
        if text is None:
            raise off_form("the reply holds no text", tokens)
        return Completion(text, tokens, _written(choice.get("logprobs")))


def _said(content: Any) -> str | None:
    """Return the text, which may come in parts, some of which hold what the model thought."""
    if isinstance(content, list):
        parts = [part for part in content if isinstance(part, dict) and part.get("type") == "text"]
        return "".join(part["text"] for part in parts if isinstance(part.get("text"), str))
    return content if isinstance(content, str) else None


def _tokens(usage: Any) -> Tokens:
    if not isinstance(usage, dict):
        return Tokens()
    details = usage.get("prompt_tokens_details")
    prompt = count(usage.get("prompt_tokens"))
    details = details if isinstance(details, dict) else {}
    cached = min(count(details.get("cached_tokens")), prompt)
    stored = min(count(details.get("cache_write_tokens")), prompt - cached)
    # Some leave out of what was written what the model thought, and count it in the total alone.
    written = max(count(usage.get("completion_tokens")), count(usage.get("total_tokens")) - prompt)
    return Tokens(prompt, cached, written, stored)


def _written(logprobs: Any) -> tuple[Token, ...]:
    """Read log-probabilities; none at all where any of them is not of its form."""
    try:
        return tuple(
            Token(
                _spelt(token),
                tuple((str(o["token"]), float(o["logprob"])) for o in token["top_logprobs"]),
            )
            for token in (logprobs or {}).get("content") or ()
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return ()


def _spelt(token: dict[str, Any]) -> str:
    """Return a token's text; one that ends within a letter is spelt out in place of its bytes."""
    octets = token.get("bytes")
    return bytes(octets).decode("utf-8", "ignore") if isinstance(octets, list) else token["token"]
