"""Real disagreement: two people who graded the same 2,273 short answers (Mohler et al. 2011).

Grades of 0 to 5 points become levels by level = 1 + 0.8 x points, so that a point is .8 levels and
both ends meet; steps of half a point and finer stay as they are. Who answered is not in the data:
every answer is a candidate of its own, on one dimension, and its question is the task. Ability and
luck of the answer are one thing then, as are halo and error; a prediction needs their sums alone.

Severity: the model fitted to all grades. The raw paired difference is the mean, over answers, of
what one grader gave less what the other gave. Levels taken as numbers, severity is that difference;
with normal scores, as `fit` takes them by default, it is a shift of what lies behind the levels.
The interval speaks of these questions: that a grader is stricter on some than on others is no part
of the model, so that on other questions the difference is less sure than it says.

Held-out grades: questions in three parts; on two of them the components are fitted, on the third
each grader's grade is predicted from the other's, by an interval that has the grader's own error,
severity and the new question's difficulty in it. Beside it, the grade seen plus the 5 % and 95 %
quantiles of the paired differences of the two parts, clipped to the scale.

    python bench/measure_mohler.py [--data ../shared/data/mohler] [--seeds 1 2 3 4 5 6 7 8 9 10]
"""

import argparse
import csv
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evenhand.measure import (
    Components,
    Rating,
    fit,
    predict_rating,
    severity_gap,
)

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "mohler"
FILE = "mohler_dataset_edited.csv"
DIMENSION = "correctness"
STRICT, LENIENT = "score_me", "score_other"
POINT = 0.8
"""Levels to a point."""
PARTS = 3
LOWEST, HIGHEST = 0.87, 0.93
NEAR = 1e-9

Array = NDArray[np.float64]


