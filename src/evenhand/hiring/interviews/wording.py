"""The words of a kit. None of them says, or lets guess, how well a candidate did."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from evenhand.measure.options import Because


def opening(minutes: int) -> str:
    """Return what an interviewer says first; the same to everyone."""
    return _(
        "Thank you for taking the time. I am … and I work on …. We have %(minutes)s minutes. First "
        "come questions that I ask everyone, then some that go on from what we have seen of you so "
        "far. I take notes, so I may look away, and now and then I will move us on: that is the "
        "clock and says nothing about your answer. At the end there is time for what you would "
        "like to ask. Is there anything you want to know before we begin?"
    ) % {"minutes": minutes}


def closing() -> str:
    """Return what an interviewer says last."""
    return _(
        "Thank you, those were my questions. What would you like to ask me? Nothing that you ask "
        "is rated. I do not decide here and now, and I cannot say how it went: you will hear from "
        "us, whatever comes of it."
    )


def core_reason() -> str:
    """Say why a question of the common core is asked."""
    return _("Asked of everyone in this round, so that candidates can be compared.")


def focus_reason(dimension: str, because: Sequence[Because], missed: Sequence[str]) -> str:
    """Say why a follow-up question is asked where no single behaviour is in doubt.

    Args:
        dimension: its name.
        because: the plan's reasons; that a level lies near a bar is not told.
        missed: names of the locked rounds that did not get to see the dimension.
    """
    if missed:
        why = _("the round “%(round)s” did not get to see it") % {"round": missed[0]}
        return _("%(dimension)s: %(why)s.") % {"dimension": dimension, "why": why}
    says: dict[Because, str] = {
        "never_asked": _("no question has shown it yet"),
        "raters_differ": _("those who rated it do not agree"),
        "one_question": _("only one question has shown it so far"),
        "no_person": _("no person has heard an answer on it yet"),
    }
    known = [says[code] for code in because if code in says][:2]
    why = _(" and ").join(known) or _("it is one of those of which least is known")
    return _("%(dimension)s: %(why)s.") % {"dimension": dimension, "why": why}
