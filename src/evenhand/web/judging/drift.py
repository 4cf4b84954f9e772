"""The drift watch: alarms until somebody closes them, and the charts of each panel that reads."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from evenhand.hiring.drift.alarms import close_alarm
from evenhand.hiring.drift.watching import Watch, watch_pack
from evenhand.hiring.errors import HiringError
from evenhand.hiring.models import DriftAlarm
from evenhand.hiring.openings.services import pack_of
from evenhand.studies.charting import START
from evenhand.studies.drift import MEASURES, Watched
from evenhand.web.staff.access import me, staff_page
from evenhand.web.ui.control import control_chart

from .forms import CloseForm
from .queries import alarms_in_care_of, alarms_open, packs_of
from .words import between, figure

ROOM = "drift"
CLOSED_SHOWN = 20
RARE = {one.code for one in MEASURES if one.rare}
NAMES: dict[str, str | Promise] = {
    "judge-severity": gettext_lazy("Level against the other judges"),
    "judge-spread": gettext_lazy("Distance from the other judges"),
    "judge-abstention": gettext_lazy("Share of levels abstained from"),
    "judge-ungrounded": gettext_lazy("Share of marks above 0 without a quote that holds"),
    "judge-latency": gettext_lazy("Seconds an answer"),
    "judge-cost": gettext_lazy("Cost an answer"),
    "prompt-severity": gettext_lazy("Level against the same people's other answers"),
    "prompt-spread": gettext_lazy("How far judges lie apart"),
    "prompt-abstention": gettext_lazy("Share of levels abstained from"),
    "prompt-ungrounded": gettext_lazy("Share of marks above 0 without a quote that holds"),
    "prompt-length": gettext_lazy("Words an answer"),
    "prompt-vocabulary": gettext_lazy("Share of words that the first answers do not use"),
}
FIRST: dict[str, str | Promise] = {
    "judge-severity": gettext_lazy("See whether model, settings or instructions were changed."),
    "judge-spread": gettext_lazy("Read the three answers where it is farthest from the others."),
    "judge-abstention": gettext_lazy("Read its latest reasons; see that its service answers."),
    "judge-ungrounded": gettext_lazy("Read its latest marks and quotes beside the answers."),
    "judge-latency": gettext_lazy("See its service's state, and the length of the answers."),
    "judge-cost": gettext_lazy("See price, length of the answers, and share from the cache."),
    "prompt-severity": gettext_lazy("Search the question's text in public; it may have leaked."),
    "prompt-spread": gettext_lazy("Read the answers that the judges differ on most."),
    "prompt-abstention": gettext_lazy("Read the reasons: empty answers, flags, or one judge."),
    "prompt-ungrounded": gettext_lazy("Read the answers: have they another form than before?"),
    "prompt-length": gettext_lazy("See whether time, page or audience of the question changed."),
    "prompt-vocabulary": gettext_lazy("Read five new answers side by side for shared phrases."),
}
DIGITS = {"judge-latency": 2, "judge-cost": 6, "prompt-length": 0}
"""Of the measures that are charted by their logarithm, as many as are told elsewhere."""


@dataclass(frozen=True)
class ChartLine:
    """One chart with its figures, in the units that a person reads."""

    code: str
    subject: str
    name: str
    picture: SafeString
    now: str
    centre: str
    limits: str
    readings: int
    beyond: bool


@dataclass(frozen=True)
class PanelLines:
    """A panel version that reads, with its charts; `groups` are a heading, an id and lines each."""

    name: str
    version: str
    answers: int
    last_read: datetime
    groups: Sequence[tuple[str, str, Sequence[ChartLine]]]

    @property
    def has_charts(self) -> bool:
        """Say whether it has read enough for any."""
        return any(lines for *_, lines in self.groups)


@dataclass(frozen=True)
class AlarmLine:
    """An alarm with the figures of when it was raised.

    `now` says where its chart is by now; `form` closes it, for who may.
    """

    row: DriftAlarm
    name: str
    subject: str
    first: str
    mean: str
    limits: str
    now: str
    form: CloseForm | None


@staff_page
@require_safe
@never_cache
def drift(request: HttpRequest) -> HttpResponse:
    """Show the alarms and charts of a pack's judges and questions."""
    return _page(request, request.GET.get("pack", ""))


@staff_page
@require_POST
def close(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """Close an alarm with a reason."""
    alarm = get_object_or_404(alarms_in_care_of(me(request)), pk=alarm_id)
    back = redirect(f"{reverse('drift')}?pack={alarm.chart.pack_id}")
    form = CloseForm(alarm.pk, request.POST)
    if alarm.closed_at is not None:
        messages.warning(request, _("Somebody else has closed this alarm meanwhile."))
        return back
    if form.is_valid():
        try:
            close_alarm(alarm=alarm, **form.cleaned_data, by=me(request), now=timezone.now())
        except HiringError as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, _("Closed. The chart sets out anew from its start."))
            return back
    return _page(request, alarm.chart.pack_id, form, status=422)


