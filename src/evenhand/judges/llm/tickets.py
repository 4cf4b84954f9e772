"""Batches whose tickets stand on the disk: none is lost, and none is paid for twice.

A ticket is written before its batch is handed in, and removed after every reply is kept. So
whoever is killed in between, or hears nothing, finds it and goes on with it. Where it is not known
whether there is a batch, a person looks it up with the provider: nothing is handed in meanwhile.
"""

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.batching import MOST_ITEMS, Batcher, Due, Ticket
from evenhand.judges.llm.caching import ReplyCache, write_whole
from evenhand.judges.llm.calibration import made_from
from evenhand.judges.llm.client import CallFailed
from evenhand.judges.llm.config import JudgeConfig
from evenhand.judges.llm.pacing import Clock
from evenhand.judges.llm.values import Outcome
from evenhand.rubric import Pack, Prompt

LOOK_EVERY = 30.0
"""Seconds between two looks at a batch."""
_NOT_TAKEN = frozenset({Outcome.LIMITED, Outcome.REJECTED, Outcome.OBJECTED, Outcome.REFUSED})
"""Ends of handing in after which there is no batch. After any other there may be one."""

Answers = Sequence[tuple[Prompt, str]]


def ask_in_batches(
    pack: Pack,
    judges: Sequence[JudgeConfig],
    environ: Mapping[str, str],
    answers: Answers,
    *,
    cache: ReplyCache,
    folder: Path,
    tell: Callable[[str], None],
    clock: Clock | None = None,
) -> None:
    """Ask judges about answers, in a batch each, and wait until all are done.

    What was said goes into the cache. Judges that ask by checklist are left to direct calls, and so
    is what a batch did not bring, or is more than one takes.

    Args:
        pack: What answers are rated by.
        judges: Who is asked.
        environ: Where keys are looked up.
        answers: What about.
        cache: Where replies are kept.
        folder: Of the tickets.
        tell: Told of each step in a few words.
        clock: What time goes by.

    Raises:
        JudgeError: a batch is not taken, may have been taken, or cannot be looked after; it says
            what to do. Whoever calls again goes on.
    """
    with ExitStack() as stack:
        open_batches = []
        for judge in judges:
            if judge.style != "structured":
                tell(
                    f"{judge.name}: asks by checklist, which no batch can do; it is asked directly"
                )
                continue
            batcher = stack.enter_context(closing(Batcher(judge, environ, cache, clock=clock)))
            one = _Open(batcher, pack, folder / f"{judge.name}.{pack.id}.json", tell)
            if one.begin(answers):
                open_batches.append(one)
        for one in open_batches:
            one.end()


@dataclass(frozen=True)
class _Open:
    """A judge's batch, from its ticket on."""

    batcher: Batcher
    pack: Pack
    file: Path
    tell: Callable[[str], None]

    def begin(self, answers: Answers) -> bool:
        """Hand a batch in, or find the one that was; say whether there is one."""
        if self.file.exists():
            self.tell(f"{self._judge.name}: going on with batch {self._ticket().id}")
            return True
        due = self.batcher.wanted(self.pack, answers)[:MOST_ITEMS]
        if due:
            self._hand_in(due)
        return bool(due)

    def end(self) -> None:
        """Wait for the batch, keep what it brought, and only then remove its ticket."""
        ticket = self._ticket()
        try:
            while not self.batcher.ended(ticket):
                self.batcher.clock.sleep(LOOK_EVERY)
            found = self.batcher.collect(self.pack, ticket, now=time.time())
        except (CallFailed, JudgeError) as failure:
            raise self._error(
                f"batch {ticket.id} cannot be fetched now ({failure}); run the same again, or "
                f"remove {self.file} where the provider no longer has it"
            ) from None
        self.file.unlink(missing_ok=True)
        if found.hopeless:
            raise self._error(
                f"batch {ticket.id} brought nothing: every request was refused alike, "
                f"{found.commonest}; nothing is asked directly, which would come to the same"
            )
        why = f", most often {found.commonest}" if found.errors else ""
        left = f"; {found.missing} are asked for directly{why}" if found.missing else ""
        self.tell(f"{self._judge.name}: batch {ticket.id} brought {found.kept} replies{left}")

    def _hand_in(self, due: Sequence[Due]) -> None:
        ticket = self.batcher.ticket(self.pack, due, time.time())
        try:
            self.batcher.negotiate(self.pack, due[0])
            body = self.batcher.prepare(self.pack, ticket, due)
        except CallFailed as failure:
            raise self._error(f"no batch is handed in: {failure}") from None
        self._write_first(ticket)
        try:
            known = self.batcher.hand_in(ticket, body)
        except CallFailed as failure:
            if failure.outcome not in _NOT_TAKEN:
                raise self._unknown(ticket, f" ({failure})") from None
            self.file.unlink()
            raise self._error(f"no batch is handed in: {failure}") from None
        try:
            write_whole(self.file, json.dumps(known.plain()))
        except OSError as error:
            raise self._unknown(ticket, f": it is {known.id} ({error.strerror})") from error
        self.tell(
            f"{self._judge.name}: handed in {len(due)} requests as batch {known.id}, which may "
            "take a day; stop here if you like, and run the same again later"
        )

    def _write_first(self, ticket: Ticket) -> None:
        """Write a ticket where there is none; of two who hand in at the same time one is let."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self.file.open("x", encoding="utf-8") as new:
                json.dump(ticket.plain(), new)
                new.flush()
                os.fsync(new.fileno())
        except FileExistsError:
            raise self._error("another run hands a batch in just now") from None
        except OSError as error:
            self.file.unlink(missing_ok=True)
            what = f"no batch is handed in: {self.file} cannot be written: {error.strerror}"
            raise self._error(what) from error

    def _ticket(self) -> Ticket:
        try:
            ticket = Ticket.of(json.loads(self.file.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._error(
                f"{self.file} is no ticket of a batch ({type(error).__name__}); remove it where "
                "the provider has no batch that is not fetched"
            ) from error
        if ticket.made_from != made_from(self.pack, self._judge):
            raise self._error(
                f"batch {ticket.id} was handed in for another set-up of the judge, the prompts or "
                f"the pack; go back to that to fetch it, or remove {self.file} to give it up"
            )
        if not ticket.id:
            raise self._unknown(ticket, "")
        return ticket

    @property
    def _judge(self) -> JudgeConfig:
        return self.batcher.judge

    def _unknown(self, ticket: Ticket, why: str) -> JudgeError:
        at = datetime.fromtimestamp(ticket.handed_in, UTC).strftime("%Y-%m-%d %H:%M UTC")
        return self._error(
            f"a batch was handed in at {at}, and its id is not in its ticket{why}; look with the "
            f'provider: put the id into {self.file} under "id", or remove the file where there is '
            "no such batch"
        )

    def _error(self, what: str) -> JudgeError:
        return JudgeError(f"judge {self._judge.name}: {what}")
