"""What a candidate is told before the clock starts, in versions that stay.

The text of each version is a template of its own in `templates/sitting/notices/`, and is never
changed: whoever changes the words adds a version. The figures that stood in it (days, minutes, whom
answers are sent to) go into the record with the consent, beside the SHA-256 of the whole text; so
the very text that somebody agreed to can be shown again, and shown to be the same.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.template.loader import get_template, render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from evenhand.hiring.agreements.offers import Offer, moment_of
from evenhand.hiring.judging.outside import endpoints_of
from evenhand.hiring.openings.models import Opening
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.record.models import LedgerEntry
from evenhand.hiring.record.services import subject_of
from evenhand.hiring.sittings.agreed import AGREED, BEGUN, DECLINED, Outside, sent_to
from evenhand.hiring.sittings.models import Sitting
from evenhand.judges.unread import is_read
from evenhand.rubric import Pack

FOLDER: Final = "sitting/notices"
VERSIONS: Final[Mapping[str, str]] = {
    "2026-11-2": "cecff0e73ed4847bdf988e7a8c6873e9aca5cf99a4e07fcb707abb30fce48ca4",
    "2026-11-3": "e6ccf6ea72a43f8fd9c252972092a33141668c7ec8457c19c871d571b203d442",
}
"""Each version with the SHA-256 of its template, the latest last."""
CURRENT: Final = list(VERSIONS)[-1]


@dataclass(frozen=True)
class Topic:
    """What one question is about, without the question."""

    names: tuple[str, ...]
    minutes: int


@dataclass(frozen=True)
class Notice:
    """A notice as it is shown.

    Attributes:
        version: As it is kept with the consent.
        text: The whole, as HTML.
        told: The figures in it and the digest of its text, for the record.
    """

    version: str
    text: SafeString
    told: Mapping[str, Any]


@dataclass(frozen=True)
class Agreed:
    """A notice that somebody agreed to, or said no to.

    Attributes:
        version: The version that was kept.
        at: When.
        text: The text; empty where this installation has no text of that version.
        exact: Whether the text has the digest that the record holds.
        entry: Where the consent stands in the record.
        sha256: The digest in the record; empty for a consent of an earlier time.
        sent_to: The hosts and models that it named.
    """

    version: str
    at: datetime
    text: SafeString
    exact: bool
    entry: int | None
    sha256: str
    sent_to: tuple[Outside, ...] = ()


def notice_for(sitting: Sitting, pack: Pack | None = None) -> Notice:
    """Return what a candidate is told today.

    Args:
        sitting: with its application and opening.
        pack: in place of the one that the application is pinned to, for a preview.
    """
    pack = pack or _pack(sitting)
    told = _figures(sitting, pack)
    text = _render(CURRENT, sitting, pack, told)
    return Notice(version_of(CURRENT), text, {**told, "text_sha256": _sha256(text)})


def notice_again(sitting: Sitting, offer: Offer) -> Notice:
    """Return what a candidate who has begun would be told of the models that read now.

    The figures are those that they agreed to as they began: a yes is a yes to the models alone.
    """
    pack, begun = _pack(sitting), _first(sitting)
    before = begun.facts if begun else {}
    kept = {name: before[name] for name in _figures(sitting, pack) if name in before}
    told = {**_figures(sitting, pack), **kept, "sent_to": [list(one) for one in offer.sent_to]}
    text = _render(CURRENT, sitting, pack, told)
    return Notice(version_of(CURRENT), text, {**told, "text_sha256": _sha256(text)})


def agreed_notice(sitting: Sitting) -> Agreed | None:
    """Return the notice that somebody agreed to as they began; None while they have not."""
    if sitting.consented_at is None:
        return None
    return _agreed(sitting, _first(sitting), sitting.notice_version, sitting.consented_at)


def later_notices(sitting: Sitting) -> list[tuple[bool, Agreed]]:
    """Return the later notices that somebody answered, in order, each with whether they agreed."""
    answers = LedgerEntry.objects.filter(
        action__in=(AGREED, DECLINED), subject=subject_of(sitting)
    ).order_by("seq")
    return [
        (one.action == AGREED, _agreed(sitting, one, one.facts["notice"], moment_of(one)))
        for one in answers
    ]


def _first(sitting: Sitting) -> LedgerEntry | None:
    return LedgerEntry.objects.filter(action=BEGUN, subject=subject_of(sitting)).first()


def _agreed(sitting: Sitting, entry: LedgerEntry | None, version: str, at: datetime) -> Agreed:
    told = entry.facts if entry else {}
    name, _, digest = version.partition("+")
    text = SafeString("")
    if name in VERSIONS and version_of(name).endswith(digest):
        pack = _pack(sitting)
        text = _render(name, sitting, pack, {**_figures(sitting, pack), **told})
    sha256 = str(told.get("text_sha256", ""))
    return Agreed(
        version=version,
        at=at,
        text=text,
        exact=bool(text) and _sha256(text) == sha256,
        entry=entry.seq if entry else None,
        sha256=sha256,
        sent_to=tuple(sorted(sent_to(told))),
    )


@cache
def version_of(name: str) -> str:
    """Return a version with the first eight digits of its template's digest.

    So other words are another version, whether or not somebody remembered to add one.
    """
    return f"{name}+{source_digest(name)[:8]}"


def source_digest(name: str) -> str:
    """Return the SHA-256 of a version's template, as it is in the package."""
    origin = get_template(f"{FOLDER}/{name}.html").origin  # type: ignore[attr-defined]
    return hashlib.sha256(Path(origin.name).read_bytes()).hexdigest()


def _pack(sitting: Sitting) -> Pack:
    return pack_of(sitting.application.pack_id)


def _figures(sitting: Sitting, pack: Pack) -> dict[str, Any]:
    opening: Opening = sitting.application.opening
    asked = endpoints_of(pack.hash, opening.organisation_id)
    return {
        "keep_days": opening.keep_days,
        "minutes": math.ceil(sitting.allowed.total_seconds() / 60),
        "time_factor": str(sitting.time_factor),
        "probes": opening.probes,
        "read_by_models": is_read(pack),
        "language": translation.get_language() or "en",
        "sent_to": [[one.host, one.model] for one in asked],
    }


def _render(name: str, sitting: Sitting, pack: Pack, told: Mapping[str, Any]) -> SafeString:
    factor = float(told["time_factor"])
    topics = [
        Topic(
            names=tuple(pack.dimension(dimension).name for dimension in prompt.dimensions),
            minutes=math.ceil(prompt.minutes * factor),
        )
        for prompt in map(pack.prompt, sitting.prompts)
    ]
    context = {**told, "topics": topics, "dimensions": [one.name for one in pack.dimensions]}
    with translation.override(told["language"]):
        return render_to_string(f"{FOLDER}/{name}.html", context)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
