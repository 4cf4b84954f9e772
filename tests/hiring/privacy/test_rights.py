"""A copy of everything, an end of everything, and no table that is forgotten in either."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from tests.hiring.privacy.filled import OUTLIVING, WORDS, fill

from evenhand.hiring.decisions.models import Outcome
from evenhand.hiring.errors import FieldError
from evenhand.hiring.models import (
    Application,
    Candidate,
    Feedback,
    LedgerEntry,
    Opening,
    User,
)
from evenhand.hiring.openings.erasing import erase_now, what_goes
from evenhand.hiring.openings.services import add_candidate
from evenhand.hiring.privacy.exporting import FORMAT, RATINGS_WAIT, personal_data
from evenhand.hiring.privacy.hanging import hanging, rows_of
from evenhand.hiring.privacy.treated import TREATED
from evenhand.hiring.record.services import export_ledger
from evenhand.ledger import verify_bundle

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(application: Application, alice: User, now: datetime) -> Application:
    return fill(application, alice, now)


def everywhere(*words: str) -> list[str]:
    """Return every table that holds one of these words, in whatever column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            text = "\n".join(str(row) for row in cursor.fetchall()).lower()
            found += [f"{table}: {word}" for word in words if word.lower() in text]
    return found


def test_every_table_that_hangs_on_a_person_is_in_the_copy_or_says_why_not() -> None:
    assert {model.__name__ for model in hanging()} == set(TREATED)


def test_every_table_with_a_foreign_key_that_ends_at_a_person_hangs_on_one() -> None:
    found: set[type[Model]] = {Application, Candidate}
    while more := {
        model
        for model in apps.get_models(include_auto_created=True)
        if model not in found
        and any(column.related_model in found for column in model._meta.concrete_fields)
    }:
        found |= more
    assert set(hanging()) == found


def test_every_column_that_is_left_out_is_there_to_be_left_out() -> None:
    for model in hanging():
        columns = {column.name for column in model._meta.concrete_fields}
        assert set(TREATED[model.__name__].left_out) <= columns


def test_the_copy_has_a_row_of_every_table(filled: Application, now: datetime) -> None:
    found = personal_data(filled, now)
    assert found["format"] == FORMAT
    told = {name for name, how in TREATED.items() if not how.why_not}
    assert {name for name, table in found["tables"].items() if table["rows"]} == told
    assert json.loads(json.dumps(found)) == found
    (person,) = found["tables"]["Candidate"]["rows"]
    assert (person["name"], person["email"]) == ("Charlie Cole", "charlie@example.org")


def test_the_copy_names_nobody_else(
    filled: Application, opening: Opening, alice: User, now: datetime
) -> None:
    dora = add_candidate(
        opening=opening, name="Dora Dee", email="dora@example.org", by=alice, now=now
    )
    User.objects.filter(pk=alice.pk).update(last_name="Unnamed")
    text = json.dumps(personal_data(filled, now))
    assert "Dora" not in text
    assert str(dora.pk) not in text
    assert "Unnamed" not in text
    assert f"user:{alice.pk}" not in text
    assert '"rater": "rater 1"' in text


def test_what_an_interviewer_has_not_locked_is_not_in_the_copy(
    filled: Application, now: datetime
) -> None:
    filled.interviews.update(state="begun")
    found = personal_data(filled, now)["tables"]
    assert not any(found[name]["rows"] for name in ("Scorecard", "KeptCard", "CardLevel", "Stamp"))


def test_what_one_rater_gave_is_not_in_the_copy_before_the_other_one_did(
    filled: Application, now: datetime
) -> None:
    for row in rows_of_named("Anchor", filled):
        type(row).objects.update(locked=1)
    assert personal_data(filled, now)["tables"]["AnchorRating"]["rows"] == []


RATES = {
    "VerdictRow", "AnswerScore", "EstimateRow", "AnchorRating", "Scorecard", "KeptCard",
    "CardLevel", "AdvanceOpinion", "DisagreementNote", "Lean", "RankRow", "TopRow", "GateFlip",
}  # fmt: skip


