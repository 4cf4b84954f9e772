from __future__ import annotations

import pytest
from tests.panels import PlainPanel

from evenhand.hiring.models import PackVersion
from evenhand.hiring.openings.services import pack_of


@pytest.fixture
def panel(pack_version: PackVersion) -> PlainPanel:
    return PlainPanel(pack_of(pack_version.hash))
