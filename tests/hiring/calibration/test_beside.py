"""Who was read by the embedded judges beside another panel: fitted apart, and not forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from inspect import unwrap

import pytest
from tests.panels import PlainPanel
from tests.rated import SEVERITY, hand_in_rated, score_rated

from evenhand.hiring.calibration import services
from evenhand.hiring.models import Application, EstimateRow, FitInUse, Opening, Reading, StoredFit
from evenhand.hiring.openings.packs import pack_of
from evenhand.work import refit

PEOPLE = services.FEWEST_CANDIDATES
OTHER = {"first": 0.4, "second": -0.1, "third": -0.4}


@pytest.fixture
def active(opening: Opening) -> PlainPanel:
    panel = PlainPanel(pack_of(opening.pack_id))
    panel.name, panel.version = "careful", "c" * 64
    return panel


@pytest.fixture
def embedded(opening: Opening) -> PlainPanel:
    panel = PlainPanel(pack_of(opening.pack_id))
    panel.name, panel.version = "embedded", "e" * 64
    return panel


@pytest.fixture(autouse=True)
def _held(monkeypatch: pytest.MonkeyPatch, active: PlainPanel, embedded: PlainPanel) -> None:
    class Held:
        @contextmanager
        def of(self, *_: object, embedded: bool = False) -> Iterator[PlainPanel]:
            yield panels[embedded]

    panels = {False: active, True: embedded}
    monkeypatch.setattr(refit, "HELD", Held())
    # A step closes the connection of its thread, which is the test's.
    for name in ("list_organisations", "refit_one", "list_openings", "renew_one"):
        monkeypatch.setattr(refit, name, unwrap(getattr(refit, name)))


def night(opening: Opening) -> None:
    unwrap(refit.refit_pack)(opening.pack_id)


def read(opening: Opening, panel: PlainPanel, now: datetime, seed: int) -> list[Application]:
    severity = SEVERITY if panel.name == "embedded" else OTHER
    people = hand_in_rated(
        opening, PEOPLE, now=now, severity=severity, panel_version=panel.version, seed=seed
    )
    mine = Reading.objects.filter(answer__sitting__application__in=people)
    mine.update(panel=panel.name)
    score_rated(people, panel, now)
    return people


def made_with(people: list[Application]) -> set[str]:
    rows = EstimateRow.objects.filter(application__in=people, superseded_at=None)
    return set(rows.values_list("components_version", flat=True))


def test_each_panels_people_go_over_to_a_fit_of_their_own_judges(
    opening: Opening, active: PlainPanel, embedded: PlainPanel, now: datetime
) -> None:
    theirs, ours = read(opening, active, now, 1), read(opening, embedded, now, 2)
    night(opening)
    fits = {one.panel_version: one for one in StoredFit.objects.all()}
    assert {version: one.candidates for version, one in fits.items()} == {
        active.version: PEOPLE,
        embedded.version: PEOPLE,
    }
    assert FitInUse.objects.count() == 2
    assert made_with(theirs) == {fits[active.version].version}
    assert made_with(ours) == {fits[embedded.version].version}
    before = EstimateRow.objects.count()
    night(opening)
    assert EstimateRow.objects.count() == before, "a second night moved somebody to and fro"


def test_who_was_read_by_no_judge_stands_on_the_active_panels_fit_every_night(
    opening: Opening,
    application: Application,
    active: PlainPanel,
    embedded: PlainPanel,
    now: datetime,
) -> None:
    read(opening, active, now, 1)
    read(opening, embedded, now, 2)
    EstimateRow.objects.create(
        application=application, dimension="overall", mean=3, sd=1, low=1, high=5, p_bar=0.5,
        reliability=0.1, confidence=0.9, components_version="f" * 64, provisional=True,
        estimated_at=now,
    )  # fmt: skip
    for _ in range(2):
        night(opening)
        (version,) = made_with([application])
        assert StoredFit.objects.get(version=version).panel == "careful"
    assert EstimateRow.objects.filter(application=application, dimension="overall").count() == 2


def test_where_the_embedded_judges_read_nobody_there_is_one_fit(
    opening: Opening, active: PlainPanel, now: datetime
) -> None:
    read(opening, active, now, 1)
    night(opening)
    assert [one.panel for one in StoredFit.objects.all()] == ["careful"]
