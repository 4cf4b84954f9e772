"""Words of the rubric and of the question, without anything said."""

import random

from evenhand.judges.clauses import words
from evenhand.studies.redteam.attack import Setting, attack
from evenhand.studies.redteam.weaving import place

_OPENINGS = (
    "I am somebody who",
    "As a candidate, this answer",
    "In my work the person",
    "Here one",
)


@attack("rubric_stuffing", "laced", seen=True)
def rubric_stuffing(answer: str, setting: Setting, rng: random.Random) -> str:
    """Statements of the rubric, some with a word before them or one left out."""
    says = [i.says for d in setting.dimensions for i in d.indicators if i.kind == "strong"]
    chosen = rng.sample(says, min(5, len(says)))
    return place(answer, "\n".join(_disguised(text, rng) for text in chosen), rng)


@attack("rubric_alone", "alone", seen=True)
def rubric_alone(answer: str, setting: Setting, rng: random.Random) -> str:
    """Nothing but the rubric: its statements and the text of its best level."""
    says = [i.says for d in setting.dimensions for i in d.indicators if i.kind == "strong"]
    return "\n".join([*says, *(d.levels[4] for d in setting.dimensions)])


def _disguised(text: str, rng: random.Random) -> str:
    said = text.split()
    if rng.random() < 0.5:
        return f"{rng.choice(_OPENINGS)} {said[0].lower()} {' '.join(said[1:])}"
    del said[rng.randrange(1, len(said))]
    return " ".join(said)


@attack("keyword_list", "laced", seen=True)
def keyword_list(answer: str, setting: Setting, rng: random.Random) -> str:
    """A list of the rubric's words after the answer."""
    return f"{answer}\n\n{_listed(setting, rng)}"


@attack("keyword_list_alone", "alone", seen=True)
def keyword_list_alone(answer: str, setting: Setting, rng: random.Random) -> str:
    """A list of the rubric's words and nothing else."""
    return _listed(setting, rng)


def _listed(setting: Setting, rng: random.Random) -> str:
    said = [w for d in setting.dimensions for i in d.indicators for w in words(i.says)]
    terms = sorted({word for word in said if len(word) > 4})
    chosen = rng.sample(terms, min(40, len(terms)))
    joint = rng.choice([", ", " / ", "\n- ", "; ", " "])
    return joint.join(chosen)


@attack("question_echo", "alone", seen=True)
def question_echo(answer: str, setting: Setting, rng: random.Random) -> str:
    """The question given back, with a polite word before it."""
    return f"You ask me the following. {setting.prompt.text} {setting.prompt.text}"


@attack("question_echo_laced", "laced", seen=False)
def question_echo_laced(answer: str, setting: Setting, rng: random.Random) -> str:
    """The question before the answer, which is common and harmless."""
    return f"{setting.prompt.text}\n\n{answer}"