def _page(
    request: HttpRequest, wanted: str, tried: CloseForm | None = None, status: int = 200
) -> HttpResponse:
    user = me(request)
    packs = list(packs_of(user))
    pack = next((one for one in packs if one.hash == wanted), packs[0] if packs else None)
    waiting = Counter(alarms_open(user).values_list("chart__pack", flat=True))
    context: dict[str, object] = {
        "room": ROOM,
        "packs": [(one, waiting[one.pk]) for one in packs],
        "pack": pack,
        "start": START,
        "form": tried,
    }
    if pack is not None:
        questions = {one.id: one.text for one in pack_of(pack.pk).prompts}
        watched = watch_pack(pack.pk, user.organisation_id)
        numbers = count()
        context["panels"] = [_panel(one, questions, numbers) for one in watched]
        beyond = {
            (watch.panel, watch.version, *one.key): one.alarm
            for watch in watched
            for one in watch.charts
        }
        alarms = DriftAlarm.objects.filter(
            chart__pack=pack, chart__organisation=user.organisation_id
        ).select_related("chart", "closed_by")
        forms = _forms(request, tried) if waiting[pack.pk] else {}
        context["alarms"], context["closed"] = (
            [_alarm(one, questions, beyond, forms.get(one.pk)) for one in rows]
            for rows in (
                alarms.filter(closed_at__isnull=True),
                alarms.filter(closed_at__isnull=False).order_by("-closed_at")[:CLOSED_SHOWN],
            )
        )
    return render(request, "judging/drift.html", context, status=status)


def _forms(request: HttpRequest, tried: CloseForm | None) -> dict[UUID, CloseForm]:
    """Return a form for each alarm that somebody may close, the one that was sent as it was."""
    mine = alarms_in_care_of(me(request)).filter(closed_at__isnull=True)
    forms = {one.pk: CloseForm(one.pk) for one in mine}
    return forms | ({tried.alarm: tried} if tried else {})


def _alarm(
    alarm: DriftAlarm,
    questions: Mapping[str, str],
    beyond: Mapping[tuple[str, str, str, str], bool],
    form: CloseForm | None,
) -> AlarmLine:
    chart = alarm.chart
    code = chart.measure
    state = beyond.get((chart.panel, chart.panel_version, code, chart.subject))
    said = {
        True: _("still beyond them"),
        False: _("within them again"),
        None: _("not read by this version of late"),
    }
    return AlarmLine(
        row=alarm,
        name=_name(code),
        subject=_subject(chart.subject, questions),
        first=str(FIRST.get(code, "")),
        mean=_told(code, alarm.mean),
        limits=_limits(code, chart.centre, alarm.half),
        now=said[state],
        form=form,
    )


def _panel(watch: Watch, questions: Mapping[str, str], numbers: Iterator[int]) -> PanelLines:
    """Return what one panel version's charts show; `numbers` name them on the page."""
    lines = [_line(one, n, questions) for one, n in zip(watch.charts, numbers, strict=False)]
    of = {kind: [one for one in lines if one.code.startswith(kind)] for kind in ("judge", "prompt")}
    groups = ((_("Judges"), "judges", of["judge"]), (_("Questions"), "prompts", of["prompt"]))
    return PanelLines(watch.panel, watch.version, watch.answers, watch.last_read, groups)


def _line(watched: Watched, number: int, questions: Mapping[str, str]) -> ChartLine:
    chart, code = watched.chart, watched.measure.code
    name, start = _name(code), watched.begun.start
    subject = _subject(watched.subject, questions)
    return ChartLine(
        code=code,
        subject=subject,
        name=name,
        picture=control_chart(
            chart.mean.tolist(), chart.half, start.centre, alarm=watched.alarm,
            name=f"chart-{number}", title=f"{name}: {subject}",
        ),
        now=_told(code, float(chart.mean[-1])),
        centre=_told(code, start.centre),
        limits=_limits(code, start.centre, chart.half),
        readings=len(watched.numbers),
        beyond=watched.alarm,
    )  # fmt: skip


def _name(code: str) -> str:
    """Return what a measure is called; its code, of one that a later release watches no more."""
    return str(NAMES.get(code, code))


def _subject(subject: str, questions: Mapping[str, str]) -> str:
    """Return a judge's name, or the beginning of a question."""
    words = questions.get(subject, subject).split()
    return " ".join(words[:9]) + (" …" if len(words) > 9 else "")


def _limits(code: str, centre: float, half: float) -> str:
    low, high = (_told(code, centre + side * half) for side in (-1, 1))
    return _("at most %(high)s") % {"high": high} if code in RARE else between(low, high)


def _told(code: str, value: float) -> str:
    """Return a chart's value as a figure; logarithms are told as what they are of."""
    if code in DIGITS:
        return figure(math.exp(value), DIGITS[code])
    return figure(value)
