"""Where in a pack a fault or a finding stands, read from its path."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PATH = re.compile(
    r"[a-z]+\.yaml: (?P<sheet>[a-z]+)(?:\[\d+\](?: \((?P<id>[^)]*)\))?)?(?P<rest>.*)"
)
_REST = re.compile(
    r"\.?(?P<field>[a-z_]+)(?:\[\d+\] \((?P<inner>[^)]*)\))?(?:\.(?P<sub>[a-z0-9_]+))?"
)


@dataclass(frozen=True)
class Place:
    """What a path names.

    Attributes:
        sheet: `dimensions`, `prompts`, `probes`, `rounds` or `weights`; empty where it names none.
        id: Of the entry; empty where the path names none.
        field: Of the entry, such as `levels`, `indicators`, `text`.
        inner: A level's number or an indicator's id; empty elsewhere.
    """

    sheet: str = ""
    id: str = ""
    field: str = ""
    inner: str = ""


def place_of(path: str) -> Place:
    """Read the place from the path of a lint finding, or from a fault as a whole.

    >>> place_of("rubric.yaml: dimensions[0] (eval).levels.2: is empty")
    Place(sheet='dimensions', id='eval', field='levels', inner='2')
    """
    found = _PATH.match(path)
    if not found:
        return Place()
    rest = _REST.match(found["rest"])
    if not rest:
        return Place(found["sheet"], found["id"] or "")
    return Place(
        found["sheet"], found["id"] or "", rest["field"], rest["inner"] or rest["sub"] or ""
    )
