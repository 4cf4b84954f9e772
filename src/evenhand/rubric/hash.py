"""The content hash that names a pack.

SHA-256 over a fixed header and then, for every file in the order of its path's bytes, four parts:
the length of the path (8 bytes, big-endian), the path (relative, `/` between its parts), the length
of the content (8 bytes, big-endian), the content. Since each part says how long it is, two packs
with different files cannot run together into the same stream of bytes.

Hidden files and `__pycache__` are no part of a pack. File times and permissions do not count.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping

HEADER = b"evenhand-pack/1\n"
UNREAD = ("calibration/", "roleplay.yaml")
"""What no calibration is made from: its own files, and scenes that no judge ever reads."""


def content_hash(files: Mapping[str, bytes]) -> str:
    """Hash a set of files.

    Args:
        files: the bytes of each file by its path relative to the pack folder.

    Returns:
        64 hexadecimal digits.
    """
    digest = hashlib.sha256(HEADER)
    for path, content in sorted((os.fsencode(path), content) for path, content in files.items()):
        for part in (path, content):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def source_hash(files: Mapping[str, bytes]) -> str:
    """Hash the files that a calibration is made from: all of them but those `UNREAD`."""
    return content_hash({p: content for p, content in files.items() if not p.startswith(UNREAD)})
