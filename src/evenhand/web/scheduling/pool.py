"""The interviewer pool of an opening: who takes what when, how much they do, who could be asked."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from evenhand.hiring.errors import HiringError, PackGone
from evenhand.hiring.interviews.models import LIVE_ROUNDS
from evenhand.hiring.models import Opening, PoolEntry, Role, User
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.openings.team import roles_in
from evenhand.hiring.scheduling.load import PoolLine, pool_of, suggest
from evenhand.hiring.scheduling.pool import set_hours, set_terms
from evenhand.web.staff.access import me, own_opening, staff_page

from .forms import FindForm, HoursForm, TermsForm, first_hours


@staff_page
@require_safe
@never_cache
def pool(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show the pool with its load; for a round and a time also who could be asked, best first."""
    opening, now = own_opening(request, opening_id), timezone.now()
    names = rounds_of(opening)
    form = FindForm(names, request.GET if "round" in request.GET else None)
    found: list[PoolLine] = []
    if form.is_bound and form.is_valid():
        round_ = form.cleaned_data["round"]
        found = suggest(
            opening,
            round=round_,
            minutes=pack_of(opening.pack_id).round(round_).minutes,
            starts_at=form.cleaned_data["at"],
            now=now,
        )
    return render(
        request,
        "scheduling/pool.html",
        {
            "opening": opening,
            "lines": [
                (line, [names[one] for one in line.rounds]) for line in pool_of(opening, now)
            ],
            "form": form,
            "found": found,
            "best": found[0] if found and found[0].is_free else None,
            "zone": timezone.get_current_timezone_name(),
        },
        status=422 if form.errors else 200,
    )


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def entry(request: HttpRequest, opening_id: UUID, user_id: int) -> HttpResponse:
    """Say what an interviewer takes; they themselves say their own hours alone."""
    opening = own_opening(request, opening_id)
    of = get_object_or_404(
        User, pk=user_id, memberships__opening=opening, memberships__role=Role.INTERVIEWER
    )
    recruits = Role.RECRUITER in roles_in(me(request), opening)
    if not recruits and of != me(request):
        raise Http404
    known = PoolEntry.objects.filter(opening=opening, user=of).prefetch_related("windows").first()
    terms = TermsForm(
        rounds_of(opening),
        request.POST or None,
        initial={"rounds": known.rounds, "most_a_week": known.most_a_week}
        if known
        else {"rounds": list(LIVE_ROUNDS)},
    )
    hours = HoursForm(request.POST or None, initial=first_hours(known))
    if request.method == "POST":
        valid = hours.is_valid() and (not recruits or terms.is_valid())
        if valid and _save(request, opening, of, terms if recruits else None, hours):
            messages.success(request, _("Saved."))
            return redirect("pool", opening.pk) if recruits else redirect("my-calendar")
    return render(
        request,
        "scheduling/pool_entry.html",
        {"opening": opening, "of": of, "terms": terms if recruits else None, "form": hours},
        status=422 if hours.errors or (recruits and terms.errors) else 200,
    )


def rounds_of(opening: Opening) -> dict[str, str]:
    """Return the names of the live rounds by id; the ids where the pack cannot be opened."""
    try:
        pack = pack_of(opening.pack_id)
    except PackGone:
        return {one: one for one in LIVE_ROUNDS}
    return {one: pack.round(one).name for one in LIVE_ROUNDS}


def _save(
    request: HttpRequest, opening: Opening, of: User, terms: TermsForm | None, hours: HoursForm
) -> bool:
    now = timezone.now()
    try:
        set_hours(opening=opening, user=of, hours=hours.hours, by=me(request), now=now)
        if terms is not None:
            set_terms(opening=opening, user=of, **terms.cleaned_data, by=me(request), now=now)
    except HiringError as error:
        hours.add_error(None, str(error))
        return False
    return True
