"""The adverse-impact audit of one cohort: all that is told of it, as plain data.

It is made once for a cohort and kept, and no person is in two cohorts; so asking again, or for
another span, gives no second table to take the first one from. What may be told is decided by
`studies.disclosing`, what it says by `studies.impact`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from scipy.special import ndtri

from evenhand.studies.disclosing import Cell, alike, hide, hide_crossed, is_told_apart
from evenhand.studies.impact import FEWEST, Group, impact

FORMAT: Final = "evenhand-impact/1"
NOT_SAID: Final = ""
"""The group of those who did not say."""
STAGES: Final = ("decision", "hired", "figures")
"""Results that are told, what matters most first; an earlier one is not given up for a later."""
CONFIDENCE: Final = 0.9


@dataclass(frozen=True)
class Person:
    """One member of a cohort, without a name or number.

    Attributes:
        part: the opening.
        told: the group by question; a question that was not answered is missing.
        results: by stage: selected, not selected, or None for who has no result in it.
        score: the overall level; None where nothing is estimated.
        decided: whether there is a decision; who has none counts as not selected by it, since a
            table of the others beside that of all would tell the groups of these few.
    """

    part: str
    told: Mapping[str, str]
    results: Mapping[str, bool | None]
    score: float | None = None
    decided: bool = True


@dataclass(frozen=True)
class Asked:
    """A question with the groups that it offers."""

    code: str
    title: str
    groups: tuple[str, ...]


def audit(people: Sequence[Person], questions: Sequence[Asked]) -> dict[str, Any] | None:
    """Return all that may be told of a cohort; None where no two groups can be compared.

    Args:
        people: everybody who handed in.
        questions: those that were asked; answers that no question offers count as not said.
    """
    stages = alike([one.results for one in people], STAGES)
    silent = _silent([people], questions, stages)
    if not _compared(questions, silent):
        return None
    parts, silent_in_parts = _parts(people, questions, silent, stages)
    told: dict[str, Any] = {"format": FORMAT, "confidence": CONFIDENCE, "fewest": FEWEST}
    told |= _tables(people, questions, silent, stages)
    told["crossed"] = _crossed(people, questions, silent, stages)
    told["parts"] = {
        part: _tables(_of(people, part), questions, silent_in_parts, stages) for part in parts
    }
    return told


@dataclass(frozen=True)
class _Silent:
    """Groups that are not told, by the code of the question.

    Attributes:
        people: in any table.
        with_result: in that of a stage, by stage: among those who have a result in it.
    """

    people: Mapping[str, frozenset[str]]
    with_result: Mapping[str, Mapping[str, frozenset[str]]]


def _silent(
    sets: Sequence[Sequence[Person]],
    questions: Sequence[Asked],
    stages: Sequence[str],
    above: _Silent | None = None,
) -> _Silent:
    """Return the groups that are told in none of these sets of people.

    They are the same ones in every set, so that no set is what is left of the whole by the others.

    Args:
        sets: whose tables are held against each other.
        questions: those that were asked.
        stages: those that are told.
        above: what the whole that they are taken from does not tell.
    """
    people = {
        one.code: hide(
            *(_counts(each, one) for each in sets), hidden=above.people[one.code] if above else ()
        )
        for one in questions
    }

    def with_result(stage: str, question: Asked) -> frozenset[str]:
        hidden = people[question.code]
        if above:
            hidden |= above.with_result[stage][question.code]
        decided = [[p for p in each if p.results[stage] is not None] for each in sets]
        return hide(*(_counts(each, question) for each in decided), hidden=hidden)

    return _Silent(
        people,
        {stage: {one.code: with_result(stage, one) for one in questions} for stage in stages},
    )


def _parts(
    people: Sequence[Person],
    questions: Sequence[Asked],
    silent: _Silent,
    stages: Sequence[str],
) -> tuple[tuple[str, ...], _Silent]:
    """Return the openings that are told by themselves: each, and all the others together, can be.

    Whoever takes those that are told from the whole is left with the others, who are then enough.
    """
    sizes = Counter(one.part for one in people)
    told: tuple[str, ...] = ()
    silent_in_all = silent
    for part, _n in sorted(sizes.items(), key=lambda one: (-one[1], one[0])):
        names = (*told, part)
        rest = [one for one in people if one.part not in names]
        sets = [_of(people, name) for name in names] + ([rest] if rest else [])
        if not all(is_told_apart([one.results for one in each], stages) for each in sets):
            continue
        common = _silent(sets, questions, stages, silent)
        if _compared(questions, common):
            told, silent_in_all = names, common
    return told, silent_in_all


def _of(people: Sequence[Person], part: str) -> list[Person]:
    return [one for one in people if one.part == part]


def _compared(questions: Sequence[Asked], silent: _Silent) -> bool:
    return any(len(set(one.groups) - silent.people[one.code]) > 1 for one in questions)


def _group(person: Person, question: Asked) -> str:
    given = person.told.get(question.code, NOT_SAID)
    return given if given in question.groups else NOT_SAID


def _counts(people: Sequence[Person], question: Asked) -> dict[str, int]:
    found = Counter(_group(one, question) for one in people)
    return {name: found[name] for name in (*question.groups, NOT_SAID)}


def _tables(
    people: Sequence[Person], questions: Sequence[Asked], silent: _Silent, stages: Sequence[str]
) -> dict[str, Any]:
    return {
        "people": len(people),
        "undecided": sum(not one.decided for one in people),
        "stages": {stage: stage in stages for stage in STAGES},
        "questions": [_table(one, people, silent, stages) for one in questions],
    }


def _table(
    question: Asked, people: Sequence[Person], silent: _Silent, stages: Sequence[str]
) -> dict[str, Any]:
    counts, hidden = _counts(people, question), silent.people[question.code]
    return {
        "code": question.code,
        "title": question.title,
        "groups": [
            {"name": name, "of": None if name in hidden else count}
            for name, count in counts.items()
        ],
        "stages": {
            stage: _stage(stage, question, people, silent.with_result[stage][question.code])
            for stage in stages
        },
        "scores": _scores(people, question, hidden),
    }


def _stage(
    stage: str, question: Asked, people: Sequence[Person], silent: frozenset[str]
) -> dict[str, Any]:
    decided = [one for one in people if one.results[stage] is not None]
    of = _counts(decided, question)
    selected = _counts([one for one in decided if one.results[stage]], question)
    told = [Group(name, selected[name], of[name]) for name in question.groups if name not in silent]
    found = {one.name: one for one in impact(told, confidence=CONFIDENCE)}
    lines = [
        {**_plain(asdict(found[name])), "selected": selected[name]}
        if name in found and found[name].told
        else {"name": name, "told": False}
        for name in question.groups
    ]
    return {"of": len(decided), "selected": sum(selected.values()), "lines": lines}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return figures as JSON can hold them; an endless interval has no upper end."""
    return {
        name: (round(value, 4) if math.isfinite(value) else None)
        if isinstance(value, float)
        else value
        for name, value in values.items()
    }


