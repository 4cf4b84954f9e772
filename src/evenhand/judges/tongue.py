"""Which language a stretch of text is in, and whether it is language at all.

Small words that carry no matter ("the", "of", "you") make up a third to a half of any English
prose, a quarter of terse notes, and next to nothing of a list of terms or of another language.
"""

import unicodedata
from collections.abc import Sequence

from evenhand.judges.clauses import word_set, words

ENGLISH = word_set(
    """
    a about above after again all also am an and any are as at be because been before being
    below between both but by can can't could couldn't did didn't do does doesn't doing don't
    down each every few first for from had has hasn't have having he her here hers him his how
    i i'd i'll i'm i've if in into is isn't it it's its itself just like may me might more
    most much must my never no nor not now of off on once one only or other our out over own
    per rather same she should shouldn't since so some still such than that that's the their
    them then there these they this those though through to too two under until up us very via
    vs was wasn't we we'd we've were what when where which while who whom whose why will with
    without won't would wouldn't yet you you'd you're your u ur im ive dont cant didnt its
    thats bc w/
    """
)
# Small words of European languages, Turkish, Indonesian and Vietnamese that are no English ones.
_OTHER = (
    word_set(
        """
        der das und ist nicht ich sie wir ein eine einen einer dem den mit auf für von zu im
        auch wird sich dass wie oder aber bei nach alle diese dieser het een van niet zijn
        dat voor maar ook naar och att det som är för inte med jag på av ikke jeg er til og
        en le la les des est que qui une dans pour pas sur avec ce cette je vous nous il
        elle sont au aux el los las una por para con no se del al como más pero su lo esta
        este es y o os um uma não do da dos em na ao mais é di che gli non per sono della
        questo anche si și nu sau pentru cu din jest nie się że to jak ale przez ja są že
        aby která který byl az és hogy nem egy ez is on ei että mutta ve bir bu için ile
        yang dan untuk dengan ini tidak là của và các có không được
        """
    )
    - ENGLISH
)
_ENOUGH = 0.2
"""Share of small English words from which on a sentence is in English, whatever else it holds."""
_FEWEST, _SHORTEST = 4, 8
"""Words from which on a sentence shows its language: by two small words or accents and no small
word of English, and by their shares."""


def english_share(said: Sequence[str]) -> float:
    """Return the share of small English words."""
    return sum(map(ENGLISH.__contains__, said)) / len(said)


def is_foreign(sentence: str) -> bool:
    """Say whether a sentence is in another language than English."""
    if not sentence.isascii() and _in_other_letters(sentence):
        return True
    said = words(sentence)
    if len(said) < _FEWEST:
        return False
    share = english_share(said)
    if share >= _ENOUGH:
        return False
    small = sum(map(_OTHER.__contains__, said))
    letters = sum(not word.isascii() for word in said)
    if len(said) < _SHORTEST:
        return small + letters >= 2 and share == 0
    foreign, accented = small / len(said), letters / len(said)
    return foreign >= 0.18 or (accented >= 0.2 and share < 0.1)


def _in_other_letters(sentence: str) -> bool:
    letters = [c for c in sentence if c.isalpha()]
    other = [c for c in letters if not unicodedata.name(c, "LATIN").startswith("LATIN")]
    return len(other) >= 5 and len(other) > 0.4 * len(letters)


def longest_list(said: Sequence[str], share: float) -> int:
    """Return how many words the longest stretch has with at most this share of small words.

    Args:
        said: Words in reading order.
        share: Of small English words, in the whole stretch.
    """
    # With +share for a word of matter and share - 1 for a small one, a stretch has at most that
    # share where its sum is not negative; sums only need comparing with the lowest before.
    total, sums = 0.0, [0.0]
    for word in said:
        total += share - 1 if word in ENGLISH else share
        sums.append(total)
    best, start = 0, 0
    lowest = [0]
    for index, value in enumerate(sums):
        if value < sums[lowest[-1]]:
            lowest.append(index)
    end = len(sums) - 1
    while end > best and lowest:
        while lowest and sums[lowest[-1]] <= sums[end]:
            start = lowest.pop()
            best = max(best, end - start)
        end -= 1
    return best
