"""Whatever is written of a person is sealed: every sealed column of somebody with a row in each."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import connection, models
from tests.hiring.privacy.filled import WORDS, fill

from evenhand.hiring.at_rest.cipher import SealBroken
from evenhand.hiring.at_rest.fields import SealedTextField, sealed, sealed_fields
from evenhand.hiring.at_rest.first import seal_existing, unseal_existing
from evenhand.hiring.at_rest.keys import KeysUnusable, key_ring, make_first_key
from evenhand.hiring.at_rest.services import check_keys, rotate
from evenhand.hiring.models import AnswerKey, Application, Interview, User

migration = import_module("evenhand.hiring.migrations.0033_all_words_sealed")
later = import_module("evenhand.hiring.migrations.0035_replies_and_groups_sealed")

FIELDS = {
    f"{model.__name__}.{field.name}": (model, field)
    for model in apps.get_app_config("hiring").get_models()
    for field in sealed_fields(model)
}


@pytest.fixture
def filled(
    application: Application,
    alice: User,
    now: datetime,
    settings: LazySettings,
    tmp_path: Path,
) -> None:
    settings.ANSWER_KEYS = tmp_path / "answer-keys"
    make_first_key()
    AnswerKey.objects.all().delete()
    check_keys(now)
    fill(application, alice, now)
    interview = Interview.objects.get()
    kit = sealed(interview, "kit", {"quotes": [WORDS]})
    Interview.objects.filter(pk=interview.pk).update(kit=kit)


def raw(name: str) -> list[str]:
    """Return what the database holds in a column."""
    model, field = FIELDS[name]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {field.column} FROM {model._meta.db_table}")
        return [value for (value,) in cursor.fetchall() if value]


def opened() -> dict[str, list[Any]]:
    found = defaultdict(list)
    for name, (model, field) in FIELDS.items():
        for row in model._default_manager.order_by("pk"):
            found[name].append(getattr(row, field.name))
    return found


@pytest.mark.usefixtures("filled")
def test_every_column_has_its_words_and_shows_none() -> None:
    words = opened()
    assert {name for name in FIELDS if WORDS not in str(words[name])} <= {"Reading.flags"}
    for name in FIELDS:
        assert raw(name), name
        assert all(token.startswith(f"s1.{key_ring().current}.") for token in raw(name)), name


def test_what_names_a_row_is_known_before_it_is_written() -> None:
    for name, (model, field) in FIELDS.items():
        for bound in field.bound_to:
            other = model._meta.get_field(bound)
            assert not isinstance(other, models.AutoField), name
            assert not other.null, name
            assert f"{model.__name__}.{bound}" not in FIELDS


@pytest.mark.usefixtures("filled")
def test_copied_to_another_row_it_does_not_open() -> None:
    for model, field in FIELDS.values():
        row = model._default_manager.exclude(**{field.name: ""}).first()
        assert row is not None
        for bound in field.bound_to:
            other = model._default_manager.get(pk=row.pk)
            setattr(other, model._meta.get_field(bound).attname, _another(other, bound))
            with pytest.raises(SealBroken):
                getattr(other, field.name)


def _another(row: models.Model, bound: str) -> Any:
    value = getattr(row, bound)
    if isinstance(value, int | float):
        return value + 1
    return type(value)(int=value.int + 1) if hasattr(value, "int") else f"{value}x"


@pytest.mark.usefixtures("filled")
def test_a_rotation_covers_every_column(now: datetime) -> None:
    before, key = opened(), rotate(now).key
    assert opened() == before
    for name in FIELDS:
        assert all(token.startswith(f"s1.{key}.") for token in raw(name)), name


@pytest.mark.usefixtures("filled")
def test_the_migration_seals_its_own_columns_alone_and_can_go_back() -> None:
    before, others = opened(), FIELDS.keys() - set(migration.SEALED)
    assert others == {
        "AccommodationRequest.message", "AccommodationRequest.reply", "Answer.text",
        "Contest.reason", "KeptAside.text", "VerdictRow.quotes", *later.SEALED,
    }  # fmt: skip
    tokens = {name: raw(name) for name in others}
    unseal_existing(apps, "default", migration.SEALED)
    assert WORDS in raw("Interview.kit")[0]
    assert not any(value.startswith("s1.") for name in migration.SEALED for value in raw(name))
    assert {name: raw(name) for name in others} == tokens
    seal_existing(apps, "default", migration.SEALED)
    assert opened() == before
    assert all(value.startswith("s1.") for name in migration.SEALED for value in raw(name))
    assert {name: raw(name) for name in others} == tokens


@pytest.mark.usefixtures("filled")
def test_what_was_volunteered_is_sealed_by_the_later_one_and_can_go_back() -> None:
    before = opened()
    unseal_existing(apps, "default", later.SEALED)
    assert json.loads(raw("Volunteered.told")[0]) == {"sex": WORDS}
    seal_existing(apps, "default", later.SEALED)
    assert opened() == before
    assert all(value.startswith("s1.") for value in raw("Volunteered.told"))


@pytest.mark.usefixtures("filled")
def test_nothing_is_sealed_with_the_key_of_another_database(settings: LazySettings) -> None:
    unseal_existing(apps, "default", later.SEALED)
    settings.ANSWER_KEYS.unlink()
    make_first_key()
    with pytest.raises(KeysUnusable, match="lacks the key"):
        seal_existing(apps, "default", later.SEALED)
    assert json.loads(raw("Volunteered.told")[0]) == {"sex": WORDS}


@pytest.mark.usefixtures("filled")
def test_a_rotation_names_the_row_that_was_changed(now: datetime) -> None:
    interview = Interview.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE hiring_interview SET kit = substr(kit, 1, 60)")
    with pytest.raises(SealBroken, match=f"hiring_interview kit: .*: row {interview.pk}"):
        rotate(now)


@pytest.mark.usefixtures("filled")
def test_none_stays_none() -> None:
    Interview.objects.update(kit=None)
    assert raw("Interview.kit") == []
    unseal_existing(apps, "default", migration.SEALED)
    seal_existing(apps, "default", migration.SEALED)
    interview = Interview.objects.get()
    assert interview.kit is None
    interview.save()
    assert Interview.objects.filter(kit__isnull=True).exists()
    assert isinstance(Interview._meta.get_field("kit"), SealedTextField)
