"""Which packs and drafts an organisation has, and where they are used."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from evenhand.hiring.drafts.models import OpeningDraft, PackDraft
from evenhand.hiring.openings.models import Application, Opening, PackVersion
from evenhand.hiring.people.models import Organisation, User


def versions_open_to(organisation: Organisation, offered: str = "") -> QuerySet[PackVersion]:
    """Return the pack versions that an organisation uses or made, the latest first.

    Args:
        organisation: whose.
        offered: hash of the version that everybody is offered.
    """
    takes = Opening.objects.filter(organisation=organisation, pack=OuterRef("pk"))
    sits = Application.objects.filter(opening__organisation=organisation, pack=OuterRef("pk"))
    made = PackDraft.objects.filter(organisation=organisation, version=OuterRef("pk"))
    return PackVersion.objects.filter(
        Exists(takes) | Exists(sits) | Exists(made) | Q(hash=offered)
    ).order_by("-taken_in_at", "hash")


def with_use(versions: QuerySet[PackVersion], organisation: Organisation) -> QuerySet[PackVersion]:
    """Return versions, each with how many openings of an organisation take it and people sit it."""
    ours = Q(openings__organisation=organisation)
    sat = Q(applications__opening__organisation=organisation)
    return versions.annotate(
        openings_count=Count("openings", filter=ours, distinct=True),
        people_count=Count("applications", filter=sat, distinct=True),
    )


def drafts_of(organisation: Organisation) -> QuerySet[PackDraft]:
    """Return the drafts that are not published, each with its openings, the latest first."""
    open_ = PackDraft.objects.filter(organisation=organisation).exclude(state=PackDraft.State.DONE)
    return open_.select_related("base", "by").prefetch_related("opening_drafts")


def setups_of(user: User) -> QuerySet[OpeningDraft]:
    """Return the openings that a person has begun to set up, the latest first."""
    return OpeningDraft.objects.filter(
        by=user, organisation=user.organisation_id, opening__isnull=True
    )


def drafts_waiting(asked_before: datetime) -> list[tuple[str, int]]:
    """Return id and revision of drafts that were handed to the judges and wait too long."""
    waiting = PackDraft.objects.filter(state=PackDraft.State.ASKED, at__lt=asked_before)
    return [(str(pk), revision) for pk, revision in waiting.values_list("pk", "revision")]
