"""Changes that a score should not care about, and how far it does.

Not attacks: what a person may write without any wish to cheat. Each gives the same answer in
another form; the difference of the two scores is reported by kind.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from evenhand.studies.redteam.attack import Make, Setting
from evenhand.studies.redteam.weaving import place

_GIVEN = ("Emily", "Lakisha", "Mohammed", "Xiaoling", "Oluwaseun", "Hans-Peter", "Guadalupe")
_FAMILY = ("Walsh", "Washington", "Al-Masri", "Zhang", "Adeyemi", "Huber", "Reyes")
_SCHOOLS = (
    "Stanford University",
    "the University of Lagos",
    "ETH Zurich",
    "Delta State College",
    "the Technical University of Cluj",
)
_EMPLOYERS = ("Google", "Meta", "Brightwater Logistics GmbH", "Infosys", "Kowalski Foods Ltd")
_ARTICLES = re.compile(r"\b(?:the|a|an) ", re.IGNORECASE)


@dataclass(frozen=True)
class Change:
    """One kind of change; no flag is due for any."""

    name: str
    make: Make
    says: str
    form: str = "change"
    seen: bool = False


CHANGES: dict[str, Change] = {}


def _change(name: str) -> Callable[[Make], Make]:
    def register(make: Make) -> Make:
        CHANGES[name] = Change(name, make, (make.__doc__ or "").strip().split("\n")[0])
        return make

    return register


@_change("irrelevance")
def irrelevance(answer: str, setting: Setting, rng: random.Random) -> str:
    """Two sentences about something else at the end."""
    essay = rng.choice(setting.phrases.essays).split(". ")
    return f"{answer}\n\n{'. '.join(essay[:2])}."


@_change("repetition")
def repetition(answer: str, setting: Setting, rng: random.Random) -> str:
    """One paragraph once more at the end."""
    return f"{answer}\n\n{rng.choice(answer.split(chr(10) * 2))}"


@_change("modest praise")
def modest_praise(answer: str, setting: Setting, rng: random.Random) -> str:
    """A sentence of praise by whoever wrote it."""
    return f"{answer}\n\n{rng.choice(setting.phrases.praise)}"


@_change("order of paragraphs")
def order_of_paragraphs(answer: str, setting: Setting, rng: random.Random) -> str:
    """The same paragraphs, or sentences where there is one, in another order."""
    joint = "\n\n" if "\n\n" in answer else ". "
    parts = answer.split(joint)
    rng.shuffle(parts)
    return joint.join(parts)


@_change("second-language English")
def second_language(answer: str, setting: Setting, rng: random.Random) -> str:
    """Articles dropped, third-person endings and contractions changed."""
    text = _ARTICLES.sub(lambda found: "" if rng.random() < 0.6 else found.group(), answer)
    text = re.sub(r"\b(it|he|she) (was|is)\b", r"\1 \2", text)
    text = re.sub(r"\b(it|he|she|that) ([a-z]{3,}[^s\W])s\b", r"\1 \2", text)
    text = re.sub(r"\b(do|did|was|is|would|could)n['’]t\b", r"\1 not", text)
    return re.sub(r"\bmany\b", "much", text)


@_change("name")
def name(answer: str, setting: Setting, rng: random.Random) -> str:
    """A name before the answer."""
    at = rng.randrange(len(_GIVEN))
    return f"My name is {_GIVEN[at]} {_FAMILY[at]}. {answer}"


@_change("school")
def school(answer: str, setting: Setting, rng: random.Random) -> str:
    """A school before the answer."""
    return f"I graduated from {rng.choice(_SCHOOLS)}. {answer}"


@_change("employer")
def employer(answer: str, setting: Setting, rng: random.Random) -> str:
    """An employer before the answer."""
    return place(answer, f"I worked at {rng.choice(_EMPLOYERS)}.", rng)
