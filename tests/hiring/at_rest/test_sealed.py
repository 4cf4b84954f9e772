"""What people wrote is sealed in the database, opens in its row alone, survives a rotation."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.core.exceptions import FieldError
from django.db import connection, models
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from evenhand.hiring.at_rest import services
from evenhand.hiring.at_rest.cipher import SealBroken, seal, unseal
from evenhand.hiring.at_rest.fields import SealedTextField
from evenhand.hiring.at_rest.first import seal_existing, unseal_existing
from evenhand.hiring.at_rest.keys import KeysUnusable, add_key, alone, key_ring, make_first_key
from evenhand.hiring.at_rest.services import check_keys, forget, rotate
from evenhand.hiring.models import Answer, AnswerKey, KeptAside, LedgerEntry, Sitting
from evenhand.hiring.sittings.autosave import save

HOUR = timedelta(hours=1)
PLACE = ("hiring_answer", "text", "row")
NONE = {
    "Activation.reason": "staff about a panel",
    "Activation.ended_reason": "staff about a panel",
    "AnchorRating.marks": "figures",
    "DescribedJudge.sealed_key": "sealed with the secret key",
    "DescribedJudge.table": "how a model is reached",
    "DescribedPanel.table": "who is on a panel",
    "DriftAlarm.reason": "staff about a chart",
    "DriftChart.words": "words that three people used",
    "GroupQuestions.questions": "questions",
    "ImpactAudit.told": "counts",
    "GateRun.error": "about a panel",
    "GateRun.result": "figures",
    "JudgeSkip.reason": "why a model was not asked",
    "LedgerCheckpoint.note": "a signed digest",
    "LedgerEntry.facts": "digests and figures, kept for good",
    "LedgerHead.frontier": "digests",
    "LedgerKey.vkey": "a public key",
    "OpeningDraft.given": "about an opening",
    "PackDraft.body": "questions",
    "PackDraft.error": "about a pack",
    "PanelVersion.judges": "names of judges",
    "PoolEntry.rounds": "names of rounds",
    "ProbeChoice.levels": "figures",
    "ProbeChoice.weighed": "figures and ids",
    "Reading.redacted": "places in the text",
    "Sitting.prompts": "ids",
    "StoredFit.components": "figures",
    "StoredFit.held_back": "about a fit",
    "StoredFit.notes": "about a fit",
    "VerdictRow.distribution": "figures",
    "VerdictRow.marks": "figures",
    "VerdictRow.reason": "why a judge abstains",
}
"""Columns without a candidate's words, each with what it holds."""


@pytest.fixture(autouse=True)
def keys(settings: LazySettings, tmp_path: Path) -> Path:
    """Keys of each test's own, which the database knows."""
    settings.ANSWER_KEYS = tmp_path / "answer-keys"
    make_first_key()
    return settings.ANSWER_KEYS


@pytest.fixture
def known(db: None, keys: Path, now: datetime) -> None:
    AnswerKey.objects.all().delete()
    check_keys(now)


def put(sitting: Sitting, text: str, base: int, now: datetime, tab: str = "one") -> Any:
    return save(
        sitting=sitting, prompt="eval_search", text=text, base_revision=base, tab=tab,
        replace=False, now=now,
    )  # fmt: skip


def stored(table: str = "hiring_answer") -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT text FROM {table} ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"])), place=st.lists(st.text(
    alphabet=st.characters(exclude_categories=["Cs"])), min_size=3, max_size=4))  # fmt: skip
def test_what_is_sealed_opens_in_its_place(text: str, place: list[str]) -> None:
    assert unseal(seal(text, place), place) == text


@given(text=st.text(alphabet="ab é", max_size=12), data=st.data())
@hypothesis_settings(max_examples=50)
def test_a_changed_character_anywhere_does_not_open(text: str, data: st.DataObject) -> None:
    token = seal(text, PLACE)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda c: c != token[at]))
    with pytest.raises((SealBroken, KeysUnusable)):
        unseal(token[:at] + other + token[at + 1 :], PLACE)
    with pytest.raises((SealBroken, KeysUnusable)):
        unseal(token[:at], PLACE)


@pytest.mark.parametrize("at", range(3))
def test_what_is_moved_to_another_table_column_or_row_does_not_open(at: int) -> None:
    token, moved = seal("mine", PLACE), list(PLACE)
    moved[at] = "other"
    with pytest.raises(SealBroken, match="moved"):
        unseal(token, moved)


