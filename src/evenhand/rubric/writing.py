"""A pack as a body that an editor changes, and the body as the files of a pack.

A body is what the YAML files of a pack hold, as plain JSON values: `pack`, `dimensions`, `prompts`,
`probes`, `rounds` and, where there are any, `role_plays`. It may have faults, as a draft does;
`pack_from_files` finds them. Levels are a list of five texts, level 1 first.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from .pack import Dimension, Indicator, Pack, Probe, RolePlay

Body = dict[str, Any]

WRITTEN = (
    "pack.yaml", "rubric.yaml", "prompts.yaml", "probes.yaml", "loop.yaml", "roleplay.yaml",
)  # fmt: skip
"""The files that a body becomes; golden answers and calibration are not part of it."""
_WIDTH = 120
_OTHER_LINE_ENDS = re.compile("[\r\x85\u2028\u2029]")


class _Dumper(yaml.SafeDumper):
    """Writes every value out where it stands: a pack may not hold aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_text(self, text: str) -> yaml.ScalarNode:
        # Line ends that other styles would fold into spaces are written as escapes.
        style = '"' if _OTHER_LINE_ENDS.search(text) else None
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _Dumper.represent_text)


def body_of(pack: Pack) -> Body:
    """Return the body of a pack; `pack_files` of it is the same pack again."""
    return {
        "pack": {
            "id": pack.id,
            "version": pack.version,
            "role": pack.role,
            "name": pack.name,
            "bar": pack.bar,
            "weights": dict(pack.weights),
            "golden_label": pack.golden_label,
            "licence": pack.licence,
        },
        "dimensions": [_dimension(dimension) for dimension in pack.dimensions],
        "prompts": [
            {
                "id": p.id,
                "dimensions": dict(p.dimensions),
                "round": p.round,
                "minutes": p.minutes,
                **({"variant": p.variant} if p.variant is not None else {}),
                "text": p.text,
            }
            for p in pack.prompts
        ],
        "probes": [
            {"id": p.id, "indicator": p.indicator, "minutes": p.minutes, "text": p.text}
            for p in pack.probes
        ],
        "rounds": [
            {
                "id": r.id,
                "name": r.name,
                "minutes": r.minutes,
                "prompts": list(r.prompts),
                "dimensions": list(r.dimensions),
            }
            for r in pack.rounds
        ],
        **({"role_plays": [_role_play(r) for r in pack.role_plays]} if pack.role_plays else {}),
    }


def _role_play(card: RolePlay) -> dict[str, Any]:
    return {
        "id": card.id,
        "name": card.name,
        "round": card.round,
        "dimensions": dict(card.dimensions),
        "minutes": card.minutes,
        "brief": card.brief,
        "part": card.part,
        "lines": list(card.lines),
    }


def _dimension(dimension: Dimension) -> dict[str, Any]:
    return {
        "id": dimension.id,
        "name": dimension.name,
        "asks": dimension.asks,
        "levels": list(dimension.levels),
        "indicators": [{"id": i.id, "kind": i.kind, "says": i.says} for i in dimension.indicators],
    }


def pack_files(body: Body) -> dict[str, bytes]:
    """Return the YAML files of a body, the same bytes for the same body."""
    rubric = [
        {**dimension, "levels": dict(enumerate(dimension["levels"], start=1))}
        for dimension in body["dimensions"]
    ]
    sheets: dict[str, object] = {
        "pack.yaml": body["pack"],
        "rubric.yaml": {"dimensions": rubric},
        "prompts.yaml": {"prompts": body["prompts"]},
        "probes.yaml": {"probes": body["probes"]},
        "loop.yaml": {"rounds": body["rounds"]},
    }
    if "role_plays" in body:
        sheets["roleplay.yaml"] = {"role_plays": body["role_plays"]}
    return {name: _yaml(value) for name, value in sheets.items()}


def _yaml(value: object) -> bytes:
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return text.encode()


def texts_of(body: Body) -> tuple[tuple[Dimension, ...], tuple[Probe, ...]]:
    """Return the dimensions and probes of a body as they stand, faults and all, for a linter."""
    dimensions = tuple(
        Dimension(
            d["id"],
            d["name"],
            d["asks"],
            tuple(d["levels"]),
            tuple(Indicator(i["id"], i["kind"], i["says"]) for i in d["indicators"]),
        )
        for d in body["dimensions"]
    )
    probes = tuple(Probe(p["id"], p["indicator"], p["text"], p["minutes"]) for p in body["probes"])
    return dimensions, probes
