"""How far deciders' views move once they have seen the panel's figures.

A decider states a chance before any figure is shown and another one when deciding. The movement
towards the panel is the step from the first to the second, counted positive in the direction of the
panel's probability. Moving is not wrong: the panel knows something too. A view that always ends
where the panel is, is no second opinion (Tversky and Kahneman 1974, Science 185:1124).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import stdtrit

from evenhand.studies.errors import StudyError

FEWEST: Final = 10
"""Views below which nothing is said of them on the whole."""


@dataclass(frozen=True)
class View:
    """One decider's view of one person; all three are probabilities of being at or above the bar.

    Attributes:
        before: Stated before any figure was shown.
        after: Stated with the figures in view.
        panel: The panel's, as it was in view.
    """

    before: float
    after: float
    panel: float

    @property
    def moved(self) -> float:
        """How far the view moved towards the panel; below 0 where it moved away.

        >>> round(View(before=0.4, after=0.6, panel=0.75).moved, 3)
        0.2
        """
        return float(np.sign(self.panel - self.before)) * (self.after - self.before)


@dataclass(frozen=True)
class Anchoring:
    """How far views moved on average.

    Attributes:
        count: Views.
        apart: Mean distance of the first view from the panel's probability.
        moved: Mean movement towards the panel, in probability.
        low, high: Ends of its interval.
        confidence: Of the interval.
    """

    count: int
    apart: float
    moved: float
    low: float
    high: float
    confidence: float


def anchoring(views: Sequence[View], *, confidence: float = 0.9) -> Anchoring | None:
    """Return the mean movement towards the panel with its interval; None of fewer than `FEWEST`.

    The interval is Student's. Views of one decider are taken as independent of each other, so where
    few deciders gave many views it is too narrow for deciders at large.

    Args:
        views: One for each decider and person.
        confidence: Probability that the interval is to have.

    Raises:
        StudyError: If a value is no probability.

    >>> views = [View(0.4, 0.5, 0.8), View(0.6, 0.6, 0.2)] * 5
    >>> found = anchoring(views)
    >>> found.count, round(found.moved, 3), round(found.apart, 3), found.low > 0
    (10, 0.05, 0.4, True)
    """
    if not 0 < confidence < 1:
        raise StudyError(f"anchoring: confidence: {confidence} is not between 0 and 1")
    for number, view in enumerate(views):
        for name in ("before", "after", "panel"):
            if not 0 <= getattr(view, name) <= 1:
                raise StudyError(
                    f"anchoring: view {number}: {name}: {getattr(view, name)} is no probability"
                )
    if len(views) < FEWEST:
        return None
    moved = np.array([view.moved for view in views])
    half = stdtrit(len(moved) - 1, 0.5 + confidence / 2) * moved.std(ddof=1) / len(moved) ** 0.5
    mean = float(moved.mean())
    return Anchoring(
        count=len(views),
        apart=float(np.mean([abs(view.panel - view.before) for view in views])),
        moved=mean,
        low=mean - float(half),
        high=mean + float(half),
        confidence=confidence,
    )
