from __future__ import annotations

from datetime import datetime

import pytest

from evenhand.hiring.drafts.services import begin_draft
from evenhand.hiring.models import PackDraft, PackVersion, User


@pytest.fixture
def draft(pack_version: PackVersion, alice: User, now: datetime) -> PackDraft:
    """Alice's draft of the next version of the shipped pack."""
    return begin_draft(base=pack_version, by=alice, now=now)
