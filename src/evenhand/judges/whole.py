"""Judges that read the answer as a whole: Gaussian processes on three kinds of input.

The sense's kernel is linear in the sum of clause vectors and in what is said together, both shrunk
so that a short answer lies near nothing; the wording's kernel is linear in the vocabulary's vector.
Both are shared in part between prompts. The signs' kernel is radial in signs of substance and in
how much of the rubric is touched; it never sees a word. `embedding`, `wording` and `features` use
one each, `regression` all three.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.coverage import NEAR, SHARPNESS
from evenhand.judges.evidence import SUBSTANCE
from evenhand.judges.reading import Reading
from evenhand.judges.references import References
from evenhand.rubric import Dimension

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Mask = NDArray[np.bool_]

PULL = 15.0
"""Clauses of nothing that each answer is averaged with."""
SHARED, BY_DIMENSION, BY_PROMPT = 0.2, 0.3, 0.5
"""How the two word kernels divide between all answers, a dimension and a prompt."""
OFFSET = 0.2
"""Variance of a level that all answers share, with each word kernel."""
TOGETHER = 0.5
"""Part of the sense's kernel that is what clauses say together (`together`)."""
REACH = 2.0
"""Length scale of the signs' kernel, in standard deviations per feature."""
ALIKE = 0.5
"""How alike the signs' kernel is across dimensions."""
WIDE = len(SUBSTANCE) + 4
START, START_VARIANCE = 3.0, 4.0
"""Level before anything is known, and how little is known of it."""


@dataclass(frozen=True)
class Recipe:
    """What a judge is made of: the size of each kernel and the noise of one golden level."""

    sense: float
    wording: float
    signs: float
    noise: float


RECIPES = {
    "embedding": Recipe(1.0, 0.0, 0.0, 0.8),
    "wording": Recipe(0.0, 1.0, 0.0, 0.3),
    "features": Recipe(0.0, 0.0, 1.0, 0.4),
    "regression": Recipe(0.7, 0.6, 0.8, 0.4),
}


def pooled(reading: Reading) -> Array:
    """Return the shrunken mean of the clause vectors, (WIDTH,)."""
    total: Array = reading.vectors.sum(0) / (len(reading.clauses) + PULL)
    return total


def wide_features(references: References, dimension: Dimension, reading: Reading) -> Array:
    """Return signs of substance and how much of the rubric is touched: (WIDE,)."""
    near = references.near([i.id for i in dimension.indicators], reading.vectors)
    strong = np.array([i.kind == "strong" for i in dimension.indicators])
    best = 1 / (1 + np.exp(-SHARPNESS * (near.max(1) - NEAR)))
    flags = best[~strong].mean() if (~strong).any() else 0.0
    about = near[strong].max(0)
    touched = [best[strong].mean(), flags, about.mean(), np.sort(about)[-3:].mean()]
    return np.concatenate([reading.features[list(SUBSTANCE)], touched])


@dataclass(frozen=True, eq=False)
class Inputs:
    """What the whole-answer judges see of N answers.

    Attributes:
        pooled: (N, WIDTH).
        together: (N, m) what clauses say together.
        said: (N, stems) vectors of the vocabulary.
        wide: (N, WIDE).
        prompt, dimension: (N,) their indices.
    """

    pooled: Array
    together: Array
    said: Array
    wide: Array
    prompt: Index
    dimension: Index

    def take(self, keep: Mask | Index) -> "Inputs":
        """Return some of the answers."""
        return Inputs(
            self.pooled[keep],
            self.together[keep],
            self.said[keep],
            self.wide[keep],
            self.prompt[keep],
            self.dimension[keep],
        )


@dataclass(frozen=True, eq=False)
class Scale:
    """What the kernels are measured in, found on the answers learnt from.

    Attributes:
        sense, together, wording: Mean squared length of each kind of vector.
        centre, spread: (WIDE,) standardisation of the signs.
    """

    sense: float
    together: float
    wording: float
    centre: Array
    spread: Array


def scale_of(x: Inputs) -> Scale:
    """Measure the answers learnt from."""
    return Scale(
        float((x.pooled**2).sum(1).mean()),
        float((x.together**2).sum(1).mean()),
        float((x.said**2).sum(1).mean()),
        x.wide.mean(0),
        x.wide.std(0) + 1e-6,
    )


@dataclass(frozen=True, eq=False)
class Alike:
    """How alike two sets of answers are, (a, b) each, and what they share."""

    sense: Array
    wording: Array
    signs: Array
    prompt: Mask
    dimension: Mask


def likeness(a: Inputs, b: Inputs, scale: Scale) -> Alike:
    """Compare every answer of `a` with every one of `b`."""
    used = np.flatnonzero(a.said.any(0))
    pooled = a.pooled @ b.pooled.T / scale.sense
    together = a.together @ b.together.T / scale.together
    return Alike(
        (1 - TOGETHER) * pooled + TOGETHER * together,
        a.said[:, used] @ b.said[:, used].T / scale.wording,
        radial((a.wide - scale.centre) / scale.spread, (b.wide - scale.centre) / scale.spread),
        a.prompt[:, None] == b.prompt[None],
        a.dimension[:, None] == b.dimension[None],
    )


def kernel(recipe: Recipe, alike: Alike) -> Array:
    """Return the covariance of two sets of answers' levels under a recipe: (a, b)."""
    task = SHARED + BY_DIMENSION * alike.dimension + BY_PROMPT * alike.prompt
    # Each word kernel has an offset beside it, so that its prompts may differ in level.
    sense = recipe.sense * (alike.sense * task + 0.05 * task + OFFSET)
    wording = recipe.wording * (alike.wording * task + 0.05 * task + OFFSET)
    signs = alike.signs * (ALIKE + (1 - ALIKE) * alike.dimension) + 0.05 * alike.dimension
    total: Array = sense + wording + recipe.signs * signs + START_VARIANCE
    return total


def solve(
    covariance: Array, noise: Array, off: Array, groups: NDArray[np.str_]
) -> tuple[Array, Array]:
    """Solve a Gaussian process, and say what it would predict for each group without that group.

    Args:
        covariance: (n, n) before noise.
        noise: (n,) variances.
        off: (n,) observed values less the mean before anything is known.
        groups: (n,) names.

    Returns:
        (n,) weights, and (n,) predictions of `off` with all of the same group left out
        (Rasmussen and Williams 2006, equation 5.12, for blocks).
    """
    inverse = np.linalg.inv(covariance + np.diag(noise))
    alpha: Array = inverse @ off
    left_out = np.empty_like(off)
    for group in np.unique(groups):
        at = np.flatnonzero(groups == group)
        left_out[at] = off[at] - np.linalg.solve(inverse[np.ix_(at, at)], alpha[at])
    return alpha, left_out


def radial(a: Array, b: Array, reach: float = REACH) -> Array:
    """Return the Gaussian kernel of standardised features: (a, b)."""
    squared = (a**2).sum(1)[:, None] + (b**2).sum(1)[None] - 2 * a @ b.T
    near: Array = np.exp(-np.maximum(squared, 0) / (2 * reach**2 * a.shape[1]))
    return near
