"""Connections that each send the next save as soon as the last one was answered.

Each saves to several sittings in turn: saves of one are not taken as fast as they come for long.

Run as `python -m tests.load.driver PORT SECONDS WARM` with a JSON list of paths on standard input;
prints one JSON object: the saves answered after the first WARM seconds, their milliseconds in
order, the last revision of each path, and what went wrong. It speaks HTTP by hand: what drives
must cost little beside what is driven.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from itertools import cycle

WORDS = "First I would ask what people fail to find today, and look at 200 queries. "
TOKEN = "0" * 32
"""Against forged requests: cookie and header agree, as those of a page do."""
SITTINGS = 8
"""Of a connection, one after the other: `hiring.sittings.pace` refuses whoever saves too fast."""
LENGTH = 900
"""Characters of an answer in the middle of being written: the golden ones have 1,100 on average."""


@dataclass
class Found:
    """What the connections saw."""

    milliseconds: list[float] = field(default_factory=list)
    revisions: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def request(port: int, path: str, revision: int) -> bytes:
    """Return one save as it goes over the wire; each has a text of its own."""
    text = f"{revision} {WORDS * 20}"[:LENGTH]
    body = json.dumps({"text": text, "base_revision": revision, "tab": "load", "replace": False})
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/json\r\n"
        f"Cookie: csrftoken={TOKEN}\r\nX-CSRFToken: {TOKEN}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body.encode()


async def answered(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Return status and body of the next response."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(int(one.split(b":")[1]) for one in lines if one.startswith(b"content-length:"))
    return int(lines[0].split()[1]), await reader.readexactly(length)


async def typist(port: int, paths: list[str], start: float, end: float, found: Found) -> None:
    """Save to each path in turn until `end`, at least once to each."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for count, path in enumerate(cycle(paths)):
        sent = time.perf_counter()
        if count >= len(paths) and sent >= end:
            break
        writer.write(request(port, path, found.revisions[path]))
        status, body = await answered(reader)
        if status != 200:
            found.wrong.append(f"{status} {body[:100]!r}")
            return
        found.revisions[path] = json.loads(body)["revision"]
        if start <= sent < end:
            found.milliseconds.append((time.perf_counter() - sent) * 1000)
    writer.close()


async def drive(port: int, seconds: float, warm: float, revisions: dict[str, int]) -> Found:
    """Send one save each, so that the server has loaded what it needs; then for so long."""
    found = Found(revisions=dict(revisions))
    paths = list(revisions)
    own = [paths[at : at + SITTINGS] for at in range(0, len(paths), SITTINGS)]
    await asyncio.gather(*(typist(port, one, 0, 0, found) for one in own))
    start = time.perf_counter() + warm
    await asyncio.gather(*(typist(port, one, start, start + seconds, found) for one in own))
    return found


def main(port: int, seconds: float, warm: float) -> None:
    """Read the paths with their revisions, drive, and print what was found."""
    found = asyncio.run(drive(port, seconds, warm, json.load(sys.stdin)))
    print(json.dumps(vars(found)))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
