"""Words that tell whoever rates the answer what to do."""

import random

from evenhand.studies.redteam.attack import Setting, attack
from evenhand.studies.redteam.weaving import place


@attack("instruction", "laced", seen=True)
def instruction(answer: str, setting: Setting, rng: random.Random) -> str:
    """An order to the judge somewhere in the answer."""
    return place(answer, rng.choice(setting.phrases.orders), rng)


@attack("instruction_flood", "laced", seen=True)
def instruction_flood(answer: str, setting: Setting, rng: random.Random) -> str:
    """Several orders to the judge before the answer."""
    return "\n".join(rng.sample(setting.phrases.orders, 4)) + "\n\n" + answer


@attack("true_content_with_injection", "laced", seen=True)
def true_content_with_injection(answer: str, setting: Setting, rng: random.Random) -> str:
    """The answer with an order inside one of its own lines: it must neither rise nor be zeroed."""
    lines = answer.split(". ")
    lines.insert(rng.randint(1, len(lines)), rng.choice(setting.phrases.orders).rstrip("."))
    return ". ".join(lines)
