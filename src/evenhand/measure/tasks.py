"""Questions where there is no pack: the tasks of a file of ratings."""

from collections import Counter
from collections.abc import Sequence

from evenhand.measure.options import Option
from evenhand.measure.values import MeasureError, RaterKind, Rating

QUESTION_MINUTES = 7.0
"""Minutes of a question where nothing says how long it takes."""


def ratings_of(ratings: Sequence[Rating], candidate: str) -> list[Rating]:
    """Return the ratings of one candidate.

    Raises:
        MeasureError: If there are none.
    """
    own = [rating for rating in ratings if rating.candidate == candidate]
    if not own:
        names = list(dict.fromkeys(rating.candidate for rating in ratings))
        shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
        raise MeasureError(
            f'candidate: "{candidate}" has no ratings; '
            + (f"there are those of {shown}" if names else "nobody has any")
        )
    return own


def options_of_file(
    ratings: Sequence[Rating], candidate: str, dimensions: Sequence[str]
) -> list[Option]:
    """Return the tasks of a file that a candidate was not asked, `QUESTION_MINUTES` each.

    A task is rated as it was elsewhere in the file: by one person in the round where people most
    often rated it, or else by as many judges as read it. A dimension that no such task shows gets
    one further question of average difficulty, rated by whoever met the candidate last.

    Args:
        ratings: Those of all candidates.
        candidate: Whom the plan is for.
        dimensions: The dimensions that matter.
    """
    own = [rating for rating in ratings if rating.candidate == candidate]
    asked = {rating.task for rating in own}
    by_task: dict[str, list[Rating]] = {}
    for rating in ratings:
        if rating.task not in asked:
            by_task.setdefault(rating.task, []).append(rating)
    options = [_task_option(task, by_task[task]) for task in sorted(by_task)]
    shown = {dimension for option in options for dimension in option.dimensions}
    met = next(
        (r.round for r in (*reversed(own), *reversed(ratings)) if r.rater_kind == "human"), "final"
    )
    further = [
        Option(f"further question on {dimension}", {dimension: 1}, QUESTION_MINUTES, met)
        for dimension in dimensions
        if dimension not in shown
    ]
    return [*options, *further]


def _task_option(task: str, rated: Sequence[Rating]) -> Option:
    people = [rating for rating in rated if rating.rater_kind == "human"]
    kind: RaterKind = "human" if people else "model"
    counts = Counter(rating.round for rating in people or rated)
    return Option(
        task,
        dict.fromkeys(sorted({rating.dimension for rating in rated}), 1.0),
        QUESTION_MINUTES,
        min(counts, key=lambda met: (-counts[met], met)),
        kind,
        1 if people else len({rating.rater for rating in rated}),
    )
