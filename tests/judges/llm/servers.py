"""A model server that does on demand what a real one does when nobody wants it to.

It plays a script: for each request the next act, and the last one for ever. Acts are functions of
the handler and the request's body.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from evenhand.judges.llm.prompting import HEADING
from evenhand.rubric import load_pack, shipped_pack

Act = Callable[["Handler", dict[str, Any]], None]


@dataclass
class Seen:
    """What a request brought along."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Script:
    acts: list[Act]
    seen: list[Seen] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    in_flight: int = 0
    most_in_flight: int = 0

    def next(self, seen: Seen) -> Act:
        with self.lock:
            self.seen.append(seen)
            return self.acts[min(len(self.seen), len(self.acts)) - 1]

    def enter(self, by: int) -> None:
        with self.lock:
            self.in_flight += by
            self.most_in_flight = max(self.most_in_flight, self.in_flight)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: Script

    def do_GET(self) -> None:
        self._play({})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["content-length"]))
        form = self.headers["content-type"].startswith("multipart/")
        self._play({"form": raw.decode()} if form else json.loads(raw))

    def _play(self, body: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.script.enter(+1)
        self._in_flight = True
        try:
            self.script.next(Seen(self.path, headers, body))(self, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            self._is_over()

    def _is_over(self) -> None:
        # Before the answer is heard: whoever hears it may send the next before we go on here.
        if self._in_flight:
            self._in_flight = False
            self.script.enter(-1)

    def send(self, status: int, body: bytes, **headers: str) -> None:
        self._is_over()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Quiet(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        pass


class FaultServer:
    """A server on a port of its own; use it in a `with` statement."""

    def __init__(self, *acts: Act) -> None:
        self.script = Script(list(acts))
        handler = type("Scripted", (Handler,), {"script": self.script})
        self._server = Quiet(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def seen(self) -> list[Seen]:
        return self.script.seen

    def __enter__(self) -> FaultServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def numbered(rating: Any) -> Any:
    """Return a rating as it is asked for, with its marks under numbers, where it names them."""
    if not isinstance(rating, dict) or not isinstance(rating.get("marks"), dict):
        return rating
    places = {name: _places()[name] for name in rating["marks"] if name in _places()}
    about = {"dimension": next(iter(places.values()))[0]} if places else {}
    marks = {
        places[name][1] if name in places else name: mark for name, mark in rating["marks"].items()
    }
    return {**about, **rating, "marks": marks}


@cache
def _places() -> dict[str, tuple[str, str]]:
    """Return the dimension of each indicator of the shipped pack, and its number there."""
    return {
        one.id: (dimension.name, str(number))
        for dimension in load_pack(shipped_pack()).dimensions
        for number, one in enumerate(dimension.indicators, 1)
    }


def asked_about(body: dict[str, Any]) -> dict[str, Any]:
    """Return the beginning of a rating of what is asked about: no indicator of it is shown."""
    about = body["messages"][0]["content"].split(HEADING)[1].split("\n\n")[0].split("\n")
    numbers = [line.split(" ")[0] for line in about if line[:1].isdigit()]
    marks = {number: {"quote": "", "mark": 0} for number in numbers}
    return {"dimension": about[0], "marks": marks}


def reply(text: Any, *, finish: str = "stop", **more: Any) -> bytes:
    """Return a chat completion; what is not text is put down as JSON."""
    said = text if isinstance(text, str) else json.dumps(numbered(text))
    choice: dict[str, Any] = {
        "index": 0,
        "message": {"role": "assistant", "content": said},
        "finish_reason": finish,
    }
    if "logprobs" in more:
        choice["logprobs"] = more.pop("logprobs")
    if "refusal" in more:
        choice["message"] = {"role": "assistant", "content": None, "refusal": more.pop("refusal")}
    usage = {
        "prompt_tokens": 1000,
        "completion_tokens": 100,
        "prompt_tokens_details": {"cached_tokens": 600},
    }
    return json.dumps({"choices": [choice], "usage": usage}).encode()


def says(text: Any, **more: Any) -> Act:
    """Reply as a model should."""
    body = reply(text, **more)
    return lambda handler, _: handler.send(200, body)


def raw(body: bytes) -> Act:
    """Reply with bytes that are no completion."""
    return lambda handler, _: handler.send(200, body)


def fails(status: int, body: bytes = b"{}", **headers: str) -> Act:
    """Reply with a status."""
    return lambda handler, _: handler.send(status, body, **headers)


def cuts_off(body: bytes) -> Act:
    """Promise a whole body, send half of it, and hang up."""

    def act(handler: Handler, _: dict[str, Any]) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])
        handler.wfile.flush()
        hang_up(handler, _)

    return act


def hang_up(handler: Handler, _: dict[str, Any]) -> None:
    """Reset the connection."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def drips(handler: Handler, _: dict[str, Any]) -> None:
    """Send one byte after the other until the client goes away; one that does not is cut off."""
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    pause = threading.Event()
    for _turn in range(400):
        handler.wfile.write(b"1\r\n \r\n")
        handler.wfile.flush()
        pause.wait(0.005)
    hang_up(handler, {})


def drip(start: bytes, piece: bytes) -> Act:
    """Begin, and then send one piece after the other until the client goes away."""

    def act(handler: Handler, _: dict[str, Any]) -> None:
        handler.wfile.write(start)
        pause = threading.Event()
        for _turn in range(400):
            handler.wfile.write(piece)
            handler.wfile.flush()
            pause.wait(0.005)
        hang_up(handler, {})

    return act


drips_headers = drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a")
drips_interim_replies = drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n")
drips_gzip = drip(
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 100000\r\n\r\n"
    b"\x1f\x8b\x08\x08\0\0\0\0\0\x03",  # the name of a file follows, which never ends
    b"a",
)


def floods(handler: Handler, _: dict[str, Any]) -> None:
    """Send more than anybody could want, until the client goes away."""
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for _turn in range(1000):
        handler.wfile.write(b"10000\r\n" + b" " * 65536 + b"\r\n")


def waits_for(release: threading.Event, then: Act) -> Act:
    """Reply only when released."""

    def act(handler: Handler, body: dict[str, Any]) -> None:
        release.wait(30)
        then(handler, body)

    return act


def rates(handler: Handler, body: dict[str, Any]) -> None:
    """Rate whatever is asked about with the lowest level."""
    reply = {**asked_about(body), "level": 1, "chances": {str(n): 1 for n in range(1, 6)}}
    says(reply)(handler, body)
