"""Ratings in, estimates with intervals out: the Many-Facet Gaussian measurement model.

The estimand of a candidate: the level that trained raters would give this person on this dimension
of this rubric, on average over raters and over questions of average difficulty. The estimand of an
answer: the mean level that trained raters would give this answer.
"""

from evenhand.measure.answers import answer_level, expected_sd
from evenhand.measure.components import (
    Components,
    Effect,
    JudgeFacet,
    components_for,
    default_components,
)
from evenhand.measure.conformal import Calibration, Factor, Gold, calibrate, golds_of
from evenhand.measure.estimating import EstimateColumns, Estimator, estimate
from evenhand.measure.explaining import contributions
from evenhand.measure.files import read_ratings_csv, write_estimates_csv
from evenhand.measure.fitting import Fit, fit
from evenhand.measure.focusing import focus
from evenhand.measure.options import FocusStep, Option, Plan
from evenhand.measure.outliers import Outlier, without_outliers
from evenhand.measure.posterior import Posteriors, posterior
from evenhand.measure.predicting import Prediction, predict_rating
from evenhand.measure.ranking import Rank, rank
from evenhand.measure.severities import Severities, SeverityGap, own_severity, severity_gap
from evenhand.measure.sources import Source, sources
from evenhand.measure.table import Ratings, RatingTable
from evenhand.measure.tasks import options_of_file, ratings_of
from evenhand.measure.values import (
    AnswerLevel,
    Contribution,
    Estimate,
    MeasureError,
    RaterKind,
    Rating,
)

__all__ = [
    "AnswerLevel",
    "Calibration",
    "Components",
    "Contribution",
    "Effect",
    "Estimate",
    "EstimateColumns",
    "Estimator",
    "Factor",
    "Fit",
    "FocusStep",
    "Gold",
    "JudgeFacet",
    "MeasureError",
    "Option",
    "Outlier",
    "Plan",
    "Posteriors",
    "Prediction",
    "Rank",
    "RaterKind",
    "Rating",
    "RatingTable",
    "Ratings",
    "Severities",
    "SeverityGap",
    "Source",
    "answer_level",
    "calibrate",
    "components_for",
    "contributions",
    "default_components",
    "estimate",
    "expected_sd",
    "fit",
    "focus",
    "golds_of",
    "options_of_file",
    "own_severity",
    "posterior",
    "predict_rating",
    "rank",
    "ratings_of",
    "read_ratings_csv",
    "severity_gap",
    "sources",
    "without_outliers",
    "write_estimates_csv",
]
