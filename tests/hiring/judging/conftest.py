"""A pack and a question of it, for panels that read, and people whose answers they read."""

from __future__ import annotations

from datetime import datetime

import pytest

from evenhand.hiring.models import Application, Opening
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.openings.services import CandidateRow, add_candidates, create_opening
from evenhand.rubric import Pack, Prompt


@pytest.fixture
def pack(opening: Opening) -> Pack:
    return pack_of(opening.pack_id)


@pytest.fixture
def prompt(pack: Pack) -> Prompt:
    return pack.prompt("eval_search")


@pytest.fixture
def second(opening: Opening, now: datetime) -> Application:
    """Somebody in another opening, whose answers the same panel reads."""
    other = create_opening(
        title="Another one", pack=opening.pack, bar=3.0, contact_name="Alice", link_days=14,
        contact_email="alice@example.org", keep_days=180, by=opening.created_by, now=now,
    )  # fmt: skip
    row = CandidateRow("Dora", "dora@example.org")
    return add_candidates(opening=other, rows=[row], by=other.created_by, now=now).added[0]
