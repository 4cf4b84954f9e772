"""The level of one answer, from the judges that read it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.special import ndtri

from evenhand.measure.components import Components
from evenhand.measure.estimating import clip
from evenhand.measure.link import Back
from evenhand.measure.model import covariance, lines, read, stage
from evenhand.measure.outliers import without_outliers
from evenhand.measure.table import Ratings, batches
from evenhand.measure.values import (
    MIDDLE,
    AnswerLevel,
    MeasureError,
    Rating,
    check_confidence,
    check_level,
)


def answer_level(
    levels: Mapping[str, float | None],
    dimension: str,
    components: Components,
    *,
    confidence: float = 0.9,
) -> AnswerLevel:
    """Estimate the mean level that trained raters would give one answer.

    The same model as for candidates, with another target: x = location + theta + w - difficulty,
    which is the answer and not its author. Its prior is N(location, psi_dd + answer + difficulty).
    Style, shared error, uncertain severity and a judge's own noise stand between x and the levels.
    A judge far above the others is left out, and named (see `without_outliers`).

    Args:
        levels: The level each judge gave, None where it abstained.
        dimension: What was judged.
        components: Parameters of the model.
        confidence: Nominal coverage of the interval over answers.

    Raises:
        MeasureError: If no judge gave a level, one is outside 1..5, or the dimension is unknown.

    >>> from evenhand.measure import default_components
    >>> cold = default_components(["evaluation"])
    >>> found = answer_level({"a": 4.0, "b": None}, "evaluation", cold)
    >>> round(found.level, 3)
    3.705
    """
    check_confidence(confidence)
    components.index(dimension)
    given = {judge: level for judge, level in levels.items() if level is not None}
    if not given:
        raise MeasureError(f"answer level on {dimension}: every judge abstained; ask a person")
    for judge, level in given.items():
        check_level(level, f"answer level on {dimension}: judge {judge}")
    rows = [
        Rating("answer", dimension, "answer", "answer", judge, "model", level)
        for judge, level in given.items()
    ]
    # Of the task of this answer nothing is known.
    kept, outliers = without_outliers(rows, components.unasked)
    score, variance = _posterior(kept, dimension, components.unasked)
    back = Back(components.link, [dimension], known=components.answer + components.difficulty)
    sd = components.conformal * np.sqrt(variance)
    half = float(ndtri(0.5 + confidence / 2)) * sd
    level, low, high = (
        float(clip(back.level(np.array([[at]]), doubt))[0, 0])
        for at, doubt in ((score, variance), (score - half, 0.0), (score + half, 0.0))
    )
    slope = float(back.slope(np.array([[score]]), variance)[0, 0])
    return AnswerLevel(level, float(sd * slope), low, high, tuple(o.rater for o in outliers))


def expected_sd(judges: Sequence[str], dimension: str, components: Components) -> float:
    """Return how uncertain the score of an answer will be once some judges have given levels.

    Known before they do: without a link, and where judges err as much as they usually do, it does
    not depend on the levels.

    Args:
        judges: Names of at least one judge, each once.
        dimension: What is judged.
        components: Parameters of the model.

    Returns:
        Standard deviation in levels, the conformal factor included.

    Raises:
        MeasureError: If there is no judge, or the dimension is unknown.

    >>> from evenhand.measure import default_components
    >>> cold = default_components(["evaluation"])
    >>> one, two = (expected_sd(names, "evaluation", cold) for names in (["a"], ["a", "b"]))
    >>> one > two
    True
    """
    components.index(dimension)
    if not judges:
        raise MeasureError(f"expected sd on {dimension}: no judge is named")
    rows = [
        Rating("answer", dimension, "answer", "answer", judge, "model", MIDDLE) for judge in judges
    ]
    usual = replace(components, link=None, moderation=None).unasked
    return components.conformal * float(np.sqrt(_posterior(rows, dimension, usual)[1]))


def _posterior(ratings: Ratings, dimension: str, components: Components) -> tuple[float, float]:
    """Return mean and variance of the score of one answer."""
    place = components.index(dimension)
    table = read(ratings, components)
    of, surprise = stage(table, components)
    at = lines(table, next(batches(table)), of)
    unsure = components.location_cov[place, place]
    prior = components.psi[place, place] + at.luck[0, 0] + unsure
    spread = covariance(at, components.psi, components.style, components.shared, 0.0)[0]
    loading = at.loading[0]
    spread += np.outer(loading, loading) * unsure
    gain = np.linalg.solve(spread, prior * loading)
    variance = max(float(prior - gain @ loading * prior), 0.0)
    return float(components.location[place] + gain @ surprise), variance
