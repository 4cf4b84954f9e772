"""HTTP by httpx2: one attempt, bounded in time and size, its every failure one of ours."""

import json
import math
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.client import (
    CallFailed,
    code_of,
    complaint_of,
    failure_of,
    objection,
    off_form,
)
from evenhand.judges.llm.deadlines import bound
from evenhand.judges.llm.pacing import Clock
from evenhand.judges.llm.peers import PeerRefused, check_connection
from evenhand.judges.llm.values import Outcome

MOST_BYTES = 4_000_000
"""Of a reply without log-probabilities, however it is padded, and of what comes beside them."""
TOKEN_BYTES = 160
"""Of one token or alternative with its log-probability, about 120, and as many again to spare."""
LINES_SECONDS = 3600.0
"""For the results of a whole batch, which are a thousand replies and more."""
_LEAVES = "http11.send_request_body.started"


@dataclass(frozen=True)
class Reply:
    """What came back with a status below 300, or with 400, 403 or 422: something to read or mend.

    Attributes:
        status: Of HTTP.
        body: The JSON; of 400, 403 and 422, the complaint.
        code: The provider's code of the complaint, where it has one.
    """

    status: int
    body: Any
    code: str = ""

    @property
    def objection(self) -> CallFailed:
        """The failure that a complaint is which nothing can be done about."""
        return objection(self.status, self.code)


class Http:
    """Posts to one endpoint. Its text form holds no header, so that no key is ever shown.

    It goes where it is told and no further: no redirect is followed, and nothing is sent to where
    a cloud keeps a machine's secrets, whatever the name of the endpoint has come to mean.

    Raises:
        JudgeError: nothing can be sent to such an address.
    """

    def __init__(
        self,
        base_url: str,
        headers: dict[str, str],
        *,
        timeout: float,
        connections: int,
        clock: Clock,
    ) -> None:
        self._timeout, self._clock = timeout, clock
        self._attempt = threading.local()
        try:
            self._client = httpx2.Client(
                base_url=base_url,
                headers=headers,
                timeout=httpx2.Timeout(timeout, pool=None),
                follow_redirects=False,
                limits=httpx2.Limits(
                    max_connections=connections, max_keepalive_connections=connections
                ),
            )
        except httpx2.InvalidURL as error:
            raise JudgeError(f"{base_url!r} cannot be the address of an endpoint") from error
        self._urls: dict[str, httpx2.URL] = {}

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def post(
        self,
        path: str,
        body: dict[str, Any],
        leaves: Callable[[], None] | None = None,
        *,
        most: int = MOST_BYTES,
    ) -> Reply:
        """Make one attempt.

        Args:
            path: Below the endpoint's address.
            body: What is sent.
            leaves: Called as the body begins to leave; never where there is no connection.
            most: Bytes of a reply; see `most_bytes`.

        Raises:
            CallFailed: nothing of use came back in time.
        """
        return _reply(*self._send("POST", path, most, leaves, json=body))

    def get(self, path: str) -> Reply:
        """Make one attempt to get JSON; fails as `post` does."""
        return _reply(*self._send("GET", path, MOST_BYTES))

    def get_lines(self, path: str, most: int) -> Iterator[Any]:
        """Make one attempt to get JSON Lines, each as it comes; a line that is none is passed over.

        Args:
            path: Below the endpoint's address.
            most: Bytes of a line; there may be any number of them.

        Raises:
            CallFailed: they did not come back whole and within an hour; some may have been given.
        """
        self._begin(LINES_SECONDS)
        with self._opened("GET", path) as response:
            if response.status_code >= 300:
                self._begin(self._timeout)
                _reply(response, self._collect(response, MOST_BYTES))
                raise CallFailed(Outcome.REJECTED, f"no results (status {response.status_code})")
            for line in _lines(self._pieces(response), most):
                if (found := _json(line)) is not None:
                    yield found

    def upload(self, path: str, name: str, content: bytes, fields: dict[str, str]) -> Reply:
        """Make one attempt to send a file as a form; fails as `post` does."""
        form = {"file": (name, content, "application/jsonl")}
        return _reply(*self._send("POST", path, MOST_BYTES, data=fields, files=form))

    def _send(
        self,
        method: str,
        path: str,
        most: int,
        leaves: Callable[[], None] | None = None,
        **content: Any,
    ) -> tuple[httpx2.Response, bytes]:
        self._begin(self._timeout)
        with self._opened(method, path, leaves, **content) as response:
            return response, self._collect(response, most)

    @contextmanager
    def _opened(
        self, method: str, path: str, leaves: Callable[[], None] | None = None, **content: Any
    ) -> Iterator[httpx2.Response]:
        """Send, and hold the connection while a reply is read; every failure becomes CallFailed."""
        try:
            traced = {"trace": self._tracer(leaves)}
            with self._client.stream(
                method, self._url(path), extensions=traced, **content
            ) as response:
                yield response
        except PeerRefused:
            what = "the address leads to a link-local or metadata address; nothing was sent"
            raise CallFailed(Outcome.REJECTED, what) from None
        except httpx2.TimeoutException:
            raise self._late() from None
        except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, UnicodeError) as error:
            kind = type(error).__name__
            raise CallFailed(Outcome.UNREACHABLE, f"the connection failed ({kind})") from None

    def _url(self, path: str) -> httpx2.URL:
        """Return a whole address. To join and read it takes a sixth of the work for a request."""
        if path not in self._urls:
            base = self._client.base_url
            self._urls[path] = base.copy_with(raw_path=base.raw_path + path.lstrip("/").encode())
        return self._urls[path]

    def _collect(self, response: httpx2.Response, most: int) -> bytes:
        pieces: list[bytes] = []
        size = 0
        for piece in self._pieces(response):
            pieces.append(piece)
            size += len(piece)
            if size > most:
                raise off_form(f"the reply is longer than {most:,} bytes")
        return b"".join(pieces)

    def _pieces(self, response: httpx2.Response) -> Iterator[bytes]:
        """Read the body piece by piece: a timeout alone would let an endless drip go on."""
        for piece in response.iter_bytes():
            self._left()
            yield piece

    def _begin(self, seconds: float) -> None:
        """Begin an attempt of this thread, which has so many seconds in all."""
        self._attempt.seconds, self._attempt.deadline = seconds, self._clock.now() + seconds

    def _tracer(self, leaves: Callable[[], None] | None) -> Callable[[str, dict[str, Any]], None]:
        """Return what httpx2 tells of each step of a request."""

        def trace(event: str, info: dict[str, Any]) -> None:
            check_connection(event, info)
            if event.endswith("connect_tcp.complete"):
                bound(info["return_value"], self._left)
            # A proxy is first asked for the way, which has no body.
            if leaves and event == _LEAVES and info["request"].method != b"CONNECT":
                leaves()

        return trace

    def _left(self) -> float:
        """Return the seconds that are left of the attempt that this thread makes."""
        left: float = self._attempt.deadline - self._clock.now()
        if left <= 0:
            raise self._late()
        return left

    def _late(self) -> CallFailed:
        seconds = self._attempt.seconds
        return CallFailed(Outcome.TIMEOUT, f"no whole reply within {seconds:g} s")


