"""The decider's page as JSON and as PDF, under the rule of the page itself."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evenhand.hiring.decisions.queries import lean_of
from evenhand.hiring.interviews.queries import is_blind
from evenhand.hiring.record.viewing import note_view
from evenhand.web.report.views import held_back
from evenhand.web.staff.access import actor, me, own_application, staff_page

from .as_json import plain
from .grounds import Grounds, grounds_of
from .pdf import pdf


@staff_page
@require_safe
@never_cache
def as_json(request: HttpRequest, application_id: UUID) -> HttpResponseBase:
    """Give the page as JSON, format `evenhand-decision/1`."""
    return _given(request, application_id, "decision.json", _json)


@staff_page
@require_safe
@never_cache
def as_pdf(request: HttpRequest, application_id: UUID) -> HttpResponseBase:
    """Give the page as PDF."""
    return _given(request, application_id, "decision.pdf", _pdf)


def _given(
    request: HttpRequest,
    application_id: UUID,
    what: str,
    made: Callable[[Grounds], HttpResponseBase],
) -> HttpResponseBase:
    """Record that it is looked at, and make the file; before the lean there is none."""
    application = own_application(request, application_id)
    lean = lean_of(me(request), application)
    if lean is None or is_blind(me(request), application):
        return held_back(request, application)
    note_view(application, what=what, by=actor(request), now=timezone.now())
    return made(grounds_of(application, lean))


def _json(known: Grounds) -> HttpResponseBase:
    return JsonResponse(plain(known), json_dumps_params={"ensure_ascii": False})


def _pdf(known: Grounds) -> HttpResponseBase:
    if not known.report.dimensions:
        said = _("There is nothing to print yet. Try again when the answers are scored.")
        return HttpResponse(said, status=409, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(pdf(known), content_type="application/pdf")
    name = f"evenhand-decision-{str(known.application.pk)[:8]}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
