"""One panel reads all of a sitting, and the record says why it was that one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from tests.outside import HOST, activate_outside, version_of
from tests.panels import PlainPanel

from evenhand.hiring.models import AnswerScore, LedgerEntry, Reading, Sitting, User, VerdictRow
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.record.services import record, subject_of
from evenhand.hiring.scoring.readers import NOBODY, UNKNOWN, Readers, readers_of
from evenhand.hiring.scoring.services import answers_in_order, estimate_sitting, read_answer
from evenhand.hiring.scoring.settling import begin_anew, settle_panel
from evenhand.hiring.sittings.agreed import AGREED, DECLINED
from evenhand.hiring.sittings.services import submit
from evenhand.judges.values import PanelResult
from evenhand.web.report.readers import read_by, why_not_active

MID = frozenset({(HOST, "mid-1")})


@pytest.fixture
def handed_in(sitting: Sitting, now: datetime) -> Sitting:
    submit(sitting=sitting, now=now)
    return sitting


@pytest.fixture
def embedded(sitting: Sitting) -> PlainPanel:
    panel = PlainPanel(pack_of(sitting.application.pack_id))
    panel.name, panel.version = "embedded", "e" * 64
    return panel


@pytest.fixture
def careful(sitting: Sitting, alice: User, now: datetime) -> PlainPanel:
    """The active panel, whose model Charlie was not told of."""
    panel = PlainPanel(pack_of(sitting.application.pack_id))
    assert activate_outside(sitting.application.pack, alice, now) == MID
    panel.name, panel.sends_to = "careful", MID
    panel.version = version_of(sitting.application.pack, "careful", alice)
    return panel


def said(sitting: Sitting, action: str, now: datetime) -> None:
    facts = {"sent_to": [list(one) for one in MID]}
    with transaction.atomic():
        record(action, subject_of(sitting), actor="x", facts=facts, now=now)


def test_the_active_panel_reads_where_nothing_speaks_against_it(
    handed_in: Sitting, embedded: PlainPanel, now: datetime
) -> None:
    assert readers_of(handed_in) == NOBODY
    assert settle_panel(handed_in, embedded, embedded, now)
    assert (handed_in.panel, handed_in.panel_version) == ("embedded", "e" * 64)
    assert readers_of(handed_in) == Readers("embedded")
    assert why_not_active(readers_of(handed_in)) == ""
    assert read_by(readers_of(handed_in), ["a", "b"]) == "The panel embedded: a, b."


def test_of_two_workers_one_settles_it(
    handed_in: Sitting, embedded: PlainPanel, now: datetime
) -> None:
    assert settle_panel(handed_in, embedded, embedded, now)
    assert not settle_panel(handed_in, embedded, embedded, now)
    assert LedgerEntry.objects.filter(action="sitting.reading_begun").count() == 1


@pytest.mark.parametrize(("answer", "why"), [("", "not_told"), (DECLINED, "declined")])
def test_the_record_says_why_the_active_panel_does_not_read_and_the_report_blames_nobody(
    handed_in: Sitting,
    embedded: PlainPanel,
    careful: PlainPanel,
    now: datetime,
    answer: str,
    why: str,
) -> None:
    if answer:
        said(handed_in, answer, now)
    assert settle_panel(handed_in, embedded, careful, now)
    assert readers_of(handed_in) == Readers("embedded", "careful", why)
    assert "not among those that this person had agreed to" in why_not_active(readers_of(handed_in))
    facts = LedgerEntry.objects.get(action="sitting.reading_begun").facts
    assert facts["sent_to"] == [[HOST, "mid-1"]]


def test_a_yes_lets_the_active_panel_read(
    handed_in: Sitting, careful: PlainPanel, now: datetime
) -> None:
    said(handed_in, AGREED, now)
    assert settle_panel(handed_in, careful, careful, now)
    assert readers_of(handed_in) == Readers("careful")


@pytest.mark.parametrize("agreed", [True, False])
def test_an_answer_that_came_in_between_has_the_panel_chosen_again(
    handed_in: Sitting, embedded: PlainPanel, careful: PlainPanel, now: datetime, agreed: bool
) -> None:
    if agreed:
        said(handed_in, AGREED, now)
    chosen_before = embedded if agreed else careful
    assert not settle_panel(handed_in, chosen_before, careful, now)
    handed_in.refresh_from_db()
    assert handed_in.panel_version == ""
    assert not LedgerEntry.objects.filter(action="sitting.reading_begun").exists()


def test_a_panel_that_could_not_be_loaded_is_said_to_be(
    handed_in: Sitting, embedded: PlainPanel, careful: PlainPanel, now: datetime
) -> None:
    assert settle_panel(handed_in, embedded, embedded, now)
    assert readers_of(handed_in) == Readers("embedded", "careful", "unavailable")
    assert "could not be loaded" in why_not_active(readers_of(handed_in))


def test_a_reading_of_before_reasons_were_kept_says_what_is_known_and_no_more(
    handed_in: Sitting, embedded: PlainPanel, alice: User, now: datetime
) -> None:
    facts = {"organisation": str(alice.organisation_id), "panel": "careful"}
    subject = f"pack:{handed_in.application.pack_id}"
    with transaction.atomic():
        record("panel.activated", subject, actor="x", facts=facts, now=now)
    read_answer(answers_in_order(handed_in.pk)[0], embedded, now)
    with transaction.atomic():
        later = {**facts, "panel": "another"}
        record("panel.activated", subject, actor="x", facts=later, now=now)
    assert readers_of(handed_in) == Readers("embedded", "careful", UNKNOWN)
    assert "does not hold why" in why_not_active(readers_of(handed_in))


def test_reading_that_begins_anew_drops_what_was_read_and_keeps_the_record(
    handed_in: Sitting, embedded: PlainPanel, careful: PlainPanel, now: datetime
) -> None:
    said(handed_in, AGREED, now)
    settle_panel(handed_in, careful, careful, now)
    first, second, *_ = answers_in_order(handed_in.pk)
    read_answer(first, careful, now)
    begin_anew(handed_in, now)
    for model in (Reading, VerdictRow, AnswerScore):
        assert not model._default_manager.exists()
    assert handed_in.panel_version == ""
    settle_panel(handed_in, embedded, embedded, now)
    # A worker that was slow to notice: what it read is of the panel that reads no more.
    read_answer(second, careful, now)
    assert not Reading.objects.exists()
    dropped = LedgerEntry.objects.get(action="sitting.reading_dropped")
    assert dropped.facts == {"panel": "careful", "panel_version": careful.version}


def test_what_was_read_while_reading_began_anew_is_not_kept(
    handed_in: Sitting, careful: PlainPanel, now: datetime
) -> None:
    said(handed_in, AGREED, now)
    settle_panel(handed_in, careful, careful, now)
    judge = careful.judge

    def meanwhile(*args: Any, **options: Any) -> PanelResult:
        begin_anew(handed_in, now)
        return judge(*args, **options)

    careful.judge = meanwhile  # type: ignore[method-assign]
    read_answer(answers_in_order(handed_in.pk)[0], careful, now)
    assert not Reading.objects.exists()
    assert not LedgerEntry.objects.filter(action="answer.read").exists()


def test_another_panel_is_not_even_asked_and_estimates_nobody(
    handed_in: Sitting, embedded: PlainPanel, careful: PlainPanel, now: datetime
) -> None:
    settle_panel(handed_in, embedded, careful, now)
    answers = answers_in_order(handed_in.pk)
    read_answer(answers[0], careful, now)
    assert careful.calls == []
    for answer in answers:
        read_answer(answer, embedded, now)
    estimate_sitting(handed_in.pk, careful, now)
    handed_in.refresh_from_db()
    assert handed_in.state == Sitting.State.SUBMITTED
    estimate_sitting(handed_in.pk, embedded, now)
    handed_in.refresh_from_db()
    assert handed_in.state == Sitting.State.SCORED
