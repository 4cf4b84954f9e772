"""A pack as a candidate meets it: every page of the sitting; nothing is kept, nobody recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, set_urlconf
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evenhand.hiring.drafts.meaning import look_at
from evenhand.hiring.drafts.models import OpeningDraft, PackDraft
from evenhand.hiring.drafts.setting_up import pack_to_open
from evenhand.hiring.errors import PackGone
from evenhand.hiring.models import Answer, Application, Candidate, Invitation, Opening, Sitting
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.openings.services import ROUND, prompts_asked
from evenhand.rubric import Pack
from evenhand.web.sitting.forms import ConsentForm
from evenhand.web.sitting.notice import notice_for
from evenhand.web.sitting.pages import questions_of, with_follow_ups
from evenhand.web.sitting.seat import Seat
from evenhand.web.sitting.writing import Draft as Written
from evenhand.web.staff.access import me, staff_page

from .access import own_pack_draft, own_version, setup_of

_PAGES = "evenhand.web.packs.previewed"


class NotYet(Exception):
    """There is no pack to show; the message says why."""


@dataclass(frozen=True)
class Preview(Seat):
    """A seat that nobody sits on: its rows were never saved."""

    shown: Pack
    back: str
    """Where the preview was asked for."""
    is_preview: ClassVar = True
    """Pages of a sitting leave out what links lead to nothing here."""

    @property
    def pack(self) -> Pack:
        """The pack that is previewed."""
        return self.shown

    def answers(self) -> dict[str, Answer]:
        """Return no answers: none are kept."""
        return {}


def _seat(request: HttpRequest, token: str, state: str) -> Preview:
    """Return a seat for a token: `v-` and a version, `d-` and a draft, `o-` and an opening's."""
    kind, _dash, id = token.partition("-")
    given: dict[str, Any] = {}
    if kind == "v":
        pack = pack_of(own_version(request, id).hash)
    elif kind == "d":
        draft = own_pack_draft(request, _uuid(id))
        setup = setup_of(draft)
        given = setup.given if setup else {}
        pack = _pack_of(draft)
    elif kind == "o":
        found = OpeningDraft.objects.filter(
            pk=_uuid(id), organisation=me(request).organisation_id
        ).first()
        if found is None:
            raise Http404
        given, version = found.given, pack_to_open(found)
        pack = pack_of(version.hash) if version else _pack_of(found.pack_draft)
    else:
        raise Http404
    return _unsaved(request, token, pack, given, state)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _pack_of(draft: PackDraft | None) -> Pack:
    pack = look_at(draft).pack if draft else None
    if pack is None:
        raise NotYet(_("The draft has faults. Mend what its page lists, then look again."))
    return pack


def _unsaved(
    request: HttpRequest, token: str, pack: Pack, given: dict[str, Any], state: str
) -> Preview:
    now, user = timezone.now(), me(request)
    opening = Opening(
        title=given.get("title") or pack.name,
        contact_name=given.get("contact_name") or user.get_full_name() or user.email,
        contact_email=given.get("contact_email") or user.email,
        keep_days=given.get("keep_days") or 180,
        probes=given.get("probes", True),
    )
    application = Application(opening=opening, candidate=Candidate(name="", email=""), number=1)
    sitting = Sitting(
        application=application,
        prompts=prompts_asked(pack),
        minutes=pack.round(ROUND).minutes,
        state=state,
        started_at=now if state != Sitting.State.READY else None,
        submitted_at=now if state == Sitting.State.SUBMITTED else None,
    )
    days = given.get("link_days") or 14
    ends = now + timedelta(days=int(str(days)))
    invitation = Invitation(application=application, created_at=now, expires_at=ends)
    return Preview(token, invitation, sitting, now, pack, _back(token))


def _shown(
    request: HttpRequest, seat: Preview, page: str, context: Callable[[], dict[str, object]]
) -> HttpResponse:
    # Only while the page is made: its buttons lead to pages of the preview.
    set_urlconf(_PAGES)
    try:
        return render(request, f"preview/{page}.html", {"seat": seat, **context()})
    finally:
        set_urlconf(None)


def _not_yet(request: HttpRequest, token: str, error: Exception) -> HttpResponse:
    shown = {"reason": str(error), "back": _back(token)}
    return render(request, "preview/not_yet.html", shown, status=409)


def _back(token: str) -> str:
    """Return the page that a preview was asked for on."""
    kind, _dash, id = token.partition("-")
    if kind == "o":
        return reverse("opening-step", args=[id, "preview"])
    return reverse("draft" if kind == "d" else "pack", args=[id])


@staff_page
@require_safe
@never_cache
def start(request: HttpRequest, token: str, prompt: str = "") -> HttpResponse:
    """Show the page before the clock starts."""
    try:
        seat = _seat(request, token, Sitting.State.READY)
    except (NotYet, PackGone) as error:
        return _not_yet(request, token, error)
    return _shown(
        request,
        seat,
        "start",
        lambda: {"notice": notice_for(seat.sitting, seat.pack), "form": ConsentForm()},
    )


@staff_page
@require_POST
def begin(request: HttpRequest, token: str) -> HttpResponse:
    """Go to the first question; no clock starts."""
    return redirect("preview-prompt", token, 1)


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def prompt(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Show a question; what is typed is not kept."""
    if request.method == "POST":
        to = request.POST.get("go", "")
        if to.isdecimal():
            return redirect("preview-prompt", token, int(to))
        return redirect("preview-review", token)
    try:
        seat = _seat(request, token, Sitting.State.STARTED)
    except (NotYet, PackGone) as error:
        return _not_yet(request, token, error)
    if not 1 <= number <= len(seat.prompts):
        raise Http404

    def context() -> dict[str, object]:
        questions = questions_of(seat)
        return {
            "questions": questions,
            "question": questions[number - 1],
            "draft": Written("", 0),
            "is_last": number == len(questions),
        }

    return _shown(request, seat, "prompt", context)


@staff_page
@require_safe
@never_cache
def review(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page before handing in."""
    try:
        seat = _seat(request, token, Sitting.State.STARTED)
    except (NotYet, PackGone) as error:
        return _not_yet(request, token, error)

    def context() -> dict[str, object]:
        questions = questions_of(seat)
        parts = with_follow_ups(questions)
        return {"questions": questions, "parts": parts, "empty": questions}

    return _shown(request, seat, "review", context)


@staff_page
@require_POST
def submit(request: HttpRequest, token: str) -> HttpResponse:
    """Go to the last page; nothing is handed in."""
    return redirect("preview-done", token)


@staff_page
@require_safe
@never_cache
def done(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page after handing in."""
    try:
        seat = _seat(request, token, Sitting.State.SUBMITTED)
    except (NotYet, PackGone) as error:
        return _not_yet(request, token, error)
    return _shown(request, seat, "done", lambda: {"parts": with_follow_ups(questions_of(seat))})
