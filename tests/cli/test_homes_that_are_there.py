"""Every command says what it needs of a home: none, one that is there, or that it makes one.

One that needs a home that is there opens it by `reopen`, which refuses any other place and makes
nothing in it (tests/config/test_serving.py). The table names every command: a new one that is not
in it fails.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import pytest

from evenhand.cli import cli, main
from evenhand.config import serving
from evenhand.config.environment import SettingError

NONE = {
    "score", "measure", "focus", "gate", "redteam", "replay", "study concordance",
    "study validity", "ledger verify", "ledger prove", "ledger witness",
}  # fmt: skip
"""They read files, and no database."""
MAKE = {"serve", "work", "add-user", "restore"}
"""The first steps in a new home."""
LOOKS = {"doctor"}
"""It finds that there is none (tests/cli/test_commands.py)."""
REOPEN = {
    "refit": [],
    "change-duty": ["ann@company.example", "member"],
    "close-account": ["ann@company.example"],
    "password-link": ["ann@company.example"],
    "reopen-account": ["ann@company.example"],
    "reset-factors": ["ann@company.example"],
    "backup": ["monday.tar.gz"],
    "keys rotate": [],
    "keys forget": [],
    "keys new-secret": ["--reason", "lost", "--by", "ann@company.example"],
    "ledger export": ["ledger.jsonl"],
    "ledger new-key": ["--reason", "lost", "--by", "ann@company.example"],
    "ledger cosign": [__file__, "--witness", __file__, "--size", "1"],
}
"""They look after a database that is there; with enough words to be run."""


def commands(group: click.Group = cli, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_the_table_has_every_command_once() -> None:
    assert sorted([*NONE, *MAKE, *LOOKS, *REOPEN]) == sorted(commands())


@pytest.mark.parametrize("command", REOPEN)
def test_it_makes_nothing_where_no_database_is(
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    def refuse() -> None:
        raise SettingError("no database of Evenhand is there")

    def make() -> None:
        raise AssertionError(f"{command} makes a database where there is none")

    monkeypatch.setattr(serving, "reopen", refuse)
    monkeypatch.setattr(serving, "make_ready", make)
    monkeypatch.setattr(serving, "set_up", make)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["evenhand", *command.split(), *REOPEN[command]])
    with pytest.raises(SystemExit) as end:
        main()
    out, err = capfd.readouterr()
    assert (end.value.code, out, err.count("\n")) == (2, "", 1), err
    assert "no database of Evenhand is there" in err
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_another_program_is_left_as_it_is(
    evenhand: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "home").mkdir()
    file = tmp_path / "home" / "evenhand.sqlite3"
    with closing(sqlite3.connect(file)) as theirs:
        theirs.execute("CREATE TABLE theirs (id)")
    ran = evenhand("refit")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1), ran.err
    assert f"EVENHAND_HOME is {tmp_path / 'home'}" in ran.err
    with closing(sqlite3.connect(file)) as theirs:
        assert theirs.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
