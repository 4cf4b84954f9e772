"""What is taken from elsewhere is what its list says."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files

FOLDER = files("evenhand.web") / "static" / "vendor"


def test_every_vendored_file_is_listed_with_its_hash() -> None:
    listed = dict(
        re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (FOLDER / "README.md").read_text(), re.M)
    )
    found = {
        each.name: hashlib.sha256(each.read_bytes()).hexdigest()
        for each in FOLDER.iterdir()
        if each.name != "README.md"
    }
    assert found == listed
