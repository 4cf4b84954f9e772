"""What somebody wrote on a card of their own and that does not count, for themselves to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from evenhand.hiring.interviews.card import NOT_SEEN
from evenhand.hiring.interviews.kit import Kit
from evenhand.hiring.models import KeptCard, Scorecard

from .filled import notes_of


@dataclass(frozen=True)
class Version:
    """A version of one's own card; `kept` is why it stands beside the card, None for the card."""

    kept: KeptCard | None
    levels: list[tuple[str, str]]
    notes: list[tuple[str, str]]


def kept_versions(card: Scorecard, kit: Kit) -> list[Version]:
    """Return what was kept beside a card."""
    return [_version(kit, one.body, one) for one in card.kept.all()]


def all_versions(card: Scorecard, kit: Kit) -> list[Version]:
    """Return a card as it stands, then what was kept beside it."""
    return [_version(kit, card.body), *kept_versions(card, kit)]


def _version(kit: Kit, body: Mapping[str, Any], kept: KeptCard | None = None) -> Version:
    names = {one.id: one.name for one in kit.dimensions}
    levels = [
        (names.get(id, id), _("not seen") if level == NOT_SEEN else f"{level:g}")
        for id, level in body.get("levels", {}).items()
    ]
    return Version(kept, levels, notes_of(kit, body))
