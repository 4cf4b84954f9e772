"""People who handed in, were decided on, and volunteered, written row by row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from evenhand.hiring.compliance.volunteering import key_of
from evenhand.hiring.models import (
    Application,
    Candidate,
    Decision,
    EstimateRow,
    Opening,
    Sitting,
    User,
    Volunteered,
)


def handed_in(
    opening: Opening,
    n: int,
    at: datetime,
    *,
    by: User,
    told: Mapping[str, str] | None = None,
    advanced: int | None = None,
) -> list[Application]:
    """Add `n` people who handed in; the first `advanced` are advanced, the others not."""
    start = Application.objects.filter(opening=opening).count()
    people = Candidate.objects.bulk_create(
        [
            Candidate(name=f"P{start + k}", email=f"p{start + k}@example.org", created_at=at)
            for k in range(n)
        ]
    )
    made = Application.objects.bulk_create(
        [
            Application(
                opening=opening,
                pack=opening.pack,
                candidate=one,
                number=start + k + 1,
                created_at=at,
            )
            for k, one in enumerate(people)
        ]
    )
    Sitting.objects.bulk_create(
        [
            Sitting(
                application=one,
                prompts=[],
                minutes=40,
                state="scored",
                started_at=at,
                submitted_at=at,
            )
            for one in made
        ]
    )
    if told:
        Volunteered.objects.bulk_create(
            [Volunteered(key=key_of(one.pk), told=dict(told)) for one in made]
        )
    if advanced is not None:
        decide(made, advanced, at, by)
    return made


def decide(people: list[Application], advanced: int, at: datetime, by: User) -> None:
    EstimateRow.objects.bulk_create(
        [
            EstimateRow(
                application=one,
                dimension="overall",
                mean=4.0 if n < advanced else 3.0 + n % 3 / 10,
                sd=0.3,
                low=3.0,
                high=4.5,
                p_bar=0.9 if n < advanced else 0.2,
                reliability=0.7,
                confidence=0.9,
                components_version="v",
                provisional=False,
                estimated_at=at,
            )
            for n, one in enumerate(people)
        ]
    )
    Decision.objects.bulk_create(
        [
            Decision(
                application=one,
                number=1,
                outcome="advance" if n < advanced else "not_advance",
                reason="Said why.",
                chance=50,
                by=by,
                at=at,
                advised="advance" if n % 2 else "not_advance",
                because="cheapest",
                overrides=n % 2 == 0,
                p_bar=0.5,
                cost_false_advance=1,
                cost_false_reject=1,
            )
            for n, one in enumerate(people)
        ]
    )
