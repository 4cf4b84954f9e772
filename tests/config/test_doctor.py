"""What the doctor says of workers, of the database and of panels with LLM judges."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from evenhand.config import doctor
from evenhand.config.finding import Check
from evenhand.hiring.models import Sitting
from evenhand.hiring.workers.services import SILENT_AFTER, beat

pytestmark = pytest.mark.django_db


def hand_in(sitting: Sitting) -> None:
    at = timezone.now() - SILENT_AFTER - timedelta(seconds=1)
    Sitting.objects.filter(pk=sitting.pk).update(state="submitted", submitted_at=at)


def test_no_worker_is_fine_while_nobody_waits() -> None:
    check = doctor._workers()
    assert check.ok
    assert check.seen.startswith("0 at work, 0 silent;")


def test_a_sitting_that_waits_with_no_worker_alive_is_wrong(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(sitting)
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)
    beat("dead", moment - timedelta(hours=1))
    check = doctor._workers()
    assert not check.ok
    assert "0 at work, 1 silent, the latest beat 3600 s ago; 1 sittings" in check.seen


def test_with_a_worker_alive_it_will_be_read(sitting: Sitting) -> None:
    hand_in(sitting)
    beat("alive", timezone.now())
    assert doctor._workers().ok


def test_the_kind_of_database_is_named() -> None:
    assert doctor._database().seen.startswith(("SQLite 3.", "PostgreSQL 1"))


def test_which_key_of_a_panel_is_not_set(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PANELS_FILE = tmp_path / "mine.toml"
    settings.PANELS_FILE.write_text(
        '[judge.mid]\nkind = "openai"\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "m"\n'
        'key_env = "MISSING_KEY"\nprice = { input = 0, cached = 0, output = 0 }\n'
        '[panel.careful]\njudges = ["mid"]\n'
    )
    lacking = doctor._panels()
    assert not lacking.ok
    assert "describes careful; not set: MISSING_KEY" in lacking.seen
    monkeypatch.setenv("MISSING_KEY", "set")
    assert doctor._panels().ok


def test_a_file_of_panels_that_cannot_be_used_is_named_with_what_is_wrong(
    settings: Settings, tmp_path: Path
) -> None:
    settings.PANELS_FILE = tmp_path / "mine.toml"
    settings.PANELS_FILE.write_text("[panel.careful]\n")
    check = doctor._guarded("panels", doctor._panels, "correct it")
    assert not check.ok
    assert "mine.toml: panel.careful.judges" in check.seen


@pytest.mark.parametrize("end", ["?", ".", "!"])
def test_a_remedy_follows_the_end_of_the_sentence_that_there_is(end: str) -> None:
    assert Check("a", ok=False, seen=f"b{end}", remedy="c").line() == (
        f"WRONG a: b{end} To mend it: c"
    )
    assert Check("a", ok=False, seen="b", remedy="c").line().endswith("b. To mend it: c")


def test_a_home_below_what_is_no_folder_is_wrong(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path / "new" / "home"
    assert doctor._home().ok
    (tmp_path / "new").write_text("a file")
    check = doctor._home()
    assert not check.ok
    assert check.seen == f"{settings.HOME} cannot be made in {tmp_path}/new: that is no folder"
    assert check.remedy.startswith("set EVENHAND_HOME")
