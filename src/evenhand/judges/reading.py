"""An answer as the embedded judges read it: each clause once, with embedding and signs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.clauses import Clause, split_clauses, words
from evenhand.judges.encoder import WIDTH, Encoder
from evenhand.judges.evidence import count_signs, describe

Array = NDArray[np.float64]

MIN_WORDS = 3
COPIED = 0.85
"""Share of a clause's words in one foreign sentence from which on it counts as a copy."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What is left to judge after repetition and copied text are put aside.

    Attributes:
        clauses: In reading order; offsets index the text that was read.
        vectors: (clauses, WIDTH) unit vectors.
        signs: (clauses, signs) counts of signs of substance.
        features: (features,) description of the whole answer.
        words: Number of words in the clauses.
    """

    clauses: tuple[Clause, ...]
    vectors: Array
    signs: Array
    features: Array
    words: int

    @property
    def empty(self) -> bool:
        """Say whether nothing is left to rate."""
        return not self.clauses


def read(text: str, foreign: Sequence[str], encoder: Encoder) -> Reading:
    """Read one screened text; see `read_all`."""
    return read_all([(text, foreign)], encoder)[0]


def read_all(texts: Sequence[tuple[str, Sequence[str]]], encoder: Encoder) -> list[Reading]:
    """Read texts, embedding the clauses of all of them together.

    Args:
        texts: Pairs of a screened text and the sentences that are not the candidate's own: the
            question, the rubric. Clauses copied from them are not judged.
        encoder: What embeds the clauses.
    """
    kept = [own_clauses(text, foreign) for text, foreign in texts]
    flat = [clause.text for clauses in kept for clause in clauses]
    vectors = encoder.encode(flat) if flat else np.zeros((0, WIDTH))
    readings = []
    start = 0
    for clauses in kept:
        said = [clause.text for clause in clauses]
        readings.append(
            Reading(
                tuple(clauses),
                vectors[start : start + len(clauses)],
                count_signs(said),
                describe(said),
                sum(len(words(one)) for one in said),
            )
        )
        start += len(clauses)
    return readings


def own_clauses(text: str, foreign: Sequence[str]) -> list[Clause]:
    """Return the clauses of at least three words that neither repeat nor copy."""
    taken = [set(words(sentence)) for sentence in foreign]
    seen: list[set[str]] = []
    kept: list[Clause] = []
    for clause in split_clauses(text):
        said = words(clause.text)
        bag = set(said)
        if len(said) < MIN_WORDS or _copied(bag, taken) or _repeated(bag, seen):
            continue
        seen.append(bag)
        kept.append(clause)
    return kept


def _copied(bag: set[str], taken: Sequence[set[str]]) -> bool:
    """Three or four words shared with a question prove nothing; five in one sentence do."""
    return len(bag) >= 5 and any(len(bag & other) >= COPIED * len(bag) for other in taken)


def _repeated(bag: set[str], seen: Sequence[set[str]]) -> bool:
    """Jaccard similarity, so that a longer clause that builds on an earlier one still counts."""
    return any(len(bag & other) >= COPIED * len(bag | other) for other in seen)
