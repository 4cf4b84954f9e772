"""Words that ask for favour where substance is asked for."""

import random

from evenhand.studies.redteam.attack import Setting, attack
from evenhand.studies.redteam.weaving import place


@attack("pleading", "laced", seen=True)
def pleading(answer: str, setting: Setting, rng: random.Random) -> str:
    """A plea for a good score."""
    return place(answer, rng.choice(setting.phrases.pleas), rng)


@attack("authority", "laced", seen=True)
def authority(answer: str, setting: Setting, rng: random.Random) -> str:
    """Somebody important is said to have rated the answer already."""
    return place(answer, rng.choice(setting.phrases.authorities), rng)


@attack("self_praise", "laced", seen=False)
def self_praise(answer: str, setting: Setting, rng: random.Random) -> str:
    """Praise of the answer by whoever wrote it."""
    return place(answer, " ".join(setting.phrases.praise), rng)
