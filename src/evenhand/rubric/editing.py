"""Changes to the body of a pack. Each returns a new body; what belongs together stays together.

Rounds follow the prompts: a round asks the prompts that name it, in the order in which it asked
them so far, and covers what they measure. A dimension that is removed takes its weight, its probes
and its share of prompts along. No change checks the whole: that is for `pack_from_files`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from .errors import UnknownIdError
from .writing import Body

PROBE_MINUTES = 2
"""Of a probe that is new: as long as those of the shipped pack."""
_LONGEST_ID = 40


@dataclass(frozen=True)
class IndicatorGiven:
    """An indicator as an editor gives it: without an id where it is new, and with its probe."""

    id: str
    kind: str
    says: str
    probe: str = ""


def entry(body: Body, sheet: str, id: str) -> dict[str, Any]:
    """Return the entry of a sheet (`dimensions`, `prompts`, `rounds`) with this id.

    Raises:
        UnknownIdError: there is none; the message names those that there are.
    """
    for one in body[sheet]:
        if one["id"] == id:
            return dict(one)
    raise UnknownIdError.of(sheet.removesuffix("s"), id, (one["id"] for one in body[sheet]))


def put_dimension(
    body: Body,
    id: str,
    *,
    name: str,
    asks: str,
    levels: Sequence[str],
    indicators: Sequence[IndicatorGiven],
) -> Body:
    """Replace the texts of a dimension, its indicators, and the probes of those."""
    changed = deepcopy(body)
    index = _place(changed, "dimensions", id)
    dimension = changed["dimensions"][index]
    before = {i["id"] for i in dimension["indicators"]}
    named = _named(changed, dimension, indicators)
    dimension |= {
        "name": name,
        "asks": asks,
        "levels": list(levels),
        "indicators": [{"id": i.id, "kind": i.kind, "says": i.says} for i in named],
    }
    changed["probes"] = _probes(changed["probes"], before, named)
    return changed


def _named(
    body: Body, dimension: Mapping[str, Any], indicators: Iterable[IndicatorGiven]
) -> list[IndicatorGiven]:
    """Give an id to each indicator that has none."""
    taken = {i["id"] for d in body["dimensions"] for i in d["indicators"]}
    prefix = _prefix(body, dimension)
    named = []
    for one in indicators:
        id = one.id
        if not id:
            flag = "flag_" if one.kind == "red_flag" else ""
            id = _free(
                f"{prefix}.{flag}{slug(' '.join(one.says.split()[:4])) or 'indicator'}", taken
            )
            taken.add(id)
        named.append(IndicatorGiven(id, one.kind, one.says, one.probe))
    return named


def _prefix(body: Body, dimension: Mapping[str, Any]) -> str:
    own = [i["id"].split(".")[0] for i in dimension["indicators"]]
    others = {
        i["id"].split(".")[0]
        for d in body["dimensions"]
        if d["id"] != dimension["id"]
        for i in d["indicators"]
    }
    return own[0] if own else _free(str(dimension["id"]), others)


def _probes(
    probes: Sequence[dict[str, Any]], before: Collection[str], named: Sequence[IndicatorGiven]
) -> list[dict[str, Any]]:
    """Return the probes with those of one dimension replaced, in the indicators' order."""
    minutes = {probe["indicator"]: probe["minutes"] for probe in probes}
    own = [
        {
            "id": f"probe.{one.id}",
            "indicator": one.id,
            "minutes": minutes.get(one.id, PROBE_MINUTES),
            "text": one.probe,
        }
        for one in named
        if one.kind == "strong" and one.probe.strip()
    ]
    first = next((n for n, p in enumerate(probes) if p["indicator"] in before), len(probes))
    rest = [p for p in probes if p["indicator"] not in before]
    return [*rest[:first], *own, *rest[first:]]


def add_dimension(body: Body, name: str) -> tuple[Body, str]:
    """Add a dimension without texts, at the end and with weight 1; returns its id too."""
    changed = deepcopy(body)
    id = _free(slug(name) or "dimension", {d["id"] for d in body["dimensions"]})
    changed["dimensions"].append(
        {"id": id, "name": name, "asks": "", "levels": [""] * 5, "indicators": []}
    )
    changed["pack"]["weights"][id] = 1.0
    return changed, id


def remove_dimension(body: Body, id: str) -> Body:
    """Remove a dimension with its weight, probes and shares, and what asks for nothing else."""
    changed = deepcopy(body)
    gone = changed["dimensions"].pop(_place(changed, "dimensions", id))
    indicators = {i["id"] for i in gone["indicators"]}
    changed["pack"]["weights"].pop(id, None)
    changed["probes"] = [p for p in changed["probes"] if p["indicator"] not in indicators]
    for kind in ("prompts", "role_plays"):
        for asked in changed.get(kind, ()):
            if id in asked["dimensions"]:
                left = {k: v for k, v in asked["dimensions"].items() if k != id}
                asked["dimensions"] = _shared(left)
        if kind in changed:
            changed[kind] = [asked for asked in changed[kind] if asked["dimensions"]]
    return _rounds_follow(changed)


