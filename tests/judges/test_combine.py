"""What golden answers say of the judges together."""

import numpy as np

from evenhand.judges.combine import SEVERITY_WORTH, fit_components
from evenhand.measure import Components

ALIKE = ("a", "b", "c", "d")
JUDGES = (*ALIKE, "other")
AUTHORS = 20


def fitted(kinds: tuple[str, ...], stricter: float = 0.0) -> Components:
    """Fit to judges of which four share an error of their own, each with next to none beside."""
    draw = np.random.default_rng(5)
    count = 100 * AUTHORS
    author = np.repeat([f"p{n:02d}" for n in range(AUTHORS)], 100)
    mean = draw.uniform(2.8, 3.4, count)
    common, shared = (draw.normal(0, 0.2, count).clip(-0.5, 0.5) for _ in range(2))
    own = draw.normal(0, 0.05, (count, len(JUDGES)))
    own[:, -1] = draw.normal(0, 0.2, count).clip(-0.5, 0.5)
    levels = mean[:, None] + common[:, None] + own - stricter
    levels[:, : len(ALIKE)] += shared[:, None]
    where = np.zeros(count, dtype=np.intp)
    return fit_components(JUDGES, ("only",), levels, mean, where, author, "made up", kinds)


def test_judges_of_one_kind_do_not_count_as_often_as_they_are() -> None:
    def weight_of_the_other(found: Components) -> float:
        weights = [found.judges[name].loading / found.judges[name].noise for name in JUDGES]
        return weights[-1] / sum(weights)

    told = weight_of_the_other(fitted(("same",) * len(ALIKE) + ("other",)))
    untold = weight_of_the_other(fitted(("same",) * len(JUDGES)))
    assert 0.4 < told < 0.6, "the four err as one, and as far as the other does"
    assert untold < 0.3


def test_a_severity_that_few_authors_show_is_pulled_to_none() -> None:
    kinds = ("same",) * len(JUDGES)
    shown = fitted(kinds, stricter=0.3).judges["a"].severity - fitted(kinds).judges["a"].severity
    assert np.isclose(shown, 0.3 * AUTHORS / (AUTHORS + SEVERITY_WORTH), atol=0.01)
