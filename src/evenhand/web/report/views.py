"""The report as a page, as JSON and as PDF; all three are built from the same rows."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evenhand.hiring.decisions.queries import may_see_figures
from evenhand.hiring.feedback.queries import to_look_again
from evenhand.hiring.interviews.queries import is_blind
from evenhand.hiring.models import Application, Role
from evenhand.hiring.openings.team import roles_in
from evenhand.web.staff.access import actor, me, own_application, staff_page

from .as_json import answer_with
from .page import context
from .pdf import pdf
from .seen import look_at
from .shape import Report


@staff_page
@require_safe
@never_cache
def page(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show the report, or how far the sitting is."""
    application = own_application(request, application_id)
    if not may_see_figures(me(request), application):
        return hidden_page(request, application)
    roles = roles_in(me(request), application.opening)
    report = _report(request, application, "report", roles)
    return render(
        request,
        "report/report.html",
        {
            **context(report),
            "opening": application.opening,
            "application": application,
            "recruits": Role.RECRUITER in roles,
            "decides": Role.DECIDER in roles,
            "look_again": to_look_again(application),
        },
    )


@staff_page
@require_safe
@never_cache
def as_json(request: HttpRequest, application_id: UUID) -> HttpResponseBase:
    """Give the report as JSON, format `evenhand-report/1`, in any state of the sitting."""
    application = own_application(request, application_id)
    if not may_see_figures(me(request), application):
        return held_back(request, application)
    roles = roles_in(me(request), application.opening)
    report = _report(request, application, "report.json", roles)
    return answer_with(report)


@staff_page
@require_safe
@never_cache
def as_pdf(request: HttpRequest, application_id: UUID) -> HttpResponseBase:
    """Give the report as PDF; before the scoring is done there is nothing to print."""
    application = own_application(request, application_id)
    if not may_see_figures(me(request), application):
        return held_back(request, application)
    roles = roles_in(me(request), application.opening)
    report = _report(request, application, "report.pdf", roles)
    if report.state not in ("scored", "live"):
        return HttpResponse(
            _("There is no report to print yet. Try again when the answers are scored."),
            status=409,
            content_type="text/plain; charset=utf-8",
        )
    answer = HttpResponse(pdf(report), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{_file_name(report)}"'
    return answer


def _report(
    request: HttpRequest, application: Application, what: str, roles: frozenset[Role]
) -> Report:
    decides = Role.DECIDER in roles
    return look_at(application, what=what, by=actor(request), decides=decides)


def hidden_page(request: HttpRequest, application: Application) -> HttpResponse:
    """Lead a decider to their lean; who interviews them too is told to lock their card."""
    if not is_blind(me(request), application):
        return redirect("lean", application.pk)
    return render(
        request,
        "report/blind.html",
        {"opening": application.opening, "application": application},
    )


def held_back(request: HttpRequest, application: Application) -> HttpResponse:
    """Refuse a file of figures to who has yet to lock a card or to lean, and say which."""
    if is_blind(me(request), application):
        said, status = (
            _("This report is hidden from you until your scorecard on this candidate is locked."),
            403,
        )
    else:
        said, status = _("The figures are shown to you once you have stated your lean."), 409
    return HttpResponse(said, status=status, content_type="text/plain; charset=utf-8")


def _file_name(report: Report) -> str:
    return f"evenhand-{report.application[:8]}.pdf"
