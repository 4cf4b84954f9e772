"""Components of the measurement model from golden answers, by moments of cross-fitted levels.

The golden raters are language models that agree more than people do. What they say of human raters
is not used: human noise, severity and halo stay at the cold start's sizes.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evenhand.measure import Components, JudgeFacet, answer_level, default_components

Array = NDArray[np.float64]

START_WORTH = 10.0
"""What the cold start's variance of abilities is worth, in authors."""
CORRELATION_WORTH = 20.0
"""The same for its correlation between dimensions. It weighs more, because golden authors were
invented as good or poor on the whole, which makes their dimensions more alike than people's."""
WORTH = 100.0
"""What the prior on a mean or a share is worth, in answers."""
SMALLEST = 0.02
OWN_NOISE = 0.08
"""A judge's own error is taken to be at least this, so that none outweighs the rest."""
SEVERITY_WORTH = 40.0
"""What it is worth, in authors, that a judge is no stricter than the raters to whom its levels are
fitted: what is found of few authors is about those authors for a good part."""
MIDDLE = 3.0
NORMAL_90 = 1.6448536269514722


def fit_components(
    judges: Sequence[str],
    dimensions: Sequence[str],
    levels: Array,
    mean: Array,
    dimension: NDArray[np.intp],
    author: NDArray[np.str_],
    source: str,
    kinds: Sequence[str],
) -> Components:
    """Fit components to n golden answers.

    The model knows one error that all judges share on an answer. Judges of one kind share more of
    it: each has that much more noise of its own, times their number, so that all of a kind together
    weigh as they would if the model knew.

    Args:
        judges: J names.
        dimensions: D ids.
        levels: (n, J) levels by judges that had not seen the author.
        mean: (n,) the raters' mean levels.
        dimension: (n,) index of the dimension.
        author: (n,) who wrote it.
        source: Where these components come from, in words.
        kinds: (J,) what kind each judge is of.
    """
    start = default_components(dimensions, judges)
    count = np.bincount(dimension, minlength=len(dimensions))
    total = np.bincount(dimension, mean, len(dimensions))
    location = (total + WORTH * mean.mean()) / (count + WORTH)
    off = mean - location[dimension]
    variance = float((off**2).mean())
    same, across = _shared(off, author, dimension)
    authors = len(set(author.tolist()))
    ability = _pulled(same, float(start.psi[0, 0]), authors, START_WORTH)
    person = np.clip(ability / variance, 0.2, 0.9)
    alike = np.clip(across / max(same, SMALLEST), 0.0, 1.0)
    correlation = float(start.psi[0, 1] / start.psi[0, 0]) if len(dimensions) > 1 else 0.0
    between = person * _pulled(float(alike), correlation, authors, CORRELATION_WORTH)
    difficulty = 0.05 * variance
    facets, common, panel = _fit_judges(judges, levels, mean, kinds, authors)
    style = float(np.clip(_shared(panel, author, dimension)[1], 0.0, 0.5 * common))
    components = replace(
        start,
        location=location,
        psi=variance * (between + (person - between) * np.eye(len(dimensions))),
        answer=max((1 - person) * variance - difficulty, SMALLEST),
        difficulty=difficulty,
        style=style,
        shared=common - style,
        judges=facets,
        conformal=1.0,
        source=source,
    )
    factor = _conformal(components, judges, levels, mean, dimension)
    return replace(components, conformal=factor, conformal_rated=factor)


def _pulled(found: float, start: float, seen: int, worth: float) -> float:
    """Return what was found, pulled to the start as if that had been seen `worth` times."""
    return (seen * found + worth * start) / (seen + worth)


def _shared(
    values: Array, author: NDArray[np.str_], dimension: NDArray[np.intp]
) -> tuple[float, float]:
    """Return the mean product of two answers of one author: on one dimension, on two."""
    product = np.outer(values, values)
    one = author[:, None] == author[None]
    np.fill_diagonal(one, False)
    alike = dimension[:, None] == dimension[None]
    across = float(product[one & ~alike].mean()) if (one & ~alike).any() else 0.0
    same = float(product[one & alike].mean()) if (one & alike).any() else across
    return same, across


def _fit_judges(
    judges: Sequence[str], levels: Array, mean: Array, kinds: Sequence[str], authors: int
) -> tuple[dict[str, JudgeFacet], float, Array]:
    """Return the facets, the error variance that all judges share, and (n,) their mean error."""
    facets, residual = _facets(judges, levels, mean, authors)
    loading = np.array([facet.loading for facet in facets.values()])
    common, noise = _errors(residual, loading, np.unique(list(kinds), return_inverse=True)[1])
    fitted = {
        name: replace(facet, noise=float(one))
        for (name, facet), one in zip(facets.items(), noise, strict=True)
    }
    return fitted, common, (residual / loading).mean(1)


def _facets(
    judges: Sequence[str], levels: Array, mean: Array, authors: int
) -> tuple[dict[str, JudgeFacet], Array]:
    """Regress each judge on the raters' mean: facets without noise, and (n, J) residuals."""
    facets, residual = {}, np.zeros_like(levels)
    for j, name in enumerate(judges):
        loading, at_zero = np.polyfit(mean, levels[:, j], 1)
        loading = max(float(loading), 0.2)
        residual[:, j] = levels[:, j] - (at_zero + loading * mean)
        severity = float(MIDDLE - (at_zero + loading * MIDDLE))
        facets[name] = JudgeFacet(_pulled(severity, 0.0, authors, SEVERITY_WORTH), loading, 1.0)
    return facets, residual


def _errors(residual: Array, loading: Array, kind: NDArray[np.intp]) -> tuple[float, Array]:
    """Return the error variance that all judges share, and (J,) the noise of each.

    Args:
        residual: (n, J) of their levels.
        loading: (J,) theirs.
        kind: (J,) number of the kind of each.
    """
    common, more = _common(residual / loading, kind)
    own = np.maximum(residual.var(axis=0) - loading**2 * (common + more), OWN_NOISE)
    noise: Array = own + loading**2 * more * np.bincount(kind)[kind]
    return common, noise


def _common(scaled: Array, kind: NDArray[np.intp]) -> tuple[float, Array]:
    """Return the error variance that all judges share, and (J,) what those of a kind share beside.

    The first is the mean covariance between two judges, of two kinds where there are as many.
    """
    covariance = np.atleast_2d(np.cov(scaled.T))
    alike = kind[:, None] == kind[None]
    two = ~np.eye(len(kind), dtype=bool)
    pairs = two if alike.all() else ~alike
    common = max(float(covariance[pairs].mean()), SMALLEST) if pairs.any() else SMALLEST
    found = [covariance[two & alike & (kind == one)[:, None]] for one in kind]
    more = [max(float(of.mean()) - common, 0.0) if of.size else 0.0 for of in found]
    return common, np.array(more)


def _conformal(
    components: Components,
    judges: Sequence[str],
    levels: Array,
    mean: Array,
    dimension: NDArray[np.intp],
) -> float:
    """Return the factor that makes 90 % intervals hold 90 % of the cross-fitted answers.

    A judge far above the others is left out of them, and not held down as in `joining`: one or two
    in a hundred answers have one.
    """
    score = []
    for row, truth, place in zip(levels, mean, dimension, strict=True):
        found = answer_level(
            dict(zip(judges, row.tolist(), strict=True)), components.dimensions[place], components
        )
        score.append(abs(found.level - truth) / found.sd)
    reach = min((len(score) + 1) * 0.9 / len(score), 1.0)
    return max(float(np.quantile(score, reach)) / NORMAL_90, 1.0)
