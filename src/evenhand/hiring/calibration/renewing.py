"""Making the estimates of an opening anew, all at once, when another fit is in use."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from evenhand.hiring.calibration.choosing import Versioned, in_use, rated_under, standing_on
from evenhand.hiring.openings.models import Application, Opening
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.openings.services import lock
from evenhand.hiring.record.services import Event, record, record_all, subject_of
from evenhand.hiring.scoring.estimates import (
    Estimated,
    by_candidate,
    estimate_people,
    keep_estimates,
    ratings_of,
    ratings_of_all,
)
from evenhand.hiring.scoring.facts import estimate_facts
from evenhand.hiring.scoring.models import EstimateRow, Reading
from evenhand.hiring.scoring.noting import note_components
from evenhand.hiring.sittings.models import Sitting
from evenhand.measure import Outlier, Rating
from evenhand.rubric import Pack

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel


def openings_behind(
    pack_hash: str, panel: AnyPanel, organisation: uuid.UUID, *, beside: bool = False
) -> list[str]:
    """Return the ids of an organisation's openings that stand on other components than now."""
    behind = _behind(panel, in_use(pack_hash, panel, organisation), beside).filter(
        pack_id=pack_hash, opening__organisation=organisation
    )
    ids = behind.order_by("opening").values_list("opening", flat=True).distinct()
    return [str(opening_id) for opening_id in ids]


def renew_estimates(
    opening_id: uuid.UUID | str,
    pack_hash: str,
    panel: AnyPanel,
    now: datetime,
    *,
    beside: bool = False,
) -> int:
    """Make estimates of an opening anew with the components in use; returns for how many people.

    It is one transaction: whoever looks sees all who sat this pack version by the former fit, or
    all of them by the new one. The former estimates stay as rows, and each new one has its entry.
    Who was read by another version of the panel keeps what they have.

    Args:
        opening_id: whose people.
        pack_hash: the pack version that they sat.
        panel: the judges that read them.
        now: the moment.
        beside: whether another panel is the active one, see `rated_under`.
    """
    with transaction.atomic():
        opening = Opening.objects.get(pk=opening_id)
        lock(opening)
        made_with = in_use(pack_hash, panel, opening.organisation_id)
        behind = _behind(panel, made_with, beside).filter(opening=opening, pack=pack_hash)
        former = dict(
            EstimateRow.objects.filter(application__in=behind, superseded_at__isnull=True)
            .order_by("application")
            .values_list("application", "components_version")
        )
        if not former:
            return 0
        pack = pack_of(pack_hash)
        made = estimate_people(
            opening,
            ratings_of_all(behind),
            made_with.components,
            weights=pack.weights,
            candidates=[str(pk) for pk in former],
        )
        keep_estimates(opening, made.estimates, made_with, now)
        note_components(made_with.version, made_with.components, now)
        instead_of = {str(pk): version for pk, version in former.items()}
        record_all(_events(opening, pack, panel, made_with, made, instead_of), now=now)
    return len(former)


def renew_application(application: Application, *, actor: str, now: datetime) -> None:
    """Make one person's estimates anew, with the components they have, because a rating came in.

    Call it in the transaction of that rating. Where answers are being read, the scoring at hand
    counts the rating. Who was estimated with components that cannot be read any more, or has no
    rating that counts, keeps what they have.
    """
    opening = application.opening
    lock(opening)
    if Sitting.objects.filter(application=application, state=Sitting.State.SUBMITTED).exists():
        return
    ratings, made_with = ratings_of(application), standing_on(application)
    if not ratings or made_with is None:
        return
    before = EstimateRow.objects.filter(application=application, superseded_at__isnull=True).first()
    pack = pack_of(application.pack_id)
    made = estimate_people(
        opening,
        ratings,
        made_with.components,
        weights=pack.weights,
        candidates=[str(application.pk)],
    )
    keep_estimates(opening, made.estimates, made_with, now)
    read = Reading.objects.filter(answer__sitting__application=application).first()
    facts = {
        **estimate_facts(opening, pack, read.panel if read else "", made_with, made),
        "instead_of": before.components_version if before else None,
    }
    note_components(made_with.version, made_with.components, now)
    record("estimates.renewed", subject_of(application), actor=actor, facts=facts, now=now)


def _behind(panel: AnyPanel, made_with: Versioned, beside: bool) -> QuerySet[Application]:
    others = EstimateRow.objects.filter(
        application=OuterRef("pk"), superseded_at__isnull=True
    ).exclude(components_version=made_with.version)
    return rated_under(panel, beside=beside).filter(Exists(others))


def _events(
    opening: Opening,
    pack: Pack,
    panel: AnyPanel,
    made_with: Versioned,
    made: Estimated,
    instead_of: dict[str, str],
) -> list[Event]:
    ratings: dict[str, list[Rating]] = defaultdict(list)
    for rating in made.ratings:
        ratings[rating.candidate].append(rating)
    left_out: dict[str, list[Outlier]] = defaultdict(list)
    for outlier in made.left_out:
        left_out[outlier.candidate].append(outlier)
    return [
        Event(
            "estimates.renewed",
            f"application:{one}",
            f"panel:{panel.version}",
            {
                **estimate_facts(
                    opening,
                    pack,
                    panel.name,
                    made_with,
                    Estimated(ratings[one], left_out[one], rows),
                ),
                "instead_of": instead_of[one],
            },
        )
        for one, rows in by_candidate(made.estimates).items()
    ]
