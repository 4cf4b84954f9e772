"""An answer as the embedded judges read it: each clause once, with embedding and signs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.clauses import Clause, split_clauses, word_bag, words
from evenhand.judges.copying import COPIED, Before, Taken
from evenhand.judges.encoder import WIDTH, Encoder
from evenhand.judges.evidence import count_signs, describe

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

MIN_WORDS = 3
_OF_ITSELF = re.compile(
    r"\b(?:this|my) (?:answer|response|reply|submission) (?:above|here|is|shows|covers"
    r"|contains|has)\b"
    r"|\bthis is [\w, ]{0,60}\b(?:answer|response|reply)[.!]*$"
    r"|\bof the (?:best|strongest) (?:answers|responses|replies)\b",
    re.IGNORECASE,
)
"""A clause about the answer says nothing of what was asked: praise of it is no part of it."""
BESIDE = 2
"""How many clauses on each side are read with a clause to see what it is about."""
ELSEWHERE, STRAY = 0.27, 0.22
"""Similarity to the subject under which such a stretch, or a clause beside one, is about something
else. Of the golden answers' clauses 0.1 % lie under the first; of essays on other things, 87 %."""
SUBJECT_NEAREST = 3


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

    def take(self, kept: Mask) -> "Reading":
        """Return some of the clauses, (clauses,) marked, as if nothing else had been said."""
        clauses = tuple(c for c, one in zip(self.clauses, kept.tolist(), strict=True) if one)
        said = [clause.text for clause in clauses]
        return Reading(
            clauses,
            self.vectors[kept],
            self.signs[kept],
            describe(said),
            sum(len(words(one)) for one in said),
        )


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


def keep_to_subject(reading: Reading, subject: Array) -> Reading:
    """Put aside the stretches that are about something else altogether.

    A single clause may lead away from the question and back; a stretch of five that comes near to
    nothing of the subject is no part of the answer, and its numbers and deeds are not counted.

    Args:
        reading: An answer.
        subject: (sentences, WIDTH) unit vectors of the question and of what the rubric looks for.
    """
    if reading.empty:
        return reading
    about = about_subject(reading.vectors, subject)
    return reading if about.all() else reading.take(about)


def _near(vectors: Array, subject: Array) -> Array:
    """Return how near each vector comes to the sentences of the subject nearest to it."""
    nearest: Array = np.sort(vectors @ subject.T, axis=1)[:, -SUBJECT_NEAREST:].mean(1)
    return nearest


def about_subject(vectors: Array, subject: Array) -> Mask:
    """Say which clauses, (clauses,), belong to a stretch that is about the subject."""
    count = len(vectors)
    stretches = [vectors[max(0, i - BESIDE) : i + BESIDE + 1].sum(0) for i in range(count)]
    joined = np.array([stretch / np.linalg.norm(stretch) for stretch in stretches])
    elsewhere = _near(joined, subject) < ELSEWHERE
    # Where another text begins, the stretch reaches back into the answer and hides its first ones.
    stray = _near(vectors, subject) < STRAY
    for order in (range(1, count), range(count - 2, -1, -1)):
        step = -1 if order.step > 0 else 1
        for i in order:
            elsewhere[i] |= stray[i] and elsewhere[i + step]
    kept: Mask = ~elsewhere
    return kept


def own_clauses(text: str, foreign: Sequence[str]) -> list[Clause]:
    """Return the clauses of at least three words that neither repeat nor copy.

    What repeats is told by Jaccard similarity, so that a longer clause that builds on an earlier
    one still counts.
    """
    return list(_own(text, tuple(foreign)))


@lru_cache(maxsize=256)
def _own(text: str, foreign: tuple[str, ...]) -> tuple[Clause, ...]:
    # Once for all judges and dimensions: a panel is asked about 100 answers and more at a time.
    taken = Taken.of(foreign)
    clauses = [one for one in split_clauses(text) if len(words(one.text)) >= MIN_WORDS]
    bags = [word_bag(clause.text) for clause in clauses]
    own, before = [], Before(bags, COPIED)
    for clause, bag in zip(clauses, bags, strict=True):
        said = clause.text
        if not (before.has_like(bag) or taken.has(said) or _OF_ITSELF.search(said)):
            before.add(bag)
            own.append(clause)
    return tuple(own)
