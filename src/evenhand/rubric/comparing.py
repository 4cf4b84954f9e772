"""What differs between two versions of a pack, in the order in which it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from .pack import Dimension, Pack, Prompt

T = TypeVar("T")
What = Literal[
    "pack", "weight", "dimension", "level", "indicator", "prompt", "share", "probe", "round"
]


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same in both.

    Attributes:
        what: The kind of thing.
        id: Its id: of a level, a share or a weight that of its dimension.
        field: Which of its fields, such as `text` or a level's number; empty where the whole thing
            was added or removed.
        of: What it belongs to: the dimension of an indicator, the prompt of a share; else empty.
        before: What it was; None where it was not there.
        after: What it is; None where it is gone.
    """

    what: What
    id: str
    field: str
    of: str
    before: str | None
    after: str | None


def compare(old: Pack, new: Pack) -> list[Difference]:
    """Return what differs, empty where nothing does that an interview shows or counts.

    Golden answers, calibration, licence and the version's own number are left out.
    """
    return [
        *_fields("pack", "", "", old, new, {"name": _name, "bar": lambda p: f"{p.bar:g}"}),
        *_dimensions(old, new),
        *_prompts(old, new),
        *_probes(old, new),
        *_rounds(old, new),
        *_mapping("weight", "", old.weights, new.weights),
    ]


def _name(pack: Pack) -> str:
    return pack.name


def _dimensions(old: Pack, new: Pack) -> Iterator[Difference]:
    for before, after in _paired(old.dimensions, new.dimensions, lambda d: d.id):
        if before is None or after is None:
            yield _whole("dimension", before, after, lambda d: d.id, lambda d: d.name)
            continue
        yield from _fields(
            "dimension", after.id, "", before, after,
            {"name": lambda d: d.name, "asks": lambda d: d.asks},
        )  # fmt: skip
        for number, pair in enumerate(zip(before.levels, after.levels, strict=True), start=1):
            if pair[0] != pair[1]:
                yield Difference("level", after.id, str(number), after.id, *pair)
        yield from _indicators(before, after)


def _indicators(before: Dimension, after: Dimension) -> Iterator[Difference]:
    for one, other in _paired(before.indicators, after.indicators, lambda i: i.id):
        if one is None or other is None:
            yield _whole("indicator", one, other, lambda i: i.id, lambda i: i.says, of=after.id)
        else:
            yield from _fields(
                "indicator", other.id, after.id, one, other,
                {"says": lambda i: i.says, "kind": lambda i: i.kind},
            )  # fmt: skip


def _prompts(old: Pack, new: Pack) -> Iterator[Difference]:
    fields: dict[str, Callable[[Prompt], str]] = {
        "text": lambda p: p.text,
        "minutes": lambda p: str(p.minutes),
        "round": lambda p: p.round,
        "variant": lambda p: p.variant or "",
    }
    for before, after in _paired(old.prompts, new.prompts, lambda p: p.id):
        if before is None or after is None:
            yield _whole("prompt", before, after, lambda p: p.id, lambda p: p.text)
        else:
            yield from _fields("prompt", after.id, "", before, after, fields)
            yield from _mapping("share", after.id, before.dimensions, after.dimensions)


def _probes(old: Pack, new: Pack) -> Iterator[Difference]:
    for before, after in _paired(old.probes, new.probes, lambda p: p.id):
        if before is None or after is None:
            yield _whole("probe", before, after, lambda p: p.indicator, lambda p: p.text)
        else:
            yield from _fields(
                "probe", after.indicator, "", before, after,
                {"text": lambda p: p.text, "minutes": lambda p: str(p.minutes)},
            )  # fmt: skip


def _rounds(old: Pack, new: Pack) -> Iterator[Difference]:
    for before, after in _paired(old.rounds, new.rounds, lambda r: r.id):
        if before is None or after is None:
            yield _whole("round", before, after, lambda r: r.id, lambda r: r.name)
        else:
            yield from _fields(
                "round", after.id, "", before, after,
                {
                    "name": lambda r: r.name,
                    "minutes": lambda r: str(r.minutes),
                    "prompts": lambda r: ", ".join(r.prompts),
                },
            )  # fmt: skip


def _whole(
    what: What,
    before: T | None,
    after: T | None,
    id: Callable[[T], str],
    says: Callable[[T], str],
    of: str = "",
) -> Difference:
    ids = [id(one) for one in (before, after) if one is not None]
    old, new = (None if one is None else says(one) for one in (before, after))
    return Difference(what, ids[0], "", of, old, new)


def _fields(
    what: What,
    id: str,
    of: str,
    before: T,
    after: T,
    fields: dict[str, Callable[[T], str]],
) -> Iterator[Difference]:
    for field, read in fields.items():
        if read(before) != read(after):
            yield Difference(what, id, field, of, read(before), read(after))


def _mapping(
    what: What, of: str, before: Mapping[str, float], after: Mapping[str, float]
) -> Iterator[Difference]:
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if old != new:
            yield Difference(
                what, key, "", of,
                None if old is None else f"{old:g}", None if new is None else f"{new:g}",
            )  # fmt: skip


def _paired(
    old: Sequence[T], new: Sequence[T], key: Callable[[T], str]
) -> Iterator[tuple[T | None, T | None]]:
    """Yield pairs of the same id, in the new order, then those that are gone."""
    before = {key(one): one for one in old}
    after = {key(one): one for one in new}
    for id, one in after.items():
        yield before.get(id), one
    for id, one in before.items():
        if id not in after:
            yield one, None
