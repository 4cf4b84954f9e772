"""HTTP by httpx2: one attempt, bounded in time and size, its every failure one of ours."""

import json
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

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
"""A reply with log-probabilities of 20 alternatives takes about 2,000 bytes a token."""
MOST_BATCH_BYTES = 256_000_000
"""The results of a whole batch."""
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
        self._client = httpx2.Client(
            base_url=base_url,
            headers=headers,
            timeout=httpx2.Timeout(timeout, pool=None),
            follow_redirects=False,
            limits=httpx2.Limits(
                max_connections=connections, max_keepalive_connections=connections
            ),
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def post(
        self, path: str, body: dict[str, Any], leaves: Callable[[], None] | None = None
    ) -> Reply:
        """Make one attempt.

        Args:
            path: Below the endpoint's address.
            body: What is sent.
            leaves: Called as the body begins to leave; never where there is no connection.

        Raises:
            CallFailed: nothing of use came back in time.
        """
        return _reply(*self._send("POST", path, MOST_BYTES, leaves, json=body))

    def get(self, path: str) -> Reply:
        """Make one attempt to get JSON; fails as `post` does."""
        return _reply(*self._send("GET", path, MOST_BYTES))

    def get_lines(self, path: str) -> list[Any]:
        """Make one attempt to get JSON Lines; a line that is none is passed over.

        Raises:
            CallFailed: they did not come back whole and in time.
        """
        response, raw = self._send("GET", path, MOST_BATCH_BYTES)
        if response.status_code >= 300:
            _reply(response, raw)
            raise CallFailed(Outcome.REJECTED, f"no results (status {response.status_code})")
        found = (_json(line) for line in raw.splitlines())
        return [line for line in found if line is not None]

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
        deadline = self._clock.now() + self._timeout
        self._attempt.deadline = deadline
        try:
            traced = {"trace": self._tracer(leaves)}
            with self._client.stream(
                method, path.lstrip("/"), extensions=traced, **content
            ) as response:
                return response, self._collect(response, deadline, most)
        except PeerRefused:
            what = "the address leads to a link-local or metadata address; nothing was sent"
            raise CallFailed(Outcome.REJECTED, what) from None
        except httpx2.TimeoutException:
            raise self._late() from None
        except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL) as error:
            kind = type(error).__name__
            raise CallFailed(Outcome.UNREACHABLE, f"the connection failed ({kind})") from None

    def _collect(self, response: httpx2.Response, deadline: float, most: int) -> bytes:
        """Read the body piece by piece: a timeout alone would let an endless drip go on."""
        pieces: list[bytes] = []
        size = 0
        for piece in response.iter_bytes():
            pieces.append(piece)
            size += len(piece)
            if size > most:
                raise off_form(f"the reply is longer than {most:,} bytes")
            if self._clock.now() > deadline:
                raise self._late()
        return b"".join(pieces)

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
        return CallFailed(Outcome.TIMEOUT, f"no whole reply within {self._timeout:g} s")


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
