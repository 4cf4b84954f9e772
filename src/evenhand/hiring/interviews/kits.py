"""Making a kit: the common core of its round, then what is still open about this candidate."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from evenhand.hiring.interviews.kit import (
    Kit,
    KitDimension,
    KitIndicator,
    KitProbe,
    KitQuestion,
)
from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.openings.packs import pack_of
from evenhand.rubric import Pack, live_questions

OPENING_MINUTES: Final = 3.0
CLOSING_MINUTES: Final = 5.0


def kit_for(interview: Interview) -> Kit:
    """Return what is to be asked in an interview: the pinned kit, or a fresh one before it began.

    Raises:
        PackGone: the opening's pack cannot be opened.
    """
    if interview.kit is not None:
        return Kit.from_json(interview.kit)
    pack = pack_of(interview.application.opening.pack_id)
    questions = tuple(
        KitQuestion(
            task=one.task,
            kind="prompt",
            text=pack.prompt(one.task).text,
            minutes=one.minutes,
            dimensions=tuple(one.dimensions),
            core=True,
            follows="",
            reason=_("Asked of everyone in this round."),
            part="",
            probes=_probes(pack, tuple(one.dimensions)),
        )
        for one in live_questions(pack)
        if one.round == interview.round and not one.follows
    )
    shown = dict.fromkeys(name for one in questions for name in one.dimensions)
    return Kit(
        round=interview.round,
        minutes=interview.minutes,
        opening=_("Thank you for coming. I will ask the same first questions of everyone."),
        opening_minutes=OPENING_MINUTES,
        closing=_("Thank you. What would you like to ask me?"),
        closing_minutes=CLOSING_MINUTES,
        questions=questions,
        dimensions=tuple(_dimension(pack, name) for name in shown),
        open_points=(),
    )


def _probes(pack: Pack, dimensions: tuple[str, ...]) -> tuple[KitProbe, ...]:
    listened = {i.id for name in dimensions for i in pack.dimension(name).indicators}
    return tuple(
        KitProbe(probe.id, probe.indicator, probe.text, probe.minutes)
        for probe in pack.probes
        if probe.indicator in listened
    )


def _dimension(pack: Pack, name: str) -> KitDimension:
    about = pack.dimension(name)
    kinds = {"strong": [], "red_flag": []}  # type: dict[str, list[KitIndicator]]
    for one in about.indicators:
        kinds[one.kind].append(KitIndicator(one.id, one.says))
    return KitDimension(
        about.id,
        about.name,
        about.asks,
        about.levels,
        tuple(kinds["strong"]),
        tuple(kinds["red_flag"]),
    )
