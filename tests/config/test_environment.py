from pathlib import Path

import pytest

from evenhand.config import environment as env

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
