"""Packs: what an interview asks and what it listens for. Read, checked, hashed, linted."""

from .asking import Question, live_questions
from .errors import PackError, UnknownIdError
from .lint import LintFinding, lint_pack
from .load import load_pack, pack_from_files, shipped_pack
from .pack import (
    Dimension,
    GoldenAnswer,
    GoldenRating,
    Indicator,
    Pack,
    Probe,
    Prompt,
    RolePlay,
    Round,
)

__all__ = [
    "Dimension",
    "GoldenAnswer",
    "GoldenRating",
    "Indicator",
    "LintFinding",
    "Pack",
    "PackError",
    "Probe",
    "Prompt",
    "Question",
    "RolePlay",
    "Round",
    "UnknownIdError",
    "lint_pack",
    "live_questions",
    "load_pack",
    "pack_from_files",
    "shipped_pack",
]
