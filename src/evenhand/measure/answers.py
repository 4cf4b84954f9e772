"""The level of one answer, from the judges that read it."""

from collections.abc import Mapping

import numpy as np

from evenhand.measure.components import Components
from evenhand.measure.estimating import clip, interval
from evenhand.measure.values import (
    MIDDLE,
    AnswerLevel,
    MeasureError,
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
    place = components.index(dimension)
    given = {judge: level for judge, level in levels.items() if level is not None}
    if not given:
        raise MeasureError(f"answer level on {dimension}: every judge abstained; ask a person")
    for judge, level in given.items():
        check_level(level, f"answer level on {dimension}: judge {judge}")
    judges = [components.judge(name) for name in given]
    loading = np.array([judge.loading for judge in judges])
    location = components.location[place]
    offset = MIDDLE - np.array([j.severity for j in judges]) + loading * (location - MIDDLE)
    surprise = np.array(list(given.values())) - offset
    prior = components.psi[place, place] + components.answer + components.difficulty
    prior += components.location_cov[place, place]
    common = np.outer(loading, loading) * (prior + components.style + components.shared)
    own = np.array([judge.noise + judge.severity_variance for judge in judges])
    gain = np.linalg.solve(common + np.diag(own), prior * loading)
    mean = np.asarray(location + gain @ surprise)
    variance = np.asarray(prior - gain @ loading * prior)
    low, high, sd = interval(mean, variance, components.conformal, confidence)
    return AnswerLevel(float(clip(mean)), float(sd), float(low), float(high))
