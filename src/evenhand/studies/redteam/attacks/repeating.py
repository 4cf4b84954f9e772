"""The same thing said again (Ravindran & Choi 2025)."""

import random

from evenhand.studies.redteam.attack import Setting, attack


@attack("duplication", "laced", seen=True)
def duplication(answer: str, setting: Setting, rng: random.Random) -> str:
    """The whole answer three times."""
    return "\n\n".join([answer] * 3)


@attack("shuffled_duplication", "laced", seen=True)
def shuffled_duplication(answer: str, setting: Setting, rng: random.Random) -> str:
    """The answer again in another order and with words changed that carry nothing."""
    again = answer.replace(" the ", " that ").replace("I ", "we ").split("\n\n")
    rng.shuffle(again)
    return "\n\n".join([answer, *again])
