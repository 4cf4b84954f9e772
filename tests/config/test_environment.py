import re
import runpy
from pathlib import Path

import pytest

from evenhand.config import environment as env

SETTINGS = env.__file__.replace("environment.py", "settings.py")
OPERATOR_GUIDE = Path(__file__).parents[2] / "docs" / "operator.md"


@pytest.mark.parametrize("setting", env.ALL, ids=lambda s: s.name)
def test_the_operator_guide_documents_the_setting_as_it_is(setting):
    row = next(
        line
        for line in OPERATOR_GUIDE.read_text().splitlines()
        if line.startswith(f"| `{setting.name}` |")
    )
    assert setting.meaning in row
    assert (f"`{setting.default}`" if setting.default else "empty") in row


def test_every_variable_that_the_settings_read_is_in_the_table():
    named = {value for value in vars(env).values() if isinstance(value, env.Setting)}
    assert named == set(env.ALL)


@pytest.mark.parametrize(
    ("written", "meant"), [("1", True), ("yes", True), ("0", False), ("", False)]
)
def test_a_flag_reads_yes_and_no(monkeypatch, written, meant):
    monkeypatch.setenv("EVENHAND_DEBUG", written)
    assert env.DEBUG.flag() is meant


def test_a_flag_that_is_neither_names_the_variable_and_what_to_write(monkeypatch):
    monkeypatch.setenv("EVENHAND_DEBUG", "maybe")
    with pytest.raises(env.SettingError, match="EVENHAND_DEBUG is 'maybe': write 1 or 0"):
        env.DEBUG.flag()


@pytest.mark.parametrize(
    ("written", "meant"), [("0", 0), ("23", 23), ("", 2), ("off", None), ("OFF", None)]
)
def test_an_hour_reads_an_hour_or_off(monkeypatch, written, meant):
    monkeypatch.setenv("EVENHAND_REFIT_AT", written)
    assert env.REFIT_AT.hour() == meant


@pytest.mark.parametrize("written", ["24", "-1", "2:30", "never"])
def test_an_hour_that_is_none_names_the_variable_and_what_to_write(monkeypatch, written):
    monkeypatch.setenv("EVENHAND_REFIT_AT", written)
    with pytest.raises(env.SettingError, match=r"EVENHAND_REFIT_AT is .*: write an hour from 0"):
        env.REFIT_AT.hour()


@pytest.mark.parametrize(
    "written",
    ["mysql://me:hush@host/x", "postgresql://me:hu/sh@host/x", "postgresql://me:hu#sh@host/x",
     "postgresql://me:hush@host:99999/x", "postgresql://me:hush@host:0/x"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_without_its_password(monkeypatch, written):
    monkeypatch.setenv("EVENHAND_DATABASE", written)
    with pytest.raises(env.SettingError, match="EVENHAND_DATABASE is no such address") as error:
        env.DATABASE.address("postgres", "postgresql")
    assert "hu" not in str(error.value)


def test_a_name_that_is_nearly_a_setting_is_told_and_others_are_not(monkeypatch):
    for name in ("EVENHAND_DATABSE", "EVENHAND_TEST_DATABASE", "EVENHAND_LOAD_SEATS", "HOMES"):
        monkeypatch.setenv(name, "x")
    (line,) = env.misspelt()
    assert line.startswith("EVENHAND_DATABSE is no setting")
    assert line.endswith("is EVENHAND_DATABASE meant?")


@pytest.mark.parametrize(
    ("name", "written", "said"),
    [
        ("EVENHAND_DATABASE", "postgresql://host/x?sslmode=require", "PGSSLMODE"),
        ("EVENHAND_EMAIL", "stmp://me:hush@mail", "EVENHAND_EMAIL is no such address"),
        ("EVENHAND_TIME_ZONE", "Mars", "EVENHAND_TIME_ZONE is 'Mars': write a name"),
        ("EVENHAND_BASE_URL", "localhost:8000", "EVENHAND_BASE_URL is 'localhost:8000'"),
        ("EVENHAND_HOME", "/dev/null", "EVENHAND_HOME is /dev/null, but"),
    ],
)
def test_the_settings_refuse_it_in_one_line_that_names_it(
    monkeypatch, tmp_path, name, written, said
):
    monkeypatch.setenv("EVENHAND_HOME", str(tmp_path))
    monkeypatch.setenv(name, written)
    with pytest.raises(env.SettingError, match=re.escape(said)) as error:
        runpy.run_path(SETTINGS)
    assert "\n" not in str(error.value)
    assert "hush" not in str(error.value)


def test_an_empty_secret_is_no_secret(monkeypatch, tmp_path):
    monkeypatch.setenv("EVENHAND_HOME", str(tmp_path))
    (tmp_path / "secret-key").touch()
    with pytest.raises(env.SettingError, match="secret-key is empty: put a copy"):
        runpy.run_path(SETTINGS)
