"""Alarms are raised by the worker, stand until somebody closes them, and begin from what was."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.rated import SEVERITY, hand_in_rated
from tests.tenants import opening_elsewhere

from evenhand.hiring.drift import alarms, watching
from evenhand.hiring.drift.alarms import close_alarm, is_due, watch_drift
from evenhand.hiring.drift.watching import Reader, watch_pack, watch_reader
from evenhand.hiring.errors import DriftError
from evenhand.hiring.models import (
    DriftAlarm,
    DriftChart,
    DriftRound,
    LedgerEntry,
    Opening,
    Reading,
    User,
)
from evenhand.hiring.openings.erasing import erase_now
from evenhand.hiring.sittings.digests import digest_of

SHIFTED = {"first": 1.0, "second": 0.0, "third": -0.2}
"""The first judge has become 0.8 levels stricter."""


def severity(**of: object) -> DriftAlarm:
    return DriftAlarm.objects.get(chart__measure="judge-severity", chart__subject="first", **of)


def reader_of(opening: Opening) -> Reader:
    return Reader(opening.organisation_id, opening.pack_id, "plain", "0" * 64)


@pytest.fixture
def drifted(opening: Opening, now: datetime) -> Opening:
    """Sixty answers as at first, and 120 of after the shift."""
    hand_in_rated(opening, 15, now=now)
    hand_in_rated(opening, 30, now=now, severity=SHIFTED, seed=2)
    return opening


def test_the_worker_raises_an_alarm_as_answers_are_read_and_once(
    opening: Opening, now: datetime
) -> None:
    hand_in_rated(opening, 20, now=now)
    watch_drift(now)
    assert DriftChart.objects.filter(measure="judge-severity").count() == len(SEVERITY)
    assert not DriftAlarm.objects.exists()
    hand_in_rated(opening, 30, now=now, severity=SHIFTED, seed=2)
    later = now + timedelta(minutes=1)
    watch_drift(later)
    found = severity()
    assert found.raised_at == later
    assert abs(found.mean - found.chart.centre) > found.half
    entry = LedgerEntry.objects.get(action="drift.alarm", subject=f"driftalarm:{found.pk}")
    assert (entry.actor, entry.facts["measure"]) == ("system", "judge-severity")
    assert entry.facts["after"] == found.after
    hand_in_rated(opening, 1, now=later, severity=SHIFTED, seed=3)
    watch_drift(later)
    assert severity() == found


def test_an_alarm_stands_when_the_chart_is_within_its_limits_again(
    drifted: Opening, now: datetime
) -> None:
    watch_drift(now)
    hand_in_rated(drifted, 60, now=now, seed=3)
    watch_drift(now)
    assert severity().closed_at is None
    (watch,) = watch_pack(drifted.pack_id, drifted.organisation_id)
    states = {one.key: one.alarm for one in watch.charts}
    assert not states["judge-severity", "first"]
    assert watch.open_alarms == DriftAlarm.objects.count()


def test_what_left_its_limits_and_came_back_between_two_rounds_has_alarmed(
    drifted: Opening, now: datetime
) -> None:
    hand_in_rated(drifted, 60, now=now, seed=3)
    watch_drift(now)
    assert severity().after < 120


def test_neither_erasing_nor_the_cut_at_the_latest_answers_moves_a_start(
    opening: Opening, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = hand_in_rated(opening, 15, now=now)
    watch_drift(now)
    kept = list(DriftChart.objects.values())
    for application in first[:10]:
        erase_now(application=application, reason="asked", by=opening.created_by, now=now)
    monkeypatch.setattr(watching, "MOST", 60)
    hand_in_rated(opening, 30, now=now, severity=SHIFTED, seed=2)
    watch_drift(now)
    assert list(DriftChart.objects.filter(pk__in=[one["id"] for one in kept]).values()) == kept
    assert severity().closed_at is None


def test_of_a_version_that_has_read_more_than_is_looked_at_the_start_is_its_first(
    drifted: Opening, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "MOST", 100)
    watch_drift(now)
    # Within the cut of the latest hundred the judge has always been like this.
    assert severity().chart.until == list(Reading.objects.order_by("pk"))[59].pk


def test_of_what_judges_read_as_examples_or_for_others_no_alarm_is_ones_own(
    drifted: Opening, now: datetime
) -> None:
    theirs = opening_elsewhere(drifted, now)
    hand_in_rated(theirs, 20, now=now, seed=4)
    watch_drift(now)
    whose = set(DriftAlarm.objects.values_list("chart__organisation", flat=True))
    assert whose == {drifted.organisation_id}
    DriftAlarm.objects.all().delete()
    DriftChart.objects.all().delete()
    DriftRound.objects.all().delete()
    Opening.objects.update(is_example=True)
    watch_drift(now)
    assert not DriftChart.objects.exists()


def test_a_round_that_was_cut_off_is_made_again(
    drifted: Opening, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: object, **__: object) -> None:
        raise ArithmeticError

    with monkeypatch.context() as broken:
        broken.setattr(alarms, "record", fall)
        with pytest.raises(ArithmeticError):
            watch_drift(now)
    # The entry and the alarm are one transaction.
    assert not DriftAlarm.objects.exists()
    watch_drift(now)
    assert severity().closed_at is None


def test_where_nothing_was_read_since_nothing_is_looked_at(
    drifted: Opening, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_due()
    watch_drift(now)
    assert not is_due()
    monkeypatch.setattr(alarms, "watch_reader", None)
    watch_drift(now)
    assert DriftRound.objects.get().until == Reading.objects.order_by("pk").last().pk  # type: ignore[union-attr]


def test_an_alarm_is_closed_with_a_reason_once_and_its_chart_sets_out_anew(
    drifted: Opening, alice: User, now: datetime
) -> None:
    watch_drift(now)
    alarm = severity()
    later = now + timedelta(hours=1)
    with pytest.raises(DriftError, match="what you found"):
        close_alarm(alarm=alarm, reason="  ", by=alice, now=later)
    with pytest.raises(DriftError, match="shorten"):
        close_alarm(alarm=alarm, reason="x" * 2001, by=alice, now=later)
    close_alarm(alarm=alarm, reason=" The endpoint was moved back. ", by=alice, now=later)
    # Of two that looked at it as it stood open.
    with pytest.raises(DriftError, match="Somebody else"):
        close_alarm(alarm=alarm, reason="Me too.", by=alice, now=later)
    closed = severity()
    assert (closed.reason, closed.closed_by, closed.closed_at) == (
        "The endpoint was moved back.", alice, later,
    )  # fmt: skip
    entry = LedgerEntry.objects.get(action="drift.closed")
    assert entry.actor == f"user:{alice.pk}"
    assert entry.facts["reason_sha256"] == digest_of(closed.reason, closed.salt)
    assert "endpoint" not in str(entry.facts)
    (watch,) = watch_pack(drifted.pack_id, drifted.organisation_id)
    (chart,) = (one for one in watch.charts if one.key == ("judge-severity", "first"))
    assert (chart.numbers, chart.alarm) == ((), False)


def test_a_drift_that_lasts_alarms_again_after_it_was_closed_and_one_that_ended_does_not(
    drifted: Opening, alice: User, now: datetime
) -> None:
    watch_drift(now)
    for alarm in DriftAlarm.objects.all():
        close_alarm(alarm=alarm, reason="Seen.", by=alice, now=now)
    hand_in_rated(drifted, 10, now=now, seed=3)
    watch_drift(now)
    assert not DriftAlarm.objects.filter(closed_at__isnull=True).exists()
    hand_in_rated(drifted, 20, now=now, severity=SHIFTED, seed=4)
    watch_drift(now)
    assert severity(closed_at__isnull=True).chart.centre == pytest.approx(
        severity(closed_at__isnull=False).chart.centre
    )


def test_an_alarm_that_was_closed_while_the_worker_looked_is_not_raised_from_the_same_readings(
    drifted: Opening, alice: User, now: datetime
) -> None:
    watch_drift(now)
    seen = watch_reader(reader_of(drifted))
    assert seen is not None
    (one,) = (one for one in seen.charts if one.key == ("judge-severity", "first"))
    left = one.left_after(0)
    assert left is not None
    close_alarm(alarm=severity(), reason="Seen.", by=alice, now=now)
    alarms._raise(seen.kept[one.key], one, left, now)
    assert severity().closed_at == now
