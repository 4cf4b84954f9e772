"""Concordance: do the candidates whom people would have advanced score highest?"""

from evenhand.studies.concordance.files import read_decisions_csv, read_scores_csv
from evenhand.studies.concordance.lines import lines_of
from evenhand.studies.concordance.study import CUT, Concordance, study
from evenhand.studies.concordance.values import (
    FEWEST,
    FEWEST_EACH,
    FEWEST_EACH_SLOPE,
    FEWEST_GAP,
    FEWEST_LEVEL,
    NO_SPREAD,
    SEPARATED,
    TOO_FEW,
    Decision,
    Figure,
    Score,
)

__all__ = [
    "CUT",
    "FEWEST",
    "FEWEST_EACH",
    "FEWEST_EACH_SLOPE",
    "FEWEST_GAP",
    "FEWEST_LEVEL",
    "NO_SPREAD",
    "SEPARATED",
    "TOO_FEW",
    "Concordance",
    "Decision",
    "Figure",
    "Score",
    "lines_of",
    "read_decisions_csv",
    "read_scores_csv",
    "study",
]
