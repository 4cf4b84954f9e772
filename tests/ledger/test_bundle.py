import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.ledger.conftest import Ledger, Maker

from evenhand.ledger import BundleError, Entry, NoteError, verify_bundle, write_bundle


def kinds(path: Path) -> list[str]:
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    return [next(iter(line)) for line in lines]


def test_checkpoints_stand_directly_after_the_entries_they_cover(
    tmp_path: Path, make_ledger: Maker
) -> None:
    path = make_ledger([{}, {}, {}], [0, 2]).write(tmp_path / "ledger.jsonl")
    assert kinds(path) == [
        "format",
        "checkpoint",
        "entry",
        "entry",
        "checkpoint",
        "entry",
        "checkpoint",
    ]


def test_the_last_checkpoint_says_how_many_there_are(tmp_path: Path, ledger: Ledger) -> None:
    lines = ledger.write(tmp_path / "ledger.jsonl").read_bytes().splitlines()
    heads = [json.loads(line) for line in lines if b"checkpoint" in line]
    assert [head.get("last") for head in heads] == [None, None, 3]


def test_the_number_of_entries_is_returned(tmp_path: Path, ledger: Ledger) -> None:
    path = tmp_path / "ledger.jsonl"
    assert write_bundle(path, ledger.entries, ledger.checkpoints, ledger.signer.vkey) == 12


def test_entries_are_streamed(tmp_path: Path, ledger: Ledger) -> None:
    path = tmp_path / "ledger.jsonl"
    write_bundle(path, iter(ledger.entries), iter(ledger.checkpoints), ledger.signer.vkey)
    assert verify_bundle(path, ledger.signer.vkey).ok


def test_the_bundle_is_for_its_owner_alone(tmp_path: Path, ledger: Ledger) -> None:
    path = ledger.write(tmp_path / "ledger.jsonl")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_failure_half_way_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, ledger: Ledger
) -> None:
    def failing() -> Iterator[tuple[Entry, bytes]]:
        yield ledger.entries[0]
        raise RuntimeError("the database went away")

    path = tmp_path / "ledger.jsonl"
    path.write_text("older")
    with pytest.raises(RuntimeError, match="went away"):
        write_bundle(path, failing(), ledger.checkpoints, ledger.signer.vkey)
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, ledger: Ledger) -> None:
    with pytest.raises(BundleError, match=r"missing.*cannot write"):
        ledger.write(tmp_path / "missing" / "ledger.jsonl")


def test_a_folder_in_the_files_place_is_an_error_and_leaves_nothing(
    tmp_path: Path, ledger: Ledger
) -> None:
    (tmp_path / "ledger.jsonl").mkdir()
    with pytest.raises(BundleError, match="cannot write"):
        ledger.write(tmp_path / "ledger.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.jsonl"]


def test_a_key_that_cannot_be_read_is_refused_before_anything_is_written(
    tmp_path: Path, ledger: Ledger
) -> None:
    with pytest.raises(NoteError):
        write_bundle(tmp_path / "ledger.jsonl", ledger.entries, ledger.checkpoints, "no key")
    assert not list(tmp_path.iterdir())


def test_damage_in_the_ledger_is_exported_and_found_by_the_verification(
    tmp_path: Path, ledger: Ledger
) -> None:
    entry, leaf = ledger.entries[5]
    ledger.entries[5] = (replace(entry, actor="person:8"), leaf)
    path = ledger.write(tmp_path / "edited.jsonl")
    report = verify_bundle(path, ledger.signer.vkey)
    assert [problem.seq for problem in report.problems] == [5]
    assert report.checkpoints == 3


def test_rows_deleted_from_the_ledger_are_found_by_the_verification(
    tmp_path: Path, ledger: Ledger
) -> None:
    del ledger.entries[10:]
    report = verify_bundle(ledger.write(tmp_path / "cut.jsonl"), ledger.signer.vkey)
    assert "12 entries but only 10 stand before it" in report.problems[0].what


def test_a_note_that_cannot_be_read_is_exported_and_found(tmp_path: Path, ledger: Ledger) -> None:
    ledger.checkpoints[1] = "scribbled over"
    report = verify_bundle(ledger.write(tmp_path / "scribbled.jsonl"), ledger.signer.vkey)
    assert "bad checkpoint" in report.problems[0].what
    assert report.checkpoints == 2
