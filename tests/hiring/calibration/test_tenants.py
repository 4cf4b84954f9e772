"""One organisation's ratings move no other organisation's estimates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

import pytest
from tests.panels import PlainPanel
from tests.rated import hand_in_rated, rated, score_rated
from tests.tenants import opening_elsewhere

from evenhand.hiring.calibration import choosing, renewing, services
from evenhand.hiring.compliance.card import card_of
from evenhand.hiring.compliance.counting import Span, count
from evenhand.hiring.errors import FitError
from evenhand.hiring.models import (
    Application,
    EstimateRow,
    FitInUse,
    LedgerEntry,
    Opening,
    StoredFit,
)
from evenhand.hiring.openings.packs import pack_of
from evenhand.judges import Panel

ENOUGH = services.FEWEST_CANDIDATES


@pytest.fixture
def theirs(opening: Opening, now: datetime) -> Opening:
    return opening_elsewhere(opening, now)


def refit(opening: Opening, panel: PlainPanel, now: datetime) -> services.Refit:
    return services.refit(opening.pack_id, cast(Panel, panel), opening.organisation_id, now)


def version_for(opening: Opening, panel: PlainPanel) -> str:
    return choosing.in_use(opening.pack_id, cast(Panel, panel), opening.organisation_id).version


def shown(application: Application) -> str:
    rows = EstimateRow.objects.filter(application=application, superseded_at=None)
    return rows.values_list("components_version", flat=True)[0]


def test_a_fit_rests_on_ones_own_ratings_and_counts_for_oneself_alone(
    opening: Opening, theirs: Opening, panel: PlainPanel, now: datetime
) -> None:
    rated(opening, ENOUGH, panel, now)
    first = refit(opening, panel, now)
    # Eve's raters see other people, in the same pack with the same panel.
    score_rated(hand_in_rated(theirs, 7, now=now, seed=9), panel, now)
    again = refit(opening, panel, now + timedelta(days=1))
    assert (again.fit, again.candidates) == (first.fit, ENOUGH)
    assert refit(theirs, panel, now).candidates == 7
    assert StoredFit.objects.count() == 2
    assert first.fit is not None
    assert FitInUse.objects.get().organisation_id == opening.organisation_id
    assert version_for(opening, panel) == first.fit.version
    assert version_for(theirs, panel) == panel.components.version
    assert LedgerEntry.objects.filter(
        action="fit.stored", facts__organisation=str(theirs.organisation_id)
    ).exists()


def test_estimates_of_others_stay_as_they_are_and_the_next_ones_too(
    opening: Opening, theirs: Opening, panel: PlainPanel, now: datetime
) -> None:
    (other,) = rated(theirs, 1, panel, now)
    rated(opening, ENOUGH, panel, now)
    used = refit(opening, panel, now).fit
    assert used is not None
    assert renewing.openings_behind(
        opening.pack_id, cast(Panel, panel), theirs.organisation_id
    ) == []  # fmt: skip
    assert renewing.renew_estimates(theirs.pk, theirs.pack_id, cast(Panel, panel), now) == 0
    assert shown(other) == panel.components.version
    # The first of an opening stands on what is in use for them.
    EstimateRow.objects.filter(application=other).delete()
    made_with = choosing.used_for(other, cast(Panel, panel))
    assert made_with.version == panel.components.version
    without_judges = choosing.standing_on(other)
    assert without_judges is not None
    assert without_judges.version == choosing.came_with(pack_of(theirs.pack_id)).version


def test_where_a_fit_of_others_came_from_is_not_known(
    opening: Opening, theirs: Opening, panel: PlainPanel, now: datetime
) -> None:
    rated(opening, ENOUGH, panel, now)
    used = refit(opening, panel, now).fit
    assert used is not None
    pack = pack_of(opening.pack_id)
    assert choosing.origin_of(pack, used.version, theirs.organisation_id).components is None
    assert choosing.fitted_at([used.version], theirs.organisation_id) == {}
    assert choosing.fitted_at([used.version], opening.organisation_id) == {used.version: now}
    # A person of theirs who names that version, as if it were their own, is not estimated with it.
    (other,) = rated(theirs, 1, panel, now)
    other.estimates.update(components_version=used.version)
    assert choosing.used_for(other, cast(Panel, panel)).version == panel.components.version
    assert choosing.standing_on(other) is None


def test_two_may_store_the_same_version_and_each_puts_its_own_in_use(
    opening: Opening, theirs: Opening, panel: PlainPanel, now: datetime
) -> None:
    rated(opening, ENOUGH, panel, now)
    mine = refit(opening, panel, now).fit
    assert mine is not None
    copy = StoredFit.objects.get(pk=mine.pk)
    copy.pk, copy.organisation = None, theirs.organisation
    copy.save(force_insert=True)
    found = services.find_fits(mine.version[:12])
    assert [one.organisation_id for one in found] == [
        opening.organisation_id, theirs.organisation_id
    ]  # fmt: skip
    assert not services.is_used(found[1])
    services.put_in_use(found[1], cast(Panel, panel), now)
    assert FitInUse.objects.filter(fit__version=mine.version).count() == 2


def test_an_alarm_is_of_one_organisation(
    opening: Opening, theirs: Opening, panel: PlainPanel, now: datetime
) -> None:
    lax = {"first": 0.2, "second": 0.0, "third": -2.2}
    score_rated(hand_in_rated(opening, ENOUGH, now=now, severity=lax), panel, now)
    held = refit(opening, panel, now).fit
    rated(theirs, ENOUGH, panel, now)
    refit(theirs, panel, now + timedelta(days=1))
    assert services.alarms() == [held]
    with pytest.raises(FitError):
        services.find_fits("c" * 64)


def test_compliance_pages_count_and_name_ones_own_fits(
    opening: Opening, theirs: Opening, panel: PlainPanel, now: datetime
) -> None:
    rated(opening, ENOUGH, panel, now)
    stored = refit(opening, panel, now).fit
    assert stored is not None
    # As if the panel that is active had been read by: the card asks for its version.
    FitInUse.objects.update(panel_version="")
    span = Span(now.date(), now.date())
    for one, fits, components in (
        (opening, 1, stored.version),
        (theirs, 0, choosing.came_with(pack_of(theirs.pack_id)).version),
    ):
        assert count(one.organisation, span).judged.fits_stored == fits
        assert card_of(one.pack, one.organisation).components == components
