"""A secret key that is missing is made where nothing rests on it yet, and asked for elsewhere.

Every command that needs the settings reads them by the same line, so the settings are read here.
"""

from __future__ import annotations

import json
import re
import runpy
import sqlite3
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings

from evenhand.cli import main
from evenhand.config import doctor, secret, serving, settings
from evenhand.config.environment import SettingError
from evenhand.hiring.compliance.volunteering import volunteer
from evenhand.hiring.models import Application, LedgerEntry, User, Volunteered

SETTINGS = settings.__file__


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("EVENHAND_HOME", str(tmp_path))
    for name in ("EVENHAND_DATABASE", "EVENHAND_SECRET_KEY"):
        # Set and then taken out, so that what `stand_in` sets goes with the test.
        monkeypatch.setenv(name, "")
    return tmp_path


def make_database(home: Path, accounts: int) -> None:
    with closing(sqlite3.connect(home / "evenhand.sqlite3")) as database, database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute(f"CREATE TABLE {User._meta.db_table} (id)")
        database.executemany("INSERT INTO hiring_user VALUES (?)", [(n,) for n in range(accounts)])


def read_settings() -> str:
    return str(runpy.run_path(SETTINGS)["SECRET_KEY"])


def test_a_new_home_makes_its_own_and_keeps_it(home: Path) -> None:
    made = read_settings()
    assert (home / "secret-key").read_text() == made
    assert (home / "secret-key").stat().st_mode & 0o077 == 0
    make_database(home, accounts=1)
    assert read_settings() == made


def test_so_does_a_home_whose_database_nobody_has_worked_with(home: Path) -> None:
    make_database(home, accounts=0)
    assert read_settings() == (home / "secret-key").read_text()


def test_beside_a_database_with_an_account_a_missing_one_is_asked_for(home: Path) -> None:
    make_database(home, accounts=1)
    with pytest.raises(SettingError, match=re.escape(f"{home / 'secret-key'} is missing")) as error:
        read_settings()
    assert "\n" not in str(error.value)
    assert "put the file" in str(error.value)
    assert "evenhand keys new-secret" in str(error.value)
    assert not (home / "secret-key").exists()


def test_one_that_the_environment_gives_is_used_as_it_is(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_database(home, accounts=1)
    monkeypatch.setenv("EVENHAND_SECRET_KEY", "from elsewhere")
    assert read_settings() == "from elsewhere"
    assert not (home / "secret-key").exists()


def test_who_looks_or_restores_goes_on_without_and_makes_none(home: Path) -> None:
    make_database(home, accounts=1)
    secret.stand_in()
    assert read_settings()
    assert not (home / "secret-key").exists()
    assert not secret.is_kept(home)


def test_what_stood_in_gives_way_to_the_one_that_is_made(home: Path) -> None:
    assert secret.end_stand_in() is None
    secret.stand_in()
    stood_in = read_settings()
    kept = secret.end_stand_in()
    assert kept == (home / "secret-key").read_text() == read_settings() != stood_in


@pytest.mark.django_db
def test_the_doctor_says_so(home: Path, settings: LazySettings, alice: User) -> None:
    settings.HOME = home
    secret.stand_in()
    lacking = doctor._secret()
    assert not lacking.ok
    assert lacking.seen == f"{home / 'secret-key'} is missing"
    assert "evenhand keys new-secret" in lacking.remedy
    secret.make_secret(home / "secret-key")
    assert doctor._secret().ok


def test_a_command_on_postgresql_names_the_secret_and_not_the_place(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENHAND_DATABASE", "postgresql:///evenhand")
    monkeypatch.setattr(secret, "_on_postgresql", lambda _address: True)
    assert serving._lived_in()
    with pytest.raises(SettingError, match="secret-key is missing"):
        secret.kept_secret(home)


@pytest.mark.django_db
def test_a_new_one_is_made_at_a_word_that_stays_in_the_record(
    home: Path,
    application: Application,
    alice: User,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Authenticator.objects.create(user=alice, type=Authenticator.Type.TOTP, data={})
    Authenticator.objects.create(user=alice, type=Authenticator.Type.WEBAUTHN, data={})
    volunteer(application=application, told={"sex": "Female"})
    arguments = ["keys", "new-secret", "--reason", "disk lost", "--by", alice.email, "--json"]
    monkeypatch.setattr(sys, "argv", ["evenhand", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code
    said = json.loads(capsys.readouterr().out)
    counts = {"links": 1, "factors": 1, "models": 0, "calendars": 0, "told": 1}
    assert said == {"out": str(home / "secret-key"), **counts}
    assert (home / "secret-key").exists()
    assert not Volunteered.objects.exists()
    entry = LedgerEntry.objects.get(action="secret.replaced")
    assert entry.actor == f"user:{alice.pk}"
    del counts["told"]
    assert entry.facts == {"reason": "disk lost", **counts}
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    assert f"nothing is lost: there is a secret key, in {home / 'secret-key'}" in (
        capsys.readouterr().err
    )
    assert LedgerEntry.objects.filter(action="secret.replaced").count() == 1
