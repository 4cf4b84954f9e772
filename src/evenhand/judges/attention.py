"""The attention judge: the encoder itself, its last layers changed so that it rates answers.

The other judges are told of a clause what it is about. Here the words of a whole answer are read
together: for each indicator some of them are heeded more than others (Bahdanau, Cho and Bengio
2015, section 3.1), what those say gives a mark, and the level follows from the marks and from the
mean of all words. It is learnt (`teaching`) from rated answers and from passages that show an
indicator, show part of it or only sound like it; no golden answer is among them. So it knows the
questions of one rubric, and says nothing of others. It is fixed once learnt; what its levels are
worth is found by calibration, as with any judge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.ahead import AT_ONCE
from evenhand.judges.encoder import MiniLM
from evenhand.judges.lessons import Shelf
from evenhand.judges.reading import Reading
from evenhand.judges.tuned import Change, Part, changed_weights, changes_from, flat_changes
from evenhand.rubric import Pack

Array = NDArray[np.float64]
Heads = Mapping[str, NDArray[np.float32]]

SHELF = Shelf(
    Path(__file__).with_name("attention.jsonl"),
    Path(__file__).with_name("attention.npz"),
    "attention",
)
WINDOW = 448
"""Tokens that are read together: a longer answer is read in several parts, and heeded as one."""
SHARP, LOUD = 20.0, 10.0
"""What products with unit vectors are stretched by, so that all is learnt at one rate."""
MIDDLE, STEP = 3.0, 1.2
"""Levels are learnt as so many steps from the middle."""
_KEPT = 2 * (AT_ONCE + 1)
"""Texts whose earnings are kept for another dimension: of each answer that is in hand at once and
of one that was just before, it and what is left of it."""


@dataclass(frozen=True, eq=False)
class Attention:
    """What rates answers.

    Attributes:
        changes: Of the encoder, see `Tuned.changes`.
        heads: By name: `heeds` and `shows`, (WIDTH, indicators), which words count and what they
            say; `marks` (indicators,) added; `whole` (WIDTH, dimensions) of the mean word; `worth`
            (indicators, dimensions) of a mark; `starts` (prompts, dimensions) added.
        prompts, dimensions: The ids of what it has learnt.
        threads: Of one forward pass.
    """

    changes: Mapping[Part, Change]
    heads: Heads
    prompts: tuple[str, ...]
    dimensions: tuple[str, ...]
    threads: int = 2
    _last: dict[tuple[str, ...], Array] = field(init=False, default_factory=dict, repr=False)

    @cached_property
    def encoder(self) -> MiniLM:
        """The encoder, loaded when it is first asked."""
        return MiniLM(self.threads, changed_weights(self.changes), WINDOW)

    def knows(self, pack: Pack) -> bool:
        """Say whether it can rate every answer to a pack's prompts, going by their ids."""
        # What never stood under a prompt has begun with nothing, and has moved nowhere from there.
        taught = {
            (self.prompts[prompt], self.dimensions[dimension])
            for prompt, dimension in zip(*np.nonzero(self.heads["starts"]), strict=True)
        }
        return all((p.id, name) in taught for p in pack.prompts for name in p.dimensions)

    def levels(self, asked: Sequence[tuple[Reading, str, str]]) -> Array:
        """Return levels, (N,), of readings that are not empty, each with its prompt and dimension.

        They are about 1 to 5, before calibration, and may lie outside.
        """
        said = [tuple(clause.text for clause in reading.clauses) for reading, _, _ in asked]
        found = self._read(said)
        at = [(self.prompts.index(p), self.dimensions.index(d)) for _, p, d in asked]
        steps = [
            one[dimension] + self.heads["starts"][prompt, dimension]
            for one, (prompt, dimension) in zip(found, at, strict=True)
        ]
        levels: Array = MIDDLE + STEP * np.array(steps)
        return levels

    def _read(self, said: Sequence[tuple[str, ...]]) -> list[Array]:
        """Return what each text, in its clauses, earns on each dimension: (dimensions,)."""
        known = dict(self._last)
        new = [one for one in dict.fromkeys(said) if one not in known]
        known |= dict(zip(new, self.earned(new) if new else (), strict=True))
        # What was asked for last is kept longest.
        last = [one for one in known if one not in said] + list(dict.fromkeys(said))
        for one in last:
            self._last.pop(one, None)
        self._last.update({one: known[one] for one in last[-_KEPT:]})
        return [known[one] for one in said]

    def earned(self, said: Sequence[tuple[str, ...]]) -> list[Array]:
        """Read texts, in their clauses, whatever was asked: (dimensions,) of each, in steps."""
        return [self._weigh(words) for words in self.encoder.words(said)]

    def _weigh(self, words: NDArray[np.float32]) -> Array:
        """Weigh the words of a text, (words, WIDTH), as they leave the encoder."""
        unit = unit_words(words)
        mean, marks = unit.mean(axis=0), heeded(unit, self.heads)
        earned: Array = LOUD * mean @ self.heads["whole"] + marks @ self.heads["worth"]
        return earned


def unit_words(words: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return words, (words, WIDTH), as they leave the encoder, as unit vectors."""
    unit: NDArray[np.float32] = words / np.linalg.norm(words, axis=1, keepdims=True)
    return unit


def heeded(unit: NDArray[np.float32], heads: Heads) -> Array:
    """Return what the words of a text, (words, WIDTH), show of each sign, (signs,).

    `heads` are `heeds` and `shows`, (WIDTH, signs), and `marks` (signs,).
    """
    heed = SHARP * unit @ heads["heeds"]
    heed = np.exp(heed - heed.max(axis=0))
    shown = (heed * (LOUD * unit @ heads["shows"])).sum(axis=0) / heed.sum(axis=0)
    marks: Array = shown + heads["marks"]
    return marks


def save_attention(attention: Attention) -> None:
    """Write down what was learnt."""
    SHELF.save(
        **flat_changes(attention.changes),
        **{f"head-{name}": one.astype(np.float16) for name, one in attention.heads.items()},
        prompts=np.array(attention.prompts),
        dimensions=np.array(attention.dimensions),
    )


@cache
def load_attention(threads: int = 2) -> Attention:
    """Read what was learnt.

    Raises:
        JudgeError: it is missing or broken, or was learnt from other examples.
    """
    return replace(SHELF.load(_attention_from), threads=threads)


def _attention_from(kept: Mapping[str, Any]) -> Attention:
    heads = {
        name.removeprefix("head-"): kept[name].astype(np.float32)
        for name in kept
        if name.startswith("head-")
    }
    prompts, dimensions = (tuple(kept[of].tolist()) for of in ("prompts", "dimensions"))
    return Attention(changes_from(kept), heads, prompts, dimensions)


def attention_for(pack: Pack, threads: int = 2) -> Attention | None:
    """Return the judge where it knows all that a pack asks; None elsewhere."""
    attention = load_attention(threads)
    return attention if attention.knows(pack) else None
