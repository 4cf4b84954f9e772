"""Answers that were drawn at random or are contested, for two people to rate blindly."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from evenhand.hiring.anchors.models import RATERS
from evenhand.hiring.anchors.queries import has_rated, open_to, rated_by, waiting_for
from evenhand.hiring.anchors.services import rate
from evenhand.hiring.decisions.queries import may_see_figures
from evenhand.hiring.errors import HiringError
from evenhand.hiring.models import Anchor, AnswerScore, Reading, Role, User
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.openings.team import roles_in
from evenhand.hiring.probes.reading import probe_named, read_whole
from evenhand.hiring.record.viewing import note_view
from evenhand.rubric import Pack, Prompt
from evenhand.web.report.blinding import Parts
from evenhand.web.staff.access import actor, me, staff_page

from .forms import RatingForm
from .words import figure

ROOM = "anchors"
SHOWN = 50


@staff_page
@require_safe
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """Show what waits for a rating of this person, and what they have rated."""
    user = me(request)
    waiting = waiting_for(user)
    return render(
        request,
        "judging/anchors.html",
        {
            "room": ROOM,
            "waiting": [_line(one) for one in waiting[:SHOWN]],
            "count": waiting.count(),
            "raters": RATERS,
            "rated": [_line(one) for one in rated_by(user)[:SHOWN]],
        },
    )


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def anchor(request: HttpRequest, anchor_id: UUID) -> HttpResponse:
    """Show an answer to rate it; after both ratings, what the two and the panel said."""
    user = me(request)
    one = get_object_or_404(open_to(user), pk=anchor_id)
    pack, prompt = _asked(one)
    note_view(
        one.answer.sitting.application,
        what="answer",
        by=actor(request),
        now=timezone.now(),
        answer=str(one.answer_id),
    )
    if has_rated(user, one):
        return render(request, "judging/anchor_rated.html", _rated(user, one, pack, prompt))
    dimensions = [pack.dimension(name) for name in prompt.dimensions]
    form = RatingForm(dimensions, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rate(anchor=one, given=form.given(), by=user, now=timezone.now())
        except HiringError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your rating is locked. Thank you."))
            return redirect("anchors")
    return render(
        request,
        "judging/anchor.html",
        {"room": ROOM, "form": form, "prompt": prompt, **_written(one, pack)},
        status=422 if form.errors else 200,
    )


def _asked(one: Anchor) -> tuple[Pack, Prompt]:
    pack = pack_of(one.answer.sitting.application.pack_id)
    return pack, pack.prompt(one.answer.prompt)


def _written(one: Anchor, pack: Pack) -> dict[str, object]:
    """Return the answer with its follow-up, without what tells whose it is, as deciders read it.

    People rate what the panel reads; where it has read the answer already, the same is left out.
    """
    answer = one.answer
    follow_up = read_whole(answer, pack).follow_up
    reading = Reading.objects.filter(answer=answer).first()
    parts = Parts(answer, follow_up, reading, answer.sitting.application.candidate)
    return {
        "text": parts.answer.text,
        "follow_up": parts.follow_up.text if parts.follow_up else None,
        "probe": probe_named(pack, follow_up.prompt) if follow_up else None,
    }


def _line(one: Anchor) -> tuple[Anchor, str, int]:
    """Return an answer with the beginning of its question, and how many have rated it."""
    return one, _asked(one)[1].text, one.locked


def _rated(user: User, one: Anchor, pack: Pack, prompt: Prompt) -> dict[str, object]:
    """Return what may be shown to who rated it: all of it once both are done, else nothing new.

    Who may yet interview this person is not told what the panel says of them; who is to decide on
    them is told no level before their lean.
    """
    settled = one.locked == RATERS
    hidden = not may_see_figures(user, one.answer.sitting.application)
    rows = []
    if settled and not hidden:
        scores = {s.dimension: s for s in AnswerScore.objects.filter(answer=one.answer)}
        given = list(one.ratings.all())
        for name in prompt.dimensions:
            score = scores.get(name)
            levels = [figure(rating.level, 1) for rating in given if rating.dimension == name]
            rows.append(
                (pack.dimension(name).name, levels, figure(score.level if score else None, 1))
            )
    return {
        "room": ROOM,
        "prompt": prompt,
        **_written(one, pack),
        "settled": settled,
        "hidden": hidden,
        "rows": rows,
        "blind": Role.INTERVIEWER in roles_in(user, one.answer.sitting.application.opening),
    }
