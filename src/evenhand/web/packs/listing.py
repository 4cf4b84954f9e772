"""The versions of the packs: the list, one of them, and what differs between two."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from evenhand.hiring.drafts.meaning import reading_of
from evenhand.hiring.drafts.queries import drafts_of, with_use
from evenhand.hiring.drafts.services import begin_draft
from evenhand.hiring.errors import HiringError, PackGone
from evenhand.hiring.models import Opening
from evenhand.hiring.openings.packs import offered_version, pack_of, take_in_offered
from evenhand.rubric import PackError, compare
from evenhand.web.staff.access import me, staff_page

from .access import own_version, own_versions, trial_of
from .words import left_to_people, line_of, titled, untold


@staff_page
@require_safe
@never_cache
def listed(request: HttpRequest) -> HttpResponse:
    """Show the versions with where they are used, and the drafts."""
    organisation = me(request).organisation
    versions = with_use(own_versions(request), organisation)
    return render(
        request,
        "packs/list.html",
        {
            "versions": titled(versions),
            "drafts": list(drafts_of(organisation)),
            "offered_in": offered_version() is not None,
        },
    )


@staff_page
@require_safe
@never_cache
def version(request: HttpRequest, pack_hash: str) -> HttpResponse:
    """Show one version: what is in it, who uses it, and what the judges read of it."""
    one = own_version(request, pack_hash)
    try:
        pack = pack_of(one.hash)
    except PackGone as error:
        return render(request, "staff/pack_broken.html", {"faults": str(error)}, status=503)
    reading = reading_of(pack)
    whose = me(request).organisation_id
    openings = Opening.objects.filter(organisation=whose, pack=one)
    others = own_versions(request).filter(pack_id=one.pack_id).exclude(pk=one.pk)
    return render(
        request,
        "packs/version.html",
        {
            "version": one,
            "pack": pack,
            "reading": reading,
            **trial_of(one, whose),
            "left": left_to_people(reading, pack),
            "untold": untold(reading, pack),
            "openings": openings,
            "rounds": [(r, [pack.prompt(id) for id in r.prompts]) for r in pack.rounds],
            "others": titled(others),
            "token": f"v-{one.hash}",
        },
    )


@staff_page
@require_safe
@never_cache
def differences(request: HttpRequest) -> HttpResponse:
    """Show what differs between two versions."""
    versions = own_versions(request)
    chosen = [versions.filter(pk=request.GET.get(name, "")).first() for name in ("old", "new")]
    old, new = chosen
    lines = None
    if old is not None and new is not None:
        try:
            before, after = pack_of(old.hash), pack_of(new.hash)
        except PackGone as error:
            return render(request, "staff/pack_broken.html", {"faults": str(error)}, status=503)
        lines = [line_of(one, before, after) for one in compare(before, after)]
    return render(
        request,
        "packs/differences.html",
        {"versions": titled(versions), "old": old, "new": new, "lines": lines},
    )


@staff_page
@require_POST
def change(request: HttpRequest, pack_hash: str) -> HttpResponse:
    """Begin the next version of a pack."""
    one = own_version(request, pack_hash)
    try:
        draft = begin_draft(base=one, by=me(request), now=timezone.now())
    except HiringError as error:
        raise Http404(str(error)) from None
    return redirect("draft", draft.pk)


@staff_page
@require_POST
def change_offered(request: HttpRequest) -> HttpResponse:
    """Begin to change the pack that new openings are offered."""
    now = timezone.now()
    try:
        base = take_in_offered(now=now)
    except PackError as error:
        return render(
            request, "staff/pack_broken.html", {"faults": "\n".join(error.faults)}, status=503
        )
    draft = begin_draft(base=base, by=me(request), now=now)
    messages.success(request, _("This is your draft. Nothing is in use before you publish it."))
    return redirect("draft", draft.pk)