def test_the_database_holds_no_word_of_an_answer_or_of_a_version_kept_aside(
    sitting: Sitting, now: datetime
) -> None:
    put(sitting, "Xylograph one", 0, now)
    put(sitting, "Xylograph two", 0, now, tab="two")
    assert (Answer.objects.get().text, KeptAside.objects.get().text) == (
        "Xylograph one", "Xylograph two",
    )  # fmt: skip
    for token in stored() + stored("hiring_keptaside"):
        assert token.startswith("s1.")
        assert "Xylograph" not in token


def test_an_answer_copied_to_another_row_does_not_open(sitting: Sitting, now: datetime) -> None:
    put(sitting, "mine", 0, now)
    Answer.objects.create(sitting=sitting, prompt="other", text="theirs", saved_at=now)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE hiring_answer SET text = (SELECT text FROM hiring_answer WHERE prompt = %s) "
            "WHERE prompt = %s",
            ["eval_search", "other"],
        )
    with pytest.raises(SealBroken):
        _ = Answer.objects.get(prompt="other").text


def test_nothing_is_written_plain_and_nothing_compared(sitting: Sitting, now: datetime) -> None:
    put(sitting, "words", 0, now)
    with pytest.raises(TypeError, match="sealed"):
        str(Answer.objects.values_list("text", flat=True)[0])
    assert not Answer.objects.filter(text="").exists()
    with pytest.raises(TypeError, match="sealed"):
        Answer.objects.update(text="plain")
    with pytest.raises(TypeError, match="sealed"):
        Answer.objects.filter(text="words").exists()
    with pytest.raises(FieldError):
        Answer.objects.filter(text__contains="wor").exists()


def test_every_column_with_a_persons_words_is_sealed_or_says_why_not() -> None:
    named = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("hiring").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField | models.JSONField)
        and not isinstance(field, SealedTextField)
    }
    assert named == NONE.keys()


@pytest.mark.usefixtures("known")
def test_a_rotation_seals_everything_anew_and_is_an_entry(sitting: Sitting, now: datetime) -> None:
    put(sitting, "words", 0, now)
    put(sitting, "others", 0, now, tab="two")
    former = key_ring().current
    done = rotate(now)
    assert (done.former, done.resealed) == ((former,), 2)
    assert all(done.key in token for token in stored() + stored("hiring_keptaside"))
    assert (Answer.objects.get().text, KeptAside.objects.get().text) == ("words", "others")
    entry = LedgerEntry.objects.get(action="keys.rotated")
    assert entry.facts == {"key": done.key, "former": [former]}


