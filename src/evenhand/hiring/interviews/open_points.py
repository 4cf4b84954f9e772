"""What the rounds before left open, behaviour by behaviour, and in words that give no score away.

A behaviour is open where the judges of an answer differ on whether it is there, where they saw it
in part, or where none of them could tell. One that an interviewer heard in a locked round is
settled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from evenhand.hiring.interviews.kit import OpenPoint
from evenhand.hiring.interviews.models import Interview, Stamp
from evenhand.hiring.openings.models import Application
from evenhand.hiring.probes.reading import whole_of
from evenhand.hiring.scoring.models import Reading, VerdictRow
from evenhand.hiring.sittings.models import Answer, Sitting
from evenhand.rubric import Pack

MOST_QUOTES: Final = 2
MOST_CHARACTERS: Final = 220

Doubt = Literal["differ", "partly", "unclear"]
_ORDER: Final[tuple[Doubt, ...]] = ("differ", "partly", "unclear")


@dataclass(frozen=True)
class Heard:
    """What the judges made of one behaviour in one answer.

    Attributes:
        marks: of each judge: 2 shown, 1 partly, 0 not shown, None cannot tell.
        quotes: what those that saw it point to, identities taken out.
    """

    marks: tuple[int | None, ...]
    quotes: tuple[str, ...]

    @property
    def told(self) -> tuple[int, ...]:
        """Return the marks of the judges that could tell."""
        return tuple(mark for mark in self.marks if mark is not None)

    @property
    def doubt(self) -> Doubt | None:
        """Return what is open about it; None where it is seen, or looked for and not there."""
        if not self.told:
            return "unclear" if self.marks else None
        if min(self.told) == 0 < max(self.told):
            return "differ"
        return "partly" if max(self.told) == 1 else None

    @property
    def seen(self) -> bool:
        """Return whether all that could tell saw it, and one of them in full."""
        return bool(self.told) and min(self.told) > 0 and max(self.told) > 1

    @property
    def rank(self) -> tuple[int, int, int]:
        """Return how soon to ask for it, the smallest first; only where there is a doubt."""
        doubt = self.doubt
        order = _ORDER.index(doubt) if doubt else len(_ORDER)
        apart = max(self.told) - min(self.told) if self.told else 0
        return (order, -apart, -len(self.quotes))


def heard_in_writing(application: Application, pack: Pack) -> dict[str, list[Heard]]:
    """Return what the judges made of each indicator, answer by answer; nothing before the scoring.

    While answers are being read, what is open would change under the interviewer's eyes.
    """
    answers = list(
        Answer.objects.filter(
            sitting__application=application, sitting__state=Sitting.State.SCORED
        ).select_related("reading")
    )
    after = {one.follows: one for one in answers if one.follows}
    found: dict[str, list[Heard]] = defaultdict(list)
    by_cell: dict[tuple[Any, str], list[VerdictRow]] = defaultdict(list)
    for row in VerdictRow.objects.filter(answer__in=answers).order_by("answer__prompt", "judge"):
        by_cell[row.answer_id, row.dimension].append(row)
    texts = {one.pk: _as_read(one, pack, after.get(one.prompt)) for one in answers}
    for (answer, _dimension), verdicts in by_cell.items():
        for indicator in dict.fromkeys(name for row in verdicts for name in row.marks):
            found[indicator].append(_heard(indicator, verdicts, *texts[answer]))
    return found


def _as_read(
    answer: Answer, pack: Pack, follow_up: Answer | None
) -> tuple[str, list[Mapping[str, Any]]]:
    """Return the text that judges read, its follow-up included, and what tells identities in it."""
    reading: Reading | None = getattr(answer, "reading", None)
    if answer.follows or reading is None:
        return answer.text, []
    return whole_of(answer, pack, follow_up).text, list(reading.redacted)


def heard_live(application: Application) -> frozenset[str]:
    """Return the indicators that an interviewer stamped in a locked round."""
    stamps = Stamp.objects.filter(
        scorecard__interview__application=application,
        scorecard__interview__state=Interview.State.LOCKED,
    )
    return frozenset(stamps.values_list("indicator", flat=True))


def open_points(
    pack: Pack, heard: Mapping[str, Sequence[Heard]], settled: Collection[str]
) -> list[OpenPoint]:
    """Return the open behaviours that have a probe, those that judges differ on most first."""
    dimension_of = {i.id: d for d in pack.dimensions for i in d.indicators}
    ranked: list[tuple[tuple[int, int, int], OpenPoint]] = []
    for probe in pack.probes:
        answers = heard.get(probe.indicator, ())
        doubtful = [one for one in answers if one.doubt]
        if probe.indicator in settled or not doubtful or any(one.seen for one in answers):
            continue
        worst = min(doubtful, key=lambda one: one.rank)
        about = dimension_of[probe.indicator]
        says = pack.indicator(probe.indicator).says
        point = OpenPoint(
            dimension=about.id,
            indicator=probe.indicator,
            says=says,
            reason=_reason(worst, says, about.name),
            quotes=worst.quotes,
            task=probe.id,
            question=probe.text,
        )
        ranked.append((worst.rank, point))
    return [point for _, point in sorted(ranked, key=lambda one: one[0])]


def redacted_text(text: str, start: int, end: int, places: Iterable[Mapping[str, Any]]) -> str:
    """Return a stretch of an answer with what tells who somebody is taken out.

    Args:
        text: the answer as given.
        start: where the stretch begins in `text`.
        end: where it ends.
        places: as `Reading.redacted` keeps them: kind, start and end.
    """
    start, end = max(start, 0), min(end, len(text))
    parts, at = [], start
    for place in sorted(places, key=lambda one: int(one["start"])):
        first, last = max(int(place["start"]), start), min(int(place["end"]), end)
        if first >= last or last <= at:
            continue
        parts += [text[at : max(first, at)], f"[{_kind(place['kind'])}]"]
        at = last
    return _shortened("".join([*parts, text[at:end]]))


def _heard(
    indicator: str, verdicts: Sequence[VerdictRow], text: str, places: Iterable[Mapping[str, Any]]
) -> Heard:
    spans = {
        (int(quote["start"]), int(quote["end"]))
        for row in verdicts
        if row.marks.get(indicator)
        for quote in row.quotes
        if quote["indicator"] == indicator
    }
    # A stretch inside another one says nothing more.
    whole = [
        (start, end)
        for start, end in spans
        if not any(a <= start and end <= b for a, b in spans - {(start, end)})
    ]
    quotes = [redacted_text(text, start, end, places) for start, end in sorted(whole)]
    return Heard(
        marks=tuple(row.marks[indicator] for row in verdicts if indicator in row.marks),
        quotes=tuple(dict.fromkeys(quote for quote in quotes if quote))[:MOST_QUOTES],
    )


def _reason(worst: Heard, says: str, dimension: str) -> str:
    about = {
        "differ": _("those who read the written answer differ on whether it says this"),
        "partly": _("the written answer leaves open how far it says this"),
        "unclear": _("nobody could tell from the written answer whether it says this"),
    }
    figures = {
        "dimension": dimension,
        "open": about[worst.doubt or "unclear"],
        "says": says.rstrip("."),
        "quotes": " … ".join(f"“{quote}”" for quote in worst.quotes),
    }
    if not worst.quotes:
        return _("%(dimension)s: %(open)s: “%(says)s”.") % figures
    return _("%(dimension)s: %(open)s: “%(says)s”. They wrote: %(quotes)s") % figures


def _kind(kind: object) -> str:
    names = {
        "name": _("name"),
        "mail": _("mail address"),
        "phone": _("telephone number"),
        "link": _("link"),
        "address": _("postal address"),
        "employer": _("employer"),
        "school": _("school"),
    }
    return names.get(str(kind), _("taken out"))


def _shortened(text: str) -> str:
    plain = " ".join(text.split())
    if len(plain) <= MOST_CHARACTERS:
        return plain
    return plain[:MOST_CHARACTERS].rsplit(" ", 1)[0] + " …"
