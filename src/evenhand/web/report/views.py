"""The report as a page, as JSON and as PDF; all three are built from the same rows."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evenhand.web.staff.access import own_application, staff_page

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
    """Show the report, or how far the sitting is."""
    application = own_application(request, application_id)
    report = build(gather(application))
    return render(
        request, "report/report.html", {**context(report), "opening": application.opening}
    )


@staff_page
@require_safe
@never_cache
def as_json(request: HttpRequest, application_id: UUID) -> HttpResponseBase:
    """Give the report as JSON, format `evenhand-report/1`, in any state of the sitting."""
    report = build(gather(own_application(request, application_id)))
    return JsonResponse(plain(report), json_dumps_params={"ensure_ascii": False})


@staff_page
@require_safe
@never_cache
def as_pdf(request: HttpRequest, application_id: UUID) -> HttpResponseBase:
    """Give the report as PDF; before the scoring is done there is nothing to print."""
    report = build(gather(own_application(request, application_id)))
    if report.state != "scored":
        return HttpResponse(
            _("There is no report to print yet. Try again when the answers are scored."),
            status=409,
            content_type="text/plain; charset=utf-8",
        )
    answer = HttpResponse(pdf(report), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{_file_name(report)}"'
    return answer


def _file_name(report: Report) -> str:
    return f"evenhand-{report.application[:8]}.pdf"
