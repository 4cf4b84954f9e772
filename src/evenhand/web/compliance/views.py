"""Compliance pages: thin views, each paper as a page, as JSON and as PDF."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evenhand.hiring.compliance.auditing import next_audit
from evenhand.hiring.compliance.card import card_of
from evenhand.hiring.compliance.counting import check_now, count
from evenhand.hiring.compliance.groups import questions_of, set_questions
from evenhand.hiring.drift.watching import watch_pack
from evenhand.hiring.errors import CheckedLately, HiringError
from evenhand.hiring.models import Duty, ImpactAudit, Membership, Opening, Role, User
from evenhand.hiring.record.viewing import note_view
from evenhand.ledger import KeyFileError
from evenhand.web.staff.access import actor, me, openings_open_to, own_opening, staff_page

from .card import card_paper
from .forms import GroupForm, SpanForm, faults_of
from .impact import impact_paper
from .notice import notice_paper
from .paper import FORMS, respond
from .record import Watched, record_paper

MOST_PACKS = 5
"""Pack versions whose drift is looked at for the record, those taken in last."""


@staff_page
@require_safe
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """Lead to the pages of the organisation and of each opening."""
    user = me(request)
    openings = openings_open_to(request).order_by("-created_at")
    context = {"room": "overview", "openings": openings, **_may(user)}
    return render(request, "compliance/overview.html", context)


@staff_page
@require_safe
@never_cache
def notice(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show what candidates of an opening are told, and which versions were agreed to."""
    opening, now = own_opening(request, opening_id), timezone.now()
    paper = notice_paper(opening, card_of(opening.pack, opening.organisation), now)
    return respond(request, paper, "compliance/paper.html", _about(request, opening, "notice"))


@staff_page
@require_safe
@never_cache
def card(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show the model card of the panel that reads for an opening."""
    opening, now = own_opening(request, opening_id), timezone.now()
    paper = card_paper(opening.title, card_of(opening.pack, opening.organisation), now)
    about = _about(request, opening, "model-card")
    return respond(request, paper, "compliance/paper.html", about)


@staff_page
@require_safe
@never_cache
def record(request: HttpRequest) -> HttpResponse:
    """Show what was done in a period, counted from the records."""
    user, now = me(request), timezone.now()
    asked, span = SpanForm.spanning(request.GET, timezone.localdate(now))
    if asked.errors and request.GET.get("as") in FORMS:
        return HttpResponse(faults_of(asked), status=422, content_type="text/plain; charset=utf-8")
    counted = count(user.organisation, span)
    watched = []
    for pack in counted.packs[:MOST_PACKS]:
        found = watch_pack(pack.pk, user.organisation_id)
        watched += [Watched(pack, one) for one in found] or [Watched(pack, None)]
    paper = record_paper(user.organisation, counted, watched, now)
    room = "high-risk-record"
    context = {"room": room, "form": asked, **_may(user)}
    answer = respond(request, paper, "compliance/record.html", context)
    answer.status_code = 422 if asked.errors else 200
    return answer


@staff_page
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Check the whole record where it stands, and say what came of it."""
    try:
        found = check_now(by=me(request), now=timezone.now())
    except CheckedLately as error:
        messages.warning(request, str(error))
        return redirect("high-risk-record")
    except KeyFileError:
        messages.error(request, _("The record's key cannot be used. Ask the operator to look."))
        return redirect("high-risk-record")
    if found.problems:
        messages.error(request, _("The record is not as it was written. Ask the operator to look."))
    else:
        messages.success(request, _("Every entry is as it was recorded."))
    return redirect("high-risk-record")


@staff_page
@require_safe
@never_cache
def impact(request: HttpRequest) -> HttpResponse:
    """Show the audit of an organisation: the latest one, or that of a period it was made for."""
    user = me(request)
    organisation = user.organisation
    made, all_ = _audits(request, user)
    now = timezone.now()
    note_view(organisation, what="impact", by=actor(request), now=now, until=_until(made))
    paper = impact_paper(str(organisation), made, None, next_audit(organisation, now), now)
    context = {"audits": all_, "made": made, "room": "impact", **_may(user)}
    return respond(request, paper, "compliance/impact.html", context)


@staff_page
@require_safe
@never_cache
def opening_impact(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show the part of an audit that is about one opening, where it can be told."""
    opening, now = own_opening(request, opening_id), timezone.now()
    made, all_ = _audits(request, me(request))
    note_view(opening, what="impact", by=actor(request), now=now, until=_until(made))
    waits = next_audit(opening.organisation, now)
    paper = impact_paper(opening.title, made, str(opening.pk), waits, now)
    context = {"audits": all_, "made": made, **_about(request, opening, "opening-impact")}
    return respond(request, paper, "compliance/impact.html", context)


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def groups(request: HttpRequest) -> HttpResponse:
    """Show and change what candidates may volunteer."""
    user = me(request)
    questions = questions_of(user.organisation)
    forms = GroupForm.of(questions, request.POST or None)
    problem, valid = "", [one.is_valid() for one in forms]
    if request.method == "POST" and all(valid):
        given = [one.question(q.code) for one, q in zip(forms, questions, strict=True)]
        try:
            set_questions(
                organisation=user.organisation, questions=given, by=user, now=timezone.now()
            )
        except HiringError as error:
            problem = str(error)
        else:
            messages.success(request, _("Saved. Candidates are asked this from now on."))
            return redirect("compliance-groups")
    wrong = bool(problem) or any(one.errors for one in forms)
    context = {"room": "groups", "forms": forms, "problem": problem, "wrong": wrong, **_may(user)}
    return render(request, "compliance/groups.html", context, status=422 if wrong else 200)


def _audits(request: HttpRequest, user: User) -> tuple[ImpactAudit | None, list[ImpactAudit]]:
    """Return the audit that is asked for, by its last day, and all that tell something."""
    told = ImpactAudit.objects.filter(organisation=user.organisation, told__isnull=False)
    wanted = request.GET.get("until", "")
    if not wanted:
        return told.first(), list(told)
    try:
        day = parse_date(wanted)
    except ValueError:
        day = None
    return get_object_or_404(told, last=day), list(told)


def _until(made: ImpactAudit | None) -> str:
    return str(made.last) if made else "none"


def _may(user: User) -> dict[str, bool]:
    """Return which of the organisation's pages this person may open."""
    admin = user.duty == Duty.ADMIN
    auditor = Membership.objects.filter(
        user=user, role=Role.AUDITOR, opening__organisation=user.organisation
    ).exists()
    return {"may_audit": admin or auditor, "may_set": admin}


def _about(request: HttpRequest, opening: Opening, room: str) -> dict[str, Any]:
    user = me(request)
    held = Membership.objects.filter(user=user, role=Role.AUDITOR, opening=opening)
    return {
        "opening": opening,
        "room": room,
        "may_audit": user.duty == Duty.ADMIN or held.exists(),
    }
