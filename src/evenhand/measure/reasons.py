"""Why a question is asked: what is known of each dimension so far, and the words for it."""

from collections.abc import Sequence

import numpy as np

from evenhand.measure import model
from evenhand.measure.components import Components
from evenhand.measure.options import Because, Option
from evenhand.measure.table import Flags
from evenhand.measure.values import Rating

APART = 1.0
"""Levels of one answer that lie this far apart, known severities taken off, are a difference."""
HALF = 1.6449
"""Standard deviations of half of a 90 % interval."""

WORDS: dict[Because, str] = {
    "never_asked": "no question has shown it yet",
    "raters_differ": "those who rated it differ by a level or more",
    "one_question": "only one question has shown it",
    "no_person": "only model judges have rated it",
    "near_bar": "it lies near the bar",
    "still_wide": "its interval is still one of those that an answer narrows most",
}


class Known:
    """What has been asked of one candidate, dimension by dimension; it grows with the plan."""

    def __init__(self, ratings: Sequence[Rating], components: Components) -> None:
        self._dimensions = components.dimensions
        self._tasks: list[set[str]] = [set() for _ in self._dimensions]
        self.human: Flags = np.zeros(len(self._dimensions), dtype=np.bool_)
        self._differ: Flags = self.human.copy()
        if not ratings:
            return
        table = model.read(ratings, components)
        _, surprise = model.stage(table, components)
        for cell in np.unique(table.cell):
            here = table.cell == cell
            task, dimension = table.cells[cell]
            place = components.index(dimension)
            self._tasks[place].add(task)
            self.human[place] |= not table.model[here].all()
            self._differ[place] |= np.ptp(surprise[here]) >= APART

    def ask(self, option: Option) -> None:
        """Take a question as asked and answered."""
        for place, dimension in enumerate(self._dimensions):
            if option.dimensions.get(dimension, 0) > 0:
                self._tasks[place].add(option.task)
                self.human[place] |= option.rater_kind == "human"

    def because(self, option: Option, place: int, *, near_bar: bool) -> tuple[Because, ...]:
        """Return why an option is asked for the sake of a dimension, the main reason first."""
        found: list[Because] = ["core"] if option.core else []
        asked = len(self._tasks[place])
        if asked == 0:
            found.append("never_asked")
        if near_bar:
            found.append("near_bar")
        if self._differ[place]:
            found.append("raters_differ")
        if asked == 1:
            found.append("one_question")
        if asked and not self.human[place]:
            found.append("no_person")
        return tuple(found) if set(found) - {"core"} else (*found, "still_wide")


def sentence(because: Sequence[Because], dimension: str, before: float, after: float) -> str:
    """Return a reason as an interviewer reads it, with the two that weigh most; sd in levels."""
    why = " and ".join([WORDS[code] for code in because if code != "core"][:2])
    first = "Asked of everyone. " if "core" in because else ""
    return (
        f"{first}{dimension}: the 90 % interval narrows from ±{HALF * before:.2f} to "
        f"±{HALF * after:.2f} levels, because {why}."
    )
