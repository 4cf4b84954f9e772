"""The answers that attacks are applied to, and a panel that has not seen their authors."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from evenhand.judges import AnyPanel, Panel
from evenhand.judges.encoder import Encoder
from evenhand.judges.llm.panel import LLMPanel
from evenhand.rubric import GoldenAnswer, Pack, Prompt

QUALITIES = ("poor", "middle", "good")
_BOUNDS = {"poor": (1.0, 2.25), "middle": (2.5, 3.5), "good": (3.75, 5.0)}
ABOUT_ATTACKS = "adversarial_thinking"
"""The dimension whose prompts ask about attacks, where an honest answer quotes one."""


@dataclass(frozen=True)
class Host:
    """A golden answer that an attack is put into."""

    id: str
    author: str
    quality: str
    prompt: Prompt
    text: str


def choose_hosts(pack: Pack, each: int, seed: int, dimension: str | None = None) -> list[Host]:
    """Draw golden answers of three qualities, as many different authors as there are.

    Args:
        pack: With golden answers.
        each: How many of each quality, at most.
        seed: Of the draw.
        dimension: Only answers to prompts with this one; any where no prompt has it.
    """
    rng = random.Random(seed)
    asked = {p.id for p in pack.prompts if dimension in p.dimensions} or {
        p.id for p in pack.prompts
    }
    found: list[Host] = []
    for quality in QUALITIES:
        low, high = _BOUNDS[quality]
        fitting = [
            answer
            for answer in pack.golden
            if answer.prompt in asked and low <= _level(answer) <= high
        ]
        rng.shuffle(fitting)
        found += [
            Host(a.id, a.author, quality, pack.prompt(a.prompt), a.text)
            for a in _spread(fitting)[:each]
        ]
    return found


def fewest_hosts(hosts: Sequence[Host], most: int) -> list[Host]:
    """Keep so many hosts: the first of each quality, then the second of each, and so on."""
    by_quality = [[host for host in hosts if host.quality == quality] for quality in QUALITIES]
    turns = zip_longest(*by_quality)
    return [host for turn in turns for host in turn if host is not None][:most]


def _spread(answers: Sequence[GoldenAnswer]) -> list[GoldenAnswer]:
    """Order so that every author comes once before one comes twice."""
    turn: dict[str, int] = {}
    ranked = []
    for answer in answers:
        turn[answer.author] = turn.get(answer.author, -1) + 1
        ranked.append((turn[answer.author], answer))
    return [answer for _, answer in sorted(ranked, key=lambda pair: pair[0])]


def _level(answer: GoldenAnswer) -> float:
    return float(np.mean([rating.level for rating in answer.ratings]))


class Remembering:
    """An encoder that embeds each clause once: attacks share nearly all of theirs."""

    def __init__(self, inner: Encoder) -> None:
        self.inner = inner
        self.known: dict[str, NDArray[np.float64]] = {}

    @property
    def version(self) -> str:
        """Name the weights of the encoder inside."""
        return self.inner.version

    def encode(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Embed texts, (texts, WIDTH)."""
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        if new:
            self.known.update(zip(new, self.inner.encode(new), strict=True))
        return np.array([self.known[text] for text in texts])


class LeftOut:
    """A panel for each author, that has not seen what the author wrote.

    A panel knows a golden answer by its words and leaves its author out. An attacked one it would
    not know, and would rate it with the author's own answers in mind; so the parameters without
    the author take the place of those for everybody. A panel of a kind that learns from nobody is
    taken as it is.
    """

    def __init__(self, panel: AnyPanel) -> None:
        self.panel = panel
        if isinstance(panel, Panel):
            self.panel = replace(panel, encoder=Remembering(panel.encoder))
        self.known: dict[str, Panel | LLMPanel] = {}

    def without(self, author: str) -> AnyPanel:
        """Return the panel without an author's answers."""
        if not isinstance(self.panel, Panel | LLMPanel):
            return self.panel
        if author not in self.known:
            self.known[author] = self.panel.blind_to(author)
        return self.known[author]
