"""A scorecard that is filled in, as a browser would send it."""

from __future__ import annotations

from typing import Any

from evenhand.hiring.interviews.kits import kit_for
from evenhand.hiring.models import Interview


def body_of(
    interview: Interview, level: float | str = 4.0, *, asked: bool = True
) -> dict[str, Any]:
    """Return a card with this level in every dimension, and a note on the first question."""
    kit = kit_for(interview)
    first = kit.questions[0]
    strong = next(one for one in kit.dimensions if one.id == first.dimensions[0]).strong
    return {
        "version": "evenhand-scorecard/1",
        "questions": [
            {
                "task": one.task,
                "started_at": "2026-03-02T09:00:00+00:00" if asked else None,
                "seconds": 300 if asked else 0,
                "asked": asked,
                "notes": "Began with what the labels mean." if one is first else "",
            }
            for one in kit.questions
        ],
        "stamps": [{"task": first.task, "indicator": strong[0].id, "seconds": 47}] if asked else [],
        "levels": {one.id: level for one in kit.dimensions},
        "notes": "Calm, and to the point.",
    }
