"""The page of the drift watch: charts with their figures, alarms with what to look at first."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.alarmed import alarm_about
from tests.rated import hand_in_rated
from tests.tenants import opening_elsewhere

from evenhand.hiring.drift.alarms import watch_drift
from evenhand.hiring.drift.watching import watch_pack
from evenhand.hiring.models import (
    DriftAlarm,
    DriftChart,
    Membership,
    Opening,
    Reading,
    User,
    VerdictRow,
)
from evenhand.studies.drift import MEASURES
from evenhand.web.judging.drift import FIRST, NAMES

SHIFTED = {"first": 1.2, "second": 0.0, "third": -0.2}


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def test_every_measure_has_a_name_and_a_first_step() -> None:
    codes = {measure.code for measure in MEASURES}
    assert set(NAMES) == set(FIRST) == codes


def test_before_anything_was_read_there_is_nothing_to_watch(
    signed_in: Client, opening: Opening
) -> None:
    page = text(signed_in.get(reverse("drift")))
    assert "the example opening left out: a chart begins with 60 readings" in page
    assert "<svg" not in page


def test_a_judge_that_became_stricter_is_named_with_figures_and_the_first_step(
    signed_in: Client, opening: Opening, now: datetime
) -> None:
    hand_in_rated(opening, 15, now=now)
    page = text(signed_in.get(reverse("drift")))
    assert "60 answers read" in page
    assert "beyond" not in page.replace("beyond its limits", "")
    assert page.count("<svg") >= 6
    hand_in_rated(opening, 30, now=now + timedelta(days=1), severity=SHIFTED, seed=2)
    watch_drift(now)
    page = text(signed_in.get(reverse("drift")))
    assert "Level against the other judges: first" in page
    assert "now it is still beyond them" in page
    assert str(FIRST["judge-severity"]) in page
    assert "under judge-severity" in page
    for hidden in ("p1-0@example.org", "Candidate 1"):
        assert hidden not in page


def test_another_version_of_the_panel_starts_charts_of_its_own(
    opening: Opening, now: datetime
) -> None:
    hand_in_rated(opening, 15, now=now)
    later = now + timedelta(days=1)
    hand_in_rated(opening, 3, now=later, severity=SHIFTED, panel_version="1" * 64, seed=2)
    new, old = watch_pack(opening.pack_id, opening.organisation_id)
    assert (new.version, new.answers, new.last_read, new.charts) == ("1" * 64, 12, later, [])
    assert (old.version, old.answers, old.last_read) == ("0" * 64, 60, now)
    assert old.charts


def test_each_version_that_reads_has_its_charts_and_alarms_and_the_newest_comes_first(
    signed_in: Client, opening: Opening, now: datetime
) -> None:
    hand_in_rated(opening, 15, now=now)
    hand_in_rated(opening, 15, now=now, panel_version="1" * 64, seed=2)
    later = now + timedelta(days=1)
    hand_in_rated(opening, 30, now=later, severity=SHIFTED, seed=3)
    hand_in_rated(opening, 30, now=later, severity=SHIFTED, panel_version="1" * 64, seed=4)
    watch_drift(now)
    page = text(signed_in.get(reverse("drift")))
    charts, ids = page.count("<svg"), re.findall(r' id="([^"]+)"', page)
    assert charts >= 12
    assert len(ids) == len(set(ids))
    alarmed = [page.index(f'judges: first</h3> <p class="quiet">plain <code>{v * 12}<')
               for v in "10"]  # fmt: skip
    headed = [page.index(f'">plain <code>{v * 12}</code></h2>') for v in "10"]
    assert headed == sorted(headed)
    assert max(alarmed) < min(headed)
    assert page.count("180 answers read, the last one") == 2


def test_marks_without_words_are_charted_as_they_were_counted_and_old_verdicts_are_not(
    opening: Opening, now: datetime
) -> None:
    hand_in_rated(opening, 15, now=now)
    inventor = VerdictRow.objects.filter(judge="first")
    inventor.update(level=None, claimed=4, ungrounded=3)
    (found,) = watch_pack(opening.pack_id, opening.organisation_id)
    shares = {
        one.subject: one.chart.start.centre
        for one in found.charts
        if one.measure.code == "judge-ungrounded"
    }
    assert shares == {"first": pytest.approx(45.5 / 61)}


def test_examples_are_not_watched(opening: Opening, now: datetime) -> None:
    hand_in_rated(opening, 12, now=now)
    Opening.objects.update(is_example=True)
    assert watch_pack(opening.pack_id, opening.organisation_id) == []


def test_a_version_that_read_none_of_the_latest_answers_is_watched_no_more(
    opening: Opening, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evenhand.hiring.drift.watching.MOST", 40)
    hand_in_rated(opening, 3, now=now)
    hand_in_rated(opening, 9, now=now + timedelta(days=1), panel_version="1" * 64, seed=2)
    both = watch_pack(opening.pack_id, opening.organisation_id)
    assert [(one.version[0], one.answers) for one in both] == [("1", 36), ("0", 12)]
    hand_in_rated(opening, 1, now=now + timedelta(days=2), panel_version="1" * 64, seed=3)
    only = watch_pack(opening.pack_id, opening.organisation_id)
    assert [(one.version[0], one.answers) for one in only] == [("1", 40)]


def test_answers_are_watched_in_the_order_in_which_they_were_kept(
    opening: Opening, now: datetime
) -> None:
    hand_in_rated(opening, 15, now=now)
    before = {
        (one.measure.code, one.subject): one.chart
        for one in watch_pack(opening.pack_id, opening.organisation_id)[0].charts
    }
    # A clock that is set back does not change the order.
    for minutes, reading in enumerate(Reading.objects.order_by("-pk")):
        Reading.objects.filter(pk=reading.pk).update(read_at=now + timedelta(minutes=minutes))
    after = {
        (one.measure.code, one.subject): one.chart
        for one in watch_pack(opening.pack_id, opening.organisation_id)[0].charts
    }
    assert set(before) == set(after)
    assert all(before[k].start == after[k].start for k in before)


def test_the_page_takes_the_same_queries_for_few_answers_and_for_many(
    signed_in: Client, opening: Opening, now: datetime,
    django_assert_max_num_queries: Callable[..., object],
) -> None:  # fmt: skip
    hand_in_rated(opening, 15, now=now)
    with django_assert_max_num_queries(13):  # type: ignore[attr-defined]
        signed_in.get(reverse("drift"))


def test_the_packs_of_others_are_not_shown(client: Client, mallory: User, opening: Opening) -> None:
    client.force_login(mallory)
    page = text(client.get(reverse("drift"), {"pack": opening.pack_id}))
    assert opening.pack_id not in page
    assert "there is nothing to watch" in page


@pytest.mark.parametrize("method", ["post", "put"])
def test_the_charts_are_only_looked_at(signed_in: Client, opening: Opening, method: str) -> None:
    assert getattr(signed_in, method)(reverse("drift")).status_code == 405


@pytest.fixture
def alarm(opening: Opening, now: datetime) -> DriftAlarm:
    """An alarm of a judge that became stricter."""
    hand_in_rated(opening, 15, now=now)
    hand_in_rated(opening, 30, now=now, severity=SHIFTED, seed=2)
    watch_drift(now)
    return DriftAlarm.objects.get(chart__measure="judge-severity", chart__subject="first")


def test_every_page_about_the_judges_tells_how_many_alarms_wait(
    signed_in: Client, alarm: DriftAlarm
) -> None:
    waiting = DriftAlarm.objects.count()
    told = f"{waiting} alarm"
    for name in ("judges", "drift", "costs"):
        assert told in text(signed_in.get(reverse(name)))


def test_an_alarm_is_closed_with_a_reason_and_stays_on_the_page(
    signed_in: Client, alarm: DriftAlarm
) -> None:
    address = reverse("drift-close", args=[alarm.pk])
    refused = signed_in.post(address, {"reason": " "})
    assert refused.status_code == 422
    assert f'href="#{alarm.pk}-reason"' in text(refused)
    page = text(signed_in.post(address, {"reason": "Model <was> moved."}, follow=True))
    alarm.refresh_from_db()
    assert alarm.reason == "Model <was> moved."
    assert page.index("Closed alarms") < page.index("Model &lt;was&gt; moved.")
    late = text(signed_in.post(address, {"reason": "Again."}, follow=True))
    assert "Somebody else has closed this alarm meanwhile." in late
    alarm.refresh_from_db()
    assert alarm.reason == "Model <was> moved."


def test_an_auditor_sees_an_alarm_and_closes_none(
    client: Client, mallory: User, alarm: DriftAlarm, opening: Opening, now: datetime
) -> None:
    address = reverse("drift-close", args=[alarm.pk])
    client.force_login(mallory)
    assert client.post(address, {"reason": "Mine."}).status_code == 404
    Membership.objects.create(opening=opening, user=mallory, role="auditor", since=now)
    page = text(client.get(reverse("drift")))
    assert "Level against the other judges: first" in page
    assert address not in page
    assert client.post(address, {"reason": "Mine."}).status_code == 404
    alarm.refresh_from_db()
    assert alarm.closed_at is None


def test_alarms_of_another_organisation_are_neither_shown_nor_closed(
    client: Client, alarm: DriftAlarm, opening: Opening, now: datetime
) -> None:
    theirs = opening_elsewhere(opening, now)
    client.force_login(theirs.created_by)
    page = text(client.get(reverse("drift"), {"pack": opening.pack_id}))
    assert "alarm</span>" not in page
    address = reverse("drift-close", args=[alarm.pk])
    assert client.post(address, {"reason": "Mine."}).status_code == 404


def test_a_measure_that_is_watched_no_more_is_told_by_its_code(
    signed_in: Client, opening: Opening, now: datetime
) -> None:
    alarm = alarm_about(opening.pack, opening.organisation_id, now)
    DriftChart.objects.filter(pk=alarm.chart_id).update(measure="judge-mood")
    page = text(signed_in.get(reverse("drift")))
    assert "judge-mood: coverage" in page
    assert "It came to 0.40 after 70 readings" in page
