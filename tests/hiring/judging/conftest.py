"""A pack and a question of it, for panels that read."""

from __future__ import annotations

import pytest

from evenhand.hiring.models import Opening
from evenhand.hiring.openings.packs import pack_of
from evenhand.rubric import Pack, Prompt


@pytest.fixture
def pack(opening: Opening) -> Pack:
    return pack_of(opening.pack_id)


@pytest.fixture
def prompt(pack: Pack) -> Prompt:
    return pack.prompt("eval_search")
