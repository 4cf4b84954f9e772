"""A copy of the shipped pack that a test may spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evenhand.rubric import PackError, load_pack, shipped_pack

Spoil = Callable[[str, str, str], tuple[str, ...]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped_pack(), tmp_path / "pack"))


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    """Replace the first `old` in a file by `new`, and return the faults that loading reports."""

    def spoil(name: str, old: str, new: str) -> tuple[str, ...]:
        file = folder / name
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), "utf-8")
        with pytest.raises(PackError) as caught:
            load_pack(folder)
        return caught.value.faults

    return spoil
