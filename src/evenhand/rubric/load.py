"""Loads a pack: read the files, check their shape, check them against each other, freeze."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from .beside import check_beside
from .checks import check
from .errors import PackError, UnknownIdError
from .faults import named, shaped
from .files import REQUIRED, read_files
from .hash import content_hash, source_hash
from .pack import (
    Dimension,
    GoldenAnswer,
    GoldenRating,
    Indicator,
    Pack,
    Probe,
    Prompt,
    RolePlay,
    Round,
)
from .parse import parse_json_lines, parse_yaml
from .schema import (
    AnswerShape,
    DimensionShape,
    PackShape,
    ProbeShape,
    PromptShape,
    RatingShape,
    RolePlayShape,
    RoundShape,
    Shape,
)
from .sheets import Placed, Sheet, Sheets

S = TypeVar("S", bound=Shape)
GOLDEN = "golden/answers.jsonl"


def load_pack(root: Path) -> Pack:
    """Read and check a pack.

    Args:
        root: the pack folder, the one that holds pack.yaml.

    Returns:
        The pack, frozen, named by its content hash.

    Raises:
        PackError: with every fault that was found, one line each.
    """
    root = Path(root)
    files, faults = read_files(root)
    try:
        return _build(files, root, faults)
    except PackError as error:
        raise PackError(error.faults, root) from None


def pack_from_files(files: Mapping[str, bytes], root: Path) -> Pack:
    """Check a pack that stands in no folder yet.

    Args:
        files: the bytes of each file by its path relative to the pack folder.
        root: the folder that it is going to stand in.

    Raises:
        PackError: as `load_pack` does.
    """
    return _build(
        files, root, [f"{name}: the file is missing" for name in REQUIRED if name not in files]
    )


def _build(files: Mapping[str, bytes], root: Path, faults: list[str]) -> Pack:
    parsed = {name: parse_yaml(name, files[name], faults) for name in _SHEETS if name in files}
    raw_pack = parse_yaml("pack.yaml", files["pack.yaml"], faults) if "pack.yaml" in files else None
    meta = None if raw_pack is None else shaped(PackShape, raw_pack, "pack.yaml:", faults)
    sheets = Sheets(
        pack=meta,
        dimensions=_sheet("rubric.yaml", "dimensions", DimensionShape, parsed, faults),
        prompts=_sheet("prompts.yaml", "prompts", PromptShape, parsed, faults),
        probes=_sheet("probes.yaml", "probes", ProbeShape, parsed, faults),
        rounds=_sheet("loop.yaml", "rounds", RoundShape, parsed, faults),
        role_plays=_sheet("roleplay.yaml", "role_plays", RolePlayShape, parsed, faults, least=0),
        golden=_golden(files, faults),
    )
    check_beside(files, ("pack.yaml", GOLDEN, *_SHEETS), faults)
    faults += check(sheets)
    if faults or meta is None:
        raise PackError(faults)
    return _freeze(root.resolve(), meta, sheets, content_hash(files), source_hash(files))


def shipped_pack(name: str = "production-ml-engineer") -> Path:
    """Return the folder of a pack that comes with Evenhand; UnknownIdError names those that do."""
    package = Path(__file__).resolve().parents[1]
    # In a wheel the packs lie inside the package, in a checkout beside src/.
    inside = package / "_packs"
    home = inside if inside.is_dir() else package.parents[1] / "packs"
    known = sorted(path.parent.name for path in home.glob("*/pack.yaml"))
    if name not in known:
        raise UnknownIdError([f"no shipped pack {name!r}; known: {', '.join(known) or 'none'}"])
    return home / name


_SHEETS = ("rubric.yaml", "prompts.yaml", "probes.yaml", "loop.yaml", "roleplay.yaml")


def _sheet(
    name: str,
    key: str,
    shape: type[S],
    parsed: dict[str, Any],
    faults: list[str],
    *,
    least: int = 1,
) -> Sheet[S]:
    """Check a file that holds one list under one key; entries that fail are left out."""
    raw = parsed.get(name)
    if raw is None:
        return Sheet((), None)
    if not isinstance(raw, dict):
        faults.append(f"{name}: must hold the key {key} with a list")
        return Sheet((), None)
    faults += [f"{name}: the key {other} is not known here" for other in raw if other != key]
    entries = raw.get(key)
    if not isinstance(entries, list) or len(entries) < least:
        entry = " with at least one entry" if least else ""
        faults.append(f"{name}: the key {key} must hold a list{entry}")
        return Sheet((), None)
    placed = []
    for index, entry in enumerate(entries):
        where = f"{name}: {key}{named(index, entry)}"
        value = shaped(shape, entry, where, faults)
        if value is not None:
            placed.append(Placed(where, value))
    return Sheet(tuple(placed), entries)


def _golden(files: Mapping[str, bytes], faults: list[str]) -> Sheet[AnswerShape]:
    placed = []
    for number, raw in parse_json_lines(GOLDEN, files.get(GOLDEN, b""), faults):
        where = f"{GOLDEN}:{number}:"
        value = shaped(AnswerShape, raw, where, faults)
        if value is not None:
            placed.append(Placed(where, value))
    return Sheet(tuple(placed), None)


def _freeze(root: Path, meta: PackShape, sheets: Sheets, hash: str, source: str) -> Pack:
    return Pack(
        root=root,
        id=meta.id,
        version=meta.version,
        role=meta.role,
        name=meta.name,
        bar=meta.bar,
        weights=meta.weights,
        dimensions=tuple(_dimension(shape) for shape in sheets.dimensions.values()),
        prompts=tuple(
            Prompt(p.id, p.dimensions, p.round, p.minutes, p.text, p.variant)
            for p in sheets.prompts.values()
        ),
        probes=tuple(Probe(p.id, p.indicator, p.text, p.minutes) for p in sheets.probes.values()),
        rounds=tuple(
            Round(r.id, r.name, r.minutes, tuple(r.prompts), tuple(r.dimensions))
            for r in sheets.rounds.values()
        ),
        role_plays=tuple(
            RolePlay(
                r.id, r.name, r.round, r.dimensions, r.minutes, r.brief, r.part, tuple(r.lines)
            )
            for r in sheets.role_plays.values()
        ),
        golden=tuple(
            GoldenAnswer(a.id, a.author, a.prompt, a.text, tuple(map(_rating, a.ratings)))
            for a in sheets.golden.values()
        ),
        golden_label=meta.golden_label,
        licence=meta.licence,
        hash=hash,
        source_hash=source,
    )


def _dimension(shape: DimensionShape) -> Dimension:
    indicators = tuple(Indicator(i.id, i.kind, i.says) for i in shape.indicators)
    return Dimension(shape.id, shape.name, shape.asks, shape.levels.texts(), indicators)


def _rating(shape: RatingShape) -> GoldenRating:
    return GoldenRating(shape.rater, shape.dimension, shape.level, shape.marks)
