"""What is asked of a model and what comes back, whatever the interface.

A wire turns a request into a body and a reply into a completion; it does no input or output. Who
sends is `calling`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from evenhand.judges.llm.values import Outcome, Tokens

MOST_TOKENS = 500_000
"""No request of ours takes as many. Money is kept as a number of 64 bits, in which all attempts of
a call fit even at the dearest price that a judge's table may name."""
SAID = {
    "content_filter": Outcome.REFUSED,  # Azure
    "content_policy_violation": Outcome.REFUSED,  # gateways
    "data_inspection_failed": Outcome.REFUSED,  # Alibaba
    "invalid_prompt": Outcome.REFUSED,  # OpenAI, of its reasoning models
    "json_validate_failed": Outcome.BROKEN,  # Groq, of what the model wrote
}
"""What an error's code says of this one reply, though its status speaks of a bad request."""
_TELLING = ("error", "errors", "detail", "message", "msg", "loc", "param")
"""Where an error says what is wrong. What stands beside may repeat the request, and with it a
candidate's words."""
_DEEPEST = 8


@dataclass(frozen=True)
class Message:
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True)
class Request:
    """What a model is asked.

    Attributes:
        instruction: In parts, those first that the most requests begin with, so that providers can
            reuse them.
        messages: The turns after the instruction.
        schema: JSON schema of the reply; None where the reply is plain text. Providers read it
            before the instruction: requests that are to share a beginning have the same.
        max_output_tokens: Where the reply is cut.
        temperature: Of the draw.
        top_logprobs: Alternatives wanted for each token; 0 for none.
        one_line: Whether the reply may end at the first line break.
        may_be_cut: Whether a reply that reached `max_output_tokens` is of use.
        repeated: Whether it is made more than once, so that all of it is worth keeping.
    """

    instruction: tuple[str, ...]
    messages: tuple[Message, ...]
    schema: Mapping[str, Any] | None
    max_output_tokens: int
    temperature: float
    top_logprobs: int = 0
    one_line: bool = False
    may_be_cut: bool = False
    repeated: bool = False


@dataclass(frozen=True)
class Token:
    """A token that was written, and log-probabilities of what might have stood in its place."""

    text: str
    alternatives: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Completion:
    """What a model replied; `written` is empty where there are no log-probabilities."""

    text: str
    tokens: Tokens
    written: tuple[Token, ...] = ()


class CallFailed(Exception):
    """An attempt came to nothing.

    Attributes:
        outcome: How.
        detail: In a few words of ours. No text of the provider, which may repeat a key or an
            answer.
        retry_after: Seconds that the provider wants us to wait, if it said so.
        tokens: What the attempt cost all the same.
    """

    def __init__(
        self,
        outcome: Outcome,
        detail: str,
        *,
        retry_after: float | None = None,
        tokens: Tokens | None = None,
    ) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail
        self.retry_after = retry_after
        self.tokens = tokens or Tokens()


class Wire(Protocol):
    """One interface of model providers, without input or output."""

    path: str

    def headers(self, key: str | None) -> dict[str, str]:
        """Return the headers that carry the key."""
        ...

    def body(self, request: Request, without: frozenset[str]) -> dict[str, Any]:
        """Return the body of a request, leaving out what the endpoint has refused."""
        ...

    def concede(self, complaint: str, without: frozenset[str]) -> frozenset[str] | None:
        """Return what to leave out when the endpoint objects to a body; None: give up.

        Nothing that the complaint does not name: it may be about the answer, and whatever is left
        out once is left out for everybody who comes after.
        """
        ...

    def read(self, reply: Any, request: Request) -> Completion:
        """Read a reply's JSON.

        Raises:
            CallFailed: it is a refusal, was cut, or is not of the interface's form.
        """
        ...


def count(found: Any) -> int:
    """Return a number of tokens as a provider states it; 0 where it states nonsense."""
    whole = isinstance(found, int) and not isinstance(found, bool)
    return found if whole and 0 < found <= MOST_TOKENS else 0


def code_of(reply: Any) -> str:
    """Return the provider's code of an error where it is one plain word, else nothing."""
    error = reply.get("error") if isinstance(reply, dict) else None
    for name in ("code", "type"):
        word = error.get(name) if isinstance(error, dict) else None
        if isinstance(word, str) and re.fullmatch(r"[a-z_]{3,40}", word):
            return word
    return ""


def outcome_of(reply: Any) -> Outcome | None:
    """Return what an error says of the text alone: it was filtered, or badly written; else None.

    Anthropic's filter has no code of its own, only a message; OpenRouter's says what it flagged.
    """
    error = reply.get("error") if isinstance(reply, dict) else None
    if not isinstance(error, dict):
        return None
    metadata = error.get("metadata")
    flagged = isinstance(metadata, dict) and "flagged_input" in metadata
    if flagged or "content filter" in _text(error.get("message")).lower():
        return Outcome.REFUSED
    return SAID.get(code_of(reply))


def complaint_of(reply: Any, depth: int = _DEEPEST) -> str:
    """Return the words in which an error names its reason, without what it repeats of a request.

    >>> complaint_of({"detail": [{"loc": ["body", "logprobs"], "msg": "no", "input": "yes"}]})
    'body logprobs no'
    """
    if not depth or isinstance(reply, str):
        return _text(reply)
    parts = reply if isinstance(reply, list) else []
    if isinstance(reply, dict):
        parts = [part for name, part in reply.items() if name in _TELLING]
    return " ".join(filter(None, (complaint_of(part, depth - 1) for part in parts)))


def _text(found: Any) -> str:
    """Return a text, and nothing for what is none."""
    return found if isinstance(found, str) else ""


def off_form(what: str, tokens: Tokens | None = None) -> CallFailed:
    """Return the failure of a reply that is not of its form."""
    return CallFailed(Outcome.BROKEN, what, tokens=tokens)
