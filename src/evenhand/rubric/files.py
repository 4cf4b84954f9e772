"""Reads the files of a pack folder, once: what is hashed is what is parsed."""

from __future__ import annotations

import os
from pathlib import Path

MAX_BYTES = 20 * 1024 * 1024
MAX_ALL = 100 * 1024 * 1024
"""Bytes of all files of a pack together; the shipped one has 3 million."""
MAX_FILES = 1_000
REQUIRED = (
    "pack.yaml",
    "rubric.yaml",
    "prompts.yaml",
    "probes.yaml",
    "loop.yaml",
    "golden/answers.jsonl",
)


def read_files(root: Path) -> tuple[dict[str, bytes], list[str]]:
    """Read every file below `root`, apart from hidden ones and `__pycache__`.

    Args:
        root: the pack folder.

    Returns:
        The bytes by relative path (with `/`), and the faults, one line each. Never raises OSError.
    """
    if not root.is_dir():
        what = "is not a folder" if root.exists() else "there is no such folder"
        return {}, [f"{root}: {what}; give the folder that holds pack.yaml"]
    files: dict[str, bytes] = {}
    faults: list[str] = []
    top = root.resolve()

    def unreadable(error: OSError) -> None:
        faults.append(f"{error.filename}: cannot be read ({error.strerror})")

    for folder, subfolders, names in os.walk(top, onerror=unreadable):
        here = Path(folder)
        for name in list(subfolders):
            if _ignored(name):
                subfolders.remove(name)
            elif (here / name).is_symlink():
                subfolders.remove(name)
                faults.append(
                    f"{_shown(here / name, top)}: is a link to a folder; put the folder here"
                )
        for name in names:
            if _ignored(name):
                continue
            _read_one(here / name, top, files, faults)
            if len(files) + len(faults) > MAX_FILES or sum(map(len, files.values())) > MAX_ALL:
                return {}, [_too_much(root)]
    faults += [_missing(name, top) for name in REQUIRED if _absent(name, files, faults)]
    return files, faults


def _too_much(root: Path) -> str:
    return (
        f"{root}: holds more than {MAX_FILES:,} files or {MAX_ALL // 1024**2} MB; a pack is a few "
        "small files, so give the folder that holds pack.yaml"
    )


def _ignored(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__"


def _shown(path: Path, top: Path) -> str:
    return path.relative_to(top).as_posix()


def _absent(name: str, files: dict[str, bytes], faults: list[str]) -> bool:
    return name not in files and not any(fault.startswith(f"{name}:") for fault in faults)


def _missing(name: str, top: Path) -> str:
    if (top / name).is_dir():
        return f"{name}: is a folder, a file is expected"
    return f"{name}: the file is missing"


def _read_one(path: Path, top: Path, files: dict[str, bytes], faults: list[str]) -> None:
    shown = _shown(path, top)
    try:
        target = path.resolve(strict=True)
        if not target.is_relative_to(top):
            faults.append(f"{shown}: is a link that leads outside the pack folder")
        elif not target.is_file():
            # A pipe or a device would block or never end.
            faults.append(f"{shown}: is not an ordinary file")
        elif target.stat().st_size > MAX_BYTES:
            faults.append(f"{shown}: is larger than {MAX_BYTES // 1024**2} MB")
        else:
            files[shown] = target.read_bytes()
    except (OSError, RuntimeError) as error:
        # Python 3.11 and 3.12 report a loop of links as RuntimeError.
        reason = getattr(error, "strerror", None) or "a link that leads nowhere"
        faults.append(f"{shown}: cannot be read ({reason})")
