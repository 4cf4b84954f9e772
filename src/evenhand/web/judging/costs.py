"""What the judges cost: by month, opening and judge, what was saved, and what may be spent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from evenhand.hiring.errors import HiringError
from evenhand.hiring.judging.accounts import Costs, MonthLine, costs_of, months_of
from evenhand.hiring.judging.spending import month_of, set_budget, spent_in
from evenhand.hiring.models import Budget, Opening
from evenhand.judges.llm.account import Account, Latency
from evenhand.judges.llm.saving import BreakEven, break_even
from evenhand.judges.llm.values import MILLION
from evenhand.web.permissions import RULES
from evenhand.web.staff.access import (
    me,
    openings_open_to,
    openings_under,
    own_opening,
    staff_page,
)
from evenhand.web.ui.figures import share

from .forms import BudgetForm, MachineForm
from .queries import runs_counted_for, tries_counted_for
from .words import figure, money

ROOM = "costs"


@dataclass(frozen=True)
class Line:
    """One line of a table: a name, where it leads, and figures as the page prints them.

    Attributes:
        note: what is to be known beside the name, if anything.
    """

    name: str
    link: str
    calls: int
    read: int
    cached: int
    written: int
    money: str
    p50: str
    p99: str
    retries: int
    hits: int
    abstentions: int
    note: str


@staff_page
@require_safe
@never_cache
def costs(request: HttpRequest) -> HttpResponse:
    """Show what the judges of a user's openings cost in a month."""
    return _page(request, _chosen(request, request.GET.get("opening", "")))


