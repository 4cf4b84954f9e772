"""What the lists show, in a fixed number of queries however long they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from evenhand.hiring.calibration.choosing import fitted_at
from evenhand.hiring.decisions.queries import decisions_on, shown_to
from evenhand.hiring.models import (
    AccommodationRequest,
    Application,
    Decision,
    EstimateRow,
    Invitation,
    Opening,
    PackVersion,
    Reading,
    Sitting,
    User,
)
from evenhand.hiring.moments import in_words
from evenhand.hiring.openings.services import link_of, may_be_told
from evenhand.measure.values import OVERALL
from evenhand.web.report.words import fit, percent
from evenhand.web.ui.charts import mini_interval

from .access import openings_of

_WITHDRAWN: Final = Q(applications__withdrawn_at__isnull=False)


@dataclass(frozen=True)
class CandidateLine:
    """One row of the candidates' list.

    `link` is empty where it may not be told, as once the person has begun.

    `blind` says that whoever looks has yet to interview them, or to lean: then nothing of their
    scores is here, nor what others decided and why.
    """

    application: Application
    state: str
    state_words: str
    decision: Decision | None
    is_decided: bool
    overall: EstimateRow | None
    picture: SafeString
    chance: str
    flags: int
    link: str
    can_send: bool
    link_words: str
    blind: bool


def openings_with_counts(user: User) -> list[tuple[Opening, frozenset[str]]]:
    """Return a user's openings with the roles held in each, and how many sittings are where.

    Who has withdrawn is counted apart from those.
    """
    state = "applications__sitting__state"
    counts = {
        f"{name}_count": Count("applications", filter=Q(**{state: name}) & ~_WITHDRAWN)
        for name in Sitting.State.values
    }
    counts["withdrawn_count"] = Count("applications", filter=_WITHDRAWN)
    roles: dict[object, set[str]] = {}
    for opening, role in user.memberships.values_list("opening", "role"):
        roles.setdefault(opening, set()).add(role)
    openings = openings_of(user).annotate(**counts)
    return [(one, frozenset(roles[one.pk])) for one in openings]


def candidates_of(opening: Opening) -> QuerySet[Application]:
    """Return the applications to an opening with all that their lines show."""
    return (
        Application.objects.filter(opening=opening)
        .select_related("candidate", "sitting", "feedback")
        .prefetch_related(
            Prefetch(
                "invitations",
                Invitation.objects.filter(revoked_at__isnull=True),
                to_attr="live_links",
            ),
            Prefetch(
                "estimates",
                EstimateRow.objects.filter(dimension=OVERALL, superseded_at__isnull=True),
                to_attr="overalls",
            ),
        )
        .order_by("number")
    )


def candidate_lines(
    opening: Opening, applications: Sequence[Application], user: User, now: datetime
) -> list[CandidateLine]:
    """Return the lines of a page of applications from `candidates_of`, as `user` may see them."""
    ids = [one.pk for one in applications]
    shown = set(shown_to(user, opening).filter(pk__in=ids).values_list("pk", flat=True))
    decided = decisions_on(applications)
    flags: Counter[object] = Counter()
    readings = Reading.objects.filter(answer__sitting__application__in=applications)
    for of, found in readings.values_list("answer__sitting__application_id", "flagged"):
        flags[of] += found
    return [
        _line(opening, one, decided.get(one.pk), flags[one.pk], one.pk not in shown, now)
        for one in applications
    ]


def fits_shown(opening: Opening) -> list[str]:
    """Return in words which fits the opening's estimates stand on: one, unless the judges changed.

    Only who was read by the same version of the panel can be taken over to the same fit.
    """
    shown = EstimateRow.objects.filter(application__opening=opening, superseded_at__isnull=True)
    versions = set(shown.values_list("components_version", flat=True).distinct())
    dates = fitted_at(versions, opening.organisation_id)
    return sorted(fit(version, dates.get(version)) for version in versions)


def versions_shown(opening: Opening) -> list[str]:
    """Name the pack versions that people of an opening sit: one, unless it went over to another."""
    sat = PackVersion.objects.filter(applications__opening=opening).distinct()
    return [str(one) for one in sat.order_by("taken_in_at", "hash")]


def open_requests(opening: Opening) -> QuerySet[AccommodationRequest]:
    """Return the accommodation requests that wait for an answer, oldest first."""
    return AccommodationRequest.objects.filter(
        sitting__application__opening=opening,
        sitting__application__withdrawn_at__isnull=True,
        settled_at__isnull=True,
    ).select_related("sitting__application__candidate")


def _line(
    opening: Opening,
    one: Application,
    decision: Decision | None,
    flags: int,
    blind: bool,
    now: datetime,
) -> CandidateLine:
    sitting: Sitting = one.sitting
    known: EstimateRow | None = next(iter(one.overalls), None)  # type: ignore[attr-defined]
    overall = None if blind else known
    link: Invitation | None = next(iter(one.live_links), None)  # type: ignore[attr-defined]
    begun = sitting.state != Sitting.State.READY
    works = link is not None and (begun or link.is_open(now))
    return CandidateLine(
        application=one,
        state=sitting.state,
        state_words=sitting.get_state_display(),
        decision=None if blind else decision,
        is_decided=decision is not None and decision.is_final,
        overall=overall,
        picture=_picture(one, overall, opening.bar),
        chance=percent(overall.p_bar) if overall else "",
        flags=0 if blind else flags,
        link=link_of(link) if link is not None and may_be_told(link, sitting.state, now) else "",
        can_send=works,
        link_words=_link_words(link, sitting, now),
        blind=blind,
    )


def _picture(one: Application, overall: EstimateRow | None, bar: float) -> SafeString:
    if overall is None:
        return SafeString("")
    return mini_interval(
        overall.mean, overall.low, overall.high, bar=bar, name=f"overall-{one.number}"
    )


def _link_words(link: Invitation | None, sitting: Sitting, now: datetime) -> str:
    if link is None:
        return _("revoked")
    if sitting.is_handed_in:
        return _("opens their own copy")
    if sitting.state == Sitting.State.STARTED:
        return _("in use")
    day = in_words(link.expires_at, "j F")
    if link.is_open(now):
        return _("open until %(day)s") % {"day": day}
    return _("ended on %(day)s") % {"day": day}