def test_a_persons_own_copy_has_no_rating_before_feedback_or_a_final_decision(
    filled: Application, now: datetime
) -> None:
    filled.decisions.update(outcome=Outcome.HOLD)
    Feedback.objects.filter(application=filled).delete()
    found = personal_data(filled, now, own=True)
    assert not RATES & set(found["tables"])
    assert all(found["tables"][name]["rows"] for name in ("Answer", "Reading", "Interview"))
    (choice,) = found["tables"]["ProbeChoice"]["rows"]
    assert not {"levels", "weighed"} & set(choice)
    assert str(RATINGS_WAIT) in [one["why"] for one in found["left_out"]]
    assert found["record"] == personal_data(filled, now)["record"]
    assert set(personal_data(filled, now)["tables"]) >= RATES


@pytest.mark.parametrize("first", ["feedback", "decision"])
def test_a_persons_own_copy_is_whole_from_whichever_comes_first(
    filled: Application, now: datetime, first: str
) -> None:
    if first == "feedback":
        filled.decisions.update(outcome=Outcome.HOLD)
    else:
        filled.decisions.update(outcome=Outcome.NOT_ADVANCE)
        Feedback.objects.filter(application=filled).delete()
    found = personal_data(filled, now, own=True)
    assert set(found["tables"]) >= RATES
    assert str(RATINGS_WAIT) not in [one["why"] for one in found["left_out"]]


def rows_of_named(name: str, application: Application) -> list[object]:
    model = next(one for one in hanging() if one.__name__ == name)
    return list(rows_of(model, application))


def test_after_erasing_no_table_holds_a_word_of_the_person_and_the_ledger_verifies(
    filled: Application, alice: User, now: datetime, tmp_path: Path
) -> None:
    words = ("Charlie Cole", "charlie@example.org", WORDS)
    assert len(everywhere(*words)) > 10
    assert erase_now(application=filled, reason="asked", by=alice, now=now)
    assert everywhere(*words) == []
    for model in hanging():
        left = model._default_manager.count()
        assert left == (1 if model.__name__ in OUTLIVING else 0), model
    export_ledger(tmp_path / "ledger.jsonl", now=now)
    assert verify_bundle(tmp_path / "ledger.jsonl").ok
    last = LedgerEntry.objects.order_by("seq").last()
    assert last is not None
    assert (last.action, last.actor) == ("application.erased", f"user:{alice.pk}")
    assert last.facts == {"why": "asked"}


def test_what_is_said_to_go_is_what_goes(filled: Application, alice: User, now: datetime) -> None:
    before = {model: model._default_manager.count() for model in hanging()}
    said = what_goes([filled])
    erase_now(application=filled, reason="mistake", by=alice, now=now)
    gone = {model: count - model._default_manager.count() for model, count in before.items()}
    assert dict(said) == {model: count for model, count in gone.items() if count}


def test_a_person_with_another_application_keeps_name_and_address(
    filled: Application, opening: Opening, alice: User, now: datetime
) -> None:
    other = Opening.objects.get(pk=opening.pk)
    other.pk, other._state.adding = None, True
    other.save(force_insert=True)
    add_candidate(
        opening=other, name="Charlie Cole", email="charlie@example.org", by=alice, now=now
    )
    assert Candidate not in what_goes([filled])
    erase_now(application=filled, reason="asked", by=alice, now=now)
    assert Candidate.objects.count() == 1


def test_erasing_twice_is_once_and_wants_a_reason_of_the_list(
    filled: Application, alice: User, now: datetime
) -> None:
    with pytest.raises(FieldError, match="reason"):
        erase_now(application=filled, reason="Charlie asked", by=alice, now=now)
    assert erase_now(application=filled, reason="asked", by=alice, now=now)
    assert not erase_now(application=filled, reason="asked", by=alice, now=now)
    assert LedgerEntry.objects.filter(action="application.erased").count() == 1
