"""What lies in a pack folder: what is read, what is passed over, what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evenhand.rubric import PackError, load_pack
from evenhand.rubric.files import MAX_BYTES


def faults_of(folder: Path) -> tuple[str, ...]:
    with pytest.raises(PackError) as caught:
        load_pack(folder)
    return caught.value.faults


def test_a_missing_folder_says_so(tmp_path: Path) -> None:
    (fault, *_) = faults_of(tmp_path / "none")
    assert fault.endswith("none: there is no such folder; give the folder that holds pack.yaml")


def test_a_file_in_place_of_the_folder_says_so(folder: Path) -> None:
    (fault, *_) = faults_of(folder / "pack.yaml")
    assert fault.endswith("pack.yaml: is not a folder; give the folder that holds pack.yaml")


def test_an_empty_folder_names_every_file_that_is_missing(tmp_path: Path) -> None:
    assert faults_of(tmp_path) == (
        "pack.yaml: the file is missing",
        "rubric.yaml: the file is missing",
        "prompts.yaml: the file is missing",
        "probes.yaml: the file is missing",
        "loop.yaml: the file is missing",
        "golden/answers.jsonl: the file is missing",
    )


def test_a_folder_in_place_of_a_file_says_so(folder: Path) -> None:
    (folder / "loop.yaml").unlink()
    (folder / "loop.yaml").mkdir()
    assert faults_of(folder) == ("loop.yaml: is a folder, a file is expected",)


def test_a_file_over_the_limit_is_refused(folder: Path) -> None:
    with (folder / "notes.bin").open("wb") as big:
        big.truncate(MAX_BYTES)
    load_pack(folder)
    with (folder / "notes.bin").open("ab") as big:
        big.write(b"x")
    assert faults_of(folder) == ("notes.bin: is larger than 20 MB",)


def test_a_file_that_is_not_utf8_is_refused(folder: Path) -> None:
    (folder / "loop.yaml").write_bytes(b"rounds: \xff")
    assert faults_of(folder) == ("loop.yaml: line 1: not UTF-8 text",)


def test_a_link_that_leads_outside_is_refused(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    (folder / "loop.yaml").rename(outside)
    (folder / "loop.yaml").symlink_to(outside)
    (folder / "spare").symlink_to(tmp_path, target_is_directory=True)
    assert faults_of(folder) == (
        "spare: is a link to a folder; put the folder here",
        "loop.yaml: is a link that leads outside the pack folder",
    )


def test_a_link_to_a_file_of_the_pack_is_read(folder: Path) -> None:
    (folder / "loop.yaml").rename(folder / "loop-2.yaml")
    (folder / "loop.yaml").symlink_to("loop-2.yaml")
    assert len(load_pack(folder).rounds) == 3


def test_a_link_that_leads_nowhere_or_in_a_circle_is_refused(folder: Path) -> None:
    (folder / "gone").symlink_to("nowhere")
    (folder / "ring").symlink_to("ring")
    faults = sorted(faults_of(folder))
    assert [fault.partition(" (")[0] for fault in faults] == [
        "gone: cannot be read",
        "ring: cannot be read",
    ]


def test_a_pipe_is_refused_and_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert faults_of(folder) == ("pipe: is not an ordinary file",)


def test_the_pack_folder_itself_may_be_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    assert load_pack(tmp_path / "link") == load_pack(folder)


def test_a_file_name_that_is_not_text_does_no_harm(folder: Path) -> None:
    before = load_pack(folder).hash
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\n")).write_bytes(b"")
    assert load_pack(folder).hash != before


def test_the_message_names_the_folder_before_each_file_and_once(tmp_path: Path) -> None:
    with pytest.raises(PackError) as caught:
        load_pack(tmp_path)
    assert str(caught.value).splitlines()[0] == f"{tmp_path}/pack.yaml: the file is missing"
    with pytest.raises(PackError) as caught:
        load_pack(tmp_path / "none")
    assert str(caught.value).count(str(tmp_path)) == 1
