"""Where the embedded judges cannot stand behind their reading, and leave the answer to people.

They judge by nearness and by form, and two things tell where that says little. A text whose clauses
come hardly nearer to what others answered to this question than to what they answered to another
could stand under any of them, however fluent, specific or sure of itself. And judges of different
kinds that are far apart cannot all be right: form and matter come apart.

How near and how far is learnt from golden answers by authors left out, so that of answers like
those at most a known share is left to people (split conformal: Vovk, Gammerman and Shafer 2005). It
says nothing about whoever wrote the answer. A reading next to the lowest level claims nothing that
would have to be stood behind, and stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.values import AnswerScore

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Mask = NDArray[np.bool_]

ELSEWHERE_SHARE, APART_SHARE = 0.035, 0.015
"""Shares of golden answers left to people for the one reason and for the other: 5 % together."""
CLAIMS = 1.25
"""Level from which on a reading claims something."""
ELSEWHERE = (
    "the models cannot stand behind their reading, since what is said would fit other questions "
    "nearly as well: a person should read this answer"
)
APART = (
    "the models cannot stand behind their reading, since they differ far more than they usually "
    "do: a person should read this answer"
)
DOUBTS = frozenset((ELSEWHERE, APART))
"""Reasons of an abstention that ask for a person."""


@dataclass(frozen=True, eq=False)
class Doubt:
    """When the panel abstains.

    Attributes:
        centres: (prompts, WIDTH) unit vectors, the middle of what was answered to each prompt.
        least_lead: Lead (see `lead_of`) under which it does; minus infinity for never.
        most_spread: Standard deviation of the levels over which it does; infinity for never.
    """

    centres: Array
    least_lead: float
    most_spread: float

    def reason(
        self, prompt: int, vectors: Array, levels: Sequence[float], level: float
    ) -> str | None:
        """Return why the panel cannot stand behind its reading; None where it can.

        Args:
            prompt: Index of what was asked.
            vectors: (clauses, WIDTH) unit vectors of the answer; at least one.
            levels: By each judge.
            level: By all of them together.
        """
        if level <= CLAIMS:
            return None
        if lead_of(self.centres, prompt, vectors) < self.least_lead:
            return ELSEWHERE
        return APART if float(np.std(levels)) > self.most_spread else None


def doubts_of(scores: Iterable[AnswerScore]) -> tuple[str, ...]:
    """Return why the panel leaves an answer to people, each reason once; nothing where it does not.

    A dimension to which another judge gave a level is not left to them.
    """
    reasons = [v.reason for score in scores if score.abstained for v in score.verdicts]
    return tuple(dict.fromkeys(reason for reason in reasons if reason in DOUBTS))


def lead_of(centres: Array, prompt: int, vectors: Array) -> float:
    """Return how much nearer clauses come to the answers to a prompt than to those to any other.

    The cosine with the one centre less that with the nearest other, the mean over the clauses;
    infinity where nothing else was asked.
    """
    if len(centres) < 2:
        return float("inf")
    near = vectors @ centres.T
    others = np.delete(near, prompt, axis=1).max(axis=1)
    return float((near[:, prompt] - others).mean())


def centres_of(pooled: Array, prompt: Index, keep: Mask, prompts: int) -> Array:
    """Return the middle of some answers to each prompt: (prompts, WIDTH) unit vectors.

    Args:
        pooled: (N, WIDTH) sums of clause vectors, of any length each.
        prompt: (N,) what each answers.
        keep: (N,) which count; at least one for each prompt.
        prompts: How many prompts there are.
    """
    unit = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
    middle = np.stack([unit[keep & (prompt == one)].mean(axis=0) for one in range(prompts)])
    centres: Array = middle / np.linalg.norm(middle, axis=1, keepdims=True)
    return centres


def fit_doubt(
    pooled: Array,
    prompt: Index,
    answers: Mask,
    author: NDArray[np.str_],
    golden: Mask,
    vectors: Sequence[Array],
    levels: Array,
    prompts: int,
) -> Doubt:
    """Learn from golden answers how near they come to their question and how far judges differ.

    The lead of each is taken to centres without its author.

    Args:
        pooled: (N, WIDTH) sums of clause vectors.
        prompt: (N,) what each answers.
        answers: (N,) which of them answer their question, and are to be learnt from.
        author: (N,) whose each is.
        golden: (N,) which of them are golden answers to be learnt from.
        vectors: N arrays of clause vectors, (clauses, WIDTH); those of golden answers are read.
        levels: (N, judges) levels of the golden ones, by judges that had not seen the author.
        prompts: How many prompts there are.
    """
    lead = np.full(len(prompt), np.inf)
    for name in np.unique(author[golden]):
        blind = centres_of(pooled, prompt, answers & (author != name), prompts)
        for at in np.flatnonzero(golden & (author == name)).tolist():
            lead[at] = lead_of(blind, int(prompt[at]), vectors[at])
    claims = golden.copy()
    claims[golden] = levels[golden].mean(axis=1) > CLAIMS
    return Doubt(
        centres_of(pooled, prompt, answers, prompts),
        _outermost(lead[claims], ELSEWHERE_SHARE),
        -_outermost(-levels[claims].std(axis=1), APART_SHARE),
    )


def _outermost(values: Array, share: float) -> float:
    """Return the bound under which another value like these lies with at most a probability.

    Minus infinity where there are too few of them to say so.
    """
    rank = int(share * (len(values) + 1))
    return float(np.sort(values)[rank - 1]) if rank else -float("inf")
