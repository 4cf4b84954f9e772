"""Is what stands there the candidate's own: the question, the rubric, a list, the same again?"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from evenhand.judges.clauses import split_clauses, words
from evenhand.judges.tongue import ENGLISH, longest_list

Mask = NDArray[np.bool_]

FEWEST = 3
COPIED = 0.85
"""Share of a passage's words in one foreign sentence from which on it counts as a copy."""
FEWEST_WORDS = 5
"""Three or four words shared with a question prove nothing; five in one sentence do."""
OF_CLAUSE, OF_SENTENCE = 0.8, 0.75
"""A clause is a copy where this share of its words of matter stands in one foreign sentence, or
where this share of a foreign sentence's stands in the clause."""
FEWEST_MATTER = 4
LIST_SHARE, LIST_LENGTH = 0.05, 30
"""Prose has no thirty words with one small one among them; one golden answer in 162 does."""
FEWEST_LISTED, MOST_OF_IT = 10, 0.6
"""Or fewer, where that is most of the answer."""
ITEMS = 12
"""Or this many items of one to three words in a row; all golden answers but one stay under nine."""
AGAIN = 0.7
"""Jaccard similarity of two clauses' words from which on one says the other again."""
AT_ONCE = 256
"""Clauses compared with all others at a time, which bounds the memory that it takes."""
_BETWEEN = re.compile(r"[,;/\n|•]")


def matter(text: str) -> frozenset[str]:
    """Return the stems of the words that carry matter."""
    return frozenset(_stem(word) for word in words(text) if word not in ENGLISH)


@lru_cache(maxsize=4096)
def foreign_matter(sentence: str) -> frozenset[str]:
    """Return the matter of a sentence of the question or the rubric, once for all answers."""
    return matter(sentence)


@lru_cache(maxsize=4096)
def foreign_words(sentence: str) -> frozenset[str]:
    """Return the words of a sentence of the question or the rubric, once for all answers."""
    return frozenset(words(sentence))


def _stem(word: str) -> str:
    for ending in ("ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def is_copy(said: frozenset[str], foreign: Sequence[frozenset[str]]) -> bool:
    """Say whether words of matter are those of one foreign sentence."""
    if len(said) < FEWEST_MATTER:
        return False
    for other in foreign:
        both = len(said & other)
        if both >= max(OF_CLAUSE * len(said), FEWEST_MATTER):
            return True
        if len(other) >= 5 and both >= OF_SENTENCE * len(other):
            return True
    return False


@dataclass(frozen=True)
class Taken:
    """Sentences that are not the candidate's own: what is a copy of them is said here alone.

    Attributes:
        bags: The words of each.
        matters: Their stems of words that carry matter.
    """

    bags: tuple[frozenset[str], ...]
    matters: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, foreign: Sequence[str]) -> "Taken":
        """Return what is the question's and the rubric's."""
        return cls(tuple(map(foreign_words, foreign)), tuple(map(foreign_matter, foreign)))

    def has(self, passage: str) -> bool:
        """Say whether a clause, or a quote, is taken from one of the sentences."""
        bag = frozenset(words(passage))
        enough = COPIED * len(bag)
        if len(bag) >= FEWEST_WORDS and any(len(bag & other) >= enough for other in self.bags):
            return True
        return is_copy(matter(passage), self.matters)


def copied_share(text: str, foreign: Sequence[str]) -> tuple[int, int]:
    """Return how many clauses copy one of the foreign sentences, and how many there are."""
    taken = [foreign_matter(sentence) for sentence in foreign]
    clauses = [clause.text for clause in split_clauses(text)]
    clauses = [clause for clause in clauses if len(words(clause)) >= FEWEST]
    return sum(is_copy(matter(clause), taken) for clause in clauses), len(clauses)


def repeated(text: str) -> tuple[int, int]:
    """Return how many clauses say again what one before them said, and how many there are."""
    bags = [frozenset(words(clause.text)) for clause in split_clauses(text)]
    bags = [bag for bag in bags if len(bag) >= FEWEST]
    return sum(bool(alike.any()) for alike in alike_before(bags, AGAIN)), len(bags)


def alike_before(bags: Sequence[Set[str]], share: float) -> Iterator[Mask]:
    """Yield for each bag of words which of those before it are like it, (index,).

    Counted word by word, since an answer may have thousands of clauses: comparing sets two by two
    takes seconds for those.

    Args:
        bags: None of them empty.
        share: Jaccard similarity from which on two are alike.

    >>> [one.tolist() for one in alike_before([{"a", "b"}, {"c"}, {"b", "a"}], 0.8)]
    [[], [False], [True, False]]
    """
    if not bags:
        return
    place: dict[str, int] = {}
    columns = [place.setdefault(word, len(place)) for bag in bags for word in bag]
    size = np.array([len(bag) for bag in bags])
    ends = np.concatenate([[0], np.cumsum(size)])
    has = csr_array((np.ones(len(columns), np.int32), columns, ends), (len(bags), len(place)))
    whose = has.T.tocsr()
    for start in range(0, len(bags), AT_ONCE):
        for index, both in enumerate((has[start : start + AT_ONCE] @ whose).toarray(), start):
            shared = both[:index]
            yield shared >= share * (size[index] + size[:index] - shared)


def has_word_list(text: str) -> bool:
    """Say whether a stretch of the text is a list of terms and no prose."""
    said = words(text)
    longest = longest_list(said, LIST_SHARE)
    if longest >= LIST_LENGTH or longest >= max(FEWEST_LISTED, MOST_OF_IT * len(said)):
        return True
    run = 0
    for item in _BETWEEN.split(text):
        size = len(words(item))
        run = run + 1 if 1 <= size <= 3 else run if not size else 0
        if run >= ITEMS:
            return True
    return False