@staff_page
@require_POST
def limit(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Limit what an opening's judges may cost in a month."""
    opening = own_opening(request, opening_id)
    form = BudgetForm(request.POST)
    if form.is_valid():
        try:
            set_budget(opening=opening, **form.cleaned_data, by=me(request), now=timezone.now())
        except HiringError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The limits hold from the next call on."))
            return redirect(f"{reverse('costs')}?opening={opening.pk}")
    return _page(request, opening, form, status=422)


def _chosen(request: HttpRequest, opening_id: str) -> Opening | None:
    """Return the opening that is asked for; None for all."""
    if not opening_id:
        return None
    try:
        return own_opening(request, UUID(opening_id))
    except ValueError as error:
        raise Http404 from error


def _page(
    request: HttpRequest, opening: Opening | None, form: BudgetForm | None = None, status: int = 200
) -> HttpResponse:
    mine = openings_open_to(request)
    looked_at = mine if opening is None else mine.filter(pk=opening.pk)
    # What is in no opening stands beside all of them: golden answers of gates, and tries of judges.
    runs, tries = None, None
    if opening is None:
        runs, tries = runs_counted_for(me(request)), tries_counted_for(me(request))
    this_month = month_of(timezone.now())
    months = months_of(looked_at, runs, tries)
    month, choices = month_asked(request, months)
    found = costs_of(looked_at, month, runs, tries)
    titles = {str(one.pk): one.title for one in mine}
    machine = MachineForm(request.GET if "speed" in request.GET else None)
    context = {
        "room": ROOM,
        "opening": opening,
        "openings": titles,
        "month": month,
        "months": [_month(one, opening) for one in months],
        "choices": choices,
        "may_limit": openings_under(me(request), RULES["budget"]),
        "may_split": openings_under(me(request), RULES["opening-costs"])
        .filter(pk__in=looked_at.values("pk"))
        .exists(),
        "found": found,
        **_figures(found, titles, month),
        "limits": [_limits(one, this_month) for one in _budgets(looked_at)],
        "form": form or BudgetForm(initial=_set_limits(opening)),
        "machine": machine,
        **_comparison(machine, found),
    }
    return render(request, "judging/costs.html", context, status=status)


def month_asked(request: HttpRequest, months: Iterable[MonthLine]) -> tuple[str, list[str]]:
    """Return the month to show, this one unless there is another, and all, the latest first."""
    this_month = month_of(timezone.now())
    there = {this_month, *(one.month for one in months)}
    month = request.GET.get("month", "")
    return month if month in there else this_month, sorted(there, reverse=True)


def _figures(found: Costs, titles: dict[str, str], month: str) -> dict[str, object]:
    total = found.total
    nowhere = _("In none: golden answers of gates, tries of judges")
    by_opening = [
        line_of(titles[key], f"?opening={key}&month={month}", account)
        if key
        else line_of(nowhere, "", account)
        for key, account in found.by_opening.items()
    ]
    by_judge = [
        line_of(name, "", account, found.latency(name)) for name, account in found.by_judge.items()
    ]
    saved = found.saved
    spared = (saved.cache + saved.routing) / saved.naive if saved.naive else None
    return {
        "by_opening": sorted(by_opening, key=lambda line: line.name),
        "by_judge": by_judge,
        "total": line_of(_("Together"), "", total, found.latency()),
        "canaries": line_of(_("Canaries"), "", found.for_canaries),
        "gates": line_of(_("Gates"), "", found.for_gates),
        "tries": line_of(_("Tries"), "", found.for_tries),
        "dropped": line_of(_("Thrown away"), "", found.dropped),
        "per_candidate": money(found.per_candidate),
        "cache_saving": money(saved.cache),
        "routing_saving": money(saved.routing),
        "saved_share": share(spared),
        "prefix_share": share(total.cached_tokens / total.prompt_tokens)
        if total.prompt_tokens
        else "",
        "unknown": ", ".join(saved.unknown),
        "estimated": total.estimated,
        "estimated_by": ", ".join(
            f"{name} {account.estimated}"
            for name, account in found.by_judge.items()
            if account.estimated
        ),
        "left_out": Counter(one.cause.value for one in found.skipped),
        "failures": total.failures,
    }


def line_of(
    name: str, link: str, account: Account, took: Latency | None = None, note: str = ""
) -> Line:
    """Return an account as a line of a table."""
    took = took or Latency(None, None)
    return Line(
        name,
        link,
        account.calls,
        account.prompt_tokens,
        account.cached_tokens,
        account.output_tokens,
        money(account.micros),
        figure(took.p50),
        figure(took.p99),
        account.retries,
        account.cache_hits,
        account.abstentions,
        note,
    )


def _month(line: MonthLine, opening: Opening | None) -> tuple[str, str, int, str]:
    of = f"&opening={opening.pk}" if opening else ""
    return line.month, f"?month={line.month}{of}", line.calls, money(line.micros)


def _budgets(openings: QuerySet[Opening]) -> list[Budget]:
    budgets = Budget.objects.filter(opening__in=openings).select_related("opening")
    return list(budgets.order_by("opening__title"))


def _limits(budget: Budget, month: str) -> dict[str, object]:
    """Return an opening's limits, what it has spent this month, and which of them is reached."""
    return {
        "opening": budget.opening,
        "spent": money(spent_in(budget.opening, month)),
        "soft": money(_decimal(budget.soft_micros)),
        "hard": money(_decimal(budget.hard_micros)),
        "reached": "hard"
        if budget.hard_reached_in == month
        else "soft"
        if budget.soft_reached_in == month
        else "",
    }


def _set_limits(opening: Opening | None) -> dict[str, Decimal | None]:
    budget = Budget.objects.filter(opening=opening).first() if opening else None
    if budget is None:
        return {}
    return {
        "soft": None if budget.soft_micros is None else Decimal(budget.soft_micros) / MILLION,
        "hard": None if budget.hard_micros is None else Decimal(budget.hard_micros) / MILLION,
    }


def _decimal(micros: int | None) -> Decimal | None:
    return None if micros is None else Decimal(micros)


def _comparison(form: MachineForm, found: Costs) -> dict[str, BreakEven]:
    """Return the break-even, once the form is filled in and a model has read something."""
    total, cost = found.for_people, found.per_candidate
    tokens = total.prompt_tokens - total.cached_tokens + total.output_tokens
    if not form.is_bound or not form.is_valid() or cost is None or not tokens:
        return {}
    made = break_even(
        machine_hour=form.cleaned_data["hour"],
        tokens_per_second=form.cleaned_data["speed"],
        tokens_per_assessment=tokens / found.candidates,
        cost_per_assessment=float(cost / MILLION),
    )
    return {"compared": made}
