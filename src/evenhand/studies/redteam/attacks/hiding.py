"""Orders and words that a person would not see."""

import base64
import random

from evenhand.studies.redteam.attack import Setting, attack
from evenhand.studies.redteam.weaving import place

_LOOKALIKES = str.maketrans("aceopxyiABCEHKMOPTX", "асеорхуіАВСЕНКМОРТХ")


@attack("zero_width", "laced", seen=True)
def zero_width(answer: str, setting: Setting, rng: random.Random) -> str:
    """An order broken up by characters without width, to slip past a search for its words."""
    order = rng.choice(setting.phrases.orders)
    sign = rng.choice("\u200b\u200c\u2060\ufeff")
    return place(answer, sign.join(order), rng)


@attack("tag_characters", "laced", seen=True)
def tag_characters(answer: str, setting: Setting, rng: random.Random) -> str:
    """An order in Unicode tags, which no page shows."""
    order = rng.choice(setting.phrases.orders)
    return answer + "".join(chr(0xE0000 + ord(c)) for c in order if ord(c) < 0x80)


@attack("homoglyph", "laced", seen=True)
def homoglyph(answer: str, setting: Setting, rng: random.Random) -> str:
    """An order with letters of another script that look the same."""
    return place(answer, rng.choice(setting.phrases.orders).translate(_LOOKALIKES), rng)


@attack("encoded", "laced", seen=True)
def encoded(answer: str, setting: Setting, rng: random.Random) -> str:
    """An order as base64 or hexadecimal."""
    raw = rng.choice(setting.phrases.orders).encode()
    blob = rng.choice([base64.b64encode(raw).decode(), raw.hex()])
    return place(answer, blob, rng)


@attack("hidden_markup", "laced", seen=True)
def hidden_markup(answer: str, setting: Setting, rng: random.Random) -> str:
    """An order in markup that a browser does not show."""
    wrap = rng.choice(setting.phrases.hidden)
    return place(answer, wrap.replace("{text}", rng.choice(setting.phrases.orders)), rng)


@attack("hidden_answer", "laced", seen=True)
def hidden_answer(answer: str, setting: Setting, rng: random.Random) -> str:
    """The rubric's statements in markup that a browser does not show."""
    says = " ".join(i.says for d in setting.dimensions for i in d.indicators if i.kind == "strong")
    return place(answer, rng.choice(setting.phrases.hidden).replace("{text}", says), rng)
