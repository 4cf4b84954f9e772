"""An opening goes over to another fit as a whole, and what it showed before stays on record."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import NoReturn, cast

import pytest
from tests.panels import PlainPanel
from tests.rated import hand_in_rated, rated, score_rated

from evenhand.hiring.calibration import renewing, services
from evenhand.hiring.calibration.renewing import openings_behind, renew_estimates
from evenhand.hiring.models import Application, EstimateRow, LedgerEntry, Opening, StoredFit, User
from evenhand.hiring.openings.services import create_opening
from evenhand.judges import Panel
from evenhand.measure import Components, Rating, estimate

PEOPLE = services.FEWEST_CANDIDATES


@pytest.fixture
def people(opening: Opening, panel: PlainPanel, now: datetime) -> list[Application]:
    """Enough scored people for a fit that is used."""
    return rated(opening, PEOPLE, panel, now)


@pytest.fixture
def fitted(
    people: list[Application], opening: Opening, panel: PlainPanel, now: datetime
) -> StoredFit:
    """A fit in use, of which no estimate knows yet."""
    stored = services.refit(
        opening.pack_id, cast(Panel, panel), opening.organisation_id, now + timedelta(hours=1)
    ).fit
    assert stored is not None
    return stored


def renew(opening: Opening, panel: PlainPanel, at: datetime) -> int:
    return renew_estimates(opening.pk, opening.pack_id, cast(Panel, panel), at)


def versions(opening: Opening) -> set[str]:
    shown = EstimateRow.objects.filter(application__opening=opening, superseded_at=None)
    return set(shown.values_list("components_version", flat=True))


def behind(opening: Opening, panel: PlainPanel) -> list[str]:
    return openings_behind(opening.pack_id, cast(Panel, panel), opening.organisation_id)


def another_opening(like: Opening, by: User, now: datetime) -> Opening:
    return create_opening(
        title="Another",
        pack=like.pack,
        bar=3.0,
        contact_name="Alice Ashby",
        contact_email="alice@example.org",
        link_days=14,
        keep_days=180,
        by=by,
        now=now,
    )


def test_everybody_is_estimated_anew_and_the_former_rows_stay(
    opening: Opening, panel: PlainPanel, fitted: StoredFit, now: datetime
) -> None:
    later = now + timedelta(hours=2)
    former = list(EstimateRow.objects.order_by("pk").values_list("pk", "mean"))
    assert versions(opening) == {panel.components.version}
    assert behind(opening, panel) == [str(opening.pk)]

    assert renew(opening, panel, later) == PEOPLE
    assert versions(opening) == {fitted.version}
    old = EstimateRow.objects.filter(superseded_at=later).order_by("pk")
    assert list(old.values_list("pk", "mean")) == former
    new = EstimateRow.objects.filter(superseded_at=None)
    assert new.count() == len(former)
    assert set(new.values_list("estimated_at", flat=True)) == {later}
    assert behind(opening, panel) == []


def test_renewing_again_changes_nothing(
    opening: Opening, panel: PlainPanel, fitted: StoredFit, now: datetime
) -> None:
    renew(opening, panel, now)
    before = EstimateRow.objects.count(), LedgerEntry.objects.count()
    assert renew(opening, panel, now) == 0
    assert (EstimateRow.objects.count(), LedgerEntry.objects.count()) == before


def test_each_new_estimate_can_be_recomputed_from_the_ledger_alone(
    opening: Opening, panel: PlainPanel, fitted: StoredFit, now: datetime
) -> None:
    renew(opening, panel, now)
    entries = LedgerEntry.objects.filter(action="estimates.renewed")
    assert entries.count() == PEOPLE
    for entry in entries:
        facts = entry.facts
        assert facts["instead_of"] == panel.components.version
        made = LedgerEntry.objects.get(action="fit.stored", subject=f"fit:{facts['components']}")
        again = estimate(
            [Rating("x", *row) for row in facts["ratings"]],
            Components.from_json(made.facts["components_json"]),
            bar=facts["bar"],
            confidence=facts["confidence"],
            weights=facts["weights"],
        )
        for written, computed in zip(facts["estimates"], again, strict=True):
            assert written["dimension"] == computed.dimension
            assert math.isclose(written["mean"], computed.mean)
            assert math.isclose(written["p_bar"], computed.p_bar)
        shown = EstimateRow.objects.get(
            application=entry.subject.split(":")[1], dimension="overall", superseded_at=None
        )
        assert math.isclose(shown.mean, again[-1].mean)


def test_an_opening_goes_over_as_a_whole_or_not_at_all(
    opening: Opening,
    panel: PlainPanel,
    fitted: StoredFit,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_args: object, **_kwargs: object) -> NoReturn:
        raise LookupError

    monkeypatch.setattr(renewing, "record_all", fails)
    with pytest.raises(LookupError):
        renew(opening, panel, now)
    assert versions(opening) == {panel.components.version}
    assert not EstimateRow.objects.filter(superseded_at__isnull=False).exists()


def test_who_is_scored_before_the_opening_went_over_is_compared_by_its_former_fit(
    opening: Opening, panel: PlainPanel, fitted: StoredFit, now: datetime
) -> None:
    score_rated(hand_in_rated(opening, 1, now=now, seed=2), panel, now)
    assert versions(opening) == {panel.components.version}
    assert renew(opening, panel, now) == PEOPLE + 1
    score_rated(hand_in_rated(opening, 1, now=now, seed=3), panel, now)
    assert versions(opening) == {fitted.version}


def test_a_fit_that_is_replaced_goes_on_in_an_opening_that_has_not_gone_over(
    opening: Opening, panel: PlainPanel, fitted: StoredFit, now: datetime
) -> None:
    renew(opening, panel, now)
    score_rated(hand_in_rated(opening, 1, now=now, seed=2), panel, now)
    second = services.refit(
        opening.pack_id, cast(Panel, panel), opening.organisation_id, now + timedelta(days=1)
    ).fit
    assert second is not None
    assert second.version != fitted.version
    score_rated(hand_in_rated(opening, 1, now=now, seed=3), panel, now)
    assert versions(opening) == {fitted.version}


def test_the_first_in_a_new_opening_is_estimated_with_the_fit_in_use(
    opening: Opening, alice: User, panel: PlainPanel, fitted: StoredFit, now: datetime
) -> None:
    new = another_opening(opening, alice, now)
    score_rated(hand_in_rated(new, 1, now=now, seed=2), panel, now)
    assert versions(new) == {fitted.version}
    facts = LedgerEntry.objects.filter(action="sitting.scored").last()
    assert facts is not None
    assert facts.facts["components"] == fitted.version
    assert behind(opening, panel) == [str(opening.pk)]


def test_who_was_read_by_other_judges_keeps_their_estimate(
    opening: Opening, panel: PlainPanel, fitted: StoredFit, now: datetime
) -> None:
    (other,) = hand_in_rated(opening, 1, now=now, panel_version="e" * 64, seed=2)
    before = PlainPanel(panel._pack)
    before.version = "e" * 64
    score_rated([other], before, now)
    assert renew(opening, panel, now) == PEOPLE
    kept = other.estimates.filter(superseded_at=None)
    assert set(kept.values_list("components_version", flat=True)) == {panel.components.version}
    assert behind(opening, panel) == []


def test_somebody_without_a_rating_goes_over_too(
    opening: Opening, panel: PlainPanel, fitted: StoredFit, now: datetime
) -> None:
    (silent,) = hand_in_rated(opening, 1, now=now, severity={}, seed=2)
    score_rated([silent], panel, now)
    assert renew(opening, panel, now) == PEOPLE + 1
    assert versions(opening) == {fitted.version}
    shown = silent.estimates.filter(superseded_at=None)
    assert set(shown.values_list("reliability", flat=True)) == {0.0}


def test_an_opening_with_nobody_in_it_is_left_alone(
    opening: Opening, panel: PlainPanel, now: datetime
) -> None:
    assert renew(opening, panel, now) == 0
