"""The example opening that a new user sees."""

from __future__ import annotations

from datetime import datetime

import pytest

from evenhand.hiring.models import Answer, LedgerEntry, Opening, Sitting
from evenhand.hiring.openings.example import make_example
from evenhand.hiring.openings.links import open_invitation, token_of
from evenhand.ledger import utc_text


@pytest.mark.django_db
def test_six_sittings_wait_to_be_scored_and_a_seventh_link_is_open(now: datetime) -> None:
    opening = make_example(now)
    assert opening.is_example
    states = list(Sitting.objects.order_by("application__number").values_list("state", flat=True))
    assert states == ["submitted"] * 6 + ["ready"]
    assert all(len(answer.text) > 40 for answer in Answer.objects.all())
    last = opening.applications.get(number=7)
    assert open_invitation(token_of(last.invitations.get()), now)
    assert not opening.created_by.has_usable_password()


@pytest.mark.django_db
def test_making_it_again_changes_nothing(now: datetime) -> None:
    first = make_example(now)
    entries = LedgerEntry.objects.count()
    assert make_example(now) == first
    assert Opening.objects.count() == 1
    assert LedgerEntry.objects.count() == entries


@pytest.mark.django_db
def test_all_of_it_happened_before_now_and_in_order(now: datetime) -> None:
    make_example(now)
    moments = list(LedgerEntry.objects.values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] == utc_text(now)