@pytest.mark.usefixtures("known")
def test_a_rotation_that_was_cut_off_goes_on_with_the_same_key(
    sitting: Sitting, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        Answer.objects.create(sitting=sitting, prompt=f"p{number}", text="words", saved_at=now)
    monkeypatch.setattr(services, "_BATCH", 2)

    class Killed(BaseException):
        """As if the process had ended there."""

    def die(_count: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        rotate(now, die)
    key = key_ring().current
    assert sorted(token.split(".")[1] == key for token in stored()) == [False] * 3 + [True] * 2
    with pytest.raises(KeysUnusable, match="cut off"):
        forget(now + 2 * HOUR)
    assert rotate(now).key == key
    assert {one.text for one in Answer.objects.all()} == {"words"}
    assert all(key in token for token in stored())


@pytest.mark.usefixtures("known")
def test_killed_before_the_database_knows_the_new_key_it_is_used(
    sitting: Sitting, now: datetime
) -> None:
    put(sitting, "words", 0, now)
    with alone():
        key = add_key()
    put(sitting, "words more", 1, now)
    assert rotate(now).key == key
    assert Answer.objects.get().text == "words more"


@pytest.mark.usefixtures("known")
@given(writes=st.lists(st.integers(0, 3), max_size=6))
@hypothesis_settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_is_written_during_a_rotation_stays(
    sitting: Sitting, now: datetime, writes: list[int]
) -> None:
    Answer.objects.all().delete()
    for number in range(4):
        Answer.objects.create(sitting=sitting, prompt=f"p{number}", text=f"{number}", saved_at=now)
    expected = {f"p{number}": f"{number}" for number in range(4)}
    waiting = list(enumerate(writes))
    sealed = SealedTextField.sealed

    def written_meanwhile(field: SealedTextField, row: models.Model, value: Any) -> Any:
        # Between the moment that a row is read and the one in which it would be exchanged.
        token = sealed(field, row, value)
        if waiting:
            turn, number = waiting.pop()
            other = Answer.objects.get(prompt=f"p{number}")
            text = expected[other.prompt] = f"{number} anew {turn}"
            Answer.objects.filter(pk=other.pk).update(text=sealed(field, other, text))
        return token

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SealedTextField, "sealed", written_meanwhile)
        key = rotate(now).key
    assert {one.prompt: one.text for one in Answer.objects.all()} == expected
    assert all(key in token for token in stored())


@pytest.mark.usefixtures("known")
def test_a_text_written_late_behind_the_rotation_is_sealed_anew(
    sitting: Sitting, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Answer.objects.create(
        id=UUID(int=0), sitting=sitting, prompt="first", text="late", saved_at=now
    )
    (token,) = stored()
    Answer.objects.filter(pk=first.pk).update(text="")
    Answer.objects.create(sitting=sitting, prompt="other", text="words", saved_at=now)
    sealed = SealedTextField.sealed

    def written_behind(field: SealedTextField, row: models.Model, value: Any) -> Any:
        # By one who sealed it with the former key, where the rotation has been already.
        with connection.cursor() as cursor:
            cursor.execute("UPDATE hiring_answer SET text = %s WHERE prompt = 'first'", [token])
        monkeypatch.setattr(SealedTextField, "sealed", sealed)
        return sealed(field, row, value)

    monkeypatch.setattr(SealedTextField, "sealed", written_behind)
    key = rotate(now).key
    assert all(key in one for one in stored())
    assert {one.text for one in Answer.objects.all()} == {"late", "words"}


@pytest.mark.usefixtures("known")
def test_former_keys_are_forgotten_an_hour_later_and_not_before(
    sitting: Sitting, now: datetime, keys: Path
) -> None:
    put(sitting, "words", 0, now)
    held = Answer.objects.get()
    stale = held.__dict__["text"].token
    done = rotate(now)
    with pytest.raises(KeysUnusable, match="an hour"):
        forget(now)
    with connection.cursor() as cursor:  # one who sealed it before, and wrote it only now
        cursor.execute("UPDATE hiring_answer SET text = %s", [stale])
    assert forget(now + HOUR) == done.former
    assert list(key_ring().keys) == [done.key]
    assert keys.stat().st_mode & 0o077 == 0
    assert Answer.objects.get().text == "words"
    assert forget(now + HOUR) == ()


@pytest.mark.usefixtures("known")
def test_without_its_keys_nothing_is_read_or_written(
    sitting: Sitting, now: datetime, keys: Path
) -> None:
    put(sitting, "words", 0, now)
    kept = keys.rename(keys.with_name("kept"))
    for act in (lambda: check_keys(now), lambda: rotate(now), lambda: put(sitting, "w", 1, now)):
        with pytest.raises(KeysUnusable, match="is missing"):
            act()
    assert not keys.exists()
    make_first_key()
    for act in (lambda: check_keys(now), lambda: rotate(now), lambda: forget(now)):
        with pytest.raises(KeysUnusable, match="lacks the key"):
            act()
    kept.replace(keys)
    check_keys(now)
    assert Answer.objects.get().text == "words"


def test_a_damaged_line_of_the_file_is_named(keys: Path) -> None:
    line = keys.read_text()
    keys.write_text(line[:30] + ("A" if line[30] != "A" else "B") + line[31:])
    with pytest.raises(KeysUnusable, match="line 1, is damaged"):
        key_ring()


def test_two_processes_do_not_change_the_keys_at_once() -> None:
    with alone(), pytest.raises(KeysUnusable, match="another process"), alone():
        pass


@pytest.mark.usefixtures("known")
def test_the_migration_seals_what_was_plain_and_can_go_back(
    sitting: Sitting, now: datetime
) -> None:
    plain = "s1.looks sealed and is not"
    put(sitting, plain, 0, now)
    unseal_existing(apps, "default")
    assert stored() == [plain]
    seal_existing(apps, "default")
    assert stored()[0].startswith(f"s1.{key_ring().current}.")
    assert Answer.objects.get().text == plain
