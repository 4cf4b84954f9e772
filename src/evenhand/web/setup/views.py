"""The steps of setting an opening up. Leaving and coming back costs nothing that was given."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from evenhand.hiring.drafts.meaning import look_at, reading_of
from evenhand.hiring.drafts.models import OpeningDraft, PackDraft
from evenhand.hiring.drafts.queries import setups_of
from evenhand.hiring.drafts.services import change_draft, rounds_piece, seen
from evenhand.hiring.drafts.setting_up import (
    begin_setup,
    change_pack,
    drop_setup,
    keep_given,
    open_now,
    pack_to_open,
    take_pack,
)
from evenhand.hiring.errors import HiringError, PackGone
from evenhand.hiring.openings.packs import offered_pack, pack_of, take_in_offered
from evenhand.hiring.openings.services import ROUND, prompts_asked
from evenhand.rubric import Pack, PackError, lint_minutes, load_pack
from evenhand.rubric.editing import put_pack
from evenhand.rubric.places import place_of
from evenhand.rubric.writing import Body, body_of
from evenhand.web.packs.access import own_versions, trial_of
from evenhand.web.packs.drafting import standing
from evenhand.web.packs.editor import put_counted
from evenhand.web.packs.forms import RoundsForm, rounds_values
from evenhand.web.packs.words import left_to_people
from evenhand.web.staff.access import me, staff_page
from evenhand.web.staff.forms import VersionForm

from .forms import JobForm

STEPS = {
    "job": gettext_lazy("Job and contact"),
    "rubric": gettext_lazy("Questions and rubric"),
    "rounds": gettext_lazy("Rounds, bar and weights"),
    "preview": gettext_lazy("As a candidate sees it"),
    "open": gettext_lazy("Open"),
}


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Take the first step; those that were begun earlier can be gone on with."""
    try:
        pack = load_pack(offered_pack())
    except PackError as error:
        return _broken(request, error)
    user = me(request)
    first = {
        "title": pack.name,
        "contact_name": user.get_full_name(),
        "contact_email": user.email,
    }
    form = JobForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            made = begin_setup(given=form.given(), pack=take_in_offered(now=now), by=user, now=now)
        except PackError as error:
            return _broken(request, error)
        return redirect("opening-step", made.pk, "rubric")
    return _page(request, None, "job", {"form": form, "begun": setups_of(user)})


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def step(request: HttpRequest, setup_id: UUID, name: str) -> HttpResponse:
    """Show a step, or keep what it gives and go to the next one."""
    setup = _own(request, setup_id)
    if name not in _VIEWS:
        raise Http404
    if setup.opening_id is not None:
        return redirect("opening", setup.opening_id)
    try:
        return _VIEWS[name](request, setup)
    except HiringError as error:
        # A pack that is gone from the store, or somebody else who was quicker.
        if isinstance(error, PackGone):
            return _broken(request, error)
        messages.error(request, str(error))
        return redirect("opening-step", setup.pk, name)


@staff_page
@require_POST
def drop(request: HttpRequest, setup_id: UUID) -> HttpResponse:
    """Drop what was given so far."""
    setup = _own(request, setup_id)
    try:
        drop_setup(draft=setup, by=me(request), now=timezone.now())
    except HiringError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Dropped. Changes to a pack stay under “Packs”."))
    return redirect("opening-new")


def _job(request: HttpRequest, setup: OpeningDraft) -> HttpResponse:
    percent = 100 * float(str(setup.given.get("anchor_share", 0)))
    form = JobForm(request.POST or None, initial={**setup.given, "anchor_percent": f"{percent:g}"})
    if request.method == "POST" and form.is_valid():
        keep_given(draft=setup, given=form.given(), by=me(request), now=timezone.now())
        return redirect("opening-step", setup.pk, "rubric")
    return _page(request, setup, "job", {"form": form})


def _rubric(request: HttpRequest, setup: OpeningDraft) -> HttpResponse:
    form = VersionForm(own_versions(request), request.POST or None, initial={"pack": setup.pack_id})
    if request.method == "POST":
        now, user = timezone.now(), me(request)
        if "go_on" in request.POST and setup.pack_draft is not None:
            return redirect("opening-step", setup.pk, "rounds")
        if form.is_valid():
            chosen = form.cleaned_data["pack"]
            if setup.pack_draft is None or chosen != setup.pack or "change" not in request.POST:
                take_pack(draft=setup, pack=chosen, by=user, now=now)
            if "change" in request.POST:
                return redirect("draft", change_pack(draft=setup, by=user, now=now).pk)
            return redirect("opening-step", setup.pk, "rounds")
    pack = _pack(setup)
    return _page(request, setup, "rubric", {"form": form, "pack": pack})


