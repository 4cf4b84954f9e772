"""The recruiter's side: who interviews a candidate in which round, and calling it off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from evenhand.hiring.errors import HiringError
from evenhand.hiring.interviews.models import LIVE_ROUNDS
from evenhand.hiring.interviews.queries import OPEN
from evenhand.hiring.interviews.services import (
    MOST_MINUTES,
    cancel_interview,
    is_written,
    plan_interview,
)
from evenhand.hiring.models import Interview, Membership, Opening, Role, User
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.record.viewing import note_view
from evenhand.hiring.scheduling.load import load_of
from evenhand.rubric import Pack
from evenhand.web.staff.access import actor, me, own_application, staff_page
from evenhand.web.staff.confirming import confirm

from .access import planned_interview
from .pages import round_name


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic to stubs alone
    """Somebody to hold an interview, with how much they hold already."""

    def __init__(self, people: QuerySet[User]) -> None:
        super().__init__(people, label=_("Interviewer"), empty_label=_("Choose …"))
        self._loads = load_of(people, timezone.now())

    def label_from_instance(self, obj: User) -> str:
        """Return a name with the load beside it."""
        return f"{obj} ({self._loads[obj.pk].words})"


class PlanForm(forms.Form):
    """A round, who holds it, and how long it takes."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=gettext_lazy("Left empty: what the rubric pack sets aside for the round."),
    )

    def __init__(self, pack: Pack, people: QuerySet[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rounds = [
            (one.id, _("%(name)s, %(n)d minutes") % {"name": one.name, "n": one.minutes})
            for one in pack.rounds
            if one.id in LIVE_ROUNDS
        ]
        self.fields["round"] = forms.ChoiceField(label=_("Round"), choices=rounds)
        self.fields["interviewer"] = PersonField(people)
        self.order_fields(["round", "interviewer", "minutes"])


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def plan(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show the interviews of a candidate and how far each is, and plan another one."""
    application = own_application(request, application_id)
    opening = application.opening
    note_view(application, what="interviews", by=actor(request), now=timezone.now())
    people = interviewers_of(opening)
    form = PlanForm(pack_of(application.pack_id), people, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            plan_interview(
                application=application, **form.cleaned_data, by=me(request), now=timezone.now()
            )
        except HiringError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Planned. The interviewer sees it in their list."))
            return redirect("interview-plan", application.pk)
    planned = application.interviews.select_related("interviewer", "application__opening")
    return render(
        request,
        "interviews/plan.html",
        {
            "opening": opening,
            "application": application,
            "form": form,
            "lines": [(one, round_name(one)) for one in planned],
            "nobody": not people.exists(),
            "open_states": OPEN,
        },
        status=422 if form.errors else 200,
    )


@staff_page
@require_POST
def cancel(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Call an interview off; one that has begun, or whose people were told a time, asks first."""
    interview = planned_interview(request, interview_id)
    lost = _lost(interview)
    if lost and "sure" not in request.POST:
        return confirm(
            request,
            heading=_("Cancel %(round)s with %(who)s?")
            % {"round": round_name(interview), "who": interview.interviewer},
            lines=[*lost, _("This cannot be taken back; the round can be planned again.")],
            button=_("Cancel the interview"),
            back=reverse("interview-plan", args=[interview.application_id]),
        )
    try:
        cancel_interview(interview=interview, by=me(request), now=timezone.now())
    except HiringError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Cancelled."))
    return redirect("interview-plan", interview.application_id)


def _lost(interview: Interview) -> list[str]:
    """Return what goes with an interview that is called off; what is on a card is its writer's."""
    lost = []
    if interview.state == Interview.State.BEGUN:
        lost = [_("%(who)s has begun it.") % {"who": interview.interviewer}]
        if is_written(interview):
            lost.append(
                _("What is written on the scorecard can no more be locked: it counts nowhere, and "
                  "is left to its writer to read.")
            )  # fmt: skip
    if interview.state in OPEN and (at := interview.starts_at) and at > timezone.now():
        lost.append(_("Both people get a cancellation by e-mail, which cannot be called back."))
    return lost


def interviewers_of(opening: Opening) -> QuerySet[User]:
    """Return those who may hold interviews of an opening."""
    held = Membership.objects.filter(opening=opening, role=Role.INTERVIEWER)
    people = User.objects.filter(pk__in=held.values("user"), is_active=True)
    return people.order_by("first_name", "email")
