"""Two web processes and three workers on PostgreSQL; one worker is killed with work in hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests import postgres
from tests.browser.place import free_port
from tests.faults.scoring_worker import PEOPLE
from tests.support import PATIENCE, wait_until

from evenhand.ledger import verify_bundle

SCRIPT = Path(__file__).parent / "scoring_worker.py"
TOP = SCRIPT.parents[2]
PROMPTS, JUDGES, DIMENSIONS, READ_ON = 4, 3, 7, 5  # the behavioural answer is read on two


class Site:
    """A home and a database that many processes share."""

    def __init__(self, home: Path, environment: dict[str, str], database: str) -> None:
        self.home = home
        self.env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(TOP),
            "EVENHAND_HOME": str(home),
            "EVENHAND_DATABASE": database,
            **environment,
        }
        self._socket, self._name = environment, database.rpartition("/")[2]

    def script(self, task: str, file: Path) -> list[str]:
        return [sys.executable, str(SCRIPT), task, str(file)]

    def run(self, task: str, file: Path) -> None:
        subprocess.run(self.script(task, file), env=self.env, check=True, timeout=120)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        where = {"host": self._socket["PGHOST"], "user": self._socket["PGUSER"]}
        with psycopg.connect(**where, dbname=self._name) as connection:
            return connection.execute(sql).fetchall()

    def count(self, sql: str) -> int:
        return int(self.ask(f"SELECT count(*) FROM {sql}")[0][0])

    @contextmanager
    def process(self, command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
        with subprocess.Popen(command, env=self.env) as process:
            try:
                yield process
            finally:
                process.kill()

    @contextmanager
    def web(self) -> Iterator[str]:
        port = free_port()
        command = [sys.executable, "-m", "evenhand", "serve", "--no-worker", "--port", str(port)]
        with subprocess.Popen(command, env=self.env, stdout=subprocess.DEVNULL) as process:
            try:
                url = f"http://127.0.0.1:{port}"
                wait_until(lambda: answers(url), what="the web process to answer")
                yield url
            finally:
                process.terminate()  # so that it ends its own children


def answers(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"{url}/sign-in/", timeout=PATIENCE):
        return True
    return False


class Candidate:
    """A browser, as far as saving and handing in need one; any web process will do."""

    def __init__(self, person: dict[str, Any]) -> None:
        self.path, self.prompts = person["path"], person["prompts"]
        self._cookies = CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self._cookies)
        )

    def write_and_hand_in(self, webs: list[str]) -> None:
        with self._opener.open(f"{webs[0]}{self.path}1/", timeout=PATIENCE) as page:
            assert page.status == 200
        for number, prompt in enumerate(self.prompts):
            text = f"I would measure first. {self.path} {prompt}"
            body = {"text": text, "base_revision": 0, "tab": "t", "replace": False}
            saved = self._post(webs[number % 2], f"save/{prompt}", json.dumps(body).encode())
            assert json.loads(saved)["revision"] == 1
        self._post(webs[1], "submit", b"")

    def _post(self, web: str, what: str, body: bytes) -> bytes:
        token = next(cookie.value for cookie in self._cookies if cookie.name == "csrftoken")
        request = urllib.request.Request(
            f"{web}{self.path}{what}",
            body,
            {"X-CSRFToken": str(token), "Content-Type": "application/json"},
        )
        with self._opener.open(request, timeout=PATIENCE) as reply:
            return bytes(reply.read())


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """An empty database on a cluster of its own, that forgets nothing."""
    home = tmp_path / "home"
    home.mkdir()
    with postgres.cluster(durable=True) as where:
        yield Site(home, where, postgres.address(where, "evenhand"))


def lines(diary: Path, what: str) -> list[str]:
    said = diary.read_text().splitlines() if diary.exists() else []
    return [line.split()[1] for line in said if line.startswith(what)]


@pytest.mark.faults
def test_what_a_killed_worker_had_in_hand_is_finished_by_others_once(
    site: Site, tmp_path: Path
) -> None:
    site.run("invite", tmp_path / "people")
    people = [Candidate(person) for person in json.loads((tmp_path / "people").read_text())]
    diaries = [tmp_path / name for name in ("killed", "one", "two")]
    with ExitStack() as everything:
        webs = [everything.enter_context(site.web()) for _ in range(2)]
        victim = everything.enter_context(site.process(site.script("hang", diaries[0])))
        people[0].write_and_hand_in(webs)
        wait_until(lambda: len(lines(diaries[0], "begin")) == 2, what="the worker to hang")
        others = [
            everything.enter_context(site.process(site.script("work-soon", diary)))
            for diary in diaries[1:]
        ]
        for person in people[1:]:
            person.write_and_hand_in(webs)
        wait_until(lambda: scored(site) == PEOPLE - 1, what="all the others scored")
        wait_until(lambda: in_hand(site) == 1, what="one sitting in hand")
        victim.kill()
        wait_until(lambda: scored(site) == PEOPLE, what="the last one scored")
        # One of the two may have read that the killed one held work just before the other took it
        # over, and made its row once more; they let go of that, too.
        wait_until(lambda: site.count("hiring_worker") == 2, what="two workers left")
        for other in others:
            other.terminate()
            assert other.wait(timeout=PATIENCE) == 0

    check_that_each_answer_was_read_once(site, diaries)
    check_the_ledger(site, tmp_path / "ledger.jsonl")
    assert site.count("hiring_worker") == 0


def in_hand(site: Site) -> int:
    return site.count("dbos.workflow_status WHERE status = 'PENDING'")


def scored(site: Site) -> int:
    return site.count("hiring_sitting WHERE state = 'scored'")


def check_that_each_answer_was_read_once(site: Site, diaries: list[Path]) -> None:
    ended = Counter(answer for diary in diaries for answer in lines(diary, "end"))
    assert len(ended) == PEOPLE * PROMPTS
    assert set(ended.values()) == {1}
    assert len(lines(diaries[0], "end")) == 1  # and what it had finished was not read again
    assert site.count("hiring_reading") == PEOPLE * PROMPTS
    assert site.count("hiring_verdictrow") == PEOPLE * READ_ON * JUDGES
    assert site.count("hiring_answerscore") == PEOPLE * READ_ON
    assert site.count("hiring_estimaterow") == PEOPLE * (DIMENSIONS + 1)


def check_the_ledger(site: Site, bundle: Path) -> None:
    site.run("export", bundle)
    report = verify_bundle(bundle, None)
    assert report.ok, report.problems
    counted = site.ask("SELECT action, count(*) FROM hiring_ledgerentry GROUP BY action")
    by_action = dict(counted)  # type: ignore[arg-type]
    assert by_action["answer.read"] == PEOPLE * PROMPTS
    assert by_action["sitting.scored"] == PEOPLE
