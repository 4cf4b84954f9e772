"""Which pack version people of an opening sit, and the one for those added from now on."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evenhand.hiring.drafts.queries import versions_open_to
from evenhand.hiring.errors import HiringError, PackUntried
from evenhand.hiring.models import PackVersion, Sitting
from evenhand.hiring.openings.packs import take_in_offered
from evenhand.hiring.openings.services import move_opening
from evenhand.rubric import PackError
from evenhand.web.packs.access import trial_of
from evenhand.web.packs.words import titled

from .access import me, own_opening, staff_page
from .forms import VersionForm


def _offered() -> str:
    """Return the hash of the version that everybody is offered, as this release has it."""
    try:
        return take_in_offered(now=timezone.now()).hash
    except PackError:
        # The other versions can be taken up all the same; whoever opens the packs is told why.
        return ""


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def version(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show who sits which version, and let people who come now sit another one."""
    opening = own_opening(request, opening_id)
    versions = versions_open_to(opening.organisation, _offered())
    form = VersionForm(versions, request.POST or None, initial={"pack": opening.pack_id})
    refused: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["pack"]
        try:
            move_opening(opening=opening, pack=chosen, by=me(request), now=timezone.now())
        except HiringError as error:
            form.add_error("pack", str(error))
            if isinstance(error, PackUntried):
                refused = trial_of(chosen, opening.organisation_id)
        else:
            said = _("People who are added from now on sit %(version)s. The others keep theirs.")
            messages.success(request, said % {"version": chosen})
            return redirect("opening", opening.pk)
    sat = (
        PackVersion.objects.filter(applications__opening=opening)
        .annotate(people=Count("applications"))
        .order_by("taken_in_at")
    )
    titles = {one.pk: title for one, title in titled(versions)}
    writing = opening.applications.filter(sitting__state=Sitting.State.STARTED).count()
    return render(
        request,
        "staff/opening_version.html",
        {
            "opening": opening,
            "form": form,
            "sat": [(titles.get(one.pk, str(one)), one.people) for one in sat],
            "writing": writing,
            **refused,
        },
        status=422 if form.errors else 200,
    )
