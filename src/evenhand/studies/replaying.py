"""Replay: every estimate and every answer's score of a ledger, recomputed from what it rests on.

The bundle carries it all: ratings, bar, confidence, weights and verdicts stand in the entries, and
so do the components, under their content hash. Nothing is taken from a database or from a judge.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from evenhand.measure import Components, MeasureError
from evenhand.rubric import shipped_pack
from evenhand.studies.recomputing import (
    Cards,
    Verdicts,
    answer_differences,
    card_differences,
    estimate_differences,
    note_card,
    rating_differences,
    verdicts_of,
)

Facts = Mapping[str, Any]
MOST_KEPT: Final = 100
"""Differences that are named; the others are counted."""


@dataclass(frozen=True)
class Difference:
    """One figure that comes out otherwise than it is recorded.

    Attributes:
        seq: the entry.
        subject: whom or what it is about.
        what: one line, in words.
    """

    seq: int
    subject: str
    what: str

    def __str__(self) -> str:
        return f"entry {self.seq} ({self.subject}): {self.what}"


@dataclass(frozen=True)
class Replayed:
    """What came of a replay.

    Attributes:
        entries: entries that hold estimates or scores.
        estimates: figures of people that were recomputed, one for each dimension and overall.
        scores: scores of answers that were recomputed.
        components: versions of components that were used.
        differences: the first of them, in the order of the ledger.
        more: how many others there are.
    """

    entries: int
    estimates: int
    scores: int
    components: int
    differences: tuple[Difference, ...]
    more: int

    @property
    def ok(self) -> bool:
        """Whether everything came out as it is recorded."""
        return not self.differences

    def lines(self) -> list[str]:
        """Return the result for people: the first difference, or what was recomputed."""
        if self.ok:
            return [
                f"ok: {self.estimates} estimates and {self.scores} scores of answers, in "
                f"{self.entries} entries, come out as recorded ({self.components} components)"
            ]
        count = len(self.differences) + self.more
        return [str(self.differences[0]), f"FAILED: {count} difference{'s' if count > 1 else ''}"]

    def as_dict(self) -> dict[str, object]:
        """Return the result for scripts."""
        return {"ok": self.ok, **asdict(self)}


def replay_bundle(path: Path) -> Replayed:
    """Recompute all that a bundle records, in one pass.

    Args:
        path: a bundle that verifies; what it says is believed, what it concludes is not.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is no bundle.
    """
    run = _Run()
    for entry in _entries(path):
        run.take(entry)
    return Replayed(
        run.entries,
        run.estimates,
        run.scores,
        len(run.used),
        tuple(run.found[:MOST_KEPT]),
        max(len(run.found) - MOST_KEPT, 0),
    )


class _Run:
    """The state of one pass: the components met so far, and what was found."""

    def __init__(self) -> None:
        self.known: dict[str, str] = _shipped()
        self.used: dict[str, Components] = {}
        self.entries = self.estimates = self.scores = 0
        self.read: dict[str, Verdicts] = {}
        self.cards: dict[str, Cards] = {}
        self.found: list[Difference] = []

    def take(self, entry: Facts) -> None:
        facts = entry["facts"]
        try:
            if entry["action"] in ("card.locked", "card.corrected"):
                note_card(facts, self.cards.setdefault(facts["application"], {}))
            if entry["action"] == "sitting.reading_dropped":
                # Another panel reads all of it again: what this one said counts for nothing.
                self.read.pop(entry["subject"], None)
            for what in self._differences(entry["subject"], facts):
                self.found.append(Difference(entry["seq"], entry["subject"], what))
        except (KeyError, TypeError, ValueError) as error:
            what = f"its facts cannot be used: {type(error).__name__}: {error}"
            self.found.append(Difference(entry["seq"], entry["subject"], what))

    def _differences(self, subject: str, facts: Facts) -> Iterator[str]:
        if "components_json" in facts:
            yield from self._note(facts["components"], facts["components_json"])
        if not ("estimates" in facts or "scores" in facts):
            return
        self.entries += 1
        components = self._components(facts["components"])
        if "estimates" in facts:
            self.estimates += len(facts["estimates"])
            yield from rating_differences(facts, self.read.pop(subject, None))
            # What was scored says whose it is; estimates made anew are about the person.
            person = facts.get("application", subject.removeprefix("application:"))
            yield from card_differences(facts, self.cards.get(person, {}))
            yield from estimate_differences(facts, components)
        else:
            self.scores += len(facts["scores"])
            self.read.setdefault(subject, {}).update(verdicts_of(facts))
            yield from answer_differences(facts, components)

    def _note(self, version: str, text: str) -> Iterator[str]:
        if sha256(text.encode()).hexdigest() != version:
            yield f"the components are not those that {version[:12]} names"
        else:
            self.known[version] = text

    def _components(self, version: str) -> Components:
        if version not in self.used:
            if version not in self.known:
                raise MeasureError(f"components {version[:12]} are neither in the bundle nor here")
            self.used[version] = Components.from_json(self.known[version])
        return self.used[version]


def _shipped() -> dict[str, str]:
    """Return the components of the shipped pack, for ledgers begun before they were recorded."""
    file = shipped_pack() / "calibration" / "components.json"
    components = Components.from_json(file.read_text("utf-8"))
    return {components.version: components.to_json()}


def _entries(path: Path) -> Iterator[Facts]:
    with path.open("rb") as file:
        for line in file:
            row = json.loads(line)
            if "entry" in row:
                yield row["entry"]
