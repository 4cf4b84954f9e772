"""A fit to everybody's ratings: stored with its entry, and used only where it is sane."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NoReturn, cast

import pytest
from django.db import connection
from tests.panels import PlainPanel
from tests.rated import SEVERITY, hand_in_rated, rated, score_rated

from evenhand.hiring.calibration import services
from evenhand.hiring.calibration.services import alarms, find_fits, is_used, put_in_use
from evenhand.hiring.errors import FitError
from evenhand.hiring.models import FitInUse, LedgerEntry, Opening, StoredFit, User
from evenhand.judges import Panel
from evenhand.measure import Components, Fit, fit

ENOUGH = services.FEWEST_CANDIDATES
LAX = {"first": 0.2, "second": 0.0, "third": -2.2}


def refit(opening: Opening, panel: PlainPanel, now: datetime) -> services.Refit:
    return services.refit(opening.pack_id, cast(Panel, panel), opening.organisation_id, now)


def stored_by(result: services.Refit) -> StoredFit:
    assert result.fit is not None
    return result.fit


def must_not(*_args: object, **_kwargs: object) -> NoReturn:
    raise AssertionError("this must not be called")


def unsettled(*args: Any, **kwargs: Any) -> Fit:
    return replace(fit(*args, **kwargs), converged=False)


def actions() -> list[str]:
    found = LedgerEntry.objects.filter(action__startswith="fit.").order_by("seq")
    return list(found.values_list("action", flat=True))


def test_a_sane_fit_is_stored_recorded_and_used(
    opening: Opening, panel: PlainPanel, now: datetime
) -> None:
    rated(opening, ENOUGH, panel, now)
    result = refit(opening, panel, now)
    stored = stored_by(result)
    assert (stored.candidates, stored.converged, stored.provisional) == (ENOUGH, True, True)
    assert (stored.held_back, stored.alarm) == ("", False)
    assert stored.fitted_at == now
    assert FitInUse.objects.get().fit == stored
    assert actions() == ["fit.stored", "fit.put_in_use"]
    assert result.notes == tuple(stored.notes)
    assert "no human rated" in result.notes[0]
    learnt = Components.from_json(stored.components)
    order = sorted(learnt.judges, key=lambda name: learnt.judges[name].severity)
    assert order == ["third", "second", "first"]


def test_the_entry_holds_the_components_and_their_version_is_their_digest(
    opening: Opening, panel: PlainPanel, now: datetime
) -> None:
    rated(opening, ENOUGH, panel, now)
    stored = stored_by(refit(opening, panel, now))
    entry = LedgerEntry.objects.get(action="fit.stored")
    assert entry.subject == f"fit:{stored.version}"
    text = entry.facts["components_json"]
    assert text == stored.components
    assert sha256(text.encode()).hexdigest() == entry.facts["components"] == stored.version
    assert entry.facts["started_from"] == panel.components.version
    assert entry.facts["pack"] == opening.pack_id
    assert entry.facts["candidates"] == ENOUGH
    assert entry.facts["ratings"] == stored.ratings


def test_without_its_entry_no_fit_is_stored(
    opening: Opening, panel: PlainPanel, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rated(opening, ENOUGH, panel, now)
    monkeypatch.setattr(services, "record", must_not)
    with pytest.raises(AssertionError):
        refit(opening, panel, now)
    assert not StoredFit.objects.exists()
    assert not FitInUse.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_fitting_keeps_no_transaction_waiting(
    opening: Opening, panel: PlainPanel, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def watched(*args: Any, **kwargs: Any) -> Fit:
        assert not connection.in_atomic_block
        return fit(*args, **kwargs)

    rated(opening, ENOUGH, panel, now)
    monkeypatch.setattr(services, "fit", watched)
    stored_by(refit(opening, panel, now))


def test_the_same_ratings_are_not_fitted_twice(
    opening: Opening, panel: PlainPanel, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rated(opening, ENOUGH, panel, now)
    first = refit(opening, panel, now)
    monkeypatch.setattr(services, "fit", must_not)
    assert refit(opening, panel, now + timedelta(days=1)) == first
    assert actions() == ["fit.stored", "fit.put_in_use"]


def test_one_more_person_is_a_new_fit_that_takes_over(
    opening: Opening, panel: PlainPanel, now: datetime
) -> None:
    rated(opening, ENOUGH, panel, now)
    first = stored_by(refit(opening, panel, now))
    score_rated(hand_in_rated(opening, 1, now=now, seed=2), panel, now)
    second = stored_by(refit(opening, panel, now + timedelta(days=1)))
    assert second.version != first.version
    assert FitInUse.objects.get().fit == second
    entry = LedgerEntry.objects.filter(action="fit.put_in_use").last()
    assert entry is not None
    assert entry.facts["instead_of"] == first.version


def test_with_too_few_people_for_any_fit_nothing_is_stored_and_it_is_said(
    opening: Opening, panel: PlainPanel, now: datetime
) -> None:
    rated(opening, 4, panel, now)
    result = refit(opening, panel, now)
    assert result.fit is None
    assert "only 4 candidates" in result.notes[0]
    assert not StoredFit.objects.exists()
    assert actions() == []


def test_with_nobody_scored_it_says_so(opening: Opening, panel: PlainPanel, now: datetime) -> None:
    hand_in_rated(opening, ENOUGH, now=now)
    result = refit(opening, panel, now)
    assert result.fit is None
    assert result.notes == ("nobody was scored by this panel yet",)


def test_a_fit_to_few_people_waits_without_alarm(
    opening: Opening, panel: PlainPanel, now: datetime
) -> None:
    rated(opening, ENOUGH - 1, panel, now)
    stored = stored_by(refit(opening, panel, now))
    assert f"{ENOUGH - 1} candidates; from {ENOUGH} on" in stored.held_back
    assert not stored.alarm
    assert not is_used(stored)
    assert alarms() == []
    assert actions() == ["fit.stored"]


def test_a_fit_that_has_not_settled_is_held_back_with_an_alarm(
    opening: Opening,
    panel: PlainPanel,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    rated(opening, ENOUGH, panel, now)
    monkeypatch.setattr(services, "fit", unsettled)
    stored = stored_by(refit(opening, panel, now))
    assert not is_used(stored)
    assert alarms() == [stored]
    assert "had not settled" in caplog.text
    assert "P 1-" not in caplog.text
    with pytest.raises(FitError, match="had not settled"):
        put_in_use(stored, cast(Panel, panel), now)


def test_a_judge_whose_severity_jumps_holds_the_fit_back_until_somebody_wants_it(
    opening: Opening, panel: PlainPanel, now: datetime
) -> None:
    score_rated(hand_in_rated(opening, ENOUGH, now=now, severity=LAX), panel, now)
    stored = stored_by(refit(opening, panel, now))
    assert "severity of judge third would move by -" in stored.held_back
    assert alarms() == [stored]
    assert actions() == ["fit.stored"]

    (found,) = find_fits(stored.version[:12])
    put_in_use(found, cast(Panel, panel), now)
    put_in_use(stored, cast(Panel, panel), now)
    assert is_used(stored)
    assert alarms() == []
    assert actions() == ["fit.stored", "fit.put_in_use"]


def test_a_jump_is_measured_from_the_fit_in_use(
    opening: Opening, panel: PlainPanel, now: datetime
) -> None:
    score_rated(hand_in_rated(opening, ENOUGH, now=now, severity=LAX), panel, now)
    put_in_use(stored_by(refit(opening, panel, now)), cast(Panel, panel), now)
    score_rated(hand_in_rated(opening, 1, now=now, severity=LAX, seed=2), panel, now)
    assert stored_by(refit(opening, panel, now)).held_back == ""


def test_a_later_fit_that_is_sane_ends_the_alarm(
    opening: Opening, panel: PlainPanel, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rated(opening, ENOUGH, panel, now)
    with monkeypatch.context() as patched:
        patched.setattr(services, "fit", unsettled)
        refit(opening, panel, now)
    assert len(alarms()) == 1
    score_rated(hand_in_rated(opening, 1, now=now, seed=2), panel, now)
    refit(opening, panel, now + timedelta(days=1))
    assert alarms() == []


def test_examples_and_what_other_judges_read_are_left_out(
    opening: Opening, panel: PlainPanel, now: datetime
) -> None:
    score_rated(hand_in_rated(opening, 6, now=now), panel, now)
    others = hand_in_rated(opening, 3, now=now, panel_version="e" * 64, seed=2)
    score_rated(others, panel, now)
    assert refit(opening, panel, now).candidates == 6
    Opening.objects.update(is_example=True)
    assert refit(opening, panel, now).candidates == 0
    assert services.packs_with_ratings() == []


def test_who_was_erased_is_in_no_fit(opening: Opening, panel: PlainPanel, now: datetime) -> None:
    people = rated(opening, 7, panel, now)
    assert services.packs_with_ratings() == [opening.pack_id]
    people[0].delete()
    assert refit(opening, panel, now).candidates == 6


def test_a_fit_of_judges_that_were_changed_cannot_be_used(
    opening: Opening, panel: PlainPanel, now: datetime
) -> None:
    rated(opening, 6, panel, now)
    stored = stored_by(refit(opening, panel, now))
    panel.version = "e" * 64
    with pytest.raises(FitError, match="changed since"):
        put_in_use(stored, cast(Panel, panel), now)


@pytest.mark.django_db
def test_a_fit_is_named_by_what_no_other_begins_with(
    alice: User, pack_version: Any, now: datetime
) -> None:
    for version in ("ab1", "ab2"):
        StoredFit.objects.create(
            organisation=alice.organisation,
            version=version, pack=pack_version, panel="plain", panel_version="0", components="{}",
            inputs_sha256=version, ratings=1, candidates=1, converged=True, provisional=True,
            fitted_at=now,
        )  # fmt: skip
    assert [one.version for one in find_fits("ab2")] == ["ab2"]
    with pytest.raises(FitError, match="Several"):
        find_fits("ab")
    with pytest.raises(FitError, match="No fit"):
        find_fits("c")


def test_the_severities_of_the_invented_judges_are_far_from_a_jump() -> None:
    assert max(map(abs, SEVERITY.values())) < services.FARTHEST_JUMP
