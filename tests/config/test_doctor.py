"""What the doctor says of the workers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from evenhand.config import doctor
from evenhand.hiring.models import Sitting
from evenhand.hiring.workers.services import SILENT_AFTER, beat

pytestmark = pytest.mark.django_db


def hand_in(sitting: Sitting) -> None:
    at = timezone.now() - SILENT_AFTER - timedelta(seconds=1)
    Sitting.objects.filter(pk=sitting.pk).update(state="submitted", submitted_at=at)


def test_no_worker_is_fine_while_nobody_waits() -> None:
    check = doctor._workers()
    assert check.ok
    assert check.seen.startswith("0 at work, 0 silent;")


def test_a_sitting_that_waits_with_no_worker_alive_is_wrong(sitting: Sitting) -> None:
    hand_in(sitting)
    beat("dead", timezone.now() - timedelta(hours=1))
    check = doctor._workers()
    assert not check.ok
    assert "0 at work, 1 silent, the latest beat 3600 s ago; 1 sittings" in check.seen


def test_with_a_worker_alive_it_will_be_read(sitting: Sitting) -> None:
    hand_in(sitting)
    beat("alive", timezone.now())
    assert doctor._workers().ok


def test_the_kind_of_database_is_named() -> None:
    assert doctor._database().seen.startswith(("SQLite 3.", "PostgreSQL 1"))
