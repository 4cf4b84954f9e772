"""What an attack is, and the register of all of them."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from evenhand.rubric import Dimension, Prompt
from evenhand.studies.redteam.phrases import Phrases

Form = Literal["laced", "alone", "honest"]
"""laced: an answer with the attack in it, against the answer without it. alone: the attack and
nothing else, against level 1. honest: no attack at all, but something that looks like one."""


@dataclass(frozen=True)
class Setting:
    """Where an attack takes place: what is asked, on which dimensions, with which phrases."""

    prompt: Prompt
    dimensions: tuple[Dimension, ...]
    phrases: Phrases


Make = Callable[[str, Setting, random.Random], str]


@dataclass(frozen=True)
class Attack:
    """One class of attacks.

    Attributes:
        name: How figures name it.
        form: What the attacked text is compared with.
        seen: Whether screening has to flag it. Where it need not, the score alone has to hold.
        make: (answer, setting, rng) -> the attacked text; pure but for the rng.
        says: What it does, in a line.
    """

    name: str
    form: Form
    seen: bool
    make: Make
    says: str


REGISTRY: dict[str, Attack] = {}
"""Every class by name, in the order of the modules in `attacks`."""


def attack(name: str, form: Form, *, seen: bool) -> Callable[[Make], Make]:
    """Register a function as a class of attacks; its docstring says what it does."""

    def register(make: Make) -> Make:
        says = (make.__doc__ or "").strip().split("\n")[0]
        REGISTRY[name] = Attack(name, form, seen, make, says)
        return make

    return register