def most_bytes(tokens: int, alternatives: int) -> int:
    """Return how many bytes a reply of so many tokens may take.

    Args:
        tokens: That the model may write.
        alternatives: Log-probabilities wanted beside each; 0 where none are.

    >>> most_bytes(1500, 0), most_bytes(32_000, 20)
    (4000000, 111520000)
    """
    return MOST_BYTES + (tokens * (alternatives + 1) * TOKEN_BYTES if alternatives else 0)


def _lines(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Part what comes in pieces into lines, holding one at a time."""
    held = bytearray()
    for piece in pieces:
        start = len(held)
        held += piece
        while (end := held.find(b"\n", start)) >= 0:
            yield bytes(held[:end])
            del held[: end + 1]
            start = 0
        if len(held) > most:
            raise off_form(f"a line is longer than {most:,} bytes")
    yield bytes(held)


def _reply(response: httpx2.Response, raw: bytes) -> Reply:
    status, body = response.status_code, _json(raw)
    if status < 300:
        if body is None:
            raise off_form("the reply is not JSON")
        return Reply(status, body)
    wait = retry_after(response.headers.get("retry-after"), response.headers.get("date"))
    failure = failure_of(status, body, retry_after=wait)
    code, complaint = code_of(body), complaint_of(body)
    if failure is None:
        words = raw.decode("utf-8", "replace") if body is None else complaint
        return Reply(status, words, code)
    if status == 403 and not failure.account and failure.outcome is Outcome.REJECTED and complaint:
        return Reply(status, complaint, code)
    raise failure


def _json(raw: bytes) -> Any:
    """Read JSON; None where it is none."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def retry_after(value: str | None, date: str | None) -> float | None:
    """Read a Retry-After header as seconds; a date counts from the reply's own Date header.

    >>> retry_after("2.5", None)
    2.5
    >>> retry_after("Wed, 21 Oct 2026 07:28:30 GMT", "Wed, 21 Oct 2026 07:28:00 GMT")
    30.0
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            span = parsedate_to_datetime(value) - parsedate_to_datetime(date or "")
        except (ValueError, TypeError, OverflowError):
            return None
        seconds = span.total_seconds()
    return max(seconds, 0.0) if math.isfinite(seconds) else None
