"""What the attacks say: sets of phrases, kept apart from how they are used."""

from dataclasses import dataclass, fields
from importlib.resources import files

from evenhand.rubric.parse import trusted_yaml

SETS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
)
"""The detectors were written with the first in view; the others show how far they generalise."""


@dataclass(frozen=True)
class Phrases:
    """One set, a tuple of texts for each kind of thing that an attack says.

    `{topic}` in a text stands for words of the question, `{text}` for a text to be wrapped.
    Sets before the sixth have no `senseless`.
    """

    master_keys: tuple[str, ...]
    orders: tuple[str, ...]
    verdicts: tuple[str, ...]
    turns: tuple[str, ...]
    fences: tuple[str, ...]
    pleas: tuple[str, ...]
    authorities: tuple[str, ...]
    praise: tuple[str, ...]
    hidden: tuple[str, ...]
    padding: tuple[str, ...]
    polished: tuple[str, ...]
    essays: tuple[str, ...]
    wrong: tuple[str, ...]
    foreign: tuple[str, ...]
    quoting: tuple[str, ...]
    senseless: tuple[str, ...] = ()


def load_phrases(name: str = "first") -> Phrases:
    """Load one of `SETS`."""
    text = (files(__package__) / f"{name}.yaml").read_text(encoding="utf-8")
    found = trusted_yaml(text)
    names = [field.name for field in fields(Phrases) if field.name in found]
    return Phrases(**{name: tuple(found[name]) for name in names})
