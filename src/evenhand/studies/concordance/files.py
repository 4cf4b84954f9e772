"""Scores and decisions from CSV."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Final

from scipy.special import ndtr

from evenhand.studies.concordance.values import Decision, Score
from evenhand.studies.errors import StudyError
from evenhand.studies.tables import Row, read_table

SCORE_COLUMNS: Final = ("candidate", "dimension", "mean", "sd", "p_bar")
DECISION_COLUMNS: Final = ("candidate", "judge", "advance")
WORDS: Final = {"yes": True, "no": False}
OVERALL: Final = "overall"


def read_scores_csv(
    path: str | os.PathLike[str], *, dimension: str = OVERALL, bar: float | None = None
) -> list[Score]:
    """Read the estimates of one dimension from what `evenhand measure` writes.

    Args:
        path: of the CSV file.
        dimension: which estimates.
        bar: another bar than the file's: P is then the normal distribution's, of mean and sd.

    Raises:
        StudyError: the file or a line is bad, a candidate stands there twice, or nobody does.
    """
    found: dict[str, float] = {}
    others: set[str] = set()
    for row in read_table(path, SCORE_COLUMNS):
        if row.text("dimension") != dimension:
            others.add(row.values["dimension"])
            continue
        candidate = row.text("candidate")
        if candidate in found:
            raise StudyError(f"{row.where}: candidate: {candidate} is there twice")
        found[candidate] = row.number("p_bar", 0, 1) if bar is None else _above(row, bar)
    if not found:
        there = f"; it has {', '.join(sorted(others))}" if others else ""
        raise StudyError(f"{Path(path).name}: has no estimate of {dimension}{there}")
    return [Score(candidate, p) for candidate, p in found.items()]


def read_decisions_csv(path: str | os.PathLike[str]) -> list[Decision]:
    """Read decisions: candidate, judge, advance (yes or no); also sure (0 to 100), date if there.

    A line that repeats another one is taken once.

    Raises:
        StudyError: the file or a line is bad, or a judge decides twice on a candidate.
    """
    found: dict[tuple[str, str], Decision] = {}
    for row in read_table(path, DECISION_COLUMNS):
        one = _decision(row)
        before = found.setdefault((one.candidate, one.judge), one)
        if before != one:
            raise StudyError(
                f"{row.where}: judge: {one.judge} decided on {one.candidate} before, and otherwise"
            )
    if not found:
        raise StudyError(f"{Path(path).name}: has no decision; write one a line below the header")
    return list(found.values())


def _above(row: Row, bar: float) -> float:
    sd = row.number("sd", 0)
    mean = row.number("mean")
    return float(ndtr((mean - bar) / sd)) if sd > 0 else float(mean >= bar)


def _decision(row: Row) -> Decision:
    word = row.text("advance").lower()
    if word not in WORDS:
        raise StudyError(f'{row.where}: advance: "{row.values["advance"]}" is not yes or no')
    day = row.values.get("date", "")
    if day:
        try:
            date.fromisoformat(day)
        except ValueError:
            raise StudyError(
                f'{row.where}: date: "{day}" is not a date such as 2026-03-31'
            ) from None
    sure = row.number("sure", 0, 100) / 100 if row.values.get("sure", "") else None
    return Decision(row.text("candidate"), row.text("judge"), WORDS[word], sure)
