from datetime import timedelta

import pytest

from evenhand.hiring.models import Answer, Application, Candidate, LedgerEntry
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
