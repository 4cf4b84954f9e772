"""How each table about a person is called, and what of it goes into their copy.

Every model that `hanging` finds has a line here: a test fails for one that has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.anchors.models import RATERS
from evenhand.hiring.interviews.models import Interview

_LOCKED: Final = Interview.State.LOCKED


@dataclass(frozen=True)
class Treated:
    """One table.

    Attributes:
        title: What its rows are called on a page.
        only: Which rows go into the copy, as a lookup; the others are not final, and would tell
            somebody who is still to score what another one has scored.
        left_out: Columns that stay out of the copy, each with the reason.
        why_not: Why nothing of the table goes into the copy; empty where it does.
        rates: Whether its rows say how somebody was rated. A person's own copy has them once
            feedback is released or a decision is locked; a copy made by staff always.
        rating_columns: Columns that do so, in a table that else tells what happened.
    """

    title: str | Promise
    only: Mapping[str, Any] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    why_not: str = ""
    rates: bool = False
    rating_columns: tuple[str, ...] = ()


_MONEY: Final = dict.fromkeys(
    ("picos", "spared", "spared_picos", "spared_prompt_tokens", "spared_cached_tokens",
     "spared_output_tokens", "call"),
    "what the organisation pays; it tells nothing of a person",
)  # fmt: skip

TREATED: Final[Mapping[str, Treated]] = {
    "Candidate": Treated(_("name and address")),
    "Application": Treated(_("application")),
    "Invitation": Treated(_("personal links")),
    "Sitting": Treated(_("written assessment")),
    "Answer": Treated(_("answers")),
    "KeptAside": Treated(_("other versions of answers")),
    "AccommodationRequest": Treated(_("requests for more time or another form")),
    "ProbeChoice": Treated(_("choices of a follow-up"), rating_columns=("levels", "weighed")),
    "Reading": Treated(_("readings by the panel")),
    "VerdictRow": Treated(_("verdicts of judges"), rates=True),
    "AnswerScore": Treated(_("scores of answers"), rates=True),
    "EstimateRow": Treated(_("estimates"), rates=True),
    "Anchor": Treated(_("answers drawn for people to rate too")),
    "AnchorRating": Treated(
        _("ratings by people"), only={"anchor__locked__gte": RATERS}, rates=True
    ),
    "Interview": Treated(
        _("interviews"),
        left_out={"kit": "holds questions that others are still to be asked"},
    ),
    "Scorecard": Treated(_("scorecards"), only={"interview__state": _LOCKED}, rates=True),
    "KeptCard": Treated(
        _("other versions of scorecards"),
        only={"scorecard__interview__state": _LOCKED},
        rates=True,
    ),
    "CardLevel": Treated(
        _("levels on scorecards"), only={"scorecard__interview__state": _LOCKED}, rates=True
    ),
    "Stamp": Treated(_("stamps on scorecards"), only={"scorecard__interview__state": _LOCKED}),
    "AdvanceOpinion": Treated(_("opinions whether to advance"), rates=True),
    "DisagreementNote": Treated(_("notes on who was right"), rates=True),
    "Outcome": Treated(_("what came of it")),
    "Signal": Treated(_("signals from elsewhere, such as a coding test")),
    "Feedback": Treated(_("feedback that was released")),
    "Contest": Treated(_("what was contested")),
    "ContestedReading": Treated(_("readings that were contested")),
    "Move": Treated(_("what contesting changed")),
    "Lean": Treated(
        _("leanings before the figures were seen"),
        only={"application__decisions__isnull": False},
        rates=True,
    ),
    "Decision": Treated(_("decisions")),
    "Proposal": Treated(_("decisions that came second")),
    "RankRow": Treated(_("places in the ranking"), rates=True),
    "TopRow": Treated(_("chances to be among the best"), rates=True),
    "Letter": Treated(_("letters about interviews")),
    "GateFlip": Treated(_("comparisons in a trial of judges"), rates=True),
    "JudgeCall": Treated(_("requests to a model"), left_out=_MONEY),
    "JudgeSkip": Treated(_("models that were not asked, and why")),
}
"""By name of the model."""

APART: Final[Mapping[str, Treated]] = {
    "Volunteered": Treated(
        _("what you volunteered about groups"),
        why_not="it is shown to nobody: whoever has the personal link would learn it too; the link "
        "leads to where it is said anew or taken back",
    ),
}
"""Tables about a person that hang on nobody: they go into no copy."""
