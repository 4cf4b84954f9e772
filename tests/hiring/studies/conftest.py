from __future__ import annotations

from datetime import datetime

import pytest

from evenhand.hiring.models import Application, EstimateRow, Opening, Sitting, User
from evenhand.hiring.openings.services import CandidateRow, add_candidates


@pytest.fixture
def people(opening: Opening, alice: User, now: datetime) -> list[Application]:
    """Thirty who handed in, the nth more likely above the bar than the one before."""
    rows = [CandidateRow(f"Person {n}", f"p{n}@example.org") for n in range(30)]
    added = add_candidates(opening=opening, rows=rows, by=alice, now=now).added
    Sitting.objects.filter(application__in=added).update(state=Sitting.State.SCORED)
    EstimateRow.objects.bulk_create(
        EstimateRow(
            application=one, dimension="overall", mean=2 + n / 15, sd=0.3, low=1.5 + n / 15,
            high=2.5 + n / 15, p_bar=n / 29, reliability=0.7, confidence=0.9,
            components_version="c" * 64, provisional=True, estimated_at=now,
        )
        for n, one in enumerate(added)
    )  # fmt: skip
    return list(Application.objects.filter(opening=opening).select_related("sitting", "opening"))
