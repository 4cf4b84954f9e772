"""`evenhand refit`, and what `evenhand doctor` says of a fit that was held back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pytest
from tests.panels import PlainPanel
from tests.rated import SEVERITY, hand_in_rated, score_rated

from evenhand import judges
from evenhand.config.doctor import examine
from evenhand.config.refitting import Outcome, refit_packs, use_fit
from evenhand.hiring.calibration import services
from evenhand.hiring.models import EstimateRow, Opening
from evenhand.hiring.openings.services import pack_of
from evenhand.rubric import Pack

PEOPLE = services.FEWEST_CANDIDATES
LAX = {"first": 0.2, "second": 0.0, "third": -2.2}


@pytest.fixture(autouse=True)
def _plain_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    def plain(pack: Pack, name: str = "embedded", threads: int = 1) -> PlainPanel:
        return PlainPanel(pack)

    monkeypatch.setattr(judges, "load_panel", plain)


def add(opening: Opening, people: int, now: datetime, severity: Mapping[str, float]) -> None:
    panel = PlainPanel(pack_of(opening.pack_id))
    score_rated(hand_in_rated(opening, people, now=now, severity=severity), panel, now)


def refit(prefix: str = "") -> list[Outcome]:
    return list(refit_packs(prefix))


def fits_check() -> tuple[bool, str]:
    (check,) = (check for check in examine() if check.name == "fits")
    return check.ok, check.line()


def shown() -> set[str]:
    rows = EstimateRow.objects.filter(superseded_at=None)
    return set(rows.values_list("components_version", flat=True))


def test_a_refit_says_what_it_rests_on_and_takes_the_openings_over(
    opening: Opening, now: datetime
) -> None:
    add(opening, PEOPLE, now, SEVERITY)
    (one,) = refit(opening.pack_id[:8])
    assert (one.used, one.alarm, one.renewed) == (True, False, PEOPLE)
    assert shown() == {one.fit}
    lines = "\n".join(one.lines())
    assert f"ratings of {PEOPLE} candidates" in lines
    assert f"fit {one.fit} is in use; estimates made anew: {PEOPLE} candidates" in lines
    assert fits_check() == (True, "ok    fits: 1 in use, none to look at")
    (again,) = refit()
    assert (again.fit, again.renewed) == (one.fit, 0)


def test_a_held_back_fit_raises_the_alarm_in_both_commands_until_it_is_used(
    opening: Opening, now: datetime
) -> None:
    add(opening, PEOPLE, now, LAX)
    (one,) = refit()
    assert (one.used, one.alarm, one.renewed) == (False, True, 0)
    lines = "\n".join(one.lines())
    assert "is not in use: the severity of judge third would move" in lines
    assert f"evenhand refit --use {one.fit[:12]}" in lines
    ok, line = fits_check()
    assert not ok
    assert "severity of judge third" in line
    assert "docs/operator.md" in line

    (used,) = use_fit(one.fit[:12])
    assert (used.fit, used.used, used.alarm, used.renewed) == (one.fit, True, False, PEOPLE)
    assert shown() == {one.fit}
    assert fits_check()[0]


def test_too_few_people_are_said_and_nothing_else(opening: Opening, now: datetime) -> None:
    add(opening, 2, now, SEVERITY)
    (one,) = refit()
    assert (one.fit, one.used, one.alarm) == ("", False, False)
    assert list(one.lines())[1:3] == [
        "  no fit was stored",
        "  only 2 candidates were rated: the start components are kept as they are",
    ]


def test_a_pack_that_nobody_was_scored_with_is_named(opening: Opening) -> None:
    assert refit() == []
    with pytest.raises(ValueError, match="--pack abc: nobody was scored"):
        refit("abc")
