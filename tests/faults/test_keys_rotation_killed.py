"""A rotation of the keys that is killed at any of its steps, while people write, loses nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.browser.place import free_port
from tests.faults.rotating_keys import APART
from tests.load.driver import TOKEN
from tests.load.site import Site
from tests.sealed import unsealed
from tests.support import PATIENCE, wait_until

SCRIPT = Path(__file__).with_name("rotating_keys.py")
TYPISTS, PEOPLE, RESTLESS = 2, 60, 3
PAUSE = 0.03
"""Seconds between two saves of one: the rotation gets its turns at the database, and none of the
restless seats is saved to faster than `hiring.sittings.pace` takes."""


class Typist(threading.Thread):
    """Writes an answer for each seat, then goes on at a few; keeps what the server said it has."""

    def __init__(self, place: Site, seats: list[dict[str, Any]], over: threading.Event) -> None:
        super().__init__()
        self.place, self.seats, self.over = place, seats, over
        self.kept: dict[str, str] = {}
        self.refused: list[str] = []
        self.saves = 0

    def run(self) -> None:
        with closing(HTTPConnection("127.0.0.1", self.place.port, timeout=PATIENCE)) as connection:
            self._type(connection)

    def _type(self, connection: HTTPConnection) -> None:
        headers = {"X-CSRFToken": TOKEN, "Cookie": f"csrftoken={TOKEN}"}
        while not self.over.wait(PAUSE):
            revision, number = self._next()
            seat, text = self.seats[number], f"Words, for the {revision}th time"
            body = {"text": text, "base_revision": revision, "tab": "one", "replace": False}
            connection.request("POST", seat["path"], json.dumps(body), headers)
            answer = connection.getresponse()
            said = answer.read().decode()
            if answer.status != 200:
                self.refused.append(f"{answer.status} {said[:200]}")
                return
            self.kept[seat["sitting"]] = text
            self.saves += 1

    def _next(self) -> tuple[int, int]:
        again = self.saves - len(self.seats)
        return (again // RESTLESS + 1, again % RESTLESS) if again >= 0 else (0, self.saves)


@contextmanager
def typing(place: Site, seats: list[dict[str, Any]]) -> Iterator[list[Typist]]:
    """Let people write for as long as this lasts, each on answers of their own."""
    over = threading.Event()
    typists = [Typist(place, seats[number::TYPISTS], over) for number in range(TYPISTS)]
    for one in typists:
        one.start()
    try:
        yield typists
    finally:
        over.set()
        for one in typists:
            one.join()


@contextmanager
def rotating(place: Site) -> Iterator[subprocess.Popen[str]]:
    """Run the script; its first line tells who may write, and a line sent to it lets it begin."""
    environment = place.environment | {"PYTHONPATH": str(SCRIPT.parents[2])}
    command, pipe = [sys.executable, str(SCRIPT), str(PEOPLE)], subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def held(place: Site) -> dict[str, str]:
    rows = place.rows("SELECT text, sitting_id, prompt FROM hiring_answer WHERE text <> ''")
    return {
        str(UUID(sitting)): unsealed(place.home, text, "hiring_answer", "text", sitting, prompt)
        for text, sitting, prompt in rows
    }


def groups(place: Site) -> dict[str, str]:
    rows = place.rows("SELECT told, key FROM hiring_volunteered")
    return {
        key: json.loads(unsealed(place.home, told, "hiring_volunteered", "told", key))["sex"]
        for told, key in rows
    }


def replies(place: Site) -> list[str]:
    """Return what judges replied; every file is whole and sealed with the newest key."""
    kept, key = place.home / "judge-replies", (place.home / "answer-keys").read_text().split()[-2]
    found = []
    for file in kept.rglob("*.*"):
        text = file.read_text()
        assert text.startswith(f"s1.{key}.")
        if file.suffix == ".json":
            name = file.relative_to(kept).as_posix()
            opened = unsealed(place.home, text, "judge-replies", "file", name)
            found.append(json.loads(opened)["value"])
    return sorted(found)


@pytest.mark.faults
def test_killed_after_each_of_its_steps_a_rotation_loses_nothing_and_ends_once(
    tmp_path: Path, furnish: Callable[[Path], Path]
) -> None:
    place = Site(furnish(tmp_path / "home"), free_port())
    with rotating(place) as script:
        assert script.stdout is not None
        seats = json.loads(script.stdout.readline())
        place.start()
        try:
            with typing(place, seats) as typists:
                wait_until(
                    lambda: all(one.refused or len(one.kept) == len(one.seats) for one in typists),
                    what="an answer of each",
                )
                killed = int(script.communicate("begin\n", timeout=120)[0])
        finally:
            place.kill()
    assert script.returncode == 0
    assert killed >= 15
    assert [one.refused for one in typists] == [[]] * TYPISTS
    assert all(one.saves > len(one.seats) for one in typists)
    keys = [line.split()[0] for line in (place.home / "answer-keys").read_text().splitlines()]
    assert len(keys) == 2, "a rotation that was cut off is gone on with, with its own key"
    entries = place.rows("SELECT facts FROM hiring_ledgerentry WHERE action = 'keys.rotated'")
    assert [json.loads(facts) for (facts,) in entries] == [{"key": keys[1], "former": keys[:1]}]
    assert held(place) == {key: text for one in typists for key, text in one.kept.items()}
    assert groups(place) == {f"{number}": f"Group {number}" for number in range(APART)}
    assert replies(place) == [f"Words {number}" for number in range(APART)]
