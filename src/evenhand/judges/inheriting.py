"""What a new version of a pack keeps of the one before: golden answers, material, calibration.

A level was given by the anchors and the question as they stood then. So a golden answer stays where
its question says the same, a rating where its dimension does, a mark where its indicator does; or
where whoever edits says that only the wording changed. What is gone, judges do not read any more.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

import yaml

from evenhand.judges.judged import judged_part, judged_version
from evenhand.judges.references import EXEMPLARS
from evenhand.judges.samples import RATED, SAMPLES, TRAPS
from evenhand.judges.storing import COMPONENTS, FACTS, FOLDER, NUMBERS, is_of_another_release
from evenhand.rubric import Dimension, GoldenAnswer, GoldenRating, Pack, pack_from_files
from evenhand.rubric.parse import trusted_yaml
from evenhand.rubric.writing import Body, pack_files

Files = Mapping[str, bytes]

GOLDEN = "golden/answers.jsonl"
GATE = "calibration/gate.yaml"


def kept_golden(old: Pack, new: Pack, same: Collection[str]) -> tuple[GoldenAnswer, ...]:
    """Return the golden answers of a pack that still hold in a version made from it.

    Args:
        old: with its golden answers.
        new: the version made from it; its own golden answers are not looked at.
        same: ids of dimensions and prompts of which only the wording changed.
    """
    was, now = ({d.id: d for d in pack.dimensions} for pack in (old, new))
    marks = {
        id: _holding(was[id], now[id], same)
        for id in now
        if id in was and _means(id, was, now, same)
    }
    asked = {p.id: p.text for p in old.prompts}
    prompts = {p.id: p for p in new.prompts if p.id in same or asked.get(p.id) == p.text}
    kept = []
    for answer in old.golden:
        prompt = prompts.get(answer.prompt)
        if prompt is None:
            continue
        ratings = tuple(
            GoldenRating(
                one.rater,
                one.dimension,
                one.level,
                {k: v for k, v in one.marks.items() if k in marks[one.dimension]},
            )
            for one in answer.ratings
            if one.dimension in marks and one.dimension in prompt.dimensions
        )
        if ratings:
            kept.append(GoldenAnswer(answer.id, answer.author, answer.prompt, answer.text, ratings))
    return tuple(kept)


def _means(
    id: str, was: Mapping[str, Dimension], now: Mapping[str, Dimension], same: Collection[str]
) -> bool:
    return id in same or (was[id].asks, was[id].levels) == (now[id].asks, now[id].levels)


def _holding(was: Dimension, now: Dimension, same: Collection[str]) -> frozenset[str]:
    """Return the indicators of a dimension whose marks still hold."""
    before = {i.id: i for i in was.indicators}
    return frozenset(
        i.id
        for i in now.indicators
        if i.id in before
        and i.kind == before[i.id].kind
        and (now.id in same or i.says == before[i.id].says)
    )


def golden_file(golden: Collection[GoldenAnswer]) -> bytes:
    """Return golden answers as the file of a pack."""
    return "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in golden).encode()


def kept_material(files: Files, new: Pack) -> dict[str, bytes]:
    """Return what a calibration is made from beside the golden answers, as far as it still applies.

    Args:
        files: of the version before.
        new: the version made from it, with the golden answers that it keeps.
    """
    judged = judged_part(new)
    prompts = {prompt.id: prompt for prompt in judged.prompts}
    indicators = {i.id for d in judged.dimensions for i in d.indicators}
    of = {
        id: {i.id for name in p.dimensions for i in judged.dimension(name).indicators}
        for id, p in prompts.items()
    }
    authors = {answer.author for answer in judged.golden}
    kept = {name: content for name, content in files.items() if name == "golden/README.md"}
    _rewrite(kept, files, EXEMPLARS, lambda found: _only(found, indicators))
    for name in SAMPLES:
        _rewrite(kept, files, name, lambda found: _samples(found, of))
    _rewrite(kept, files, GATE, lambda found: _gate(found, authors))
    for name in (RATED, TRAPS):
        if name in files:
            kept[name] = _kept_rated(files[name], judged, of)
    return kept


def _kept_rated(content: bytes, judged: Pack, of: Mapping[str, set[str]]) -> bytes:
    """Keep a file of rated samples as it stands where nothing in it is left out."""
    rows = [json.loads(line) for line in content.decode().split("\n") if line.strip()]
    left = [_rated(row, judged, of) for row in rows]
    if left == rows:
        return content
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in left if row["ratings"])
    return "".join(lines).encode()


def _rewrite(kept: dict[str, bytes], files: Files, name: str, change: Callable[[Any], Any]) -> None:
    """Keep a YAML file as it stands where nothing in it is left out."""
    if name not in files:
        return
    found = trusted_yaml(files[name]) or {}
    left = change(found)
    if left == found:
        kept[name] = files[name]
    elif left:
        kept[name] = yaml.safe_dump(left, sort_keys=False, allow_unicode=True, width=120).encode()


def _only(found: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name in names}


def _samples(found: Mapping[str, Any], of: Mapping[str, set[str]]) -> dict[str, Any]:
    return {
        prompt: [
            one if "marks" not in one else {**one, "marks": _only(one["marks"], of[prompt])}
            for one in entries
        ]
        for prompt, entries in found.items()
        if prompt in of
    }


def _gate(found: Mapping[str, Any], authors: Collection[str]) -> dict[str, Any]:
    groups = {
        name: group
        for name, group in (found.get("groups") or {}).items()
        if set(map(str, group["authors"])) <= set(authors)
    }
    left = {name: value for name, value in found.items() if name != "groups"}
    return {**left, "groups": groups} if groups else left


def _rated(row: dict[str, Any], judged: Pack, of: Mapping[str, set[str]]) -> dict[str, Any]:
    own = of.get(row["prompt"], set())
    asked = judged.prompt(row["prompt"]).dimensions if own else {}
    ratings = [
        {**one, "marks": _only(one["marks"], own)}
        for one in row["ratings"]
        if one["dimension"] in asked
    ]
    return {**row, "ratings": ratings}


def judged_alike(one: Pack, other: Pack) -> bool:
    """Return whether two packs are the same in all that the embedded judges read of them.

    Weights, bar, minutes, shares, rounds, probes and names are not part of it.
    """
    return _read_of(one) == _read_of(other)


def _read_of(pack: Pack) -> tuple[object, ...]:
    judged = judged_part(pack)
    return (
        [dimension.id for dimension in pack.dimensions],
        [(d.id, d.asks, d.levels, d.indicators) for d in judged.dimensions],
        [(p.id, list(p.dimensions), p.text) for p in judged.prompts],
        judged.golden,
    )


def carried_over(files: Files, old: Pack, new: Pack) -> dict[str, bytes] | None:
    """Return the calibration of a pack for a version of it that says the same to the judges.

    Args:
        files: of the version before.
        old: that version.
        new: the version made from it.

    Returns:
        The files to put beside it; None where there is no calibration that fits, so that the
        judges have to be calibrated.
    """
    names = [f"{FOLDER}/{name}" for name in (NUMBERS, FACTS, COMPONENTS)]
    if not all(name in files for name in names) or not judged_alike(old, new):
        return None
    facts = json.loads(files[f"{FOLDER}/{FACTS}"])
    if facts["source_hash"] != old.source_hash or is_of_another_release(facts):
        return None
    facts["source_hash"] = new.source_hash
    facts.pop("judged", None)
    if version := judged_version(new):
        facts["judged"] = version
    text = json.dumps(facts, indent=1, sort_keys=True) + "\n"
    return {**{name: files[name] for name in names}, f"{FOLDER}/{FACTS}": text.encode()}


def successor(files: Files, old: Pack, body: Body, same: Collection[str]) -> dict[str, bytes]:
    """Return all files of a version made from another one, with its calibration where it has one.

    Args:
        files: of the version before.
        old: that version.
        body: of the new one.
        same: ids of dimensions and prompts of which only the wording changed.

    Raises:
        PackError: the body has faults.
    """
    written = pack_files(body)
    bare = pack_from_files({**written, GOLDEN: b""}, old.root)
    golden = kept_golden(old, bare, same)
    answers = files[GOLDEN] if golden == old.golden else golden_file(golden)
    material = kept_material(files, replace(bare, golden=golden))
    made = {**written, GOLDEN: answers, **material}
    new = pack_from_files(made, old.root)
    return {**made, **(carried_over(files, old, new) or {})}
