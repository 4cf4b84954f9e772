"""What is asked of a model and what comes back, whatever the interface.

A wire turns a request into a body and a reply into a completion; it does no input or output. Who
sends is `calling`.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from evenhand.judges.llm.values import Outcome, Tokens

MOST_TOKENS = 500_000
"""No request of ours takes as many. Money is kept as a number of 64 bits, in which all attempts of
a call fit even at the dearest price that a judge's table may name."""
OCTETS = 4
"""Of UTF-8 in a token: about as many as English has."""
SAID = {
    "content_filter": Outcome.REFUSED,  # Azure
    "content_policy_violation": Outcome.REFUSED,  # gateways
    "data_inspection_failed": Outcome.REFUSED,  # Alibaba
    "invalid_prompt": Outcome.REFUSED,  # OpenAI, of its reasoning models
    "json_validate_failed": Outcome.BROKEN,  # Groq, of what the model wrote
}
"""What an error's code says of this one reply, though its status speaks of a bad request."""
ACCOUNT = frozenset(
    {
        "billing_error",  # Anthropic
        "billing_hard_limit_reached",  # OpenAI
        "billing_not_active",
        "insufficient_quota",
    }
)
"""Codes of an account that is out of credit or at its limit."""
_ACCOUNT_SAYS = re.compile(
    r"your credit balance is too low"  # Anthropic, as a bad request without a code of its own
    r"|you have reached your specified (api |workspace )?usage limit"
    r"|billing hard limit has been reached",
    re.IGNORECASE,
)
"""How such an error begins. Only its beginning is the provider's own: the rest may repeat words."""
BUSY = {"rate_limit_error": 429, "rate_limit_exceeded": 429, "overloaded_error": 529}
"""Codes that stand for a status where a reply has none."""
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
        account: Whether it is our account with the provider that is in no state to ask.
    """

    def __init__(
        self,
        outcome: Outcome,
        detail: str,
        *,
        retry_after: float | None = None,
        tokens: Tokens | None = None,
        account: bool = False,
    ) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail
        self.retry_after = retry_after
        self.tokens = tokens or Tokens()
        self.account = account


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


def estimated(request: Request, text: str) -> Tokens:
    """Return about as many tokens as a request and its reply took, where nobody counted them."""
    read = [*request.instruction, *(turn.text for turn in request.messages)]
    if request.schema is not None:
        read.append(json.dumps(request.schema))
    prompt = sum(len(one.encode("utf-8", "replace")) for one in read)
    written = len(text.encode("utf-8", "replace"))
    return Tokens(
        min(math.ceil(prompt / OCTETS), MOST_TOKENS),
        output=min(math.ceil(written / OCTETS), MOST_TOKENS),
    )


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


def is_of_account(status: int, reply: Any) -> bool:
    """Say whether an error is about our account with the provider, and so about no answer.

    The status 429 needs a code: some say of a rate limit too that a quota is used up.
    """
    error = reply.get("error") if isinstance(reply, dict) else None
    if status == 402 or code_of(reply) in ACCOUNT:
        return True
    message = _text(error.get("message")) if isinstance(error, dict) else ""
    return status in (400, 403) and _ACCOUNT_SAYS.match(message.strip()) is not None


def failure_of(
    status: int, body: Any, *, retry_after: float | None = None, tokens: Tokens | None = None
) -> CallFailed | None:
    """Return the failure that an error is; None for a complaint about the body of a request.

    Args:
        status: Of HTTP, or the one that an error names that came with another.
        body: The JSON of the reply; None where it is none.
        retry_after: Seconds that the provider wants us to wait.
        tokens: What the attempt cost all the same.
    """
    code = code_of(body)
    said = f"status {status}, {code}" if code else f"status {status}"

    def failed(outcome: Outcome, what: str, *, account: bool = False) -> CallFailed:
        return CallFailed(
            outcome,
            f"{what} ({said})",
            retry_after=retry_after,
            tokens=tokens,
            account=account,
        )

    if is_of_account(status, body):
        what = "our account with the provider is out of credit or at its limit"
        return failed(Outcome.REJECTED, what, account=True)
    if status in (400, 403, 422) and (of_reply := outcome_of(body)):
        what = "refused the text" if of_reply is Outcome.REFUSED else "found the reply broken"
        return failed(of_reply, f"the endpoint {what}")
    if status in (400, 422):
        return None
    if status == 413:
        return objection(status, code)
    if status == 429:
        return failed(Outcome.LIMITED, "rate limit")
    if status in (408, 425) or status >= 500:
        return failed(Outcome.SERVER_ERROR, "the server failed")
    return failed(Outcome.REJECTED, "the endpoint rejects the request")


def objection(status: int, code: str, tokens: Tokens | None = None) -> CallFailed:
    """Return the failure of a request that an endpoint does not take."""
    said = f"status {status}, {code}" if code else f"status {status}"
    if status == 403:
        return CallFailed(Outcome.REJECTED, f"the endpoint rejects the request ({said})")
    what = f"the endpoint does not take this request ({said})"
    return CallFailed(Outcome.OBJECTED, what, tokens=tokens)


def error_within(error: Any, tokens: Tokens) -> CallFailed:
    """Return the failure that an error is which came with status 200, as gateways send it."""
    named = error.get("code") if isinstance(error, dict) else None
    code = code_of({"error": error})
    is_status = isinstance(named, int) and not isinstance(named, bool) and 400 <= named < 600
    status = named if isinstance(named, int) and is_status else BUSY.get(code, 502)
    body = {"error": error}
    if code in SAID or code in ACCOUNT:
        status = 400
    found = failure_of(status, body, tokens=tokens)
    return objection(status, code, tokens) if found is None else found


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
