"""Files of a pack that stand beside its sheets: read by judges, refused here if they are a trap.

What they say is for their readers to check; here they are only kept from growing, when they are
read, into what no machine can hold.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections import deque
from collections.abc import Collection, Mapping

from .parse import decode, parse_json_lines, refuse_traps

MOST_UNPACKED = 200 * 1024 * 1024
"""Bytes of a file of numbers (.npz) when it is unpacked; the shipped one has 5 million."""


def check_beside(files: Mapping[str, bytes], sheets: Collection[str], faults: list[str]) -> None:
    """Add a fault for each file that could not be read safely.

    Args:
        files: bytes by path.
        sheets: those that are parsed strictly anyway.
        faults: takes what is wrong, one line each.
    """
    for name, content in files.items():
        if name in sheets:
            continue
        if name.endswith((".yaml", ".yml")):
            refuse_traps(name, content, faults)
        elif name.endswith(".json"):
            _check_json(name, content, faults)
        elif name.endswith(".jsonl"):
            deque(parse_json_lines(name, content, faults), maxlen=0)
        elif name.endswith(".npz"):
            _check_numbers(name, content, faults)


def _check_json(name: str, content: bytes, faults: list[str]) -> None:
    text = decode(name, content, faults)
    try:
        json.loads(text or "null")
    except RecursionError:
        faults.append(f"{name}: nested too deeply")
    except ValueError as error:
        faults.append(f"{name}: not valid JSON ({error})")


def _check_numbers(name: str, content: bytes, faults: list[str]) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            # Never more than this is unpacked of an entry, whatever else it holds.
            size = sum(one.file_size for one in packed.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        faults.append(f"{name}: is not a file of numbers (.npz)")
        return
    if size > MOST_UNPACKED:
        faults.append(f"{name}: is larger than {MOST_UNPACKED // 1024**2} MB when it is unpacked")
