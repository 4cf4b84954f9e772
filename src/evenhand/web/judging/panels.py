"""Models and panels as they are set up: of the file, and of this page."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evenhand.hiring.errors import HiringError, PanelError
from evenhand.hiring.judging.standing import stood_in_for
from evenhand.hiring.models import DescribedJudge, DescribedPanel
from evenhand.hiring.panels.queries import panels_of_file
from evenhand.hiring.panels.services import save_judge, save_panel, try_described
from evenhand.judges import JudgeError
from evenhand.judges.llm.trying import Tried
from evenhand.judges.llm.values import Outcome
from evenhand.web.staff.access import me, staff_page

from .panel_forms import JudgeForm, PanelForm, judge_values, panel_values
from .words import figure, money

ROOM = "panels"


@staff_page
@require_safe
@never_cache
def listed(request: HttpRequest) -> HttpResponse:
    """Show the panels of the file and of the page, and the page's judges."""
    faults = ""
    try:
        of_file = list(panels_of_file().values())
    except JudgeError as error:
        of_file, faults = [], str(error)
    context = {
        "room": ROOM,
        "of_file": of_file,
        "faults": faults.splitlines(),
        "judges": _judges_of(request),
        "panels": _panels_of(request),
    }
    return render(request, "judging/described.html", context)


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def judge(request: HttpRequest, name: str = "") -> HttpResponse:
    """Describe a judge, or change it; a kept key is never sent back."""
    known = get_object_or_404(_judges_of(request), name=name) if name else None
    initial = judge_values(known.table) if known else None
    form = JudgeForm(request.POST or None, name=name, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = save_judge(
                name=name or given["name"],
                table=form.table(),
                key=given["key"],
                drop_key=given["drop_key"],
                by=me(request),
                now=timezone.now(),
                is_new=not name,
            )
        except PanelError as error:
            form.tell(error)
        else:
            messages.success(request, _("It is described. Try it, then put it on a panel."))
            _warn(request, stood_in_for(made.organisation_id, judge=made.name))
            return redirect("judge-edit", made.name)
    if form.errors:
        form.tell_key()
    title = _("Judge %(name)s") % {"name": name} if name else _("New judge")
    remove = reverse("judge-remove", args=[name]) if name else ""
    return _form_page(request, form, title, known, remove)


@staff_page
@require_POST
def try_it(request: HttpRequest, name: str) -> HttpResponse:
    """Make one call to a judge and say what came of it."""
    known = get_object_or_404(_judges_of(request), name=name)
    try:
        tried = try_described(known, timezone.now())
    except HiringError as error:
        messages.error(request, str(error))
    else:
        tell = messages.success if tried.outcome is Outcome.OK else messages.error
        tell(request, _said(tried))
    return redirect("judge-edit", known.name)


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def panel(request: HttpRequest, name: str = "") -> HttpResponse:
    """Describe a panel, or change it; it reads nothing before it went through the gate."""
    known = get_object_or_404(_panels_of(request), name=name) if name else None
    table = known.table if known else {}
    initial = panel_values(table) if known else None
    form = PanelForm(request.POST or None, name=name, initial=initial, of=me(request), known=table)
    if request.method == "POST" and form.is_valid():
        try:
            made = save_panel(
                name=name or form.cleaned_data["name"],
                table=form.table(),
                by=me(request),
                now=timezone.now(),
                is_new=not name,
            )
        except PanelError as error:
            form.tell(error)
        else:
            said = _("“%(name)s” is described. It reads once it went through the gate.")
            messages.success(request, said % {"name": made.name})
            _warn(request, stood_in_for(made.organisation_id, panel=made.name))
            return redirect("panels")
    title = _("Panel %(name)s") % {"name": name} if name else _("New panel")
    remove = reverse("panel-remove", args=[name]) if name else ""
    return _form_page(request, form, title, None, remove)


def _judges_of(request: HttpRequest) -> QuerySet[DescribedJudge]:
    return DescribedJudge.objects.filter(organisation=me(request).organisation_id)


def _panels_of(request: HttpRequest) -> QuerySet[DescribedPanel]:
    return DescribedPanel.objects.filter(organisation=me(request).organisation_id)


def _form_page(
    request: HttpRequest, form: Form, title: str, known: DescribedJudge | None, remove: str
) -> HttpResponse:
    return render(
        request,
        "judging/describe.html",
        {"room": ROOM, "form": form, "heading": title, "known": known, "remove": remove},
        status=422 if form.errors else 200,
    )


def _warn(request: HttpRequest, panels: list[str]) -> None:
    """Say which active panels read nothing as they are now."""
    said = _(
        "“%(name)s” is active and is no longer what went through its gate: the embedded judges "
        "read in its place. Run its gate and make it active, and it reads again."
    )
    for name in panels:
        messages.warning(request, said % {"name": name})


def _said(tried: Tried) -> str:
    figures = {
        "seconds": figure(tried.seconds, 1),
        "read": tried.tokens.prompt,
        "written": tried.tokens.output,
        "money": money(tried.micros),
        "why": tried.detail,
    }
    if tried.outcome is not Outcome.OK:
        said = _("No rating after %(seconds)s seconds: %(why)s.") % figures
        return " ".join([said, *_remarks(tried)])
    said = (
        _(
            "It rated a made-up answer in %(seconds)s seconds: %(read)s tokens read, %(written)s "
            "written, %(money)s by your prices."
        )
        % figures
    )
    return " ".join([said, *_remarks(tried)])


def _remarks(tried: Tried) -> list[str]:
    """Say what the endpoint did not take or did not give."""
    said = []
    if tried.left_out:
        names = ", ".join(tried.left_out)
        said.append(_("The endpoint does not take: %(names)s.") % {"names": names})
    if tried.logprobs is not None:
        came, not_there = _("Log-probabilities came."), _("No log-probabilities came.")
        said.append(came if tried.logprobs else not_there)
    if not tried.usage:
        said.append(_("It did not count tokens: the figures are estimated."))
    return said
