"""Who goes when: what is shown before is what the sweep does, whatever the days."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.hiring.errors import FieldError, WouldErase
from evenhand.hiring.models import Answer, Application, LedgerEntry, Opening, Sitting, User
from evenhand.hiring.openings.erasing import change_keep_days, erase_due, leaving, what_goes
from evenhand.hiring.openings.services import CandidateRow, add_candidates
from evenhand.hiring.privacy.hanging import hanging
from evenhand.hiring.sittings import services as sittings

pytestmark = pytest.mark.django_db

PERSON = st.tuples(
    st.sampled_from(("ready", "started", "submitted")),
    st.integers(0, 300),
    st.sampled_from((None, 30, 100, 365)),
)


def people_of(
    opening: Opening, by: User, now: datetime, people: list[tuple[str, int, int | None]]
) -> None:
    rows = [CandidateRow(f"P {n}", f"p{n}@example.org") for n in range(len(people))]
    added = add_candidates(opening=opening, rows=rows, by=by, now=now).added
    for one, (state, ago, agreed) in zip(added, people, strict=True):
        at = now - timedelta(days=ago)
        one.invitations.update(expires_at=at)
        if state == "ready":
            continue
        told = {"keep_days": agreed} if agreed else {}
        sittings.begin(sitting=one.sitting, notice_version="1", consent=True, now=at, told=told)
        Answer.objects.create(sitting=one.sitting, prompt="p", text="word", saved_at=at)
        if state == "submitted":
            Sitting.objects.filter(pk=one.sitting.pk).update(state=state, submitted_at=at)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    people=st.lists(PERSON, min_size=1, max_size=4),
    days=st.integers(30, 400),
    ahead=st.integers(0, 40),
)
def test_who_is_shown_and_what_of_them_is_who_and_what_goes(
    opening: Opening,
    alice: User,
    now: datetime,
    people: list[tuple[str, int, int | None]],
    days: int,
    ahead: int,
) -> None:
    with transaction.atomic():
        Opening.objects.filter(pk=opening.pk).update(keep_days=days)
        opening.refresh_from_db()
        people_of(opening, alice, now, people)
        then = now + timedelta(days=ahead)
        shown = [one.application for one in leaving(opening, then)]
        said = what_goes(shown) if shown else {}
        before = {model: model._default_manager.count() for model in hanging()}
        ids = set(Application.objects.values_list("pk", flat=True))
        assert erase_due(then) == len(shown)
        left = set(Application.objects.values_list("pk", flat=True))
        assert ids - left == {one.pk for one in shown}
        gone = {model: count - model._default_manager.count() for model, count in before.items()}
        assert dict(said) == {model: count for model, count in gone.items() if count}
        transaction.set_rollback(True)


def test_more_days_do_not_hold_for_who_agreed_to_fewer(
    opening: Opening, alice: User, now: datetime
) -> None:
    people_of(opening, alice, now, [("submitted", 0, 180), ("submitted", 0, None)])
    change_keep_days(opening=opening, days=365, confirmed=(), by=alice, now=now)
    assert erase_due(now + timedelta(days=181)) == 1
    assert erase_due(now + timedelta(days=366)) == 1


def test_fewer_days_that_would_erase_somebody_want_to_be_confirmed_for_each(
    opening: Opening, alice: User, now: datetime
) -> None:
    people_of(opening, alice, now, [("submitted", 90, None), ("submitted", 70, None)])
    first, second = (str(one.pk) for one in opening.applications.order_by("number"))
    for confirmed, days in (((), 80), ((first,), 60)):
        with pytest.raises(WouldErase) as refused:
            change_keep_days(opening=opening, days=days, confirmed=confirmed, by=alice, now=now)
        assert str(refused.value.leaving[0].application.pk) == first
    opening.refresh_from_db()
    assert opening.keep_days == 180
    change_keep_days(opening=opening, days=60, confirmed=(first, second), by=alice, now=now)
    entry = LedgerEntry.objects.get(action="opening.days_changed")
    assert entry.facts == {"from": 180, "to": 60, "erases": 2}
    assert erase_due(now) == 2


@pytest.mark.parametrize("days", [0, 29, 3651])
def test_days_out_of_range_are_refused(
    opening: Opening, alice: User, now: datetime, days: int
) -> None:
    with pytest.raises(FieldError, match="30 to 3650"):
        change_keep_days(opening=opening, days=days, confirmed=(), by=alice, now=now)
