"""A draft as a whole: what it holds, what changes, what that means, and publishing it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evenhand.hiring.drafts.meaning import Draft, look_at
from evenhand.hiring.drafts.models import PackDraft
from evenhand.hiring.drafts.services import discard, publish, take_back
from evenhand.hiring.errors import HiringError, PackGone
from evenhand.hiring.openings.packs import pack_of
from evenhand.rubric import PackError, lint_pack
from evenhand.web.staff.access import me, staff_page
from evenhand.web.staff.confirming import confirm
from evenhand.work.client import enqueue_learning

from .access import own_pack_draft, setup_of
from .forms import NameForm, NewPromptForm
from .notes import notes_of
from .words import Note, left_to_people, line_of, note_of, untold


@staff_page
@require_safe
@never_cache
def overview(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Show a draft: its entries with their notes, what differs, and what is next."""
    draft = own_pack_draft(request, draft_id)
    if draft.version is not None:
        return redirect(_after(draft))
    try:
        looked = look_at(draft)
    except PackGone as error:
        return render(request, "staff/pack_broken.html", {"faults": str(error)}, status=503)
    shown = {**standing(draft, looked), **_entries(draft, looked)}
    return render(request, "packs/draft.html", shown)


def standing(draft: PackDraft, looked: Draft) -> dict[str, object]:
    """Return what a page says of where a draft stands; `packs/standing.html` shows it."""
    base = pack_of(draft.base_id)
    pack, reading = looked.pack, looked.reading
    left = left_to_people(reading, pack) if pack and reading else []
    unknown = untold(reading, pack) if pack and reading else []
    return {
        "draft": draft,
        "setup": setup_of(draft),
        "faults": [note_of(line, draft.body) for line in looked.faults],
        "lines": [line_of(one, base, pack) for one in looked.differences] if pack else [],
        "at_once": looked.at_once,
        "anew": looked.anew,
        "reading": reading,
        "left": left,
        "untold": unknown,
        "busy": draft.state in (PackDraft.State.ASKED, PackDraft.State.LEARNING),
    }


def _entries(draft: PackDraft, looked: Draft) -> dict[str, object]:
    """Return the entries of a draft, each with what is to be said of it."""
    body = draft.body
    # What the version before has too is no news here; its own page shows it all the same.
    known = set(lint_pack(pack_of(draft.base_id)))
    new = tuple(one for one in looked.findings if one not in known)
    notes = notes_of(replace(looked, findings=new), body)
    weights = body["pack"]["weights"]

    def about(sheet: str, ids: Collection[str]) -> list[Note]:
        return [note for note in notes if note.place.sheet == sheet and note.place.id in ids]

    dimensions = [
        (
            one,
            weights.get(one["id"]),
            about("dimensions", [one["id"]])
            + about("probes", [f"probe.{i['id']}" for i in one["indicators"]]),
        )
        for one in body["dimensions"]
    ]
    asked = {
        one["id"]: [
            (prompt, about("prompts", [prompt["id"]]))
            for prompt in body["prompts"]
            if prompt["round"] == one["id"]
        ]
        for one in body["rounds"]
    }
    return {
        "dimensions": dimensions,
        "rounds": [(one, asked[one["id"]], about("rounds", [one["id"]])) for one in body["rounds"]],
        "new_dimension": NameForm(),
        "new_prompt": NewPromptForm(body),
        "token": f"d-{draft.pk}",
    }


@staff_page
@require_POST
def make_version(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Publish a draft, or hand it to the judges where they have to learn it."""
    draft = own_pack_draft(request, draft_id)
    try:
        with transaction.atomic():
            done = publish(
                draft=draft, by=me(request), now=timezone.now(),
                for_people="for_people" in request.POST,
            )  # fmt: skip
            if done.state == PackDraft.State.ASKED:
                transaction.on_commit(lambda: enqueue_learning(str(done.pk), done.revision))
    except PackError:
        messages.error(request, _("Mend what is listed here first."))
        return redirect("draft", draft.pk)
    except HiringError as error:
        messages.error(request, str(error))
        return redirect(_after(draft))
    if done.version is not None:
        said = _("%(version)s is published. The judges read it as they read the version before.")
        if "for_people" in request.POST:
            said = _("%(version)s is published, for people to rate.")
        messages.success(request, said % {"version": done.version})
    return redirect(_after(done))


@staff_page
@require_POST
def go_back(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Go on editing a draft that the judges have not begun to learn, or could not."""
    draft = own_pack_draft(request, draft_id)
    try:
        take_back(draft=draft, by=me(request), now=timezone.now())
    except HiringError as error:
        messages.error(request, str(error))
    return redirect("draft", draft.pk)


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def drop(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Say what goes, and drop a draft once that is confirmed."""
    draft = own_pack_draft(request, draft_id)
    if request.method != "POST":
        return confirm(
            request,
            heading=_("Drop the draft of %(base)s") % {"base": draft.base},
            lines=[
                _("Everything that was changed in it goes, and cannot be brought back. Versions "
                  "that are published stay as they are."),
            ],
            button=_("Drop this draft"),
            back=reverse("draft", args=[draft.pk]),
        )  # fmt: skip
    setup = setup_of(draft)
    try:
        discard(draft=draft, by=me(request), now=timezone.now())
    except HiringError as error:
        messages.error(request, str(error))
        return redirect("draft", draft.pk)
    messages.success(request, _("The draft is dropped. The version before stands as it was."))
    return redirect("opening-step", setup.pk, "rubric") if setup else redirect("packs")


def _after(draft: PackDraft) -> str:
    """Return where to go on: to the opening that waits for the draft, or to what became of it."""
    draft.refresh_from_db()
    setup = setup_of(draft)
    if setup is not None:
        return reverse("opening-step", args=[setup.pk, "open"])
    if draft.version_id is not None:
        return reverse("pack", args=[draft.version_id])
    return reverse("draft", args=[draft.pk])
