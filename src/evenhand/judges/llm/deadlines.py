"""Bound an attempt by the clock: a timeout for each read lets whoever drips go on for ever."""

from collections.abc import Callable
from typing import Any

_PIECE = 65_536


def bound(stream: Any, left: Callable[[], float]) -> None:
    """Let no step on a connection take longer than is left of the attempt that it is made for.

    Status line, headers, interim replies, a body that unpacks to nothing, and a peer that takes
    what is sent byte by byte all come down to steps of the stream.

    Args:
        stream: Of a connection that was just made; its methods are replaced.
        left: Seconds that are left of the attempt; raises where there are none.
    """
    read, write, start_tls = stream.read, stream.write, stream.start_tls

    def read_in_time(most: int, timeout: float | None = None) -> bytes:
        found: bytes = read(most, _less(left(), timeout))
        return found

    def write_in_time(buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            write(buffer[start : start + _PIECE], _less(left(), timeout))

    def start_tls_in_time(
        context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> Any:
        secured = start_tls(context, server_hostname, _less(left(), timeout))
        bound(secured, left)
        return secured

    stream.read, stream.write = read_in_time, write_in_time
    stream.start_tls = start_tls_in_time


def _less(left: float, timeout: float | None) -> float:
    return left if timeout is None else min(left, timeout)
