"""The report says which fit it stands on, and shows no figure of an earlier one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

import pytest
from tests.panels import PlainPanel
from tests.rated import rated
from tests.web.report.test_pdf import text_of

from evenhand.hiring.calibration import services
from evenhand.hiring.calibration.renewing import renew_estimates
from evenhand.hiring.models import Application, EstimateRow, Opening, StoredFit
from evenhand.hiring.openings.services import pack_of
from evenhand.judges import Panel
from evenhand.web.report import words
from evenhand.web.report.as_json import plain
from evenhand.web.report.build import build
from evenhand.web.report.material import gather
from evenhand.web.report.page import context
from evenhand.web.report.pdf import pdf


@pytest.fixture
def over(opening: Opening, now: datetime) -> Application:
    """One of those whose estimates were made anew with a fit of this house."""
    panel = cast(Panel, PlainPanel(pack_of(opening.pack_id)))
    people = rated(opening, services.FEWEST_CANDIDATES, PlainPanel(pack_of(opening.pack_id)), now)
    services.refit(opening.pack_id, panel, opening.organisation_id, now + timedelta(days=1))
    renew_estimates(opening.pk, opening.pack_id, panel, now + timedelta(days=1))
    return people[0]


def test_it_names_the_fit_and_its_day(over: Application) -> None:
    fit = StoredFit.objects.get()
    report = build(gather(over))
    said = f"fit {fit.version[:12]}, of 3 March 2026"
    assert context(report)["fit"] == said
    assert said in " ".join(text_of(pdf(report)).split())
    assert plain(report)["made"]["components_version"] == fit.version
    assert plain(report)["made"]["components_at"] == fit.fitted_at
    assert report.made.components_source.startswith("fitted to ")
    assert report.made.provisional
    assert "estimates.renewed" in [event.action for event in report.made.events]


def test_its_figures_and_shares_are_those_of_that_fit(over: Application) -> None:
    report = build(gather(over))
    rows = over.estimates.filter(superseded_at=None)
    means = dict(rows.values_list("dimension", "mean"))
    assert report.overall is not None
    for line in (report.overall, *report.dimensions):
        assert line.level.mean == means[line.id]
        assert sum(share.share for share in line.shares) == pytest.approx(line.level.mean)


def test_a_fit_that_cannot_be_read_any_more_leaves_the_figures_and_the_day(
    over: Application,
) -> None:
    StoredFit.objects.update(components="{}")
    report = build(gather(over))
    assert report.overall is not None
    assert report.overall.shares == ()
    assert report.made.components_at is not None


def test_estimates_without_a_fit_of_this_house_say_where_theirs_came_from(
    scored: Application,
) -> None:
    version = EstimateRow.objects.values_list("components_version", flat=True)[0]
    said = f"fit {version[:12]}, as it came with the rubric pack"
    assert context(build(gather(scored)))["fit"] == said
    assert words.fit(version, None) == said
