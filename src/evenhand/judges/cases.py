"""What the panel learns from: golden answers with their levels, and foils that are worth nothing.

A foil is a text whose level is known without a rater: an answer to another question, a list of the
rubric's words, an empty phrase. They keep a judge from rewarding form where there is no matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evenhand.judges.clauses import words
from evenhand.judges.commonplaces import KINDS
from evenhand.judges.encoder import Encoder
from evenhand.judges.reading import Reading, read_all
from evenhand.judges.screening import screen
from evenhand.rubric import GoldenAnswer, Pack, Prompt

PHRASES = (
    "Thought process: let me think about this step by step.",
    "I would do my best to give a good and complete answer to this question.",
    "This is a very important topic and there is a lot to consider. It depends on the situation.",
    "I have a lot of experience with this and I am confident that I would handle it well.",
    "I do not know, sorry. I have never done this.",
)
ESSAYS = (
    "We repaired my old bicycle last spring. First I took off both wheels, then I cleaned the "
    "chain for two hours. If the brake squeaks, it is usually the left pad. I rode 40 kilometres "
    "on it.",
    "My brother plays football in the third league. In 2016 they lost nine games in a row, but "
    "the coach stayed. He told them to run less and pass more, and by May they had 31 points.",
    "For the soup you need three carrots, an onion and half a litre of stock. Do not let it boil. "
    "I once forgot the salt and nobody noticed, because the bread was so good.",
    "We went to the coast for ten days and it rained on seven of them. My father read, the "
    "children counted ships. Because the ferry was late, we saw the lighthouse only from far "
    "away.",
    "When we bought the house the roof leaked in two places. A carpenter checked every beam and "
    "said that it would hold for 20 years. We painted the kitchen yellow, which was a mistake.",
    "Our dog was afraid of thunder. We tried music, a blanket and a trainer who cost 60 an hour. "
    "In the end he slept under my desk, and after a year he no longer barked.",
    "My uncle keeps bees behind the barn. Last summer he had six hives and 90 jars of honey. If "
    "it is cold in April he feeds them sugar, though the neighbours laugh at him.",
    "The choir meets on Tuesdays in the old school. We were 24 voices, then the tenor moved away. "
    "In 2009 we sang in Prague, where the organ was out of tune and the hall half empty.",
)
"""Stories with numbers and deeds that answer no question of any pack."""
TRAP_NOISE = 2.2
"""Variance of a trap's level relative to a golden answer's: see `samples`. From here on a text
tells nothing of what an answer to its question is about."""
FOIL_NOISE = 2.5
"""Variance of a foil's level relative to a golden answer's: a foil weighs less than a trap."""

_COMMON = frozenset(
    (
        *("a", "an", "the", "of", "to", "in", "on", "at", "for", "with", "by", "from", "and", "or"),
        *("as", "is", "are", "be", "it", "its", "this", "that", "than", "not", "no", "what"),
        *("which", "who", "how", "when", "where", "whether", "them", "they", "their", "own"),
        *("each", "one", "does", "do", "did", "says", "asks"),
    )
)


@dataclass(frozen=True, eq=False)
class Case:
    """One answer on one dimension with what is known of it.

    Attributes:
        author: Who wrote it; "" where nobody of the golden authors did.
        level: The raters' mean.
        marks: The raters' mean mark by indicator, 0 to 2.
        noise: Variance of the level relative to a golden answer's.
        voice: Who wrote it, where that is no golden author and wrote several.
    """

    reading: Reading
    prompt: str
    dimension: str
    author: str
    level: float
    marks: Mapping[str, float]
    noise: float = 1.0
    voice: str = ""

    @property
    def golden(self) -> bool:
        """Say whether raters gave the level; otherwise it is a foil."""
        return self.noise == 1.0


def foreign_sentences(pack: Pack, prompt: Prompt) -> tuple[str, ...]:
    """Return what is not a candidate's own: the question and the rubric of its dimensions."""
    sentences = [prompt.text]
    for name in prompt.dimensions:
        dimension = pack.dimension(name)
        sentences += [dimension.asks, *dimension.levels, *(i.says for i in dimension.indicators)]
    return tuple(sentences)


def golden_cases(pack: Pack, encoder: Encoder) -> list[Case]:
    """Read every golden answer; one case for each of its rated dimensions."""
    texts = []
    for answer in pack.golden:
        prompt = pack.prompt(answer.prompt)
        texts.append((screen(answer.text, prompt.text).text, foreign_sentences(pack, prompt)))
    cases = []
    for answer, reading in zip(pack.golden, read_all(texts, encoder), strict=True):
        for dimension in pack.prompt(answer.prompt).dimensions:
            level, marks = _raters_mean(answer, dimension)
            if level is not None:
                cases.append(Case(reading, answer.prompt, dimension, answer.author, level, marks))
    return cases


def _raters_mean(answer: GoldenAnswer, dimension: str) -> tuple[float | None, dict[str, float]]:
    ratings = [rating for rating in answer.ratings if rating.dimension == dimension]
    if not ratings:
        return None, {}
    names = ratings[0].marks
    marks = {name: float(np.mean([r.marks[name] for r in ratings])) for name in names}
    return float(np.mean([rating.level for rating in ratings])), marks


def foil_cases(pack: Pack, encoder: Encoder) -> list[Case]:
    """Make the foils for every prompt: phrases, essays, commonplaces of a kind, a word list."""
    foils: list[Case] = []
    common = (" ".join(said) for said in KINDS.values())
    texts = [(text, ()) for text in (*PHRASES, *ESSAYS, *common)]
    phrases = read_all(texts, encoder)
    lists = read_all([(_word_list(pack, prompt), ()) for prompt in pack.prompts], encoder)
    for prompt, listed in zip(pack.prompts, lists, strict=True):
        for name in prompt.dimensions:
            foils += [_foil(pack, r, prompt.id, name, "") for r in (*phrases, listed)]
    return foils


def misplaced_cases(pack: Pack, golden: Sequence[Case], encoder: Encoder) -> list[Case]:
    """Put each golden answer under one prompt that shares no dimension with its own, in turn.

    The essays, which belong nowhere, go under every prompt. These cases teach nothing but
    relevance: what a misplaced answer is worth is not always 1.
    """
    foils = []
    for index, case in enumerate(golden):
        own = set(pack.prompt(case.prompt).dimensions)
        others = [p for p in pack.prompts if not own & set(p.dimensions)]
        if others:
            prompt = others[index % len(others)]
            name = next(iter(prompt.dimensions))
            foils.append(_foil(pack, case.reading, prompt.id, name, case.author))
    for essay in read_all([(text, ()) for text in ESSAYS], encoder):
        for prompt in pack.prompts:
            foils += [_foil(pack, essay, prompt.id, name, "") for name in prompt.dimensions]
    return foils


def _foil(pack: Pack, reading: Reading, prompt: str, dimension: str, author: str) -> Case:
    marks = {indicator.id: 0.0 for indicator in pack.dimension(dimension).indicators}
    return Case(reading, prompt, dimension, author, 1.0, marks, FOIL_NOISE)


def _word_list(pack: Pack, prompt: Prompt) -> str:
    """Join the rubric's words without their sense, ten to a line."""
    said = [
        word
        for name in prompt.dimensions
        for indicator in pack.dimension(name).indicators
        for word in words(indicator.says)
    ]
    unique = sorted({word for word in said if word not in _COMMON})
    return "\n".join(", ".join(unique[i : i + 10]) for i in range(0, len(unique), 10))
