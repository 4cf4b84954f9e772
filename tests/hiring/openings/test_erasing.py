from datetime import timedelta

import pytest
from django.db import connection

from evenhand.hiring.models import Answer, Application, Candidate, LedgerEntry
from evenhand.hiring.openings import erasing
from evenhand.hiring.openings.erasing import erase_due
from evenhand.hiring.openings.services import add_candidate
from evenhand.hiring.record.services import export_ledger
from evenhand.hiring.sittings.autosave import save
from evenhand.hiring.sittings.services import submit
from evenhand.ledger import verify_bundle

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed_in(sitting, now):
    save(
        sitting=sitting, prompt=sitting.prompts[0], text="Nobody else may read this.",
        base_revision=0, tab="t", replace=False, now=now,
    )  # fmt: skip
    submit(sitting=sitting, now=now + timedelta(minutes=30))
    return sitting


def test_nothing_is_erased_while_its_days_run(handed_in, now):
    assert erase_due(now + timedelta(days=180)) == 0
    assert Answer.objects.exists()


def test_text_name_and_address_go_when_the_days_are_over(handed_in, now):
    assert erase_due(now + timedelta(days=180, minutes=31)) == 1
    assert not Answer.objects.exists()
    assert not Application.objects.exists()
    assert not Candidate.objects.exists()


def test_the_ledger_says_so_and_still_verifies(handed_in, now, tmp_path):
    later = now + timedelta(days=181)
    erase_due(later)
    assert LedgerEntry.objects.last().action == "application.erased"
    export_ledger(tmp_path / "ledger.jsonl", now=later)
    assert verify_bundle(tmp_path / "ledger.jsonl").ok
    assert "Nobody else" not in (tmp_path / "ledger.jsonl").read_text()


def test_one_whose_days_still_run_stays(handed_in, opening, alice, now):
    later = now + timedelta(days=100)
    add_candidate(opening=opening, name="Dora", email="dora@example.org", by=alice, now=later)
    assert erase_due(now + timedelta(days=181)) == 1
    assert Candidate.objects.get().name == "Dora"


def test_an_application_that_nobody_took_up_is_counted_from_the_end_of_its_link(application, now):
    assert erase_due(now + timedelta(days=14 + 179)) == 0
    assert erase_due(now + timedelta(days=14 + 181)) == 1


def test_nobody_is_erased_while_they_write(sitting, now):
    assert erase_due(now + timedelta(days=400)) == 0


def test_an_answer_that_was_damaged_keeps_nobody_for_good(handed_in, now):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE hiring_answer SET text = 'v1.damaged'")
    assert erase_due(now + timedelta(days=181)) == 1
    assert not Application.objects.exists()


def test_who_cannot_be_erased_keeps_nobody_else_from_it(
    handed_in, opening, alice, now, monkeypatch, caplog
):
    add_candidate(opening=opening, name="Dora", email="dora@example.org", by=alice, now=now)
    gone = erasing.forget

    def broken(application):
        if application == handed_in.application:
            raise OSError("what it says may be anybody's words")
        gone(application)

    monkeypatch.setattr(erasing, "forget", broken)
    assert erase_due(now + timedelta(days=400)) == 1
    assert Application.objects.get() == handed_in.application
    assert f"application {handed_in.application.pk}: not erased: OSError" in caplog.text
    assert "anybody" not in caplog.text
