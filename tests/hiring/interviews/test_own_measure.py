"""An interviewer is told how strictly they rate: kindly, with its doubt, and nobody else is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from tests.interviewing import held, interviewer

from evenhand.hiring.interviews.calibration import FEWEST, measure_shown_to, own_measure
from evenhand.hiring.models import (
    Application,
    Membership,
    Opening,
    Organisation,
    Role,
    StoredFit,
    User,
)
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.openings.services import CandidateRow, add_candidates
from evenhand.measure import Effect, default_components

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(opening: Opening, alice: User, now: datetime) -> list[Application]:
    rows = [CandidateRow(f"P{n}", f"p{n}@example.org") for n in range(FEWEST)]
    return add_candidates(opening=opening, rows=rows, by=alice, now=now).added


def fitted(opening: Opening, user: User, mean: float, variance: float, now: datetime) -> StoredFit:
    components = replace(
        default_components(d.id for d in pack_of(opening.pack_id).dimensions),
        raters={f"user:{user.pk}": Effect(mean, variance)},
    )
    return StoredFit.objects.create(
        organisation=opening.organisation,
        version=components.version, pack=opening.pack, panel="plain", panel_version="0" * 64,
        components=components.to_json(), inputs_sha256="0" * 64, ratings=1, candidates=1,
        converged=True, provisional=True, fitted_at=now,
    )  # fmt: skip


def test_with_few_interviews_it_says_how_many_more_it_takes(
    opening: Opening, people: list[Application], ivan: User, now: datetime
) -> None:
    fitted(opening, ivan, 0.5, 0.01, now)
    for one in people[:-1]:
        held(one, "final", ivan, now)
    found = own_measure(ivan)
    assert (found.candidates, found.mean) == (FEWEST - 1, None)
    assert "after 1 more candidate it" in found.says


@pytest.fixture
def experienced(people: list[Application], ivan: User, now: datetime) -> User:
    for one in people:
        held(one, "final", ivan, now)
    return ivan


def test_before_a_fit_has_met_them_it_says_so(experienced: User) -> None:
    found = own_measure(experienced)
    assert (found.candidates, found.mean) == (FEWEST, None)
    assert "the next time the measurement is fitted" in found.says


@pytest.mark.parametrize(
    ("mean", "variance", "says"),
    [
        (0.5, 0.01, "about 0.5 below those that others would give; between 0.3 and 0.7"),
        (-0.5, 0.01, "about 0.5 above those that others would give; between 0.3 and 0.7"),
        (0.1, 0.04, "Nothing says that you rate more strictly or more gently"),
    ],
)
def test_what_is_known_is_told_kindly_and_with_its_doubt(
    opening: Opening, experienced: User, now: datetime, mean: float, variance: float, says: str
) -> None:
    fitted(opening, experienced, mean, variance, now)
    found = own_measure(experienced)
    assert found.mean == pytest.approx(mean)
    assert found.low is not None
    assert found.high is not None
    assert found.low < mean < found.high
    assert says in found.says
    assert "neither good nor bad" in found.says


def test_only_they_and_their_auditors_are_told(
    opening: Opening, experienced: User, alice: User, mallory: User, now: datetime
) -> None:
    nina = interviewer(opening, "Nina", now)
    assert measure_shown_to(experienced, experienced) is not None
    for other in (alice, mallory, nina):
        assert measure_shown_to(other, experienced) is None
    Membership.objects.create(opening=opening, user=mallory, role=Role.AUDITOR, since=now)
    assert measure_shown_to(mallory, experienced) is not None


def test_a_fit_of_another_organisation_says_nothing_of_them(
    opening: Opening, experienced: User, now: datetime
) -> None:
    fit = fitted(opening, experienced, 0.5, 0.01, now)
    fit.organisation = Organisation.objects.create(name="Elsewhere", created_at=now)
    fit.save()
    assert own_measure(experienced).mean is None
