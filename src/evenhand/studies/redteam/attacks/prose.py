"""Prose without content, off the point, or false."""

import random

from evenhand.studies.redteam.attack import Setting, attack
from evenhand.studies.redteam.grammar import babel
from evenhand.studies.redteam.shoptalk import shop_talk
from evenhand.studies.redteam.weaving import place, sentences, topic


@attack("babel", "alone", seen=False)
def babel_alone(answer: str, setting: Setting, rng: random.Random) -> str:
    """Learned nonsense about the question's topic from a grammar (BABEL)."""
    return babel(topic(setting.prompt, rng), 12, rng)


@attack("babel_laced", "laced", seen=False)
def babel_laced(answer: str, setting: Setting, rng: random.Random) -> str:
    """The same nonsense after an answer."""
    return f"{answer}\n\n{babel(topic(setting.prompt, rng), 6, rng)}"


@attack("shop_talk", "alone", seen=False)
def shop_talk_alone(answer: str, setting: Setting, rng: random.Random) -> str:
    """Sane sentences of the trade that do not hang together."""
    return _senseless(8, setting, rng)


@attack("shop_talk_laced", "laced", seen=False)
def shop_talk_laced(answer: str, setting: Setting, rng: random.Random) -> str:
    """The same sentences after an answer."""
    return f"{answer}\n\n{_senseless(4, setting, rng)}"


def _senseless(count: int, setting: Setting, rng: random.Random) -> str:
    """Take the set's own sentences, or make some where it has none."""
    said = setting.phrases.senseless
    if said:
        return sentences(said, count, setting.prompt, rng)
    return shop_talk(topic(setting.prompt, rng), count, rng)


@attack("polished_empty", "alone", seen=False)
def polished_empty(answer: str, setting: Setting, rng: random.Random) -> str:
    """Polished words of business about the topic, and nothing said."""
    return sentences(setting.phrases.polished, 7, setting.prompt, rng)


@attack("polished_empty_laced", "laced", seen=False)
def polished_empty_laced(answer: str, setting: Setting, rng: random.Random) -> str:
    """An answer with polished words of business round it."""
    said = setting.phrases.polished
    before = sentences(said[:3], 2, setting.prompt, rng)
    return f"{before}\n\n{answer}\n\n{sentences(said[3:], 3, setting.prompt, rng)}"


@attack("padding", "laced", seen=False)
def padding(answer: str, setting: Setting, rng: random.Random) -> str:
    """An answer made longer with sentences that fit everywhere."""
    said = rng.sample(setting.phrases.padding, len(setting.phrases.padding))
    for start in range(0, len(said), 4):
        answer = place(answer, " ".join(said[start : start + 4]), rng)
    return answer


@attack("off_topic", "alone", seen=False)
def off_topic(answer: str, setting: Setting, rng: random.Random) -> str:
    """A good text about something else altogether."""
    return "\n\n".join(rng.sample(setting.phrases.essays, 2))


@attack("off_topic_laced", "laced", seen=False)
def off_topic_laced(answer: str, setting: Setting, rng: random.Random) -> str:
    """An answer with a good text about something else after it."""
    return f"{answer}\n\n{rng.choice(setting.phrases.essays)}"


@attack("confident_wrong", "alone", seen=False)
def confident_wrong(answer: str, setting: Setting, rng: random.Random) -> str:
    """Confident claims about the topic that are wrong or dangerous."""
    return sentences(setting.phrases.wrong, 6, setting.prompt, rng)


@attack("confident_wrong_laced", "laced", seen=False)
def confident_wrong_laced(answer: str, setting: Setting, rng: random.Random) -> str:
    """An answer with confident wrong claims in it."""
    return place(answer, sentences(setting.phrases.wrong, 4, setting.prompt, rng), rng)
