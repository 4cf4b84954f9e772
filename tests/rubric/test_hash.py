"""The content hash names exactly one content."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from evenhand.rubric import load_pack, shipped_pack
from evenhand.rubric.hash import content_hash, source_hash

paths = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
packs = st.dictionaries(paths, st.binary(max_size=20), max_size=5)


def test_it_is_the_documented_stream_of_bytes() -> None:
    stream = (
        b"evenhand-pack/1\n"
        + b"\0\0\0\0\0\0\0\x01a" + b"\0\0\0\0\0\0\0\x02hi"
        + b"\0\0\0\0\0\0\0\x03b/c" + b"\0\0\0\0\0\0\0\0"
    )  # fmt: skip
    assert content_hash({"b/c": b"", "a": b"hi"}) == hashlib.sha256(stream).hexdigest()


@given(packs)
def test_the_order_of_files_does_not_matter(files: dict[str, bytes]) -> None:
    assert content_hash(dict(reversed(files.items()))) == content_hash(files)


@given(packs, packs)
def test_two_contents_never_share_a_hash(a: dict[str, bytes], b: dict[str, bytes]) -> None:
    assert (content_hash(a) == content_hash(b)) == (a == b)


def test_names_and_contents_cannot_run_into_each_other() -> None:
    assert content_hash({"ab": b"c"}) != content_hash({"a": b"bc"})
    assert content_hash({"a": b"", "b": b""}) != content_hash({"a": b"b"})


@given(st.data())
def test_any_changed_byte_changes_the_hash(data: st.DataObject) -> None:
    root = shipped_pack()
    files = {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*.yaml")}
    name = data.draw(st.sampled_from(sorted(files)))
    at = data.draw(st.integers(0, len(files[name]) - 1))
    changed = bytearray(files[name])
    changed[at] ^= data.draw(st.integers(1, 255))
    assert content_hash({**files, name: bytes(changed)}) != content_hash(files)


def test_the_calibration_counts_for_the_hash_but_not_for_the_source_hash(folder: Path) -> None:
    before = load_pack(folder)
    (folder / "calibration").mkdir(exist_ok=True)
    (folder / "calibration" / "more.bin").write_bytes(b"\xff\0")
    after = load_pack(folder)
    assert after.hash != before.hash
    assert after.source_hash == before.source_hash


def test_a_file_that_only_looks_like_calibration_counts() -> None:
    assert source_hash({"calibration.md": b"", "golden/calibration/x": b""}) != source_hash({})


def test_a_file_that_evenhand_does_not_know_counts(folder: Path) -> None:
    before = load_pack(folder)
    (folder / "NOTES.md").write_text("Why we changed level 3.", "utf-8")
    after = load_pack(folder)
    assert after.hash != before.hash
    assert after.source_hash != before.source_hash


def test_hidden_files_and_byte_code_do_not_count(folder: Path) -> None:
    before = load_pack(folder).hash
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_bytes(b"x")
    (folder / "golden" / "__pycache__").mkdir()
    (folder / "golden" / "__pycache__" / "a.pyc").write_bytes(b"x")
    assert load_pack(folder).hash == before


def test_neither_the_place_nor_the_time_of_a_pack_counts(folder: Path) -> None:
    os.utime(folder / "pack.yaml", (0, 0))
    (folder / "pack.yaml").chmod(0o600)
    assert load_pack(folder).hash == load_pack(shipped_pack()).hash
