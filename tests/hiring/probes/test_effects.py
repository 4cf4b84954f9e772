"""What follow-ups did to scores, from the rows of an opening."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from tests.web.scored import components_for, score

from evenhand.hiring.calibration import choosing
from evenhand.hiring.models import Application, Opening, ProbeChoice, Sitting, User, VerdictRow
from evenhand.hiring.openings.services import add_candidate, pack_of
from evenhand.hiring.probes.effects import effects_in

PROMPT = "eval_search"


@pytest.fixture(autouse=True)
def _components(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    components = components_for(pack_of(opening.pack_id))
    monkeypatch.setattr(choosing, "shipped_components", lambda root: components)


def scored(opening: Opening, by: User, number: int, now: datetime) -> Application:
    email = f"person{number}@example.org"
    added = add_candidate(opening=opening, name=f"P {number}", email=email, by=by, now=now)
    return score(added, now=now)


def asked(application: Application, before: float, now: datetime, version: str = "f" * 64) -> None:
    ProbeChoice.objects.create(
        sitting=application.sitting,
        prompt=PROMPT,
        state="asked",
        probe="probe.eval.golden_set",
        reason="tells_most",
        levels=[["eval_discipline", judge, before] for judge in ("coverage", "features", "whole")],
        panel_version=version,
        asked_at=now,
        decided_at=now,
    )


def test_the_change_is_with_minus_before_for_those_who_were_asked(
    opening: Opening, alice: User, now: datetime
) -> None:
    up, same, none = (scored(opening, alice, number, now) for number in range(3))
    asked(up, 2.0, now)
    levels = VerdictRow.objects.filter(answer__sitting=same.sitting, dimension="eval_discipline")
    asked(same, 3.0, now)
    ProbeChoice.objects.filter(sitting=same.sitting).update(
        levels=[[row.dimension, row.judge, row.level] for row in levels]
    )
    ProbeChoice.objects.create(
        sitting=none.sitting, prompt=PROMPT, state="none", reason="too_late", asked_at=now
    )
    found = effects_in(opening)
    changes = {c.person: c.change for c in found.changes["eval_discipline"]}
    assert set(changes) == {str(up.pk), str(same.pk)}
    assert changes[str(up.pk)] > 0.3
    assert changes[str(same.pk)] == pytest.approx(0)
    assert sorted(chance.asked for chance in found.chances) == [False, True, True]
    assert list(found.reasons.values()) == [1]
    assert found.left_out == 0


def test_who_was_scored_by_another_panel_is_left_out_of_the_change(
    opening: Opening, alice: User, now: datetime
) -> None:
    asked(scored(opening, alice, 1, now), 2.0, now, version="another")
    found = effects_in(opening)
    assert found.left_out == 1
    assert found.changes == {}


def test_extra_time_is_a_group(opening: Opening, alice: User, now: datetime) -> None:
    application = scored(opening, alice, 1, now)
    Sitting.objects.filter(pk=application.sitting.pk).update(time_factor=Decimal("1.5"))
    assert effects_in(opening).extended == {str(application.pk): True}
