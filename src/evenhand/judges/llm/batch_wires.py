"""The interfaces for work that can wait: a batch is handed in, looked after, and fetched."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from evenhand.judges.llm.client import CallFailed, code_of, off_form
from evenhand.judges.llm.config import Kind
from evenhand.judges.llm.transport import Http, Reply
from evenhand.judges.llm.values import Outcome


class Item(NamedTuple):
    """A request of a batch: its name, and its body as a single call would have it."""

    name: str
    body: dict[str, Any]


class Found(NamedTuple):
    """What became of a request: its reply, or None where there is none, and then the error's code.

    `refused` says that it was looked at and not taken: the same would come of asking it again.
    """

    name: str
    reply: Any
    code: str = ""
    refused: bool = False


class BatchWire(Protocol):
    """One provider's interface. Each method makes one attempt and raises CallFailed."""

    def prepare(self, http: Http, items: Sequence[Item]) -> dict[str, Any]:
        """Do all that costs nothing, and return what `create` sends."""
        ...

    def create(self, http: Http, body: dict[str, Any]) -> str:
        """Hand a batch in and return its id: from here on it is paid for."""
        ...

    def ended(self, http: Http, batch: str) -> bool:
        """Say whether nothing more will come: it is done, failed, expired or cancelled."""
        ...

    def results(self, http: Http, batch: str, most: int) -> Iterator[Found]:
        """Give what there is of an ended batch as it comes, in any order, errors among it.

        Args:
            http: Where.
            batch: Its id.
            most: Bytes of one reply.
        """
        ...


class OpenAIBatches:
    """Files and `/batches`; the base address ends in `/v1`."""

    _ENDED = frozenset({"completed", "failed", "expired", "cancelled"})

    def prepare(self, http: Http, items: Sequence[Item]) -> dict[str, Any]:
        """Upload the file of requests."""
        lines = (
            {
                "custom_id": item.name,
                "method": "POST",
                "url": "/v1/chat/completions",
                "body": item.body,
            }
            for item in items
        )
        content = "".join(json.dumps(line) + "\n" for line in lines).encode()
        file = http.upload("/files", "batch.jsonl", content, {"purpose": "batch"})
        return {
            "input_file_id": _text(file, "id"),
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
        }

    def create(self, http: Http, body: dict[str, Any]) -> str:
        """Hand a batch in and return its id."""
        return _text(http.post("/batches", body), "id")

    def ended(self, http: Http, batch: str) -> bool:
        """Say whether nothing more will come."""
        return _text(http.get(f"/batches/{batch}"), "status") in self._ENDED

    def results(self, http: Http, batch: str, most: int) -> Iterator[Found]:
        """Give what there is of an ended batch; an expired one has what was done in time."""
        state = _object(http.get(f"/batches/{batch}"))
        for name in ("output_file_id", "error_file_id"):
            file = state.get(name)
            if isinstance(file, str):
                yield from self._found(http.get_lines(f"/files/{file}/content", most))

    def _found(self, lines: Iterable[Any]) -> Iterator[Found]:
        for line in lines:
            if not isinstance(line, dict):
                continue
            name, said = str(line.get("custom_id")), line.get("response")
            response = said if isinstance(said, dict) else {}
            status, body = response.get("status_code"), response.get("body")
            if status == 200:
                yield Found(name, body)
            else:
                yield Found(
                    name, None, code_of(body) or code_of(line) or NO_CODE, status in REFUSED
                )


class AnthropicBatches:
    """`/v1/messages/batches`."""

    _PATH = "/v1/messages/batches"

    def prepare(self, http: Http, items: Sequence[Item]) -> dict[str, Any]:
        """See that address and key are taken, before anything is handed in."""
        _object(http.get(f"{self._PATH}?limit=1"))
        return {"requests": [{"custom_id": item.name, "params": item.body} for item in items]}

    def create(self, http: Http, body: dict[str, Any]) -> str:
        """Hand a batch in and return its id."""
        return _text(http.post(self._PATH, body), "id")

    def ended(self, http: Http, batch: str) -> bool:
        """Say whether nothing more will come."""
        return _text(http.get(f"{self._PATH}/{batch}"), "processing_status") == "ended"

    def results(self, http: Http, batch: str, most: int) -> Iterator[Found]:
        """Give what there is of an ended batch."""
        yield from self._found(http.get_lines(f"{self._PATH}/{batch}/results", most))

    def _found(self, lines: Iterable[Any]) -> Iterator[Found]:
        for line in lines:
            result = line.get("result") if isinstance(line, dict) else None
            if not isinstance(result, dict):
                continue
            name = str(line.get("custom_id"))
            if result.get("type") == "succeeded":
                yield Found(name, result.get("message"))
            else:
                code = code_of(result.get("error")) or code_of(result) or NO_CODE
                yield Found(name, None, code, code == "invalid_request_error")


NO_CODE = "no code"
REFUSED = (400, 403, 404, 413, 422)
BATCH_WIRES: dict[Kind, BatchWire] = {"openai": OpenAIBatches(), "anthropic": AnthropicBatches()}


def _object(reply: Reply) -> dict[str, Any]:
    if reply.status >= 300:
        raise CallFailed(Outcome.REJECTED, f"the endpoint rejects it (status {reply.status})")
    if not isinstance(reply.body, dict):
        raise off_form("the reply is not an object")
    return reply.body


def _text(reply: Reply, name: str) -> str:
    found = _object(reply).get(name)
    if not isinstance(found, str) or not found:
        raise off_form(f"the reply holds no {name}")
    return found
