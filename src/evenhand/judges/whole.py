"""Judges that read the answer as a whole: Gaussian processes on two kinds of input.

The words' kernel is linear in the sum of clause vectors, shrunk so that a short answer lies near
nothing, and shared in part between prompts. The signs' kernel is radial in signs of substance and
in how much of the rubric is touched; it never sees a word. `embedding` uses the first, `features`
the second, and `regression` both.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.coverage import NEAR, SHARPNESS, nearness
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
"""How the words' kernel divides between all answers, a dimension and a prompt."""
REACH = 2.0
"""Length scale of the signs' kernel, in standard deviations per feature."""
ALIKE = 0.5
"""How alike the signs' kernel is across dimensions."""
WIDE = len(SUBSTANCE) + 4


@dataclass(frozen=True)
class Recipe:
    """What a judge is made of: the size of each kernel and the noise of one golden level."""

    words: float
    signs: float
    noise: float


RECIPES = {
    "embedding": Recipe(1.0, 0.0, 0.1),
    "features": Recipe(0.0, 1.0, 0.12),
    "regression": Recipe(1.0, 1.0, 0.2),
}


def pooled(reading: Reading) -> Array:
    """Return the shrunken mean of the clause vectors, (WIDTH,)."""
    total: Array = reading.vectors.sum(0) / (len(reading.clauses) + PULL)
    return total


def wide_features(references: References, dimension: Dimension, reading: Reading) -> Array:
    """Return signs of substance and how much of the rubric is touched: (WIDE,)."""
    near = np.stack([nearness(references, i.id, reading) for i in dimension.indicators])
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
        wide: (N, WIDE).
        pair, dimension: (N,) index of the (prompt, dimension) pair and of the dimension.
    """

    pooled: Array
    wide: Array
    pair: Index
    dimension: Index

    def take(self, keep: Mask) -> "Inputs":
        """Return some of the answers."""
        return Inputs(self.pooled[keep], self.wide[keep], self.pair[keep], self.dimension[keep])


def pair_covariance(pairs: list[tuple[str, str]]) -> Array:
    """Return the prior covariance of the words' weights between (prompt, dimension) pairs."""
    return np.array(
        [
            [SHARED + BY_DIMENSION * (a[1] == b[1]) + BY_PROMPT * (a[0] == b[0]) for b in pairs]
            for a in pairs
        ]
    )


@dataclass(frozen=True, eq=False)
class WholeModel:
    """One fitted judge.

    Attributes:
        signs: Size of the signs' kernel.
        mean: Level before anything is known.
        vectors: (pairs, WIDTH) weights of the words.
        offsets: (pairs,).
        centre, scale: (WIDE,) standardisation of the signs.
        alpha: (rows,) weights of the answers learnt from; 0 for one that was left out.
    """

    signs: float
    mean: float
    vectors: Array
    offsets: Array
    centre: Array
    scale: Array
    alpha: Array

    def levels(self, x: Inputs, learnt: Inputs) -> Array:
        """Return levels before clipping, (rows,); `learnt` is what the model was fitted on."""
        found: Array = self.mean + self.offsets[x.pair] + (self.vectors[x.pair] * x.pooled).sum(1)
        if self.signs:
            kernel = _radial(self._scaled(x), x.dimension, self._scaled(learnt), learnt.dimension)
            found = found + self.signs * kernel @ self.alpha
        return found

    def _scaled(self, x: Inputs) -> Array:
        scaled: Array = (x.wide - self.centre) / self.scale
        return scaled


def fit_whole(
    recipe: Recipe, learnt: Inputs, keep: Mask, level: Array, noise: Array, covariance: Array
) -> WholeModel:
    """Fit one judge.

    Args:
        recipe: What it is made of.
        learnt: N answers.
        keep: (N,) which of them to learn from.
        level: (N,) the raters' mean.
        noise: (N,) its relative variance.
        covariance: (pairs, pairs) of `pair_covariance`.
    """
    x = learnt.take(keep)
    centre, scale = x.wide.mean(0), x.wide.std(0) + 1e-6
    z = (x.wide - centre) / scale
    size = float((x.pooled**2).sum(1).mean())
    offset = recipe.words * (0.05 * covariance + 0.2)
    between = recipe.words * covariance / size
    pairs = np.ix_(x.pair, x.pair)
    kernel = between[pairs] * (x.pooled @ x.pooled.T) + offset[pairs]
    if recipe.signs:
        kernel = kernel + recipe.signs * _radial(z, x.dimension, z, x.dimension)
    mean = float(np.average(level[keep], weights=1 / noise[keep]))
    alpha = np.linalg.solve(kernel + recipe.noise * np.diag(noise[keep]), level[keep] - mean)
    spread = np.zeros(len(keep))
    spread[keep] = alpha
    return WholeModel(
        recipe.signs,
        mean,
        between[:, x.pair] @ (alpha[:, None] * x.pooled),
        offset[:, x.pair] @ alpha,
        centre,
        scale,
        spread,
    )


def _radial(a: Array, da: Index, b: Array, db: Index) -> Array:
    squared = (a**2).sum(1)[:, None] + (b**2).sum(1)[None] - 2 * a @ b.T
    near = np.exp(-np.maximum(squared, 0) / (2 * REACH**2 * a.shape[1]))
    same = da[:, None] == db[None]
    kernel: Array = near * (ALIKE + (1 - ALIKE) * same) + 0.05 * same
    return kernel
