"""Every model of the domain, gathered where Django looks for them."""

from evenhand.hiring.calibration.models import FitInUse, StoredFit
from evenhand.hiring.openings.models import (
    Application,
    Candidate,
    Invitation,
    Opening,
    PackVersion,
)
from evenhand.hiring.people.models import User
from evenhand.hiring.record.models import LedgerCheckpoint, LedgerEntry, LedgerHead
from evenhand.hiring.scoring.models import AnswerScore, EstimateRow, Reading, VerdictRow
from evenhand.hiring.sittings.models import AccommodationRequest, Answer, KeptAside, Sitting

__all__ = [
    "AccommodationRequest",
    "Answer",
    "AnswerScore",
    "Application",
    "Candidate",
    "EstimateRow",
    "FitInUse",
    "Invitation",
    "KeptAside",
    "LedgerCheckpoint",
    "LedgerEntry",
    "LedgerHead",
    "Opening",
    "PackVersion",
    "Reading",
    "Sitting",
    "StoredFit",
    "User",
    "VerdictRow",
]
