"""Another language round an answer."""

import random

from evenhand.studies.redteam.attack import Setting, attack


@attack("other_language", "laced", seen=True)
def other_language(answer: str, setting: Setting, rng: random.Random) -> str:
    """Sentences of another language before and after the answer."""
    before, after = rng.sample(setting.phrases.foreign, 2)
    return f"{before}\n\n{answer}\n\n{after}"
