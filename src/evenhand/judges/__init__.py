"""Judges: an answer in, verdicts with marks, quotes and a level with its interval out."""

from evenhand.judges.errors import JudgeError, JudgeInputError
from evenhand.judges.panel import Panel, load_panel
from evenhand.judges.score_file import AnswerLine, read_answers, score_lines
from evenhand.judges.screening import screen
from evenhand.judges.values import AnswerScore, Flag, PanelResult, Quote, Screened, Verdict

__all__ = [
    "AnswerLine",
    "AnswerScore",
    "Flag",
    "JudgeError",
    "JudgeInputError",
    "Panel",
    "PanelResult",
    "Quote",
    "Screened",
    "Verdict",
    "load_panel",
    "read_answers",
    "score_lines",
    "screen",
]
