"""The report as a page, as JSON and as PDF; all three are built from the same rows."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evenhand.hiring.feedback.queries import to_look_again
from evenhand.hiring.interviews.queries import is_blind
from evenhand.hiring.models import Application, Opening
from evenhand.hiring.record.viewing import note_view
from evenhand.web.staff.access import actor, me, own_application, staff_page

from .as_json import plain
from .build import build
from .material import gather
from .page import context
from .pdf import pdf
from .shape import Report


@staff_page
@require_safe
@never_cache
def page(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show the report, or how far the sitting is; nothing of it to who is yet to interview them."""
    application = own_application(request, application_id)
    if is_blind(me(request), application):
        about = {"application": application, "opening": application.opening}
        return render(request, "report/blind.html", about)
    report, opening = _report(request, application, "report")
    variables = {**context(report), "opening": opening, "look_again": to_look_again(application)}
    return render(request, "report/report.html", variables)


@staff_page
@require_safe
@never_cache
def as_json(request: HttpRequest, application_id: UUID) -> HttpResponseBase:
    """Give the report as JSON, format `evenhand-report/1`, in any state of the sitting."""
    application = own_application(request, application_id)
    if is_blind(me(request), application):
        return _refused()
    report, _opening = _report(request, application, "report.json")
    return JsonResponse(plain(report), json_dumps_params={"ensure_ascii": False})


@staff_page
@require_safe
@never_cache
def as_pdf(request: HttpRequest, application_id: UUID) -> HttpResponseBase:
    """Give the report as PDF; before the scoring is done there is nothing to print."""
    application = own_application(request, application_id)
    if is_blind(me(request), application):
        return _refused()
    report, _opening = _report(request, application, "report.pdf")
    if report.state not in ("scored", "live"):
        return HttpResponse(
            _("There is no report to print yet. Try again when the answers are scored."),
            status=409,
            content_type="text/plain; charset=utf-8",
        )
    answer = HttpResponse(pdf(report), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{_file_name(report)}"'
    return answer


def _refused() -> HttpResponse:
    return HttpResponse(
        _("This report is hidden from you until your scorecard on this candidate is locked."),
        status=403,
        content_type="text/plain; charset=utf-8",
    )


def _report(request: HttpRequest, application: Application, what: str) -> tuple[Report, Opening]:
    """Record that the report is looked at, and build it."""
    note_view(application, what=what, by=actor(request), now=timezone.now())
    return build(gather(application)), application.opening


def _file_name(report: Report) -> str:
    return f"evenhand-{report.application[:8]}.pdf"
