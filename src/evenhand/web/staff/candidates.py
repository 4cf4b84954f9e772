"""Adding candidates, and answering what they ask for."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evenhand.hiring.errors import HiringError
from evenhand.hiring.models import AccommodationRequest, Opening
from evenhand.hiring.openings.services import AddedCandidates, add_candidate, add_candidates
from evenhand.hiring.record.viewing import note_view
from evenhand.hiring.sittings.services import settle_accommodation

from .access import actor, me, openings_open_to, own_opening, staff_page
from .forms import CandidateForm, CandidatesForm, SettleForm


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def add(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Add one person or a list of them; the button that was pressed says which."""
    opening = own_opening(request, opening_id)
    one, many = CandidateForm(), CandidatesForm()
    if request.method == "POST":
        if "list" in request.POST:
            many = CandidatesForm(request.POST, request.FILES)
            done = many.is_valid() and _add_list(request, opening, many)
        else:
            one = CandidateForm(request.POST)
            done = one.is_valid() and _add_one(request, opening, one)
        if done:
            return redirect("opening", opening.pk)
    return render(
        request,
        "staff/candidates_add.html",
        {"opening": opening, "one": one, "many": many},
        status=422 if one.errors or many.errors else 200,
    )


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def settle(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Answer an accommodation request."""
    asked = get_object_or_404(
        AccommodationRequest.objects.select_related(
            "sitting__application__opening", "sitting__application__candidate"
        ),
        pk=request_id,
        sitting__application__opening__in=openings_open_to(request),
    )
    application = asked.sitting.application
    opening = application.opening
    note_view(application, what="accommodation", by=actor(request), now=timezone.now())
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            settle_accommodation(
                request=asked, **form.cleaned_data, by=me(request), now=timezone.now()
            )
        except HiringError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Answered. The candidate sees it on their page."))
            return redirect("opening", opening.pk)
    return render(
        request,
        "staff/settle.html",
        {"opening": opening, "asked": asked, "form": form},
        status=422 if form.errors else 200,
    )


def _add_one(request: HttpRequest, opening: Opening, form: CandidateForm) -> bool:
    try:
        add_candidate(opening=opening, **form.cleaned_data, by=me(request), now=timezone.now())
    except HiringError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Added, with a personal link."))
    return True


def _add_list(request: HttpRequest, opening: Opening, form: CandidatesForm) -> bool:
    try:
        result = add_candidates(opening=opening, rows=form.rows, by=me(request), now=timezone.now())
    except HiringError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _said(result))
    return True


def _said(result: AddedCandidates) -> str:
    added, already = len(result.added), len(result.already)
    said = ngettext("%(n)d candidate added.", "%(n)d candidates added.", added) % {"n": added}
    if already:
        said += " " + ngettext(
            "%(n)d was in this opening already.", "%(n)d were in this opening already.", already
        ) % {"n": already}  # fmt: skip
    return said
