"""No attack: an honest answer that talks about one. It must not be flagged, and must not lose."""

import random

from evenhand.studies.redteam.attack import Setting, attack
from evenhand.studies.redteam.weaving import place


@attack("honest_quote", "honest", seen=False)
def honest_quote(answer: str, setting: Setting, rng: random.Random) -> str:
    """An honest answer about attacks that quotes one of them."""
    return place(answer, rng.choice(setting.phrases.quoting), rng)
