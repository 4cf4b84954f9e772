"""The batch interfaces of both providers as one act of the fault server, with what may go wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.judges.llm.servers import Handler, numbered, reply

Answer = Callable[[int], Any]
"""What the model says to request number 0, 1, ...; None where the provider has no reply to it."""


@dataclass
class Batches:
    """Takes one batch after the other and is done with it after some looks.

    Attributes:
        answer: What the model says.
        looks: How often a batch is found unfinished.
        ends: The state that it ends in, as OpenAI names it.
        garble: Whether the last line of the results is half a line.
        twice: Whether every result is there twice.
        refuses: The code of the error that every request comes to; empty for none.
        directly: What the model says to calls that are made directly; `direct` counts them.
    """

    answer: Answer
    looks: int = 2
    ends: str = "completed"
    garble: bool = False
    twice: bool = False
    refuses: str = ""
    directly: Any = "yes"
    direct: int = 0
    taken: list[list[dict[str, Any]]] = field(default_factory=list)
    looked: int = 0

    def __call__(self, handler: Handler, body: dict[str, Any]) -> None:
        path = handler.path
        if path.endswith("/files"):
            self.taken.append([json.loads(line) for line in form_lines(body["form"])])
            self._send(handler, {"id": "file-1"})
        elif path.endswith("/chat/completions"):
            self.direct += 1
            self._send(handler, as_openai(self.directly)["response"]["body"])
        elif path.endswith("/messages"):
            self.direct += 1
            self._send(handler, as_anthropic(self.directly)["result"]["message"])
        elif path.endswith("/content") or path.endswith("/results"):
            self._results(handler)
        elif handler.command == "POST":
            self.taken += [body["requests"]] if "requests" in body else []
            self._send(handler, {"id": "batch-1", "status": "validating"})
        else:
            self._state(handler)

    def _state(self, handler: Handler) -> None:
        self.looked += 1
        over = self.looked > self.looks
        state = {"id": "batch-1", "status": self.ends if over else "in_progress"}
        state["processing_status"] = "ended" if over else "in_progress"
        file = "error_file_id" if self.refuses else "output_file_id"
        state |= {file: "file-2"} if over and self.ends != "failed" else {}
        self._send(handler, state)

    def _results(self, handler: Handler) -> None:
        anthropic = handler.path.endswith("/results")
        lines = []
        for number, item in enumerate(self.taken[-1]):
            said = self.answer(number)
            line = as_anthropic(said) if anthropic else as_openai(said)
            if self.refuses:
                line = refused(self.refuses, anthropic)
            lines += [json.dumps({"custom_id": item["custom_id"], **line})]
        # Providers promise no order.
        content = "\n".join(reversed(lines * 2 if self.twice else lines))
        raw = content[: -len(lines[0]) // 2].encode() if self.garble else content.encode()
        handler.send(200, raw)

    @staticmethod
    def _send(handler: Handler, body: dict[str, Any]) -> None:
        handler.send(200, json.dumps(body).encode())


def form_lines(form: str) -> list[str]:
    """Return the lines of the file in a form."""
    lines = form.split("\r\n")
    (start,) = [n for n, (a, b) in enumerate(pairwise(lines)) if "filename=" in a or "jsonl" in b][
        -1:
    ]
    content = "\r\n".join(lines[start:])
    return [line for line in content.split("\n") if line.startswith("{")]


def as_openai(said: Any) -> dict[str, Any]:
    if said is None:
        return {"response": None, "error": {"code": "batch_expired"}}
    return {"response": {"status_code": 200, "body": json.loads(reply(said))}, "error": None}


def refused(code: str, anthropic: bool) -> dict[str, Any]:
    body = {"error": {"type": code, "code": code}}
    if anthropic:
        return {"result": {"type": "errored", "error": {"type": "error", **body}}}
    return {"response": {"status_code": 400, "body": body}, "error": None}


def as_anthropic(said: Any) -> dict[str, Any]:
    if said is None:
        return {"result": {"type": "expired"}}
    used = {"type": "tool_use", "name": "record_rating", "input": numbered(said)}
    usage = {"input_tokens": 400, "cache_read_input_tokens": 600, "output_tokens": 100}
    return {
        "result": {
            "type": "succeeded",
            "message": {"content": [used], "stop_reason": "tool_use", "usage": usage},
        }
    }
