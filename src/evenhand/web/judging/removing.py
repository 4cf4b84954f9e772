"""Removing a judge or a panel of the page, once somebody has said that it is meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evenhand.hiring.errors import PanelError
from evenhand.hiring.models import DescribedJudge, DescribedPanel, User
from evenhand.hiring.panels.removing import (
    check_judge_unused,
    check_panel_idle,
    remove_judge,
    remove_panel,
)
from evenhand.web.staff.access import me, staff_page
from evenhand.web.staff.confirming import confirm


@dataclass(frozen=True)
class Kind:
    """What is removed: how it is found, looked at and taken away, and what is said of it."""

    model: type[DescribedJudge | DescribedPanel]
    check: Callable[[Any], None]
    take: Callable[[Any, User, datetime], None]
    heading: str | Promise
    goes: str | Promise
    button: str | Promise
    back: str


KINDS: Final = {
    "judge": Kind(
        DescribedJudge,
        check_judge_unused,
        lambda judge, by, now: remove_judge(judge=judge, by=by, now=now),
        gettext_lazy("Remove the judge “%(name)s”"),
        gettext_lazy(
            "How it is reached and the key that is kept for it go. What it read stays as it is."
        ),
        gettext_lazy("Remove this judge"),
        "judge-edit",
    ),
    "panel": Kind(
        DescribedPanel,
        check_panel_idle,
        lambda panel, by, now: remove_panel(panel=panel, by=by, now=now),
        gettext_lazy("Remove the panel “%(name)s”"),
        gettext_lazy("Its description goes. Its judges, its gates and what it read stay."),
        gettext_lazy("Remove this panel"),
        "panel-edit",
    ),
}


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def remove(request: HttpRequest, kind: Literal["judge", "panel"], name: str) -> HttpResponse:
    """Say what goes, and remove a judge that sits on no panel, or a panel that is not active."""
    what = KINDS[kind]
    mine = what.model._default_manager.filter(organisation=me(request).organisation_id)
    known = get_object_or_404(mine, name=name)
    hindered = ""
    try:
        if request.method == "POST":
            what.take(known, me(request), timezone.now())
            messages.success(request, _("“%(name)s” is removed.") % {"name": name})
            return redirect("panels")
        what.check(known)
    except PanelError as error:
        hindered = str(error)
    return confirm(
        request,
        heading=str(what.heading) % {"name": name},
        lines=[str(what.goes)],
        button=str(what.button),
        back=reverse(what.back, args=[name]),
        hindered=hindered,
    )
