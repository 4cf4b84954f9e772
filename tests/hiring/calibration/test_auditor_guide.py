"""The function of docs/auditor.md recomputes the estimates of before and after a refit."""

from __future__ import annotations

import hashlib
import math
import re
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest
from tests.panels import PlainPanel
from tests.rated import rated

from evenhand.hiring.calibration import services
from evenhand.hiring.calibration.renewing import renew_estimates
from evenhand.hiring.models import LedgerEntry, Opening
from evenhand.judges import Panel

GUIDE = Path(__file__).parents[3] / "docs" / "auditor.md"


@pytest.fixture
def recompute() -> Any:
    (program,) = (
        found
        for found in re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
        if "def recompute" in found
    )
    names: dict[str, Any] = {"sha": lambda data: hashlib.sha256(data).digest()}
    exec(program, names)
    return names["recompute"]


def test_it_recomputes_both_and_refuses_other_components(
    opening: Opening, panel: PlainPanel, now: datetime, recompute: Any
) -> None:
    rated(opening, services.FEWEST_CANDIDATES, panel, now)
    services.refit(opening.pack_id, cast(Panel, panel), opening.organisation_id, now)
    renew_estimates(opening.pk, opening.pack_id, cast(Panel, panel), now)
    fit = LedgerEntry.objects.get(action="fit.stored").facts["components_json"]
    shipped = panel.components.to_json()
    for action, right, wrong in (
        ("sitting.scored", shipped, fit),
        ("estimates.renewed", fit, shipped),
    ):
        facts = LedgerEntry.objects.filter(action=action)[0].facts
        for written, again in zip(facts["estimates"], recompute(facts, right), strict=True):
            assert math.isclose(written["mean"], again.mean)
        with pytest.raises(AssertionError, match="others"):
            recompute(facts, wrong)
