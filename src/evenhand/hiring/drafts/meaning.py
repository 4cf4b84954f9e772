"""What a pack, or a draft of one, means for the judges: what they read, and what people rate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from evenhand.hiring.drafts.making import CALIBRATED, files_from
from evenhand.hiring.drafts.models import PackDraft
from evenhand.hiring.openings.packs import pack_of
from evenhand.rubric import (
    Difference,
    LintFinding,
    Pack,
    PackError,
    compare,
    lint_minutes,
    lint_parts,
    pack_from_files,
)
from evenhand.rubric.writing import texts_of


@dataclass(frozen=True)
class Reading:
    """What the embedded judges read of a pack.

    Attributes:
        judges: whether they read anything.
        left: pairs of prompt and dimension that are left to people.
        untold: ids of indicators that the judges cannot tell.
        outdated: whether they read nothing since they are of an earlier release.
    """

    judges: bool
    left: tuple[tuple[str, str], ...]
    untold: tuple[str, ...]
    outdated: bool = False

    @property
    def whole(self) -> bool:
        """Whether they read all of it."""
        return self.judges and not self.left and not self.untold


@dataclass(frozen=True)
class Draft:
    """A draft as it stands.

    Attributes:
        faults: what keeps it from being published, one line each.
        findings: wording to look at.
        differences: from the version that it was made from; none where it has faults.
        pack: what it would become; None where it has faults.
        reading: what the judges would read; None where it has faults.
        at_once: whether it can be published without the judges learning it.
        anew: whether it can be published unchanged, for the judges to learn: those of the version
            that it was made from are of an earlier release.
    """

    faults: tuple[str, ...]
    findings: tuple[LintFinding, ...]
    differences: tuple[Difference, ...]
    pack: Pack | None
    reading: Reading | None
    at_once: bool
    anew: bool


def look_at(draft: PackDraft) -> Draft:
    """Return what is to be said of a draft as it stands.

    Raises:
        PackGone: the version that it was made from is missing from the store.
    """
    # In the order that it has: the files are written in that order, and their hash is the pack's.
    return _looked(draft.base_id, json.dumps(draft.body))


@lru_cache(maxsize=8)
def _looked(base_hash: str, said: str) -> Draft:
    """Look at what a body says; every page of a draft and of its preview asks for that anew.

    All the files are made for it, from the megabytes of the version before. Nothing but these two
    goes into it, as what has a hash does not change.
    """
    from evenhand.judges.unread import is_outdated

    base, body = pack_of(base_hash), json.loads(said)
    anew = is_outdated(base)
    findings = tuple(lint_parts(*texts_of(body)))
    try:
        files = files_from(base_hash, body)
        pack = pack_from_files(files, base.root)
    except PackError as error:
        return Draft(error.faults, findings, (), None, None, False, anew)
    findings += tuple(lint_minutes(pack))
    at_once = CALIBRATED in files
    differences = tuple(compare(base, pack))
    return Draft((), findings, differences, pack, _reading(pack, at_once), at_once, anew)


def reading_of(pack: Pack) -> Reading:
    """Return what the judges read of a version in the store."""
    from evenhand.judges.unread import is_outdated, is_read

    reads = _reading(pack, calibrated=is_read(pack))
    if is_read(pack):
        return reads
    return Reading(False, reads.left, reads.untold, outdated=is_outdated(pack))


def _reading(pack: Pack, calibrated: bool) -> Reading:
    from evenhand.judges.judged import FEWEST_AUTHORS, judged_part

    judged = judged_part(pack)
    known: Mapping[str, Mapping[str, float]] = {p.id: p.dimensions for p in judged.prompts}
    told = {i.id for d in judged.dimensions for i in d.indicators}
    enough = len({answer.author for answer in judged.golden}) >= FEWEST_AUTHORS
    left = tuple(
        (prompt.id, name)
        for prompt in pack.prompts
        for name in prompt.dimensions
        if name not in known.get(prompt.id, {})
    )
    read = {name for of in known.values() for name in of}
    untold = tuple(
        i.id for d in pack.dimensions if d.id in read for i in d.indicators if i.id not in told
    )
    return Reading(calibrated or enough, left, untold)
