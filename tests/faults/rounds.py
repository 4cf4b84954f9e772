"""Rounds of killing: people at work, and one of server, worker and database killed under them."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from queue import Empty, SimpleQueue
from random import Random
from typing import Any, Final

from tests import postgres
from tests.faults.acting import (
    Browser,
    Diary,
    Stopped,
    Writer,
    decide,
    interview,
    recruit,
    until_stopped,
)
from tests.faults.stricken import VICTIMS, Stricken
from tests.support import wait_until

WRITERS: Final = 3
MOST_ACTS: Final = 15
"""A kill comes after at most so many more acknowledged acts."""


@dataclass(frozen=True)
class Found:
    """What came of the rounds on one database.

    Attributes:
        kind: which database.
        kills: how often each was killed.
        acknowledged: how many acts of each kind the server confirmed.
        lost: what was confirmed and is not there.
        twice: states without exactly one entry, and entries of no state.
        stuck: sittings that were not scored, and ratings that are missing or there twice.
        broken: what the ledger's verifier, the replay and the database's own check complain of.
    """

    kind: str
    kills: Counter[str]
    acknowledged: dict[str, int]
    lost: list[str]
    twice: list[str]
    stuck: list[str]
    broken: list[str]

    @property
    def faults(self) -> list[str]:
        """Everything that may not be."""
        return [*self.lost, *self.twice, *self.stuck, *self.broken]


def run_rounds(
    site: Stricken, rounds: int, random: Random, *, handed_in: int, patience: float
) -> Found:
    """Kill one of the three in each round while people work; then wait, and look at everything.

    Args:
        site: an empty home.
        rounds: how many kills.
        random: draws victims, moments and what people do.
        handed_in: at most so many sittings are handed in and have to be scored.
        patience: seconds that the worker has for that after the last round.
    """
    staged = site.run("tests.faults.stage_of_rounds", str(rounds))
    assert staged.returncode == 0, staged.stderr[-4000:]
    stage = json.loads(staged.stdout.splitlines()[-1])
    site.start("server")
    site.start("worker")
    diary, kills = Diary(), Counter[str]()
    with _at_work(site, stage, diary, random, handed_in) as everybody:
        for victim in _victims(rounds, random):
            _some_more(diary, random.randint(1, MOST_ACTS), everybody)
            site.kill(victim)
            site.start(victim)
            kills[victim] += 1
            site.start_what_ended()
        _some_more(diary, MOST_ACTS, everybody)
    wait_for_the_worker(site, patience)
    return look(site, diary, kills)


def _victims(rounds: int, random: Random) -> list[str]:
    drawn = [VICTIMS[n % len(VICTIMS)] for n in range(rounds)]
    random.shuffle(drawn)
    return drawn


class _Everybody:
    """The threads of the people at work; left, they are told to stop and waited for."""

    def __init__(self, acts: list[Callable[[], None]], stop: threading.Event) -> None:
        self._stop, self._pool = stop, ThreadPoolExecutor(len(acts))
        self._working: list[Future[None]] = [self._pool.submit(act) for act in acts]

    def check(self) -> None:
        """Raise what somebody met that they should not."""
        for one in self._working:
            if one.done():
                one.result()

    def __enter__(self) -> _Everybody:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._pool.shutdown()
        self.check()


def _at_work(
    site: Stricken, stage: dict[str, Any], diary: Diary, random: Random, handed_in: int
) -> _Everybody:
    stop, sittings = threading.Event(), SimpleQueue[tuple[dict[str, Any], bool]]()
    for number, one in enumerate(stage["sittings"]):
        # Every second one is handed in, until there are as many as the worker can read.
        sittings.put((one, number % 2 == 0 and number < 2 * handed_in))

    def browser(session: str = "") -> Browser:
        return Browser(site.port, stop, stage["sessions"].get(session, ""))

    def write(seed: int) -> None:
        writer = Writer(browser(), diary, Random(seed))
        try:
            while not stop.is_set():
                one, hands_in = sittings.get_nowait()
                writer.sit(one, hands_in=hands_in)
        except (Stopped, Empty):
            pass

    def staff(who: str, acts: Callable[[Browser], Iterator[None]]) -> Callable[[], None]:
        def run() -> None:
            mine = browser(who)
            until_stopped(mine, acts(mine))

        return run

    seeds = [random.getrandbits(32) for _ in range(WRITERS + 1)]
    planned = stage["interviews"], stage["to_begin"]
    chosen = Random(seeds.pop())
    return _Everybody(
        [
            *(lambda seed=seed: write(seed) for seed in seeds),
            staff("interviewer", lambda b: interview(b, diary, *planned)),
            staff("decider", lambda b: decide(b, diary, stage["to_decide"], chosen)),
            staff("recruiter", lambda b: recruit(b, diary, stage["opening"], stage["to_revoke"])),
        ],
        stop,
    )  # fmt: skip


def _some_more(diary: Diary, acts: int, everybody: _Everybody) -> None:
    goal = diary.total() + acts

    def done() -> bool:
        everybody.check()
        return diary.total() >= goal

    wait_until(done, what=f"{acts} more acts to be acknowledged")


def wait_for_the_worker(site: Stricken, patience: float) -> None:
    """Wait until everything that was handed in is scored, or for so many seconds."""

    def all_scored() -> bool:
        site.start_what_ended()
        return not _waiting(site)

    try:
        wait_until(all_scored, seconds=patience, what="all sittings scored")
    except AssertionError:
        return  # they are listed as stuck


def _waiting(site: Stricken) -> int:
    return int(site.ask("SELECT count(*) FROM hiring_sitting WHERE state = 'submitted'"))


def look(site: Stricken, diary: Diary, kills: Counter[str] | None = None) -> Found:
    """Hold what is there against what was confirmed."""
    written = site.home / "diary.json"
    written.write_text(json.dumps(asdict(diary)))
    checked = site.run("tests.faults.kept", str(written))
    assert checked.returncode == 0, checked.stderr[-4000:]
    found = json.loads(checked.stdout.splitlines()[-1])
    found["broken"] += _files(site)
    return Found(site.kind, kills or Counter(), diary.counts(), **found)


def _files(site: Stricken) -> Iterator[str]:
    """Yield what the database itself finds wrong with what is on disk."""
    if site.kind == "PostgreSQL":
        yield from postgres.damage(site.env, "evenhand")
        return
    for name in ("evenhand.sqlite3", "work.sqlite3"):
        with closing(sqlite3.connect(site.home / name, timeout=20)) as database:
            said = database.execute("PRAGMA integrity_check").fetchall()
        if said != [("ok",)]:
            yield f"{name}: {said[:3]}"
