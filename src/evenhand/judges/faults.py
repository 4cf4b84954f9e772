"""Is a text wrong or senseless, hollow, or about something else? The encoder itself tells.

`claims` compares clauses one by one with examples. Here all words of an answer are read together by
the encoder with its last layers changed, as in `attention`, and for each of `FAULTS` some are
heeded more than others, so that what was put into an answer shows too; where much of one is about
something else, that is read by itself besides (`segmenting`). It is learnt (`teaching`)
from texts with each fault beside texts without, many of them in pairs by the same voice. It knows
this trade, and no question. It lowers no level: what it says is a reason to leave an answer to
people (`doubt`), and nothing about whoever wrote it. It is fixed once learnt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.judges import attention, claims
from evenhand.judges.attention import WINDOW, Heads, heeded, unit_words
from evenhand.judges.clauses import words
from evenhand.judges.doubt import ASTRAY, FAULTS
from evenhand.judges.encoder import MiniLM
from evenhand.judges.lessons import Shelf
from evenhand.judges.reading import Reading
from evenhand.judges.segmenting import segment
from evenhand.judges.tuned import Change, Part, changed_weights, changes_from, flat_changes

Array = NDArray[np.float64]

SHELF = Shelf(
    Path(__file__).with_name("faults.jsonl"),
    Path(__file__).with_name("faults.npz"),
    "faults",
    beside=(claims.SHELF.examples, attention.SHELF.examples),
)

PASSAGE, LEAST = 120, 50
"""Words of the parts in which a text is asked whether it strays, about and at least: an essay fills
one of them, and of fewer words too little can be told."""
_STRAYS = FAULTS.index(ASTRAY)


@dataclass(frozen=True, eq=False)
class Faults:
    """What tells faults.

    Attributes:
        changes: Of the encoder, see `Tuned.changes`.
        heads: By name: `heeds` and `shows`, (WIDTH, faults), which words count and what they say;
            `marks` (faults,) added. In the order of `doubt.FAULTS`.
        threads: Of one forward pass.
    """

    changes: Mapping[Part, Change]
    heads: Heads
    threads: int = 2

    @cached_property
    def encoder(self) -> MiniLM:
        """The encoder, loaded when it is first asked."""
        return MiniLM(self.threads, changed_weights(self.changes), WINDOW)

    def of(self, readings: Sequence[Reading]) -> Array:
        """Return how much readings that are not empty have of each: (N, faults), about -1 to 1.

        What stands before or behind an answer and has nothing to do with it is hardly told by the
        whole: of `ASTRAY` counts what that has, or the most that one of its parts has.
        """
        wholes = [tuple(c.text for c in reading.clauses) for reading in readings]
        parts = [_parts(reading) for reading in readings]
        found = self.found([*wholes, *chain.from_iterable(parts)])
        strays = iter(found[len(wholes) :, _STRAYS].tolist())
        found = found[: len(wholes)]
        for row, own in zip(found, parts, strict=True):
            row[_STRAYS] = max([row[_STRAYS], *islice(strays, len(own))])
        return found

    def found(self, said: Sequence[tuple[str, ...]]) -> Array:
        """Return the same of texts, in their clauses."""
        found: Array = np.array(
            [heeded(unit_words(one), self.heads) for one in self.encoder.words(said)]
        )
        return found.reshape(len(said), len(FAULTS))


def _parts(reading: Reading) -> list[tuple[str, ...]]:
    """Return a text cut where it turns to something else; none where it cannot be cut."""
    said = [clause.text for clause in reading.clauses]
    most = max(round(reading.words / PASSAGE), 2)
    lengths = [len(words(one)) for one in said]
    return [tuple(said[part]) for part in segment(reading.vectors, lengths, most, LEAST)]


def save_faults(faults: Faults) -> None:
    """Write down what was learnt."""
    heads = {f"head-{name}": one.astype(np.float16) for name, one in faults.heads.items()}
    SHELF.save(**flat_changes(faults.changes), **heads)


@cache
def load_faults(threads: int = 2) -> Faults:
    """Read what was learnt.

    Raises:
        JudgeError: it is missing or broken, or was learnt from other examples.
    """
    return replace(SHELF.load(_faults_from), threads=threads)


def _faults_from(kept: Mapping[str, Any]) -> Faults:
    heads = {name: kept[f"head-{name}"].astype(np.float32) for name in ("heeds", "shows", "marks")}
    return Faults(changes_from(kept), heads)
