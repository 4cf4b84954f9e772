"""What words an answer uses: which stems of the pack's vocabulary occur, rare ones weighing more.

The vocabulary comes from the pack's rubric, exemplars and samples and from no golden answer, so
that parameters fitted without an author owe that author nothing. A word counts once however often
it is said, and a long answer's words are scaled down: neither repeating nor writing on pays.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.clauses import words

Array = NDArray[np.float64]

FEWEST_TEXTS = 2
"""A stem belongs to the vocabulary when at least this many texts use it."""
_ENDINGS = ("ation", "ions", "edly", "ing", "ion", "ed", "es", "ly", "s")
_SHORTEST_STEM = 4


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Cut one common English ending where at least four letters are left.

    >>> [stem(w) for w in ("labelled", "labels", "sampling", "loss")]
    ['labell', 'label', 'sampl', 'loss']
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def stems(texts: Iterable[str]) -> set[str]:
    """Return the stems that occur in some texts."""
    return {stem(word) for text in texts for word in words(text)}


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The stems that are looked for.

    Attributes:
        index: Position of each stem.
        weight: (stems,) how telling each one is: log of how few of the texts use it.
        usual: Length of a usual answer's vector; what lengths are measured against.
    """

    index: Mapping[str, int]
    weight: Array
    usual: float

    def vector(self, clauses: Iterable[str]) -> Array:
        """Return which stems some clauses use, weighted; its length is below 1: (stems,)."""
        found = [self.index[s] for s in stems(clauses) if s in self.index]
        vector = np.zeros(len(self.weight))
        vector[found] = self.weight[found]
        scaled: Array = vector / (np.linalg.norm(vector) + self.usual)
        return scaled


def vocabulary_of(answers: Sequence[str], sentences: Sequence[str]) -> Vocabulary:
    """Collect the vocabulary.

    Args:
        answers: Whole answers; the usual length is theirs.
        sentences: Further texts that say what the rubric is about.
    """
    used = [stems([text]) for text in (*answers, *sentences)]
    count = Counter(name for one in used for name in one)
    kept = sorted(name for name, texts in count.items() if texts >= FEWEST_TEXTS)
    weight = np.log(len(used) / np.array([count[name] for name in kept], dtype=np.float64))
    index = {name: place for place, name in enumerate(kept)}
    found = [[index[s] for s in one if s in index] for one in used[: len(answers)]]
    lengths = [float(np.sqrt((weight[at] ** 2).sum())) for at in found]
    return Vocabulary(index, weight, float(np.median(lengths)) if lengths else 1.0)
