"""What has to hold between the files of a pack, and between the entries of one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from .schema import AnswerShape, DimensionShape, PromptShape, RoundShape
from .sheets import Placed, Sheet, Sheets, identified

T = TypeVar("T")


def check(sheets: Sheets) -> list[str]:
    """Return every fault, one line each. Entries whose shape is wrong were reported before."""
    return [
        *_weights(sheets),
        *_dimensions(sheets),
        *_prompts(sheets),
        *_probes(sheets),
        *_rounds(sheets),
        *_role_plays(sheets),
        *_coverage(sheets),
        *_golden(sheets),
    ]


def _weights(sheets: Sheets) -> Iterator[str]:
    known = sheets.dimensions.ids()
    if sheets.pack is None or known is None:
        return
    weights = sheets.pack.weights
    for id in weights:
        yield from _unless_known(known, id, "dimension", "pack.yaml: weights")
    for id in sorted(known - weights.keys()):
        yield f"pack.yaml: weights: dimension {id} has no weight"


def _dimensions(sheets: Sheets) -> Iterator[str]:
    yield from _twice(sheets.dimensions.entries, lambda d: d.id, "id")
    owners: dict[str, str] = {}
    seen: set[str] = set()
    for entry in sheets.dimensions.entries:
        yield from _indicators(entry, owners, seen)
        kinds = {indicator.kind for indicator in entry.value.indicators}
        for kind in ("strong", "red_flag"):
            if kind not in kinds:
                yield f"{entry.where}.indicators: there is no {kind} indicator"


def _indicators(
    entry: Placed[DimensionShape], owners: dict[str, str], seen: set[str]
) -> Iterator[str]:
    """Check ids: never twice in the rubric, one prefix a dimension, no prefix shared by two."""
    first = entry.value.indicators[0].id.split(".")[0]
    for index, indicator in enumerate(entry.value.indicators):
        where = f"{entry.where}.indicators[{index}] ({indicator.id})"
        prefix = indicator.id.split(".")[0]
        if indicator.id in seen:
            yield f"{where}.id: is given twice"
        elif prefix != first:
            yield f"{where}.id: starts with {prefix}, others of this dimension with {first}"
        elif owners.setdefault(prefix, entry.value.id) != entry.value.id:
            yield f"{where}.id: {prefix} is already the prefix of dimension {owners[prefix]}"
        seen.add(indicator.id)


def _prompts(sheets: Sheets) -> Iterator[str]:
    yield from _twice(sheets.prompts.entries, lambda p: p.id, "id")
    dimensions, rounds = sheets.dimensions.ids(), sheets.rounds.ids()
    for entry in sheets.prompts.entries:
        prompt = entry.value
        for id in prompt.dimensions:
            yield from _unless_known(dimensions, id, "dimension", f"{entry.where}.dimensions")
        yield from _shares(entry.where, prompt.dimensions)
        yield from _unless_known(rounds, prompt.round, "round", f"{entry.where}.round")


def _shares(where: str, shares: Mapping[str, float]) -> Iterator[str]:
    total = math.fsum(shares.values())
    if abs(total - 1) > 1e-6:
        yield f"{where}.dimensions: the shares add up to {total:g}, not to 1"


def _probes(sheets: Sheets) -> Iterator[str]:
    kinds = _indicator_kinds(sheets.dimensions)
    known = None if kinds is None else set(kinds)
    yield from _twice(sheets.probes.entries, lambda p: p.id, "id")
    yield from _twice(sheets.probes.entries, lambda p: p.indicator, "indicator")
    for entry in sheets.probes.entries:
        probe, where = entry.value, f"{entry.where}.indicator"
        yield from _unless_known(known, probe.indicator, "indicator", where)
        if kinds and kinds.get(probe.indicator) == "red_flag":
            yield f"{where}: {probe.indicator} is a red flag; only strong indicators have a probe"
        if probe.id != f"probe.{probe.indicator}":
            yield f"{entry.where}.id: must be probe.{probe.indicator}"


def _rounds(sheets: Sheets) -> Iterator[str]:
    yield from _twice(sheets.rounds.entries, lambda r: r.id, "id")
    for entry in sheets.rounds.entries:
        yield from _repeated(entry.value.prompts, f"{entry.where}.prompts")
        yield from _repeated(entry.value.dimensions, f"{entry.where}.dimensions")
        yield from _round(entry, sheets)
    yield from _unasked(sheets)


def _round(entry: Placed[RoundShape], sheets: Sheets) -> Iterator[str]:
    known, dimensions = sheets.prompts.ids(), sheets.dimensions.ids()
    prompts = {p.id: p for p in sheets.prompts.values()}
    measured: set[str] = set()
    for id in entry.value.prompts:
        yield from _unless_known(known, id, "prompt", f"{entry.where}.prompts")
        prompt = prompts.get(id)
        if prompt is None:
            continue
        measured |= prompt.dimensions.keys()
        if prompt.round != entry.value.id:
            yield f"{entry.where}.prompts: prompts.yaml puts {id} in round {prompt.round}"
    for id in entry.value.dimensions:
        yield from _unless_known(dimensions, id, "dimension", f"{entry.where}.dimensions")
        # Where a prompt is misshapen, what it measures is not known.
        if id not in measured and all(p in prompts for p in entry.value.prompts):
            yield f"{entry.where}.dimensions: no prompt of this round measures {id}"


def _unasked(sheets: Sheets) -> Iterator[str]:
    by_id = {r.id: r for r in sheets.rounds.values()}
    for entry in sheets.prompts.entries:
        round_ = by_id.get(entry.value.round)  # type: ignore[call-overload]
        if round_ is not None and entry.value.id not in round_.prompts:
            yield f"{entry.where}.round: loop.yaml does not list it in round {round_.id}"


def _role_plays(sheets: Sheets) -> Iterator[str]:
    yield from _twice(sheets.role_plays.entries, lambda r: r.id, "id")
    dimensions, rounds = sheets.dimensions.ids(), sheets.rounds.ids()
    probes = sheets.probes.ids() or set()
    for entry in sheets.role_plays.entries:
        for id in entry.value.dimensions:
            yield from _unless_known(dimensions, id, "dimension", f"{entry.where}.dimensions")
        yield from _shares(entry.where, entry.value.dimensions)
        yield from _unless_known(rounds, entry.value.round, "round", f"{entry.where}.round")
        if entry.value.id in probes:
            yield f"{entry.where}.id: a probe has this id already"


def _coverage(sheets: Sheets) -> Iterator[str]:
    rounds = sheets.rounds
    if rounds.raw is None or len(rounds.entries) < len(rounds.raw):
        return
    covered = {id for r in rounds.values() for id in r.dimensions}
    for entry in sheets.dimensions.entries:
        if entry.value.id not in covered:
            yield f"{entry.where}: no round of loop.yaml covers this dimension"


def _golden(sheets: Sheets) -> Iterator[str]:
    yield from _twice(sheets.golden.entries, lambda a: a.id, "id")
    known = sheets.prompts.ids()
    prompts = {p.id: p for p in sheets.prompts.values()}
    marks = {d.id: {i.id for i in d.indicators} for d in sheets.dimensions.values()}
    dimensions = sheets.dimensions.ids()
    for entry in sheets.golden.entries:
        yield from _unless_known(known, entry.value.prompt, "prompt", f"{entry.where} prompt")
        pairs = [(r.rater, r.dimension) for r in entry.value.ratings]
        for (rater, dimension), times in Counter(pairs).items():
            if times > 1:
                yield f"{entry.where} ratings: {rater} rates {dimension} {times} times"
        yield from _ratings(entry, prompts.get(entry.value.prompt), dimensions, marks)


def _ratings(
    entry: Placed[AnswerShape],
    prompt: PromptShape | None,
    dimensions: set[str] | None,
    marks: dict[str, set[str]],
) -> Iterator[str]:
    for index, rating in enumerate(entry.value.ratings):
        where = f"{entry.where} ratings[{index}]"
        yield from _unless_known(dimensions, rating.dimension, "dimension", f"{where}.dimension")
        if prompt is not None and rating.dimension not in prompt.dimensions:
            yield f"{where}.dimension: prompt {prompt.id} does not measure {rating.dimension}"
        if rating.dimension in marks:
            for id in rating.marks:
                if id not in marks[rating.dimension]:
                    yield f"{where}.marks: {rating.dimension} has no indicator {id}"


def _indicator_kinds(sheet: Sheet[DimensionShape]) -> dict[str, Any] | None:
    """Map every indicator id in the file, well shaped or not, to its kind."""
    if sheet.raw is None:
        return None
    return {
        id: indicator.get("kind")
        for _, dimension in identified(sheet.raw)
        for id, indicator in identified(dimension.get("indicators"))
    }


def _unless_known(known: set[str] | None, id: str, kind: str, where: str) -> Iterator[str]:
    if known is not None and id not in known:
        yield f"{where}: there is no {kind} {id}"


def _twice(entries: Iterable[Placed[T]], key: Callable[[T], Hashable], field: str) -> Iterator[str]:
    seen: dict[Hashable, str] = {}
    for entry in entries:
        value = key(entry.value)
        if value in seen:
            yield f"{_field(entry.where, field)}: {value} is already at {seen[value]}"
        seen.setdefault(value, entry.where.rstrip(":"))


def _field(where: str, field: str) -> str:
    return f"{where} {field}" if where.endswith(":") else f"{where}.{field}"


def _repeated(values: list[str], where: str) -> Iterator[str]:
    for value, times in Counter(values).items():
        if times > 1:
            yield f"{where}: {value} is listed {times} times"
