"""Removing a judge or a panel of the page, once somebody has said that it is meant."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evenhand.hiring.errors import PanelError
from evenhand.hiring.models import DescribedJudge, DescribedPanel
from evenhand.hiring.panels.removing import (
    check_judge_unused,
    check_panel_idle,
    remove_judge,
    remove_panel,
)
from evenhand.web.staff.access import me, staff_page
from evenhand.web.staff.confirming import confirm


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def judge(request: HttpRequest, name: str) -> HttpResponse:
    """Say what goes, and remove a judge that sits on no panel."""
    mine = DescribedJudge.objects.filter(organisation=me(request).organisation_id)
    known = get_object_or_404(mine, name=name)
    hindered = ""
    try:
        if request.method == "POST":
            remove_judge(judge=known, by=me(request), now=timezone.now())
            messages.success(request, _("“%(name)s” is removed.") % {"name": name})
            return redirect("panels")
        check_judge_unused(known)
    except PanelError as error:
        hindered = str(error)
    goes = _("How it is reached and the key that is kept for it go. What it read stays as it is.")
    return confirm(
        request,
        heading=_("Remove the judge “%(name)s”") % {"name": name},
        lines=[goes],
        button=_("Remove this judge"),
        back=reverse("judge-edit", args=[name]),
        hindered=hindered,
    )


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def panel(request: HttpRequest, name: str) -> HttpResponse:
    """Say what goes, and remove a panel that is not active."""
    mine = DescribedPanel.objects.filter(organisation=me(request).organisation_id)
    known = get_object_or_404(mine, name=name)
    hindered = ""
    try:
        if request.method == "POST":
            remove_panel(panel=known, by=me(request), now=timezone.now())
            messages.success(request, _("“%(name)s” is removed.") % {"name": name})
            return redirect("panels")
        check_panel_idle(known)
    except PanelError as error:
        hindered = str(error)
    return confirm(
        request,
        heading=_("Remove the panel “%(name)s”") % {"name": name},
        lines=[_("Its description goes. Its judges, its gates and what it read stay.")],
        button=_("Remove this panel"),
        back=reverse("panel-edit", args=[name]),
        hindered=hindered,
    )
