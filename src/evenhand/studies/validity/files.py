"""Scores, outcomes and signals from CSV."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from evenhand.studies.concordance.files import WORDS
from evenhand.studies.errors import StudyError
from evenhand.studies.tables import Row, read_table
from evenhand.studies.validity.study import Predictor

SCORE: Final = "score"
ADVANCE: Final = "advance"
KINDS: Final = ("coding_test", "take_home", "resume_keywords", "pedigree", "other")
LIMIT: Final = 1e9
"""Values beyond it are taken for a slip of the pen."""


def read_levels_csv(path: str | os.PathLike[str], *, dimension: str = "overall") -> Predictor:
    """Read the mean levels of one dimension from what `evenhand measure` writes.

    Raises:
        StudyError: the file or a line is bad, or has no such dimension.
    """
    found: dict[str, float] = {}
    for row in read_table(path, ("candidate", "dimension", "mean")):
        if row.text("dimension") == dimension:
            _add(found, row, row.number("mean", 1, 5))
    if not found:
        raise StudyError(f"{Path(path).name}: has no estimate of {dimension}")
    return Predictor(SCORE, dimension, found)


def read_outcome_csv(
    path: str | os.PathLike[str], *, name: str = ""
) -> tuple[str, Mapping[str, float]]:
    """Read one outcome: its name, and its mean by candidate.

    The file has candidate, outcome and value, a line for each rating; or it is one of decisions,
    with candidate and advance: the outcome is then the share of those who would advance.

    Args:
        path: of the CSV file.
        name: which outcome, where the file has several.

    Raises:
        StudyError: the file or a line is bad, or which outcome is meant is not clear.
    """
    given: dict[str, dict[str, list[float]]] = {}
    for row in read_table(path, ("candidate",)):
        outcome, value = _outcome(row)
        given.setdefault(outcome, {}).setdefault(row.text("candidate"), []).append(value)
    there = ", ".join(given)
    if not given or (name and name not in given):
        raise StudyError(f"{Path(path).name}: has no outcome {name}; it has {there or 'none'}")
    if not name and len(given) > 1:
        raise StudyError(f"{Path(path).name}: has several outcomes ({there}); name one")
    chosen = name or next(iter(given))
    return chosen, {who: float(np.mean(values)) for who, values in given[chosen].items()}


def read_signals_csv(path: str | os.PathLike[str]) -> list[Predictor]:
    """Read conventional signals: candidate, kind, name, value.

    Raises:
        StudyError: the file or a line is bad, or a candidate has a signal twice.
    """
    given: dict[tuple[str, str], dict[str, float]] = {}
    for row in read_table(path, ("candidate", "kind", "name", "value")):
        kind = row.text("kind")
        if kind not in KINDS:
            raise StudyError(f'{row.where}: kind: "{kind}" is not one of {", ".join(KINDS)}')
        signal = given.setdefault((kind, row.text("name")), {})
        _add(signal, row, row.number("value", -LIMIT, LIMIT))
    if not given:
        raise StudyError(f"{Path(path).name}: has no signal; write one a line below the header")
    return [Predictor(kind, name, values) for (kind, name), values in given.items()]


def _add(found: dict[str, float], row: Row, value: float) -> None:
    candidate = row.text("candidate")
    if candidate in found:
        raise StudyError(f"{row.where}: candidate: {candidate} is there twice")
    found[candidate] = value


def _outcome(row: Row) -> tuple[str, float]:
    if ADVANCE in row.values:
        word = row.text(ADVANCE).lower()
        if word not in WORDS:
            raise StudyError(f'{row.where}: advance: "{row.values[ADVANCE]}" is not yes or no')
        return ADVANCE, float(WORDS[word])
    if "outcome" not in row.values or "value" not in row.values:
        raise StudyError(
            f"{row.where}: header: needed are candidate,outcome,value or candidate,judge,advance"
        )
    return row.text("outcome"), row.number("value", -LIMIT, LIMIT)
