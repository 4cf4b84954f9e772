"""How long an opening keeps people: who goes soon and what of them, and other days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evenhand.hiring.decisions.queries import hidden_from
from evenhand.hiring.errors import HiringError, WouldErase
from evenhand.hiring.models import GateFlip, Opening, User
from evenhand.hiring.openings.erasing import (
    LEAST_DAYS,
    MOST_DAYS,
    Leaving,
    change_keep_days,
    leaving,
    what_goes,
)
from evenhand.hiring.privacy.treated import TREATED
from evenhand.hiring.record.viewing import note_view

from .access import actor, me, own_opening, staff_page

SOON, LATER = timedelta(days=7), timedelta(days=30)


class DaysForm(forms.Form):
    """The days that an opening keeps people."""

    keep_days = forms.IntegerField(
        label=gettext_lazy("Days answers are kept"),
        help_text=gettext_lazy(
            "Counted from handing in. More days do not hold for those who agreed to fewer."
        ),
        min_value=LEAST_DAYS,
        max_value=MOST_DAYS,
    )


@dataclass(frozen=True)
class GoneLine:
    """How many rows of one kind go."""

    title: str
    rows: int


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def retention(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show who is erased in the next days and what of them, and change the days."""
    opening, now = own_opening(request, opening_id), timezone.now()
    form = DaysForm(request.POST or None, initial={"keep_days": opening.keep_days})
    at_once: list[Leaving] = []
    if request.method == "POST" and form.is_valid():
        try:
            change_keep_days(
                opening=opening,
                days=form.cleaned_data["keep_days"],
                confirmed=request.POST.getlist("erase"),
                by=me(request),
                now=now,
            )
        except WouldErase as error:
            at_once = list(error.leaving)
        except HiringError as error:
            form.add_error("keep_days", str(error))
        else:
            messages.success(request, _("Changed."))
            return redirect("retention", opening.pk)
    return _page(request, opening, form, at_once, now)


def _page(
    request: HttpRequest, opening: Opening, form: DaysForm, at_once: list[Leaving], now: datetime
) -> HttpResponse:
    later = leaving(opening, now + LATER)
    soon = [one for one in later if one.at < now + SOON]
    shown = [one.application for one in (*later, *at_once)]
    note_view(opening, what="retention", by=actor(request), now=now, applications=set(shown))
    return render(
        request,
        "privacy/retention.html",
        {
            "opening": opening,
            "form": form,
            "soon": soon,
            "later": later,
            "gone": gone_lines(later, me(request)),
            "at_once": at_once,
            "gone_at_once": gone_lines(at_once, me(request)),
        },
        status=422 if form.errors or at_once else 200,
    )


def gone_lines(going: list[Leaving], user: User) -> list[GoneLine]:
    """Return in words what goes with some applications, as a user may be told."""
    if not going:
        return []
    people = [one.application for one in going]
    counted = what_goes(people)
    if GateFlip in counted and hidden_from(user).filter(pk__in=[p.pk for p in people]).exists():
        # There is a row only of who would change sides of the bar.
        del counted[GateFlip]
    return [
        GoneLine(str(how.title), rows)
        for name, how in TREATED.items()
        for model, rows in counted.items()
        if model.__name__ == name
    ]
