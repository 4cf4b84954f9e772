"""What the hiring side does about feedback: look at it, release it, and follow contests."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evenhand.hiring.anchors.blind import has_met
from evenhand.hiring.decisions.queries import are_figures_hidden
from evenhand.hiring.errors import HiringError, MailNotSent
from evenhand.hiring.feedback.queries import (
    Lack,
    contests_in,
    lack_of,
    releasable,
    scored_in,
    whom_of,
)
from evenhand.hiring.feedback.services import release, release_to_everybody, set_rule
from evenhand.hiring.models import Application, Contest, FeedbackRule, Opening
from evenhand.hiring.record.viewing import note_view
from evenhand.web.report.views import hidden_page
from evenhand.web.staff.access import actor, me, own_application, own_opening, staff_page
from evenhand.web.staff.confirming import confirm

from .build import build_feedback, gather_feedback
from .contest_lines import contest_line
from .forms import RuleForm
from .page import ContestView, contest_view, context


@dataclass(frozen=True)
class ContestRow:
    """A contest in the list; `application` and `view` are None where they are kept from who looks.

    Who may still be one of its raters is to know nothing of it, nor who has yet to interview them
    or to lean.
    """

    application: Application | None
    view: ContestView | None
    lack: Lack
    settled: bool


@staff_page
@require_safe
@never_cache
def preview(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show a candidate's feedback as they see it, or would, to whoever may see the figures."""
    application = own_application(request, application_id)
    if are_figures_hidden(me(request), application):
        return hidden_page(request, application)
    note_view(application, what="feedback", by=actor(request), now=timezone.now())
    feedback = build_feedback(gather_feedback(application))
    variables = {
        **context(feedback),
        "opening": application.opening,
        "code": application.code,
        "scored": feedback.estimated_at is not None,
    }
    return render(request, "feedback/preview.html", variables)


@staff_page
@require_POST
def release_one(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Release one candidate's feedback."""
    application = own_application(request, application_id)
    try:
        release(application=application, by=me(request), now=timezone.now())
    except MailNotSent as error:
        messages.warning(request, str(error))
    except HiringError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Released. The candidate was told by e-mail that it is there."))
    return redirect("opening", application.opening_id)


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def feedbacks(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show who has feedback; set who gets it, or release it to everybody."""
    opening = own_opening(request, opening_id)
    form = RuleForm(
        request.POST if "rule" in request.POST else None, initial={"whom": whom_of(opening)}
    )
    if request.method == "POST" and _done(request, opening, form):
        return redirect("feedbacks", opening.pk)
    reachable = {one.pk for one in releasable(opening)}
    if "everybody" in request.GET and request.method != "POST":
        return _sure(request, opening, len(reachable))
    people = list(scored_in(opening))
    note_view(
        opening, what="feedback list", by=actor(request), now=timezone.now(), applications=people
    )
    variables = {
        "opening": opening,
        "form": form,
        "lines": [(one, getattr(one, "feedback", None), one.pk in reachable) for one in people],
        "count": len(reachable),
        "one_by_one": whom_of(opening) == FeedbackRule.Whom.CHOSEN,
    }
    return render(request, "feedback/feedbacks.html", variables, status=422 if form.errors else 200)


@staff_page
@require_safe
@never_cache
def contests(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show an opening's contests: what they wait for, and what came of them."""
    opening = own_opening(request, opening_id)
    rows = [_row(request, number, one) for number, one in enumerate(contests_in(opening))]
    variables = {
        "opening": opening,
        "waiting": [one for one in rows if not one.settled],
        "settled": [one for one in rows if one.settled],
    }
    return render(request, "feedback/contests.html", variables)


def _row(request: HttpRequest, number: int, contest: Contest) -> ContestRow:
    settled = contest.state == Contest.State.SETTLED
    lack = lack_of(contest)
    user, of = me(request), contest.application
    if are_figures_hidden(user, of) or (not settled and not has_met(user, of)):
        return ContestRow(None, None, lack, settled)
    application = contest.application
    note_view(application, what="contest", by=actor(request), now=timezone.now())
    line = contest_line(contest, application)
    return ContestRow(application, contest_view(line, f"c{number}"), lack, settled)


def _sure(request: HttpRequest, opening: Opening, count: int) -> HttpResponse:
    """Ask before e-mails go out, which nobody can call back."""
    said = ngettext(
        "%(n)d person gets their feedback and an e-mail that says that it is there.",
        "%(n)d people get their feedback and an e-mail that says that it is there.",
        count,
    )
    return confirm(
        request,
        heading=_("Release feedback to everybody scored"),
        lines=[said % {"n": count}, _("What was sent cannot be called back.")],
        button=_("Release it and send the e-mails"),
        back=reverse("feedbacks", args=[opening.pk]),
        name="everybody",
    )


def _done(request: HttpRequest, opening: Opening, form: RuleForm) -> bool:
    try:
        if "rule" in request.POST:
            if not form.is_valid():
                return False
            set_rule(opening=opening, **form.cleaned_data, by=me(request), now=timezone.now())
            messages.success(request, _("Saved."))
            return True
        count = release_to_everybody(opening=opening, by=me(request), now=timezone.now())
    except MailNotSent as error:
        messages.warning(request, str(error))
    except HiringError as error:
        messages.error(request, str(error))
    else:
        said = ngettext(
            "Released to %(n)d person, who was told by e-mail.",
            "Released to %(n)d people, who were told by e-mail.",
            count,
        )
        messages.success(request, said % {"n": count})
    return True
