"""Is the answer about the question at all?

A logistic regression on three similarities, learnt from golden answers under their own question and
under others. Its probability scales what an answer earns above level 1 and does so only near zero:
golden answers under their own question all but never come there.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from evenhand.judges.coverage import nearness
from evenhand.judges.reading import Reading
from evenhand.judges.references import References
from evenhand.rubric import Dimension

Array = NDArray[np.float64]

SURE = 0.06
"""Probability from which on an answer counts as being about the question in full."""
PENALTY = 1.0


def similarities(
    references: References, dimension: Dimension, question: Array, reading: Reading
) -> Array:
    """Return (3,): answer to question, clauses to indicators, answer to all indicators together.

    Args:
        references: The sentences to compare with.
        dimension: What is judged.
        question: (WIDTH,) unit vector of the prompt's text.
        reading: The answer; at least one clause.
    """
    mean = _unit(reading.vectors.mean(0))
    near = np.stack([nearness(references, i.id, reading) for i in dimension.indicators])
    target = np.concatenate([references.vectors[i.id] for i in dimension.indicators]).mean(0)
    return np.array([mean @ question, near.max(0).mean(), mean @ _unit(target)])


def _unit(vector: Array) -> Array:
    unit: Array = vector / np.linalg.norm(vector)
    return unit


@dataclass(frozen=True, eq=False)
class Relevance:
    """The fitted gate: standardisation (3,), slopes (3,) and offset."""

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
    """Fit the gate to similarities under their own question (n, 3) and under others (m, 3)."""
    x = np.concatenate([own, other])
    y = np.concatenate([np.ones(len(own)), -np.ones(len(other))])
    centre, scale = x.mean(0), x.std(0)
    z = (x - centre) / scale

    def loss(weights: Array) -> tuple[float, Array]:
        margin = y * (z @ weights[:3] + weights[3])
        slope = -y / (1 + np.exp(margin))
        cost = np.logaddexp(0, -margin).sum() + PENALTY * (weights[:3] ** 2).sum() / 2
        gradient = np.append(z.T @ slope + PENALTY * weights[:3], slope.sum())
        return float(cost), gradient

    best = minimize(loss, np.zeros(4), jac=True, method="L-BFGS-B").x
    return Relevance(centre, scale, best[:3], float(best[3]))
