"""What the two errors cost in an opening."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evenhand.hiring.decisions.advising import costs_of
from evenhand.hiring.decisions.services import set_costs
from evenhand.hiring.errors import HiringError
from evenhand.web.report.words import percent
from evenhand.web.staff.access import me, own_opening, staff_page

from . import words
from .forms import CostsForm


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def page(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show what the errors cost and what follows from it, and change it."""
    opening = own_opening(request, opening_id)
    costs = costs_of(opening)
    first = {"false_advance": costs.false_advance, "false_reject": costs.false_reject}
    form = CostsForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            set_costs(opening=opening, **form.cleaned_data, by=me(request), now=timezone.now())
        except HiringError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Kept. Decisions made so far keep the costs they had."))
            return redirect("error-costs", opening.pk)
    return render(
        request,
        "decisions/costs.html",
        {
            "opening": opening,
            "form": form,
            "says": words.costs(costs),
            "threshold": percent(costs.threshold),
            "hour": words.hour(),
        },
        status=422 if form.errors else 200,
    )
