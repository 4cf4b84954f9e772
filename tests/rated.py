"""People whose answers were read by invented judges, written row by row and scored for real."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

import numpy as np
from tests.panels import PlainPanel

from evenhand.hiring.models import Answer, Application, Opening, Reading, Sitting, VerdictRow
from evenhand.hiring.openings.services import CandidateRow, add_candidates, pack_of
from evenhand.hiring.scoring.services import estimate_sitting
from evenhand.judges import Panel

SEVERITY = {"first": 0.2, "second": 0.0, "third": -0.2}


def hand_in_rated(
    opening: Opening,
    people: int,
    *,
    now: datetime,
    severity: Mapping[str, float] = SEVERITY,
    panel_version: str = PlainPanel.version,
    seed: int = 1,
) -> list[Application]:
    """Add people whose every answer was handed in and read, and of whom nothing is estimated."""
    rng = np.random.default_rng(seed)
    rows = [CandidateRow(f"P {seed}-{n}", f"p{seed}-{n}@example.org") for n in range(people)]
    added = add_candidates(opening=opening, rows=rows, by=opening.created_by, now=now).added
    pack = pack_of(opening.pack_id)
    for application in added:
        sitting = application.sitting
        ability = rng.normal(3, 0.7)
        for prompt in sitting.prompts:
            answer = Answer.objects.create(sitting=sitting, prompt=prompt, saved_at=now)
            Reading.objects.create(
                answer=answer, panel="plain", panel_version=panel_version, read_at=now
            )
            VerdictRow.objects.bulk_create(
                VerdictRow(
                    answer=answer,
                    dimension=dimension,
                    judge=judge,
                    level=float(np.clip(ability - off + rng.normal(0, 0.4), 1, 5)),
                    given_at=now,
                )
                for dimension in pack.prompt(prompt).dimensions
                for judge, off in severity.items()
            )
    Sitting.objects.filter(application__in=added).update(
        state=Sitting.State.SUBMITTED, submitted_at=now, panel="plain", panel_version=panel_version
    )
    return added


def score_rated(applications: list[Application], panel: PlainPanel, now: datetime) -> None:
    """Estimate people who were handed in with `hand_in_rated`."""
    for application in applications:
        estimate_sitting(application.sitting.pk, cast(Panel, panel), now)
        application.sitting.refresh_from_db()


def rated(opening: Opening, people: int, panel: PlainPanel, now: datetime) -> list[Application]:
    """Add people who are scored."""
    added = hand_in_rated(opening, people, now=now)
    score_rated(added, panel, now)
    return added