def _scores(
    people: Sequence[Person], question: Asked, hidden: frozenset[str]
) -> list[dict[str, Any]]:
    """Return how far each group's mean level lies from the largest group's, in standard deviations.

    Told to one place after the point: with more, whoever knows the levels of all could try which
    people's mean it is.
    """
    levels = {
        name: np.array([p.score for p in people
                        if p.score is not None and _group(p, question) == name])
        for name in question.groups
        if name not in hidden
    }  # fmt: skip
    levels = {name: found for name, found in levels.items() if len(found) >= FEWEST}
    if len(levels) < 2:
        return []
    largest = max(levels, key=lambda name: len(levels[name]))
    return [
        {"name": name, "to": largest, **_difference(levels[name], levels[largest])}
        for name in levels
        if name != largest
    ]


def _difference(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> dict[str, float | None]:
    """Return Hedges' g with its interval (Hedges and Olkin 1985, chapter 5).

    >>> _difference(np.arange(10.0), np.arange(10.0))
    {'d': 0.0, 'low': -0.7, 'high': 0.7}
    """
    n, m = len(one), len(other)
    spread = math.sqrt(((n - 1) * one.var(ddof=1) + (m - 1) * other.var(ddof=1)) / (n + m - 2))
    if spread == 0:
        return {"d": None, "low": None, "high": None}
    g = (1 - 3 / (4 * (n + m) - 9)) * float(one.mean() - other.mean()) / spread
    half = float(ndtri(0.5 + CONFIDENCE / 2))
    half *= math.sqrt((n + m) / (n * m) + g * g / (2 * (n + m)))
    # Adding 0 makes -0.0 plain.
    return {"d": round(g, 1) + 0.0, "low": round(g - half, 1), "high": round(g + half, 1)}


def _crossed(
    people: Sequence[Person], questions: Sequence[Asked], silent: _Silent, stages: Sequence[str]
) -> dict[str, Any] | None:
    """Return the first two questions crossed; None where too little of it can be told."""
    if len(questions) < 2:
        return None
    first, second = questions[:2]
    cells = _cells(people, questions)
    hidden = hide_crossed(cells, silent.people[first.code], silent.people[second.code])
    told = [one for one in cells if one not in hidden and NOT_SAID not in one]
    if len(told) < 2:
        return None
    made = {stage: _crossed_stage(stage, people, questions, silent, hidden) for stage in stages}
    return {
        "code": f"{first.code}*{second.code}",
        "title": f"{first.title}, {second.title}",
        "groups": [{"name": ", ".join(one), "of": cells[one]} for one in told],
        "stages": {stage: one for stage, one in made.items() if one is not None},
        "scores": [],
    }


def _cells(people: Sequence[Person], questions: Sequence[Asked]) -> dict[Cell, int]:
    first, second = questions[:2]
    counts = Counter((_group(one, first), _group(one, second)) for one in people)
    rows, columns = ((*one.groups, NOT_SAID) for one in (first, second))
    return {(row, column): counts[row, column] for row in rows for column in columns}


def _crossed_stage(
    stage: str,
    people: Sequence[Person],
    questions: Sequence[Asked],
    silent: _Silent,
    hidden: frozenset[Cell],
) -> dict[str, Any] | None:
    """Return the results of crossed groups; None where no two of them can be compared."""
    decided = [one for one in people if one.results[stage] is not None]
    cells = _cells(decided, questions)
    chosen = _cells([one for one in decided if one.results[stage]], questions)
    rows, columns = (silent.with_result[stage][one.code] for one in questions[:2])
    hidden = hide_crossed(cells, rows, columns, hidden)
    told = [
        Group(", ".join(one), chosen[one], count)
        for one, count in cells.items()
        if one not in hidden and NOT_SAID not in one
    ]
    lines = [
        {**_plain(asdict(one)), "selected": group.selected}
        for one, group in zip(impact(told, confidence=CONFIDENCE), told, strict=True)
        if one.told
    ]
    if not lines:
        return None
    return {"of": len(decided), "selected": sum(chosen.values()), "lines": lines}
