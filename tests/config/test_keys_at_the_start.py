"""With a file of keys that is missing or another database's, nothing starts and nothing is written.

By the command itself, in this process: `evenhand serve`, `work` and `doctor`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from tests.browser.place import free_port

from evenhand.cli import main
from evenhand.config import doctor
from evenhand.config.finding import Check
from evenhand.hiring.at_rest.keys import make_first_key
from evenhand.hiring.at_rest.services import check_keys
from evenhand.hiring.models import AnswerKey, LedgerEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(settings: LazySettings, tmp_path: Path, now: datetime) -> Path:
    settings.ANSWER_KEYS = tmp_path / "answer-keys"
    make_first_key()
    AnswerKey.objects.all().delete()
    check_keys(now)
    return settings.ANSWER_KEYS


def missing(keys: Path) -> None:
    keys.unlink()


def anothers(keys: Path) -> None:
    keys.unlink()
    make_first_key()


def damaged(keys: Path) -> None:
    keys.write_text(keys.read_text()[:-6] + "\n")


CASES = [(missing, "is missing"), (anothers, "lacks the key"), (damaged, "line 1, is damaged")]


def ended(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["evenhand", *arguments])
    # Where it is not set, `serve` sets it for the process, which other tests have after this one.
    monkeypatch.setenv("EVENHAND_BASE_URL", "http://localhost:8000")
    with pytest.raises(SystemExit) as end:
        main()
    return int(str(end.value.code))


def written(keys: Path) -> tuple[object, ...]:
    beside = {one.name: one.read_bytes() for one in keys.parent.iterdir() if one.is_file()}
    return beside, list(AnswerKey.objects.values_list()), LedgerEntry.objects.count()


@pytest.mark.parametrize(("spoil", "says"), CASES)
@pytest.mark.parametrize("command", ["serve", "work", "keys rotate"])
def test_it_does_not_start_and_says_why_in_one_line(
    keys: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    command: str,
    spoil: Callable[[Path], None],
    says: str,
) -> None:
    spoil(keys)
    before = written(keys)
    port = ["--port", str(free_port())] if command == "serve" else []
    assert ended(monkeypatch, *command.split(), *port) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith(f"evenhand: {keys}")
    assert err.count("\n") == 1
    assert says in err
    assert "put" in err
    assert written(keys) == before


@pytest.mark.usefixtures("alice")
def test_the_doctor_names_it(
    keys: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for slow in ("_judges", "_panels", "_report"):
        monkeypatch.setattr(doctor, slow, lambda: Check("not looked at", ok=True, seen=""))
    assert ended(monkeypatch, "doctor") == 0
    good = keys.read_text()
    for spoil, says in CASES:
        keys.write_text(good)
        spoil(keys)
        before = written(keys)
        capfd.readouterr()
        assert ended(monkeypatch, "doctor") == 1
        (wrong,) = (one for one in capfd.readouterr().out.splitlines() if one.startswith("WRONG"))
        assert wrong.startswith("WRONG answers: ")
        assert says in wrong
        assert written(keys) == before
