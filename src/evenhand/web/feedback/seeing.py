"""What was seen in the answers on one dimension, and what was not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from evenhand.hiring.models import AnchorRating
from evenhand.hiring.probes.reading import whole_of
from evenhand.rubric import Dimension, Indicator, Pack
from evenhand.web.report.material import AnswerMaterial
from evenhand.web.report.reading import panel_mark
from evenhand.web.report.shape import Shown

from .shape import Evidence

NOT_SEEN: Final = 3
"""So many are told of what was not seen: a few to try, not a list of what is missing."""
QUOTES: Final = 3
"""So many stretches of one answer are quoted for one behaviour, the longest."""


@dataclass(frozen=True)
class Seen:
    """What the answers on a dimension showed."""

    shown: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    not_seen: tuple[str, ...]


def seen_in(
    about: Dimension,
    pack: Pack,
    answers: Sequence[tuple[int, AnswerMaterial]],
    people: Mapping[object, Sequence[AnchorRating]],
) -> Seen:
    """Return what was seen of a dimension.

    Args:
        about: The dimension.
        pack: Its pack.
        answers: Those to questions on it, with their numbers.
        people: By answer, the ratings of those whom two people rated.
    """
    shown: list[Evidence] = []
    against: list[Evidence] = []
    not_seen: list[str] = []
    for indicator in about.indicators:
        marks = [
            _mark(indicator, about.id, one, people.get(one.answer.pk, ())) for _, one in answers
        ]
        found = _evidence(indicator, about.id, pack, answers, marks)
        if found is not None:
            (against if indicator.kind == "red_flag" else shown).append(found)
        elif indicator.kind == "strong" and "not_shown" in marks:
            not_seen.append(indicator.says)
    return Seen(tuple(shown), tuple(against), tuple(not_seen[:NOT_SEEN]))


def _mark(
    indicator: Indicator, dimension: str, material: AnswerMaterial, people: Sequence[AnchorRating]
) -> Shown:
    """Return the mark of an indicator: that of people where they gave one, else the panel's."""
    given = [one.marks.get(indicator.id) for one in people if one.dimension == dimension]
    by_people = panel_mark(given)
    if by_people != "cannot_tell":
        return by_people
    verdicts = [row for row in material.verdicts if row.dimension == dimension]
    return panel_mark(row.marks[indicator.id] for row in verdicts if indicator.id in row.marks)


def _evidence(
    indicator: Indicator,
    dimension: str,
    pack: Pack,
    answers: Sequence[tuple[int, AnswerMaterial]],
    marks: Sequence[Shown],
) -> Evidence | None:
    seen = [
        (number, material, mark)
        for (number, material), mark in zip(answers, marks, strict=True)
        if mark in ("shown", "partly")
    ]
    if not seen:
        return None
    quotes: list[str] = []
    for _, material, _ in seen:
        given = [
            quote
            for row in material.verdicts
            if row.dimension == dimension
            for quote in row.quotes
            if quote["indicator"] == indicator.id
        ]
        # Judges read an answer and its follow-up as one text, and their quotes index that.
        quotes += own_words(whole_of(material.answer, pack, material.follow_up).text, given)
    return Evidence(
        questions=tuple(number for number, _, _ in seen),
        says=indicator.says,
        partly=all(mark == "partly" for _, _, mark in seen),
        quotes=tuple(quotes),
    )


def own_words(text: str, quotes: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the stretches of a text that quotes point to, those that overlap as one, in order.

    >>> own_words("We label real queries first.", [{"start": 3, "end": 8}, {"start": 5, "end": 21}])
    ('label real queries',)
    """
    spans: list[list[int]] = []
    for start, end in sorted((max(q["start"], 0), min(q["end"], len(text))) for q in quotes):
        if spans and start <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], end)
        elif start < end:
            spans.append([start, end])
    longest = sorted(spans, key=lambda span: span[0] - span[1])[:QUOTES]
    return tuple(text[start:end].strip() for start, end in sorted(longest))
