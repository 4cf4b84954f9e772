"""Is the answer about the question at all?

A logistic regression on five similarities, learnt from answers under their own question and from
golden answers under others. Its probability scales what an answer earns above level 1 and does so
only near zero: answers to the question, terse ones too, all but never come there.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from evenhand.judges.reading import Reading
from evenhand.judges.references import References
from evenhand.rubric import Dimension, Pack, Prompt

Array = NDArray[np.float64]

SURE = 0.02
"""Probability from which on an answer counts as being about the question in full."""
PENALTY = 1.0
MEASURES = 5


def similarities(
    references: References,
    pack: Pack,
    prompt: Prompt,
    dimension: Dimension,
    questions: Mapping[str, Array],
    reading: Reading,
) -> Array:
    """Return how near an answer comes to what was asked: (MEASURES,).

    Answer to question, clauses to indicators, answer to all indicators together; then how much
    nearer the clauses come to the indicators than to those of the nearest dimension that was not
    asked about, and the answer to the question than to the nearest other question.

    Args:
        references: The sentences to compare with.
        pack: All that could have been asked.
        prompt: What was asked.
        dimension: What is judged.
        questions: By prompt, (WIDTH,) unit vector of its text.
        reading: The answer; at least one clause.
    """
    mean = _unit(reading.vectors.mean(0))
    near = {
        d.id: references.near([i.id for i in d.indicators], reading.vectors).max(0).mean()
        for d in pack.dimensions
    }
    target = np.concatenate([references.vectors[i.id] for i in dimension.indicators]).mean(0)
    asked, own = float(mean @ questions[prompt.id]), float(near[dimension.id])
    elsewhere = [float(value) for name, value in near.items() if name not in prompt.dimensions]
    others = [float(mean @ vector) for name, vector in questions.items() if name != prompt.id]
    return np.array(
        [
            asked,
            own,
            mean @ _unit(target),
            own - max(elsewhere, default=own),
            asked - max(others, default=asked),
        ]
    )


def _unit(vector: Array) -> Array:
    unit: Array = vector / np.linalg.norm(vector)
    return unit


@dataclass(frozen=True, eq=False)
class Relevance:
    """The fitted gate: standardisation and slopes, (MEASURES,) each, and offset."""

    centre: Array
    scale: Array
    slopes: Array
    offset: float

    def gate(self, x: Array) -> Array:
        """Return the share, 0 to 1, of what lies above level 1 that each answer keeps."""
        odds = (x - self.centre) / self.scale @ self.slopes + self.offset
        gate: Array = np.minimum(1 / (1 + np.exp(-odds)) / SURE, 1.0)
        return gate


def fit_relevance(own: Array, other: Array) -> Relevance:
    """Fit the gate to similarities under their own question (n, MEASURES) and under others."""
    x = np.concatenate([own, other])
    y = np.concatenate([np.ones(len(own)), -np.ones(len(other))])
    centre, scale = x.mean(0), x.std(0) + 1e-6
    z = (x - centre) / scale

    def loss(weights: Array) -> tuple[float, Array]:
        margin = y * (z @ weights[:-1] + weights[-1])
        slope = -y / (1 + np.exp(margin))
        cost = np.logaddexp(0, -margin).sum() + PENALTY * (weights[:-1] ** 2).sum() / 2
        gradient = np.append(z.T @ slope + PENALTY * weights[:-1], slope.sum())
        return float(cost), gradient

    best = minimize(loss, np.zeros(MEASURES + 1), jac=True, method="L-BFGS-B").x
    return Relevance(centre, scale, best[:-1], float(best[-1]))
