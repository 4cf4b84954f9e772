"""Validity: whether score and conventional signals go with what came of it."""

from evenhand.studies.validity.files import (
    KINDS,
    read_levels_csv,
    read_outcome_csv,
    read_signals_csv,
)
from evenhand.studies.validity.lines import lines_of
from evenhand.studies.validity.study import (
    FEWEST,
    FEWEST_BOTH,
    Compared,
    Found,
    Predictor,
    Validity,
    validity,
)

__all__ = [
    "FEWEST",
    "FEWEST_BOTH",
    "KINDS",
    "Compared",
    "Found",
    "Predictor",
    "Validity",
    "lines_of",
    "read_levels_csv",
    "read_outcome_csv",
    "read_signals_csv",
    "validity",
]
