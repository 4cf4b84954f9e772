"""Rows as the API gives them, to a key that may see them."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from evenhand.hiring.decisions.models import FINAL
from evenhand.hiring.decisions.seen_before import leant_after_figures
from evenhand.hiring.models import Application, Decision, Invitation, Opening, Role
from evenhand.hiring.openings.services import link_of, may_be_told

from . import shape
from .access import key_of


def opening_out(opening: Opening) -> shape.OpeningOut:
    """Return an opening."""
    return shape.OpeningOut(
        id=opening.pk,
        title=opening.title,
        pack=str(opening.pack),
        pack_hash=opening.pack_id,
        bar=opening.bar,
        confidence=opening.confidence,
        created_at=opening.created_at,
    )


def with_all_shown(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Return applications with all that is told of them, in one query."""
    locked = Decision.objects.filter(application=OuterRef("pk"), outcome__in=FINAL)
    return applications.select_related("opening__pack", "pack", "candidate", "sitting").annotate(
        locked=Exists(locked)
    )


def application_out(request: HttpRequest, one: Application) -> shape.ApplicationOut:
    """Return an application from `with_all_shown`; whose it is, where the key may know it.

    Recruiters know their candidates by name, deciders once they have decided, auditors never.
    """
    role, locked = key_of(request).role, bool(one.locked)  # type: ignore[attr-defined]
    named = role == Role.RECRUITER or (role == Role.DECIDER and locked)
    return shape.ApplicationOut(
        id=one.pk,
        opening=one.opening_id,
        number=one.number,
        code=str(one.code),
        state=cast(shape.SittingState, one.sitting.state),
        decided=locked,
        created_at=one.created_at,
        submitted_at=one.sitting.submitted_at,
        scored_at=one.sitting.scored_at,
        withdrawn_at=one.withdrawn_at,
        name=one.candidate.name if named else None,
        email=one.candidate.email if named else None,
    )


def open_link(application: Application, now: datetime) -> Invitation | None:
    """Return the link by which a candidate comes in, while it may be told."""
    link = application.invitations.filter(revoked_at__isnull=True).first()
    told = link is not None and may_be_told(link, application.sitting.state, now)
    return link if told else None


def link_out(link: Invitation | None) -> str | None:
    """Return the address of a link."""
    return link_of(link) if link else None


def decision_out(decision: Decision) -> shape.DecisionOut:
    """Return a decision with who made it."""
    return shape.DecisionOut(
        number=decision.number,
        outcome=cast(shape.Outcome, decision.outcome),
        reason=decision.reason,
        advised=cast(shape.Advice, decision.advised),
        overrides=decision.overrides,
        lean_after_figures=(decision.application_id, decision.by_id)
        in leant_after_figures([decision.application_id]),
        by=str(decision.by),
        at=decision.at,
    )
