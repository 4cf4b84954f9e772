"""A model server that takes the same time for every reply and admits so many at once.

    python bench/latency_server.py --latency 0.3 --at-once 50

Prints its address and ends with its standard input. It replies with a rating that quotes the
answer's first words; to a model called `geval` it gives the score and reason that deepeval wants.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from typing import Any

INDICATOR = re.compile(r"^(\d+) \((?:speaks for|red flag)", re.MULTILINE)
DIMENSION = re.compile(r"^RATE THE ANSWER ON THIS DIMENSION ALONE: (.*)$", re.MULTILINE)


def rating(body: dict[str, Any]) -> str:
    """Return a rating with every indicator of the instruction, and two quotes of the answer."""
    system, answer = body["messages"][0]["content"], body["messages"][-1]["content"]
    names = INDICATOR.findall(str(system))
    spoken = str(answer).split("\n", 1)[-1].split()
    marks: dict[str, Any] = dict.fromkeys(names, 0)
    for name, start in zip(names[:2], (0, 12), strict=False):
        marks[name] = {"quote": " ".join(spoken[start : start + 8]), "mark": 1}
    chances = {"1": 0, "2": 20, "3": 60, "4": 20, "5": 0}
    about = DIMENSION.search(str(system))
    named = {"dimension": about[1] if about else ""}
    return json.dumps({**named, "marks": marks, "chances": chances, "level": 3})


def reply_to(body: dict[str, Any]) -> bytes:
    """Return a chat completion."""
    scored = body["model"] == "geval"
    text = '{"reason": "as good as any", "score": 6}' if scored else rating(body)
    completion = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": body["model"],
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text},
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 900, "completion_tokens": 250, "total_tokens": 1150},
    }
    return json.dumps(completion).encode()


async def serve(latency: float, at_once: int) -> None:
    """Serve until standard input ends."""
    free = asyncio.Semaphore(at_once)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = re.search(rb"(?i)content-length: *(\d+)", head)
                body = json.loads(await reader.readexactly(int(length[1]) if length else 0))
                # Made before the turn: the server's own work is no part of its latency.
                said = reply_to(body)
                async with free:
                    await asyncio.sleep(latency)
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    + f"Content-Length: {len(said)}\r\n\r\n".encode()
                    + said
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, backlog=512, limit=2**20)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    # Whoever is still connected is not waited for.
    server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=0.3)
    parser.add_argument("--at-once", type=int, default=50)
    chosen = parser.parse_args()
    asyncio.run(serve(chosen.latency, chosen.at_once))