def put_prompt(
    body: Body, id: str, *, text: str, minutes: int, round: str, shares: Mapping[str, float]
) -> Body:
    """Replace the text, minutes, round and shares of a prompt."""
    changed = deepcopy(body)
    prompt = changed["prompts"][_place(changed, "prompts", id)]
    prompt |= {"text": text, "minutes": minutes, "round": round, "dimensions": dict(shares)}
    return _rounds_follow(changed)


def add_prompt(body: Body, *, round: str, dimension: str) -> tuple[Body, str]:
    """Add a prompt without a text, at the end of a round; returns its id too."""
    changed = deepcopy(body)
    id = _free(f"{dimension}_question", {p["id"] for p in body["prompts"]})
    changed["prompts"].append(
        {"id": id, "dimensions": {dimension: 1.0}, "round": round, "minutes": 8, "text": ""}
    )
    return _rounds_follow(changed), id


def remove_prompt(body: Body, id: str) -> Body:
    """Remove a prompt from the pack and its round."""
    changed = deepcopy(body)
    changed["prompts"].pop(_place(changed, "prompts", id))
    return _rounds_follow(changed)


def put_rounds(body: Body, minutes: Mapping[str, int]) -> Body:
    """Set the minutes of rounds, by their ids."""
    changed = deepcopy(body)
    for round in changed["rounds"]:
        round["minutes"] = minutes.get(round["id"], round["minutes"])
    return changed


def put_pack(body: Body, *, name: str, bar: float, weights: Mapping[str, float]) -> Body:
    """Set the name of a pack, its bar, and the weights of its dimensions."""
    changed = deepcopy(body)
    changed["pack"] |= {"name": name, "bar": bar, "weights": {**body["pack"]["weights"], **weights}}
    return changed


def put_version(body: Body, version: str) -> Body:
    """Set the version of a pack."""
    changed = deepcopy(body)
    changed["pack"]["version"] = version
    return changed


def choose_variant(body: Body, prompt: str) -> Body:
    """Let a prompt be the one that is asked of those that stand in for each other."""
    changed = deepcopy(body)
    for round in changed["rounds"]:
        for group in variants(body, round["id"]):
            if prompt in group:
                rest = [id for id in round["prompts"] if id != prompt]
                first = min(rest.index(id) for id in group if id != prompt)
                round["prompts"] = [*rest[:first], prompt, *rest[first:]]
    return changed


def variants(body: Body, round: str) -> list[list[str]]:
    """Return the groups of prompts of a round that stand in for each other, first the one asked."""
    asked: list[str] = next((r["prompts"] for r in body["rounds"] if r["id"] == round), [])
    prompts = {p["id"]: p for p in body["prompts"]}
    groups: dict[frozenset[str], list[str]] = {}
    for id in asked:
        if id in prompts and prompts[id].get("variant"):
            groups.setdefault(frozenset(prompts[id]["dimensions"]), []).append(id)
    return [group for group in groups.values() if len(group) > 1]


def next_version(version: str, taken: Collection[str]) -> str:
    """Return the version after this one that is not taken: its last number goes up.

    >>> next_version("1.0.0", {"1.0.1"})
    '1.0.2'
    >>> next_version("draft", ())
    'draft.1'
    """
    head, number = version, 0
    found = re.fullmatch(r"(.*?)\.?(\d+)", version)
    if found and found[1]:
        head, number = found[1], int(found[2])
    while True:
        number += 1
        if (after := f"{head}.{number}") not in taken:
            return after


def slug(text: str) -> str:
    """Return a text as the end of an id: small letters, digits and _; empty where none is left.

    >>> slug("Eval discipline, again")
    'eval_discipline_again'
    """
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:_LONGEST_ID].strip("_")
    return plain if not plain or plain[0].isalpha() else f"n_{plain}"


def _free(wanted: str, taken: Collection[str]) -> str:
    id, number = wanted, 1
    while id in taken:
        number += 1
        id = f"{wanted}_{number}"
    return id


def _shared(shares: dict[str, float]) -> dict[str, float]:
    """Stretch shares so that they add up to 1."""
    total = sum(shares.values())
    return {id: share / total for id, share in shares.items()} if total else shares


def _place(body: Body, sheet: str, id: str) -> int:
    entry(body, sheet, id)
    return next(index for index, one in enumerate(body[sheet]) if one["id"] == id)


def _rounds_follow(body: Body) -> Body:
    """Let each round ask the prompts that name it, and cover what they measure."""
    for round in body["rounds"]:
        own = [p["id"] for p in body["prompts"] if p["round"] == round["id"]]
        kept = [id for id in round["prompts"] if id in own]
        round["prompts"] = [*kept, *(id for id in own if id not in kept)]
        measured = {
            id for p in body["prompts"] if p["round"] == round["id"] for id in p["dimensions"]
        }
        in_order = [d["id"] for d in body["dimensions"] if d["id"] in measured]
        kept = [id for id in round["dimensions"] if id in measured]
        round["dimensions"] = [*kept, *(id for id in in_order if id not in kept)]
    return body
