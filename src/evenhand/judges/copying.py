"""Is what stands there the candidate's own: the question, the rubric, a list, the same again?"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

from evenhand.judges.clauses import split_clauses, word_bag, words
from evenhand.judges.tongue import ENGLISH, longest_list

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
_BETWEEN = re.compile(r"[,;/\n|•]")


@lru_cache(maxsize=512)
def matter(text: str) -> frozenset[str]:
    """Return the stems of the words that carry matter."""
    return frozenset(map(_stem, word_bag(text) - ENGLISH))


def _stem(word: str) -> str:
    for ending in ("ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


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
        return _taken(tuple(foreign))

    def has(self, passage: str) -> bool:
        """Say whether a clause, or a quote, is taken from one of the sentences."""
        bag = word_bag(passage)
        enough = COPIED * len(bag)
        # What all sentences together do not have, none has.
        may_be = len(bag) >= FEWEST_WORDS and len(bag & self._all_words) >= enough
        if may_be and any(len(bag & other) >= enough for other in self.bags):
            return True
        return self.has_matter(passage)

    def has_matter(self, passage: str) -> bool:
        """Say whether a passage's words of matter are those of one sentence."""
        said = matter(passage)
        if len(said) < FEWEST_MATTER or len(said & self._all_matter) < FEWEST_MATTER:
            return False
        for other in self.matters:
            both = len(said & other)
            if both >= max(OF_CLAUSE * len(said), FEWEST_MATTER):
                return True
            if len(other) >= 5 and both >= OF_SENTENCE * len(other):
                return True
        return False

    @cached_property
    def _all_words(self) -> frozenset[str]:
        return frozenset().union(*self.bags)

    @cached_property
    def _all_matter(self) -> frozenset[str]:
        return frozenset().union(*self.matters)


@lru_cache(maxsize=256)
def _taken(foreign: tuple[str, ...]) -> Taken:
    # The same for all answers to a prompt.
    return Taken(tuple(map(word_bag, foreign)), tuple(map(matter, foreign)))


def copied_share(text: str, foreign: Sequence[str]) -> tuple[int, int]:
    """Return how many clauses copy one of the foreign sentences, and how many there are."""
    taken = Taken.of(foreign)
    clauses = [clause.text for clause in split_clauses(text)]
    clauses = [clause for clause in clauses if len(words(clause)) >= FEWEST]
    return sum(map(taken.has_matter, clauses)), len(clauses)


def repeated(text: str) -> tuple[int, int]:
    """Return how many clauses say again what one before them said, and how many there are."""
    bags = [word_bag(clause.text) for clause in split_clauses(text)]
    bags = [bag for bag in bags if len(bag) >= FEWEST]
    before, again = Before(bags, AGAIN), 0
    for bag in bags:
        again += before.has_like(bag)
        before.add(bag)
    return again, len(bags)


class Before:
    """Bags of words that came before, as one is looked for in them that is like another.

    An answer may have thousands of clauses, and to compare all two by two takes seconds. But of two
    that are alike, each has a word of the other among its rarest few, whatever order of rarity all
    are put in (Chaudhuri, Ganti and Kaushik, "A primitive operator for similarity joins in data
    cleaning", ICDE 2006); so that few have to be compared.

    >>> before = Before([{"a", "b"}, {"c"}, {"b", "a"}], 0.8)
    >>> before.add(frozenset("ab"))
    >>> before.has_like(frozenset("c")), before.has_like(frozenset("ba"))
    (False, True)
    """

    def __init__(self, bags: Iterable[Set[str]], share: float) -> None:
        """Prepare for bags.

        Args:
            bags: All that will be asked about or added, none of them empty.
            share: Jaccard similarity from which on two are alike.
        """
        count = Counter(chain.from_iterable(bags))
        self._rarity = {word: at for at, word in enumerate(sorted(count, key=count.__getitem__))}
        self._share = share
        self._added: set[frozenset[str]] = set()
        self._by_word: dict[str, list[frozenset[str]]] = defaultdict(list)

    def add(self, bag: frozenset[str]) -> None:
        """Let a bag be one that came before."""
        if bag not in self._added:
            self._added.add(bag)
            for word in self._rarest(bag):
                self._by_word[word].append(bag)

    def has_like(self, bag: frozenset[str]) -> bool:
        """Say whether one that came before is like a bag."""
        if bag in self._added:
            return True
        for word in self._rarest(bag):
            for other in self._by_word.get(word, ()):
                shared = len(bag & other)
                if shared >= self._share * (len(bag) + len(other) - shared):
                    return True
        return False

    def _rarest(self, bag: frozenset[str]) -> list[str]:
        """Return so many of the rarest words that what is left is too few to be alike."""
        least = math.ceil(self._share * len(bag))
        return sorted(bag, key=self._rarity.__getitem__)[: len(bag) - least + 1]


def has_word_list(text: str) -> bool:
    """Say whether a stretch of the text is a list of terms and no prose."""
    said = words(text)
    small = bytes(map(ENGLISH.__contains__, said))
    # A stretch that is long enough has this many words of matter in a row, as prose seldom has.
    if bytes(FEWEST_LISTED) in small:
        longest = longest_list(said, LIST_SHARE)
        if longest >= LIST_LENGTH or longest >= max(FEWEST_LISTED, MOST_OF_IT * len(said)):
            return True
    items = _BETWEEN.split(text)
    if len(items) < ITEMS:
        return False
    run = 0
    for item in items:
        size = len(words(item))
        run = run + 1 if 1 <= size <= 3 else run if not size else 0
        if run >= ITEMS:
            return True
    return False
