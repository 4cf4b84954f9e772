"""One candidate on whom a person and the panel part: both sides, and who was right."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evenhand.hiring.decisions.queries import may_see_figures
from evenhand.hiring.models import Application, DisagreementNote, EstimateRow
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.record.viewing import note_view
from evenhand.hiring.studies.queries import judge_name, opinions_of
from evenhand.hiring.studies.services import say_who_was_right
from evenhand.measure.values import OVERALL
from evenhand.web.report.views import hidden_page
from evenhand.web.report.words import percent
from evenhand.web.staff.access import actor, me, own_application, staff_page
from evenhand.web.ui.charts import DotRow, dot_plot

from .forms import NoteForm


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def disagreement(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show what people decided beside what was estimated, and keep who was right.

    Not to who has yet to lean or to interview, whether there are figures already or not: what
    others would do is there too.
    """
    application = own_application(request, application_id)
    if not may_see_figures(me(request), application):
        return hidden_page(request, application)
    note_view(application, what="disagreement", by=actor(request), now=timezone.now())
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        say_who_was_right(
            application=application, **form.cleaned_data, by=me(request), now=timezone.now()
        )
        messages.success(request, _("Kept. The latest answer counts."))
        return redirect("disagreement", application.pk)
    opinions = opinions_of(application.opening).filter(application=application)
    return render(
        request,
        "studies/disagreement.html",
        {
            "room": "concordance",
            "opening": application.opening,
            "application": application,
            "opinions": [(judge_name(one), one) for one in opinions],
            "notes": DisagreementNote.objects.filter(application=application).select_related("by"),
            "form": form,
            **_panel(application),
        },
        status=422 if form.errors else 200,
    )


def _panel(application: Application) -> dict[str, object]:
    """Return the panel's side: overall, and dimension by dimension."""
    opening = application.opening
    shown = EstimateRow.objects.filter(application=application, superseded_at__isnull=True)
    by_dimension = {one.dimension: one for one in shown}
    overall = by_dimension.pop(OVERALL, None)
    if overall is None:
        return {"overall": None}
    names = {one.id: one.name for one in pack_of(application.pack_id).dimensions}
    rows = [
        DotRow(names.get(one.dimension, one.dimension), one.mean, one.low, one.high)
        for one in by_dimension.values()
    ]
    return {
        "overall": overall,
        "chance": percent(overall.p_bar),
        "plot": dot_plot(
            rows, bar=opening.bar, name="levels", title=_("Estimated level by dimension")
        ),
    }
