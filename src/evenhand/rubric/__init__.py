"""Packs: what an interview asks and what it listens for. Read, checked, hashed, linted."""

from .asking import Question, live_questions
from .comparing import Difference, compare
from .errors import PackError, UnknownIdError
from .lint import LintFinding, lint_minutes, lint_pack, lint_parts
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
    "Difference",
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
    "compare",
    "lint_minutes",
    "lint_pack",
    "lint_parts",
    "live_questions",
    "load_pack",
    "pack_from_files",
    "shipped_pack",
]
