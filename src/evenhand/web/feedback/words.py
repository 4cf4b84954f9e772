"""The sentences of the feedback: short, plain, and about answers, never about a person's worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from evenhand.measure.values import OVERALL
from evenhand.rubric import Pack
from evenhand.web.ui.charts import number

REMARKS: Final = {
    "empty": gettext_lazy("There was little or no text, so there was nothing to rate."),
    "too_long": gettext_lazy("It is so long that the models read its first part only."),
    "binary": gettext_lazy("Some of its characters cannot be read. Copied text can have such."),
    "hidden_text": gettext_lazy(
        "Some of its text or characters cannot be seen. Copied text can have such."
    ),
    "lookalikes": gettext_lazy("Some of its letters come from another alphabet."),
    "encoded": gettext_lazy("Some of its words are written in a code."),
    "injection": gettext_lazy("Some words sound as if they were said to whoever rates it."),
    "echo": gettext_lazy("A large part of it repeats the question."),
    "rubric": gettext_lazy("Some sentences are close to the words of the rubric."),
    "duplication": gettext_lazy("Some sentences say the same again."),
    "notation": gettext_lazy("It holds code, markup or a table, which the judges read as prose."),
    "word_list": gettext_lazy("It lists terms without saying much about them."),
    "unspecific": gettext_lazy("It names few things that could be checked, such as numbers."),
    "language": gettext_lazy("Some of it is not in English, the language that the models read."),
}
"""What a candidate is told of a flag, by its code.

They are told, since a look that somebody was asked to take at their answer is theirs to know and to
put right. They are told what can be seen in the text and never what somebody might suspect: a flag
is no finding, and most are harmless. Its detail stays out, being written for who looks into it; so
do flags about the panel and not the answer.
"""


def times(confidence: float) -> str:
    """Return how often an interval is meant to hold.

    >>> times(0.9), times(0.95), times(0.8)
    ('9 times out of 10', '19 times out of 20', '8 times out of 10')
    """
    for of in (10, 20):
        if abs(confidence * of - round(confidence * of)) < 1e-9:
            break
    else:
        of = 100
    return _("%(n)d times out of %(of)d") % {"n": round(confidence * of), "of": of}


def level(mean: float, low: float, high: float, confidence: float) -> str:
    """Return a level with its interval as a sentence."""
    return _(
        "Most likely near %(mean)s. If many trained raters had rated you, their average would lie "
        "between %(low)s and %(high)s, %(times)s."
    ) % {
        "mean": number(mean),
        "low": number(low),
        "high": number(high),
        "times": times(confidence),
    }


def is_not() -> tuple[str, ...]:
    """Return what the levels are not."""
    return (
        _("It is no mark of you as a person. It is about these answers and this rubric."),
        _("It is no rank. It compares you with nobody."),
        _("It is not the decision. A person decides. Nobody was rejected by a machine."),
        _("It is not exact. The range says how exact it is."),
        _("It has nothing to do with grammar, spelling, accent, typing speed or length."),
    )


def read() -> tuple[str, ...]:
    """Return how to read a level, step by step."""
    return (
        _(
            "A level says what trained raters would give you here, on average over raters and over "
            "questions of average difficulty."
        ),
        _("Levels go from 1 to 5. What each one means stands under its dimension."),
        _("Nobody can know your level exactly. So each one comes with a range."),
        _("Quotes are your words where something was seen. Models misread at times."),
    )


def remarks_lead() -> str:
    """Return what it means that a person was asked to look."""
    return _("A person was asked to look at this. It is no accusation and changed no level.")


def provisional() -> str:
    """Return what provisional calibration means for a candidate."""
    return _(
        "The models are still being checked against people's ratings. Until more are in, the "
        "ranges are kept wider, and the levels may shift a little."
    )


def contest_state(state: str, given: int, wanted: int) -> str:
    """Return how far a contest is that is not settled."""
    if state == "open":
        return _("Two people are asked to rate it. Neither knows your levels, or that you asked.")
    return _("%(given)d of %(wanted)d ratings are in.") % {"given": given, "wanted": wanted}


def settled(moved: Sequence[str], figures: bool) -> str:
    """Return what came of a contest.

    Args:
        moved: Names of what moved further than chance explains.
        figures: Whether there are estimates without and with the new ratings.
    """
    if not figures:
        return _(
            "Two people have rated it. The levels could not be made anew, because the calibration "
            "that they rest on is gone. Your contact person knows; ask them."
        )
    if moved:
        return _(
            "Two people have rated it, and their ratings count. This moved by more than chance "
            "explains: %(names)s. Whoever decides is asked to look again."
        ) % {"names": ", ".join(moved)}
    return _(
        "Two people have rated it, and their ratings count. The levels moved no further than "
        "chance explains. So the earlier ones stand much as they were, now with more behind them."
    )


def move(before: float, after: float, beyond: bool) -> str:
    """Return how an estimate moved."""
    by = number(abs(after - before))
    if by == number(0):
        return _("It did not move.")
    way = _("up by %(by)s") if after > before else _("down by %(by)s")
    tail = _("more than chance explains") if beyond else _("no more than chance explains")
    return f"{way % {'by': by}}, {tail}"


def where(questions: Sequence[int], *, partly: bool) -> str:
    """Return in which answers something was seen."""
    said = ngettext("question %(numbers)s", "questions %(numbers)s", len(questions)) % {
        "numbers": ", ".join(map(str, questions))
    }
    return _("in part, %(where)s") % {"where": said} if partly else said


def part(question: int, dimension: str) -> str:
    """Return one answer on one dimension."""
    return _("Question %(number)d: %(dimension)s") % {"number": question, "dimension": dimension}


def name_of(dimension: str, pack: Pack) -> str:
    """Return what an estimate is called."""
    return _("Overall") if dimension == OVERALL else pack.dimension(dimension).name
