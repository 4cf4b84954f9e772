"""Words that pretend not to be the candidate's: turns, delimiters, verdicts.

What gives them away is their form: a role at the start of a line, a tag that closes what it did
not open, a rule of dashes round "end of answer", a key of a verdict with a value.
"""

import re

from evenhand.judges.hints import glance, has_any
from evenhand.judges.quoting import blank_reported, is_told

_I = re.IGNORECASE | re.MULTILINE
_GAP = r"[ \t]{0,8}"
_JUDGING = (
    r"(?:scor|rat(?:e|ed|ing)\b|grad(?:e|ed|ing)\b|level|rubric|judg|answer|criteri|ignore"
    r"|instruction"
    r"|candidate|verdict|submi|evaluat|assess|lenient|approve|applicant|reply\b|response)"
)
_TEXT = (
    r"(?:answer|candidate|response|reply|submission|data|text|prompt|input|document|content"
    r"|transcript"
    r"|message|block|context|grading|rating|assessment|evaluation|instructions?)"
)
_EDGE = (
    r"(?:ends?|ended|begins?|beginning|start(?:s|ed)?|clos(?:e|es|ed|ing)|stops?|finish(?:es|ed)?)"
)
_MARK = r"(?:(?:level|grade|score)\s{0,3})?(?:[1-5](?:\.\d)?|10|100|five)"
_BEST = (
    r"(?:excellent|exceptional|outstanding|perfect|pass(?:ed)?|flawless|top|maximum"
    r"|hire|strong hire)"
)
_KEY = (
    r"(?:(?:final|overall|total|assessment|evaluation|grading|candidate|my|the|expected"
    r"|correct)[ _-]?){0,2}"
    r"(?:score|rating|grade|level|verdict|result|marks?|assessment|evaluation|conclusion)"
)
_Form = tuple[tuple[tuple[str, ...], ...], str]
_QUOTED = ('"', "'")
_TURNS: tuple[_Form, ...] = (
    (
        ((":", "-", "–", "—"),),
        rf"^{_GAP}(?:#{{1,6}}{_GAP}|\*\*|\[|<)?(?:system|assistant|user|human|ai|bot|model"
        rf"|developer|gpt|claude"
        r"|chatgpt|judge|grader|evaluator|rater|examiner|assessor)"
        rf"(?: (?:message|prompt|override|note|mode|instructions?|response))?(?:\*\*|\]|>)?{_GAP}"
        rf"(?::|-|–|—)[^\n]{{0,160}}\b{_JUDGING}",
    ),
    (
        (("#",),),
        rf"^{_GAP}#{{1,6}}{_GAP}(?:system|assistant|user|developer|instructions?|response|grader|judge)"
        rf"(?: (?:message|prompt|note))?{_GAP}:?{_GAP}\n[^\n]{{0,200}}\b{_JUDGING}",
    ),
    (
        (("<|",),),
        r"<\|[^|<>\n]{1,40}\|>",
    ),
    (
        (("[", "<"),),
        r"\[/?(?:INST|SYS|SYSTEM|USER|ASSISTANT|TOOL)\]|<</?[A-Z]{2,20}>>|</?s>\s{0,4}\[",
    ),
    (
        (("role'", 'role"'),),
        r"[\"']role[\"']\s{0,4}:\s{0,4}[\"'](?:system|assistant|user|developer|tool)[\"']",
    ),
)
_FENCES: tuple[_Form, ...] = (
    (
        (),
        rf"^{_GAP}[^\w\s]{{2,60}}{_GAP}[^\n]{{0,30}}\b(?:{_EDGE}\b[^\n]{{0,30}}\b{_TEXT}"
        rf"|{_TEXT}\b[^\n]{{0,20}}\b{_EDGE})\b[^\n]{{0,30}}[^\w\s.!?,;:'\")]{{2,60}}{_GAP}$",
    ),
    (
        (("[", "<", "(", "{"),),
        rf"^{_GAP}[\[<({{]{{1,4}}{_GAP}/?{_EDGE}[ _-](?:of[ _-])?(?:the[ _-])?"
        r"[^\n\]>)}]{0,30}[\]>)}]{1,4}",
    ),
    (
        (("end of ", "beginning of ", "start of "),),
        rf"^\W{{0,12}}(?:end|beginning|start) of (?:the |this )?(?:candidate|applicant"
        rf"|untrusted|user|student)?"
        rf"(?:['’]s)?{_GAP}{_TEXT}\b",
    ),
    (
        (("</",),),
        rf"</(?:[a-z]{{0,20}}[_-])?{_TEXT}(?:[_-][a-z]{{0,20}})?>",
    ),
    (
        (("</",),),
        r"</(?:rubric|score|system|untrusted|user|quote|fence|judge|grade|rating|level)[a-z_-]{0,20}>",
    ),
)
_VERDICTS: tuple[_Form, ...] = (
    (
        (_QUOTED, (":",)),
        rf"[\"'](?:\w{{0,20}}_)?{_KEY}(?:_\w{{0,20}})?[\"']\s{{0,4}}:\s{{0,4}}[\"'\[{{]{{0,2}}(?:{_MARK}|{_BEST})\b",
    ),
    (
        (_QUOTED, (":",), ("verdict", "marks", "quotes", "abstain")),
        r"[\"'](?:verdict|marks|quotes|abstain(?:ed)?)[\"']\s{0,4}:\s{0,4}[{\[tf]",
    ),
    (
        (),
        rf"^{_GAP}(?:[-*>]{_GAP})?(?:\*\*)?{_KEY}(?:\*\*)?{_GAP}(?:[:=]|[-–—]|is){_GAP}(?:\*\*)?"
        rf"(?:{_MARK}(?:{_GAP}(?:/|of|out of){_GAP}(?:5|five|10|100))?{_GAP}(?:\*\*)?{_GAP}"
        rf"(?:[.!,;]|$)|{_BEST}\b[^\n]{{0,60}}$)",
    ),
    (
        ((":", "="), ("result", "conclusion", "verdict", "score", "rating", "grade")),
        rf"\b(?:result|conclusion|verdict|score|rating"
        rf"|grade)s?{_GAP}[:=]{_GAP}(?:{_MARK}\b{_GAP}[.!]?{_GAP}$|{_BEST}\b)",
    ),
    (
        (("|",),),
        r"^[ \t]{0,4}\|[^\n]{0,60}\b(?:dimension|criterion|criteria|indicator"
        r"|rubric)s?\b[^\n]{0,40}\|[^\n]{0,20}"
        r"\b(?:level|score|mark|rating|grade|points)s?\b[^\n]{0,40}\|",
    ),
    (
        (("_score", "_rating", "_grade", "_level", "_verdict", "_mark"),),
        r"\b(?:submit|set|return|record|give)_(?:score|rating|grade|level|verdict|marks?)\s{0,2}\(",
    ),
)
_FORGERIES = tuple(
    (hints, re.compile(pattern, _I)) for hints, pattern in (*_TURNS, *_FENCES, *_VERDICTS)
)
"""Patterns, each behind groups of pieces, in lower case: a text has to have one of each group."""


def find_forgery(text: str) -> str | None:
    """Return the first piece that pretends to be somebody else's, or None.

    Args:
        text: Normalised. What is quoted and reported in it is passed over.
    """
    open_text = blank_reported(text)
    low = glance(open_text).low
    for hints, pattern in _FORGERIES:
        worth_a_look = all(has_any(low, pieces) for pieces in hints)
        for found in pattern.finditer(open_text) if worth_a_look else ():
            if not is_told(open_text, found.start(), marked=False):
                return " ".join(found.group().split())
    return None
