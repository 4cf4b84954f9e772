"""An alarm of the drift watch that nobody has closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from evenhand.hiring.models import DriftAlarm, DriftChart, PackVersion


def alarm_about(pack: PackVersion, organisation: UUID, now: datetime) -> DriftAlarm:
    """Return one about the severity of a judge of the embedded panel."""
    chart = DriftChart.objects.create(
        organisation_id=organisation, pack=pack, panel="embedded", panel_version="e" * 64,
        measure="judge-severity", subject="coverage", centre=0.0, sd=0.3, noise=0.3, size=60,
        until=1, begun_at=now,
    )  # fmt: skip
    return DriftAlarm.objects.create(chart=chart, raised_at=now, mean=0.4, half=0.2, after=70)
