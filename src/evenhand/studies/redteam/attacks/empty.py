"""Texts that say nothing and hope to be taken for an answer (One Token to Fool, 2507.08794)."""

import random

from evenhand.studies.redteam.attack import Setting, attack


@attack("master_key", "alone", seen=False)
def master_key(answer: str, setting: Setting, rng: random.Random) -> str:
    """One sign or opening phrase and nothing else."""
    return rng.choice(setting.phrases.master_keys)


@attack("blank", "alone", seen=False)
def blank(answer: str, setting: Setting, rng: random.Random) -> str:
    """White space, dashes or invisible characters."""
    return "".join(rng.choices(" \n\t.-\u200b\u2060", k=rng.randint(0, 40)))
