"""What happens to a contest as people lock their ratings: it goes on, and is settled by itself."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from statistics import NormalDist

from django.db import transaction

from evenhand.hiring.anchors.models import RATERS, Anchor, AnchorRating
from evenhand.hiring.calibration.choosing import origin_of
from evenhand.hiring.feedback.mail import post_settled
from evenhand.hiring.feedback.models import Contest, Move
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.openings.services import ROUND
from evenhand.hiring.record.services import record, subject_of
from evenhand.hiring.scoring.estimates import estimate_people, ratings_of
from evenhand.hiring.scoring.models import EstimateRow
from evenhand.measure import Estimate, Rating


def advance(anchor: Anchor, *, actor: str, now: datetime) -> None:
    """Take the contests of an answer further; call it in the transaction of a rating of it.

    Where it was the last rating that was waited for, the estimates are made anew already.

    Args:
        anchor: just rated.
        actor: who rated, as the record names them.
        now: the moment.
    """
    concerned = Contest.objects.filter(readings__anchor=anchor).distinct()
    for contest in concerned.select_related("application__opening"):
        Contest.objects.filter(pk=contest.pk, state=Contest.State.OPEN).update(
            state=Contest.State.RATING
        )
        if not Anchor.objects.filter(contested_in__contest=contest, locked__lt=RATERS).exists():
            _settle(contest, actor, now)


def beyond_chance(
    before: Estimate | EstimateRow, after: Estimate | EstimateRow, confidence: float
) -> bool:
    """Say whether an estimate moved further than new ratings would move it by chance.

    Before ratings come in, where the posterior mean will go is normal round where it is, with the
    variance that the ratings remove: sd_before^2 - sd_after^2 (a posterior mean is a martingale).
    Where the wider factor of dimensions that people rated makes the interval no narrower, the
    whole of sd_before is granted to chance.

    >>> from types import SimpleNamespace as E
    >>> beyond_chance(E(mean=3.0, sd=0.5), E(mean=3.6, sd=0.4), 0.9)   # 0.6 > 1.645 * 0.3
    True
    >>> beyond_chance(E(mean=3.0, sd=0.5), E(mean=3.4, sd=0.4), 0.9)
    False
    >>> beyond_chance(E(mean=3.0, sd=0.4), E(mean=3.6, sd=0.5), 0.9)   # 0.6 < 1.645 * 0.4
    False
    """
    removed = before.sd**2 - after.sd**2
    spread = math.sqrt(removed) if removed > 0 else before.sd
    return abs(after.mean - before.mean) > NormalDist().inv_cdf(0.5 + confidence / 2) * spread


def _settle(contest: Contest, actor: str, now: datetime) -> None:
    mine = Contest.objects.filter(pk=contest.pk, state=Contest.State.RATING).update(
        state=Contest.State.SETTLED, settled_at=now
    )
    if not mine:
        return
    moves = Move.objects.bulk_create(_moves(contest))
    facts = {
        "contest": str(contest.pk),
        "moves": [[one.dimension, one.before, one.after, one.beyond_chance] for one in moves],
    }
    record("contest.settled", subject_of(contest.application), actor=actor, facts=facts, now=now)
    transaction.on_commit(lambda: post_settled(contest))


def _moves(contest: Contest) -> Iterator[Move]:
    """Yield each estimate without and with the ratings of the contest.

    There are none where the estimates stand on components that cannot be read any more, so that
    they were not made anew either.
    """
    application, opening = contest.application, contest.application.opening
    shown = {
        row.dimension: row
        for row in EstimateRow.objects.filter(application=application, superseded_at__isnull=True)
    }
    pack = pack_of(application.pack_id)
    version = next((row.components_version for row in shown.values()), "")
    components = origin_of(pack, version, opening.organisation_id).components
    if components is None:
        return
    brought = set(
        AnchorRating.objects.filter(anchor__contested_in__contest=contest).values_list(
            "anchor__answer__prompt", "rater"
        )
    )
    without = estimate_people(
        opening,
        [one for one in ratings_of(application) if not _is_among(one, brought)],
        components,
        weights=pack.weights,
        candidates=[str(application.pk)],
    )
    for before in without.estimates:
        after = shown[before.dimension]
        yield Move(
            contest=contest,
            dimension=before.dimension,
            before=before.mean,
            before_low=before.low,
            before_high=before.high,
            after=after.mean,
            after_low=after.low,
            after_high=after.high,
            beyond_chance=beyond_chance(before, after, opening.confidence),
        )


def _is_among(rating: Rating, brought: set[tuple[str, int]]) -> bool:
    if rating.round != ROUND or rating.rater_kind != "human":
        return False
    return (rating.task, int(rating.rater.removeprefix("user:"))) in brought
