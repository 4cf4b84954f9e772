"""The drift watch: the charts of each judge and each question, for each panel that reads."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evenhand.hiring.judging.watching import Watch, watch_pack
from evenhand.hiring.openings.services import pack_of
from evenhand.studies.charting import FEWEST
from evenhand.studies.drift import Watched
from evenhand.web.staff.access import me, staff_page
from evenhand.web.ui.control import control_chart

from .queries import packs_of
from .words import between, figure

ROOM = "drift"
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
LOGARITHMS = {"judge-latency", "judge-cost", "prompt-length"}


@dataclass(frozen=True)
class ChartLine:
    """One chart with its figures, in the units that a person reads."""

    code: str
    subject: str
    name: str
    first: str
    picture: SafeString
    now: str
    centre: str
    limits: str
    readings: int
    ago: int | None


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

    @property
    def alarms(self) -> list[ChartLine]:
        """The charts beyond their limits."""
        return [one for *_, lines in self.groups for one in lines if one.ago is not None]


@staff_page
@require_safe
@never_cache
def drift(request: HttpRequest) -> HttpResponse:
    """Show the charts of a pack's judges and questions."""
    packs = list(packs_of(me(request)))
    wanted = request.GET.get("pack", "")
    pack = next((one for one in packs if one.hash == wanted), packs[0] if packs else None)
    context: dict[str, object] = {"room": ROOM, "packs": packs, "pack": pack, "fewest": FEWEST}
    if pack is not None:
        questions = {one.id: one.text for one in pack_of(pack.pk).prompts}
        numbers = count()
        watched = watch_pack(pack.pk, me(request).organisation_id)
        panels = [_panel(one, questions, numbers) for one in watched]
        context["panels"] = panels
        context["alarms"] = [(panel, one) for panel in panels for one in panel.alarms]
    return render(request, "judging/drift.html", context)


def _panel(watch: Watch, questions: dict[str, str], numbers: Iterator[int]) -> PanelLines:
    """Return what one panel version's charts show; `numbers` name them on the page."""
    lines = [_line(one, n, questions) for one, n in zip(watch.charts, numbers, strict=False)]
    of = {kind: [one for one in lines if one.code.startswith(kind)] for kind in ("judge", "prompt")}
    groups = ((_("Judges"), "judges", of["judge"]), (_("Questions"), "prompts", of["prompt"]))
    return PanelLines(watch.panel, watch.version, watch.answers, watch.last_read, groups)


def _line(watched: Watched, number: int, questions: dict[str, str]) -> ChartLine:
    chart, code = watched.chart, watched.measure.code
    name = str(NAMES[code])
    subject = questions.get(watched.subject, watched.subject)
    half = float(chart.half[-1])
    low, high = (_told(code, chart.centre + side * half) for side in (-1, 1))
    limits = between(low, high) if watched.measure.low else _("at most %(high)s") % {"high": high}
    since = chart.since
    return ChartLine(
        code=code,
        subject=" ".join(subject.split()[:9]) + (" …" if len(subject.split()) > 9 else ""),
        name=name,
        first=str(FIRST[code]),
        picture=control_chart(
            chart.mean.tolist(), chart.half.tolist(), chart.centre, alarm=since is not None,
            name=f"chart-{number}", title=f"{name}: {watched.subject}",
        ),
        now=_told(code, float(chart.mean[-1])),
        centre=_told(code, chart.centre),
        limits=limits,
        readings=len(chart.mean),
        ago=None if since is None else len(chart.mean) - since,
    )  # fmt: skip


def _told(code: str, value: float) -> str:
    """Return a chart's value as a figure; logarithms are told as what they are of."""
    if code in LOGARITHMS:
        return figure(math.exp(value), 0 if code == "prompt-length" else 4)
    return figure(value)
