"""Small ways to put a text into another."""

import random
from itertools import pairwise

from evenhand.judges.clauses import word_set, words
from evenhand.rubric import Prompt

_PLAIN = word_set(
    """
    a an and are as at be before by do does for from had has have how i in into is it its like
    of on one or somebody take team tell than that the their them they this time to us was
    what when where whether which who why with would you your one's been being were
    """
)


def place(answer: str, text: str, rng: random.Random) -> str:
    """Put a text before the answer, after it, or between two of its paragraphs."""
    paragraphs = answer.split("\n\n")
    at = rng.choice([0, len(paragraphs), rng.randint(0, len(paragraphs))])
    return "\n\n".join([*paragraphs[:at], text, *paragraphs[at:]])


def topic(prompt: Prompt, rng: random.Random) -> str:
    """Return two words that stand beside each other in the question and carry its matter.

    >>> from evenhand.rubric import Prompt
    >>> asked = Prompt("p", {}, "async", 5, "How would you tune a search index?", None)
    >>> topic(asked, random.Random(0))
    'search index'
    """
    said = words(prompt.text)
    pairs = [f"{a} {b}" for a, b in pairwise(said) if not {a, b} & _PLAIN]
    return rng.choice(pairs) if pairs else rng.choice([w for w in said if w not in _PLAIN])


def sentences(texts: tuple[str, ...], count: int, prompt: Prompt, rng: random.Random) -> str:
    """Join some of the texts at random, with the question's topic in them."""
    chosen = rng.sample(texts, min(count, len(texts)))
    return " ".join(text.replace("{topic}", topic(prompt, rng)) for text in chosen)
