"""Judges: an answer in, verdicts with marks, quotes and a level with its interval out."""

from evenhand.judges.canary import CanaryFailure, check_canary
from evenhand.judges.errors import JudgeConfigError, JudgeError, JudgeInputError
from evenhand.judges.loading import AnyPanel, load_panel
from evenhand.judges.panel import Panel
from evenhand.judges.score_file import AnswerLine, read_answers, score_lines
from evenhand.judges.screening import screen
from evenhand.judges.values import (
    AnswerScore,
    Flag,
    PanelResult,
    Quote,
    Redaction,
    Screened,
    Verdict,
)

__all__ = [
    "AnswerLine",
    "AnswerScore",
    "AnyPanel",
    "CanaryFailure",
    "Flag",
    "JudgeConfigError",
    "JudgeError",
    "JudgeInputError",
    "Panel",
    "PanelResult",
    "Quote",
    "Redaction",
    "Screened",
    "Verdict",
    "check_canary",
    "load_panel",
    "read_answers",
    "score_lines",
    "screen",
]