class Grades:
    """N answers: the question of each, and the level that each grader gave."""

    def __init__(self, folder: Path) -> None:
        path = folder / FILE
        try:
            with open(path, encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
        except OSError as error:
            raise SystemExit(
                f"{path}: cannot be read ({error.strerror}); give its folder by --data"
            ) from None
        self.question = np.array([row["id"] for row in rows])
        self.level = {
            grader: 1 + POINT * np.array([float(row[grader]) for row in rows])
            for grader in (STRICT, LENIENT)
        }

    def ratings(self, chosen: NDArray[np.bool_]) -> list[Rating]:
        """Return both graders' ratings of the chosen answers."""
        return [
            Rating(f"answer {n}", DIMENSION, str(self.question[n]), "grading", grader, "human", y)
            for n in np.flatnonzero(chosen).tolist()
            for grader, levels in self.level.items()
            for y in (float(levels[n]),)
        ]


def severity(of: Grades) -> None:
    """Print the severity recovered beside the raw difference."""
    raw = (of.level[LENIENT] - of.level[STRICT]) / POINT
    error = raw.std(ddof=1) / np.sqrt(len(raw))
    by_question = np.array([raw[of.question == q].mean() for q in np.unique(of.question)])
    clustered = by_question.std(ddof=1) / np.sqrt(len(by_question))
    print(
        f"raw paired difference {raw.mean():.3f} points, standard error {error:.3f} over answers,"
    )
    print(f"  {clustered:.3f} over questions, whose differences have sd {by_question.std():.2f}")
    everything = of.ratings(np.ones(len(raw), dtype=np.bool_))
    for name, scored in (("levels as numbers", False), ("normal scores", True)):
        found = fit(everything, normal_scores=scored)
        assert found.severities is not None
        gap = severity_gap(
            found.severities, found.components, DIMENSION, strict=STRICT, lenient=LENIENT
        )
        mean, low, high = (value / POINT for value in (gap.mean, gap.low, gap.high))
        says(
            low <= float(raw.mean()) <= high,
            f"difference in severity, {name}: asked an interval that holds {raw.mean():.3f}, "
            f"got {mean:.3f} ({low:.3f} to {high:.3f}) points",
        )


def held_out(of: Grades, seed: int) -> Array:
    """Return what became of each prediction, (2 N, 6).

    Columns: held, width in points and probability said by the model; held and width by the
    quantiles of differences; points that the other grader gave.
    """
    questions = np.unique(of.question)
    part = dict(zip(questions, np.random.default_rng(seed).permutation(len(questions)) % PARTS,
                    strict=True))  # fmt: skip
    of_part = np.array([part[q] for q in of.question])
    rows = []
    for number in range(PARTS):
        learnt = of_part != number
        components = fit(of.ratings(learnt)).components
        for seen, hidden in ((STRICT, LENIENT), (LENIENT, STRICT)):
            gap = np.quantile((of.level[hidden] - of.level[seen])[learnt], [0.05, 0.95])
            intervals = predicted(of, components, seen, hidden)
            for n in np.flatnonzero(~learnt).tolist():
                shown, level = float(of.level[seen][n]), float(of.level[hidden][n])
                low, high, said = intervals[shown]
                below, above = np.clip(shown + gap, 1, 5)
                rows.append((
                    low - NEAR <= level <= high + NEAR, (high - low) / POINT, said,
                    below - NEAR <= level <= above + NEAR, (above - below) / POINT,
                    (shown - 1) / POINT,
                ))  # fmt: skip
    return np.array(rows, dtype=np.float64)


def by_seen(found: Array) -> None:
    """Print coverage by the grade that was seen."""
    for name, low, high in (("below 3", 0, 3), ("3 to below 5", 3, 5), ("5", 5, 6)):
        these = found[(found[:, 5] >= low - NEAR) & (found[:, 5] < high - NEAR)]
        held, width, said = these.mean(axis=0)[:3]
        share = len(these) / len(found)
        print(f"  seen {name:12} ({share:4.0%}): {held:6.1%} {width:5.2f} {said:6.1%}")


def predicted(
    of: Grades, components: Components, seen: str, hidden: str
) -> dict[float, tuple[float, float, float]]:
    """Return low, high and said probability of the hidden grade for every grade seen."""
    found = {}
    for level in np.unique(of.level[seen]).tolist():
        one = Rating("new", DIMENSION, "new question", "grading", seen, "human", level)
        told = predict_rating(
            [one], components, dimension=DIMENSION, task=one.task, round=one.round, rater=hidden
        )
        found[level] = (told.low, told.high, told.inside)
    return found


def says(reached: bool, what: str) -> None:
    """Print one line of the verdict."""
    print(f"  {'met' if reached else 'MISSED':7}{what}")


def main() -> None:
    """Print both figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data set")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(1, 11)))
    asked = parser.parse_args()
    of = Grades(asked.data)
    print(f"{len(of.question)} answers to {len(np.unique(of.question))} questions, two graders, "
          f"on {os.cpu_count()} cores; seeds {asked.seeds}")  # fmt: skip
    severity(of)
    print("\nheld-out grades, by seed: coverage, width in points, probability said; by quantiles")
    every = []
    for seed in asked.seeds:
        every.append(held_out(of, seed))
        held, width, said, plain, wide, _ = every[-1].mean(axis=0)
        print(f"  seed {seed:3} {held:6.1%} {width:5.2f} {said:6.1%}   {plain:6.1%} {wide:5.2f}")
    held, width, said, plain, wide, _ = np.mean(every, axis=(0, 1))
    spread = float(np.std([found[:, 0].mean() for found in every]))
    print(f"  all      {held:6.1%} {width:5.2f} {said:6.1%}   {plain:6.1%} {wide:5.2f}"
          f"   (coverage between seeds: sd {spread:.1%})")  # fmt: skip
    by_seen(np.concatenate(every))
    says(LOWEST <= held <= HIGHEST,
         f"90 % intervals for a held-out grade: asked {LOWEST:.0%} to {HIGHEST:.0%}, "
         f"got {held:.1%}")  # fmt: skip


if __name__ == "__main__":
    main()
