"""Why a follow-up was asked, or why none was, in a sentence."""

from __future__ import annotations

import math

from django.utils.translation import gettext as _

from evenhand.hiring.models import ProbeChoice
from evenhand.rubric import Pack
from evenhand.web.ui.figures import share


def follow_up_says(choice: ProbeChoice | None, pack: Pack, *, asks: bool) -> str:
    """Return the reason; empty where the opening asks no follow-ups.

    Args:
        choice: None where the candidate did not go on from the question with an answer.
        pack: whose indicators are named.
        asks: whether the opening asks follow-ups.
    """
    if choice is None:
        unasked = _(
            "No follow-up: the candidate did not go on from this question, or left it blank."
        )
        return unasked if asks else ""
    if choice.state != ProbeChoice.State.ASKED:
        why = choice.get_reason_display() or choice.get_state_display()
        return _("No follow-up: %(why)s.") % {"why": why}
    first = choice.weighed[0]
    found = {
        0: _("The panel had not seen"),
        1: _("The panel had seen only in part"),
    }.get(first["mark"], _("The panel could not tell whether it had seen"))
    return _(
        "Chosen by the rule for everyone, of %(count)s that came in question: it was expected to "
        "take %(share)s off the remaining doubt. %(found)s: %(says)s"
    ) % {
        "count": len(choice.weighed),
        "share": share(1 - math.exp(-first["gain"]), 1),
        "found": found,
        "says": pack.indicator(first["indicator"]).says,
    }
