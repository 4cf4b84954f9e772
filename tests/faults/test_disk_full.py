"""A disk that is really full: a small file system in memory, with the home on it.

Run at night (EVENHAND_TEST_DISK_FULL=1), where the tests may mount;
tests/web/test_storage_faults.py runs always.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from tests.faults.acting import Browser, Diary, Writer
from tests.faults.rounds import look, wait_for_the_worker
from tests.faults.stricken import Stricken
from tests.support import wait_until

MEGABYTES = 48


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if not os.environ.get("EVENHAND_TEST_DISK_FULL"):
        pytest.skip("set EVENHAND_TEST_DISK_FULL=1 to run it")
    mounted = tmp_path / "disk"
    mounted.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "none", str(mounted)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a file system")
    yield mounted
    subprocess.run(["umount", "--lazy", str(mounted)], check=True)


def fill(disk: Path) -> Path:
    """Write until nothing more fits."""
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)
    return filler


@pytest.mark.faults
def test_on_a_full_disk_nothing_is_lost_and_all_goes_on_when_there_is_room(
    small_disk: Path, tmp_path: Path
) -> None:
    home = small_disk / "home"
    home.mkdir()
    site = Stricken(home, cluster=None)
    site.log = tmp_path / "processes.log"
    try:
        staged = site.run("tests.faults.stage_of_rounds", "0")
        assert staged.returncode == 0, staged.stderr[-2000:]
        stage = json.loads(staged.stdout.splitlines()[-1])
        site.start("server")
        site.start("worker")
        diary, browser = Diary(), Browser(site.port, threading.Event())
        writer = Writer(browser, diary, Random(1))
        writer.sit(stage["sittings"][1], hands_in=False)
        writer.sit(stage["sittings"][0], hands_in=True)  # last, so that the worker has it in hand
        filler = fill(small_disk)
        one = stage["sittings"][1]
        address = f"{one['path']}save/{one['prompts'][0]}"
        payload = {"text": "x" * 190_000, "base_revision": 9, "tab": "t", "replace": False}
        statuses = {browser.send(address, payload)[0] for _ in range(5)}
        assert statuses == {0}, "a 5xx, which the page's script sends again"
        # What the worker has in hand it gives up meanwhile, and cannot even write that down.
        wait_until(
            lambda: site.log.read_text().count("sweep: OperationalError; trying again") > 1,
            what="the worker to meet the full disk",
        )
        said = site.run("evenhand", "doctor")
        assert said.returncode == 1
        assert "WRONG home" in said.stdout
        os.truncate(filler, 0)
        writer.sit(stage["sittings"][2], hands_in=True)
        wait_for_the_worker(site, 90)
        found = look(site, diary)
        assert found.faults == []
        web = [line for line in site.log.read_text().splitlines() if "django.request" in line]
        assert any("database or disk is full; `evenhand doctor`" in line for line in web)
    finally:
        site.end()
