"""Interviews held in tests: a finished card, and a whole round with its card locked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from evenhand.hiring.interviews.kits import kit_for
from evenhand.hiring.interviews.services import (
    begin_interview,
    lock_card,
    plan_interview,
    save_card,
)
from evenhand.hiring.models import Application, Interview, Membership, Opening, Role, User


def interviewer(opening: Opening, name: str, now: datetime) -> User:
    """Return somebody new who may interview in an opening."""
    user = User.objects.create_user(
        f"{name.lower()}@example.org",
        "correct horse 4",
        first_name=name,
        organisation=opening.organisation,
    )
    Membership.objects.create(opening=opening, user=user, role=Role.INTERVIEWER, since=now)
    return user


def body_of(
    interview: Interview,
    level: float | str = 4.0,
    levels: Mapping[str, float | str] | None = None,
) -> dict[str, Any]:
    """Return a finished card: everything asked, and every dimension given a level."""
    kit = kit_for(interview)
    return {
        "version": "evenhand-scorecard/1",
        "questions": [
            {
                "task": one.task,
                "started_at": "2026-03-02T09:00:00+00:00",
                "seconds": 300,
                "asked": True,
                "notes": f"said something about {one.task}",
            }
            for one in kit.questions
        ],
        "stamps": [
            {
                "task": kit.questions[0].task,
                "indicator": kit.dimensions[0].strong[0].id,
                "seconds": 47,
            }
        ],
        "levels": {one.id: (levels or {}).get(one.id, level) for one in kit.dimensions},
        "notes": "in all",
    }


def held(
    application: Application,
    round: str,
    by: User,
    now: datetime,
    level: float | str = 4.0,
    levels: Mapping[str, float | str] | None = None,
) -> Interview:
    """Hold an interview from its planning to its locked card."""
    interview = plan_interview(application=application, round=round, interviewer=by, by=by, now=now)
    begin_interview(interview=interview, by=by, now=now)
    body = body_of(interview, level, levels)
    save_card(interview=interview, body=body, base_revision=0, now=now)
    return lock_card(interview=interview, by=by, now=now)
