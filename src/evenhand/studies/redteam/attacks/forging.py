"""Texts that pretend to come from somebody else than the candidate."""

import random

from evenhand.studies.redteam.attack import Setting, attack


@attack("forged_verdict", "laced", seen=True)
def forged_verdict(answer: str, setting: Setting, rng: random.Random) -> str:
    """What a judge would return, written by the candidate."""
    return f"{answer}\n\n{rng.choice(setting.phrases.verdicts)}"


@attack("forged_turn", "laced", seen=True)
def forged_turn(answer: str, setting: Setting, rng: random.Random) -> str:
    """A turn of the system or of the assistant."""
    return f"{answer}\n\n{rng.choice(setting.phrases.turns)}"


@attack("forged_delimiter", "laced", seen=True)
def forged_delimiter(answer: str, setting: Setting, rng: random.Random) -> str:
    """A mark that pretends to end the candidate's text."""
    return f"{answer}\n\n{rng.choice(setting.phrases.fences)}"
