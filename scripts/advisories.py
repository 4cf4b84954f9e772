"""Which packages of a lock have advisories in a copy of the public database on this disk.

The copy is a clone of PyPA's advisory database: one YAML file an advisory, in the format of OSV
(https://ossf.github.io/osv-schema/), below `vulns/PACKAGE/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from packaging.utils import canonicalize_name
from packaging.version import Version

_CHANGED = re.compile(r'^(?:modified|published): "?(\d{4}-\d\d-\d\d)', re.MULTILINE)


def newest(database: Path) -> date:
    """Return the day of the last change that the copy knows of.

    Raises:
        FileNotFoundError: it is no copy of the database.
    """
    files = database.glob("vulns/*/*.yaml")
    days = [day for file in files for day in _CHANGED.findall(file.read_text())]
    if not days:
        raise FileNotFoundError(f"{database}: no advisory in {database / 'vulns'}")
    return date.fromisoformat(max(days))


def found_in(database: Path, pins: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the ids of the advisories by `name version`, those alone that have any.

    Args:
        database: the copy.
        pins: names and versions.
    """
    found = {}
    for name, version in pins:
        files = sorted(database.glob(f"vulns/{canonicalize_name(name)}/*.yaml"))
        read = [yaml.safe_load(file.read_text()) for file in files]
        if ids := [str(one["id"]) for one in read if affects(one, name, version)]:
            found[f"{name} {version}"] = ids
    return found


def affects(advisory: dict[str, Any], name: str, version: str) -> bool:
    """Say whether an advisory that was not taken back is about this version of a package."""
    if "withdrawn" in advisory:
        return False
    return any(
        version in map(str, about.get("versions", ()))
        or any(
            _within(ranged["events"], Version(version))
            for ranged in about.get("ranges", ())
            if ranged["type"] == "ECOSYSTEM"
        )
        for about in advisory.get("affected", ())
        if canonicalize_name(about["package"]["name"]) == canonicalize_name(name)
    )


def _within(events: list[dict[str, Any]], version: Version) -> bool:
    """Go through the events in order of version: after the last one before it, is it affected?"""
    inside = False
    for kind, at in sorted(
        ((kind, Version(str(at))) for event in events for kind, at in event.items()),
        key=lambda event: event[1],
    ):
        if kind == "introduced" and version >= at:
            inside = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            inside = False
    return inside
