"""Taking in what was decided, measured or rated elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evenhand.hiring.errors import SheetError
from evenhand.hiring.models import Opening
from evenhand.hiring.signals.services import import_signals
from evenhand.hiring.studies.importing import Imported
from evenhand.hiring.studies.services import import_decisions, import_outcomes
from evenhand.web.staff.access import me, own_opening, staff_page

from .forms import DecisionsForm, FileForm, OutcomesForm, SignalsForm

TAKERS: dict[str, tuple[type[FileForm], Callable[..., Imported]]] = {
    "decisions": (DecisionsForm, import_decisions),
    "outcomes": (OutcomesForm, import_outcomes),
    "signals": (SignalsForm, import_signals),
}


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def imports(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Take in one of three kinds of file; the button that was pressed says which."""
    opening = own_opening(request, opening_id)
    forms = {name: form() for name, (form, _take) in TAKERS.items()}
    wanted = next((name for name in TAKERS if name in request.POST), None)
    if wanted is not None:
        made, take = TAKERS[wanted]
        forms[wanted] = made(request.POST, request.FILES)
        if forms[wanted].is_valid() and _taken(request, opening, forms[wanted], take):
            return redirect("study-import", opening.pk)
    return render(
        request,
        "studies/import.html",
        {"room": "import", "opening": opening, "forms": forms},
        status=422 if any(form.errors for form in forms.values()) else 200,
    )


def _taken(
    request: HttpRequest, opening: Opening, form: FileForm, take: Callable[..., Imported]
) -> bool:
    given: dict[str, Any] = {"data": form.cleaned_data["data"]}
    if "blind" in form.cleaned_data:
        given["blind"] = form.cleaned_data["blind"]
    try:
        done = take(opening=opening, **given, by=me(request), now=timezone.now())
    except SheetError as error:
        form.blame(error.faults)
        return False
    messages.success(request, _said(done))
    return True


def _said(done: Imported) -> str:
    said = ngettext("%(n)d line taken in.", "%(n)d lines taken in.", done.added) % {"n": done.added}
    if done.already:
        said += " " + ngettext(
            "%(n)d was there already.", "%(n)d were there already.", done.already
        ) % {"n": done.already}
    return said
