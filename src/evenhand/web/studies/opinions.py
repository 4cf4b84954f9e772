"""Whether one would have advanced somebody: asked of each alone, before any score is shown."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from evenhand.hiring.errors import HiringError
from evenhand.hiring.models import AdvanceOpinion, Application
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.probes.reading import probe_named
from evenhand.hiring.record.viewing import note_view
from evenhand.hiring.studies.queries import given_by, waiting_for
from evenhand.hiring.studies.services import give_opinion
from evenhand.web.staff.access import actor, me, openings_open_to, own_application, staff_page

from .forms import OpinionForm

ROOM = "opinions"
SHOWN = 50


@staff_page
@require_safe
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """Show whose answers wait for an opinion of this person, by opening and without a name."""
    user, openings = me(request), openings_open_to(request)
    waiting = waiting_for(user, openings)
    return render(
        request,
        "studies/opinions.html",
        {
            "room": ROOM,
            "waiting": waiting[:SHOWN],
            "count": waiting.count(),
            "given": given_by(user, openings)[:SHOWN],
        },
    )


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def opinion(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show a candidate's answers as the judges see them, and ask; nothing else is shown."""
    application, user = own_application(request, application_id), me(request)
    if not application.sitting.is_handed_in:
        return render(request, "studies/opinion_waits.html", {"room": ROOM}, status=409)
    note_view(application, what="opinion", by=actor(request), now=timezone.now())
    given = AdvanceOpinion.objects.filter(application=application, judge=user).first()
    form = OpinionForm(request.POST if request.method == "POST" else None)
    if given is None and request.method == "POST" and form.is_valid():
        try:
            give_opinion(application=application, **form.cleaned_data, by=user, now=timezone.now())
        except HiringError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your opinion is locked. Thank you."))
            return redirect("opinions")
    return render(
        request,
        "studies/opinion.html",
        {"room": ROOM, "form": form, "given": given, "answers": _answers(application)},
        status=422 if form.errors else 200,
    )


def _answers(application: Application) -> list[tuple[str, str]]:
    """Return each question with the answer, without what tells who somebody is.

    A follow-up stands after the answer that it follows.
    """
    # As in screening: it takes long to import.
    from evenhand.judges.redaction import redact

    pack, known = pack_of(application.pack_id), application.candidate.known
    answers = list(application.sitting.answers.all())
    shown = []
    for prompt in application.sitting.prompts:
        own = [(pack.prompt(prompt).text, one) for one in answers if one.prompt == prompt]
        after = [
            (probe_named(pack, one.prompt).text, one) for one in answers if one.follows == prompt
        ]
        shown += [(question, redact(one.text, known).text) for question, one in (*own, *after)]
    return shown
