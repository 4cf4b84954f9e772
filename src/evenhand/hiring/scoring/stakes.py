"""What hangs on an answer where it is read for an opening: now, or by a panel on trial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evenhand.hiring.calibration.choosing import used_for
from evenhand.hiring.openings.models import Application
from evenhand.hiring.openings.services import ROUND

if TYPE_CHECKING:
    from evenhand.judges.llm.budget import Purse
    from evenhand.judges.llm.panel import LLMPanel
    from evenhand.judges.llm.routing import Stakes
    from evenhand.measure import Rating


def stakes_of(
    application: Application,
    panel: LLMPanel,
    ratings: Sequence[Rating],
    purse: Purse | None = None,
) -> Stakes:
    """Return what routing goes by for one of a person's answers.

    Args:
        application: The person in their opening, whose bar and confidence count.
        panel: Who reads.
        ratings: Of the answers that it read of them before; named by the application's id.
        purse: What may be spent; a gate's calls use up no opening's limit, and it has none.
    """
    from evenhand.judges.llm.routing import PersonStanding, Stakes

    opening = application.opening
    standing = PersonStanding(
        ratings,
        used_for(application, panel).components,
        candidate=str(application.pk),
        round=ROUND,
        confidence=opening.confidence,
    )
    return Stakes(opening.bar, standing, purse)