def _rounds(request: HttpRequest, setup: OpeningDraft) -> HttpResponse:
    body = _body(setup)
    values = rounds_values(body)
    values["bar"] = setup.given.get("bar", values["bar"])
    was = seen(rounds_piece(body))
    form = RoundsForm(body, request.POST or None, initial={**values, "was": was})
    if request.method == "POST" and form.is_valid():
        now, user = timezone.now(), me(request)
        keep_given(draft=setup, given={"bar": form.cleaned_data["bar"]}, by=user, now=now)

        def edit(old: Body) -> Body:
            pack = old["pack"]
            weighed = put_pack(
                old, name=pack["name"], bar=pack["bar"], weights=form.weights_given()
            )
            return put_counted(weighed, form)

        if edit(body) != body:
            draft = change_pack(draft=setup, by=user, now=now)
            change_draft(
                draft=draft, piece=rounds_piece, was=seen(rounds_piece(draft.body)), edit=edit,
                by=user, now=now,
            )  # fmt: skip
        return redirect("opening-step", setup.pk, "preview")
    return _page(request, setup, "rounds", {"form": form})


def _preview(request: HttpRequest, setup: OpeningDraft) -> HttpResponse:
    pack = _pack(setup)
    questions = [pack.prompt(id) for id in prompts_asked(pack)] if pack else []
    minutes = pack.round(ROUND).minutes if pack else 0
    shown: dict[str, object] = {
        "pack": pack,
        "questions": questions,
        "minutes": minutes,
        "token": f"o-{setup.pk}",
    }
    return _page(request, setup, "preview", shown)


def _open(request: HttpRequest, setup: OpeningDraft) -> HttpResponse:
    if request.method == "POST":
        made = open_now(draft=setup, by=me(request), now=timezone.now())
        messages.success(request, _("The opening is made. Now add its candidates."))
        return redirect("candidates-add", made.pk)
    shown: dict[str, object] = {"version": pack_to_open(setup)}
    waits = setup.pack_draft is not None and setup.pack_draft.state != PackDraft.State.DONE
    if waits and setup.pack_draft is not None:
        shown |= standing(setup.pack_draft, look_at(setup.pack_draft))
    pack = _pack(setup)
    if pack is not None:
        shown["bar"] = setup.given.get("bar", pack.bar)
        names = {str(one.id): one.name for one in pack.rounds}
        shown["over_time"] = [
            (names[place_of(one.path).id], one.message) for one in lint_minutes(pack)
        ]
        version = pack_to_open(setup)
        if not waits and version is not None:
            reading = reading_of(pack)
            shown |= {"reading": reading, "left": left_to_people(reading, pack)}
            shown |= trial_of(version, setup.organisation_id)
    return _page(request, setup, "open", {**shown, "pack": pack, "waits": waits})


_VIEWS: dict[str, Callable[[HttpRequest, OpeningDraft], HttpResponse]] = {
    "job": _job,
    "rubric": _rubric,
    "rounds": _rounds,
    "preview": _preview,
    "open": _open,
}


def _own(request: HttpRequest, setup_id: UUID) -> OpeningDraft:
    setups = OpeningDraft.objects.select_related("pack", "pack_draft__version", "pack_draft__by")
    return get_object_or_404(setups, pk=setup_id, organisation=me(request).organisation_id)


def _pack(setup: OpeningDraft) -> Pack | None:
    """Return the pack that the opening would get; None while its draft has faults."""
    version = pack_to_open(setup)
    if version is not None:
        return pack_of(version.hash)
    return look_at(setup.pack_draft).pack if setup.pack_draft else None


def _body(setup: OpeningDraft) -> Body:
    version = pack_to_open(setup)
    if version is not None:
        return {**body_of(pack_of(version.hash)), "same": []}
    return setup.pack_draft.body if setup.pack_draft else {}


def _broken(request: HttpRequest, error: PackError | PackGone) -> HttpResponse:
    # Where the pack lies on the server is said in a shell, not to everybody who signs in.
    said = "\n".join(error.faults) if isinstance(error, PackError) else str(error)
    return render(request, "staff/pack_broken.html", {"faults": said}, status=503)


def _page(
    request: HttpRequest, setup: OpeningDraft | None, name: str, shown: dict[str, object]
) -> HttpResponse:
    form = shown.get("form")
    context = {
        "setup": setup,
        "steps": STEPS.items(),
        "name": name,
        "heading": STEPS[name],
        "number": list(STEPS).index(name) + 1,
        **shown,
    }
    status = 422 if getattr(form, "errors", None) else 200
    return render(request, f"setup/{name}.html", context, status=status)
