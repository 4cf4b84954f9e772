"""Files that are small on disk and grow without end when they are read."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from evenhand.rubric import PackError, beside, files, load_pack, shipped_pack

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return shutil.copytree(shipped_pack(), tmp_path / "pack")


def said_of(pack: Path) -> str:
    with pytest.raises(PackError) as refused:
        load_pack(pack)
    (fault,) = refused.value.faults
    assert fault.isprintable()
    return fault


@pytest.mark.parametrize(
    "name", ["calibration/samples.yaml", "calibration/exemplars.yaml", "notes/more.yml"]
)
def test_aliases_that_stand_for_billions_of_entries_are_refused_wherever_they_are(
    pack: Path, name: str
) -> None:
    (pack / name).parent.mkdir(exist_ok=True)
    (pack / name).write_text(BOMB)
    assert said_of(pack) == f"{name}: line 2: aliases (*name) are not allowed; write the value out"


def test_lists_in_lists_without_end_are_refused(pack: Path) -> None:
    (pack / "calibration/embedded.json").write_text("[" * 200_000)
    assert said_of(pack) == "calibration/embedded.json: nested too deeply"
    (pack / "calibration/embedded.json").write_text("{}")
    (pack / "calibration/gate.yaml").write_text("- " * 100_000)
    assert "calibration/gate.yaml: line 1: nested too deeply" in said_of(pack)
    (pack / "calibration/gate.yaml").write_text("{}")
    (pack / "calibration/rated.jsonl").write_text("{}\n" + "[" * 200_000)
    assert said_of(pack) == "calibration/rated.jsonl:2: nested too deeply"


def test_a_small_file_that_unpacks_to_a_large_one_is_refused(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "MOST_UNPACKED", 10 * 1024 * 1024)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("line..npy", bytes(11 * 1024 * 1024))
    assert len(packed.getvalue()) < 20_000
    (pack / "calibration/embedded.npz").write_bytes(packed.getvalue())
    assert said_of(pack) == "calibration/embedded.npz: is larger than 10 MB when it is unpacked"


def test_a_file_of_numbers_that_is_none_is_said_to_be_none(pack: Path) -> None:
    (pack / "calibration/embedded.npz").write_bytes(b"PK\x03\x04 and no more")
    assert said_of(pack) == "calibration/embedded.npz: is not a file of numbers (.npz)"


def many(pack: Path) -> None:
    for number in range(12):
        (pack / f"more-{number}.txt").touch()


def large(pack: Path) -> None:
    (pack / "notes.txt").write_bytes(bytes(6 * 1024 * 1024))


@pytest.mark.parametrize("grow", [many, large])
def test_a_folder_that_is_no_pack_is_not_read_to_its_end(
    pack: Path, monkeypatch: pytest.MonkeyPatch, grow: Callable[[Path], None]
) -> None:
    monkeypatch.setattr(files, "MAX_FILES", 20)
    monkeypatch.setattr(files, "MAX_ALL", 16 * 1024 * 1024)
    load_pack(pack)
    grow(pack)
    assert "holds more than 20 files or 16 MB" in said_of(pack)


def test_numbers_said_to_be_more_than_any_machine_holds_are_a_broken_calibration(
    pack: Path,
) -> None:
    from evenhand.judges import JudgeError
    from evenhand.judges.storing import read

    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000,), }"
    header = header.ljust(117) + b"\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "line..npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
        )
    (pack / "calibration/embedded.npz").write_bytes(packed.getvalue())
    facts = json.loads((pack / "calibration/embedded.json").read_text())
    assert facts
    with pytest.raises(JudgeError, match="the calibration is broken"):
        read(load_pack(pack).root)
