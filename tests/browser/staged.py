"""Homes with what the browser tests look at: filled once a run, and copied by each process of it.

`python -m tests.browser.staged` fills the home that the environment names, and prints the addresses
as JSON: `people` alone, or all that is staged. `python -m tests.browser.staged RUN` makes the
original ahead of time, while the workers of a run collect their tests.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests import homes
from tests.support import set_up_django

URL: Final = "http://stage.localhost"
"""Stands in the links until a copy has an address of its own."""
PEOPLE: Final = "people"
ALL: Final = "all"


def furnish(home: Path, run: Path, url: str, what: str = ALL) -> dict[str, Any]:
    """Put a filled home where there is none yet; return its addresses, of each stage by its name.

    Args:
        home: Where the program under test will live.
        run: The folder that all processes of this test run share; keeps the originals.
        url: What the links begin with.
        what: PEOPLE for candidates with their links and nobody's work for a worker, or ALL.
    """
    original = _original(what, run)
    shutil.copytree(original / "home", home)
    places: dict[str, Any] = json.loads((original / "places.json").read_text().replace(URL, url))
    return places


def environment(home: Path, url: str) -> dict[str, str]:
    """Return the environment of a server, or of what fills its home."""
    own = {
        "EVENHAND_HOME": str(home),
        "EVENHAND_BASE_URL": url,
        "EVENHAND_EMAIL": f"file:{home / 'mail'}",
        "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
    }
    kept = {key: value for key, value in os.environ.items() if not key.startswith("EVENHAND_")}
    return kept | own


def _original(what: str, run: Path) -> Path:
    return homes.once(run / f"staged-{what}", partial(_make, what, run))


def _make(what: str, run: Path, folder: Path) -> None:
    home, places = folder / "home", {}
    if what == PEOPLE:
        homes.furnish(home, run)
    else:
        places = furnish(home, run, URL, PEOPLE)
    command = [sys.executable, "-m", "tests.browser.staged", f"--{what}"]
    done = subprocess.run(
        command, env=environment(home, URL), stdout=subprocess.PIPE, check=True, timeout=600
    )
    places |= json.loads(done.stdout)
    (folder / "places.json").write_text(json.dumps(places))


def _fill(what: str) -> None:
    """Fill the home of the environment, one stage after another in one process."""
    set_up_django()
    if what == PEOPLE:
        print(json.dumps({PEOPLE: _stage("stage").fill()}))
        return
    with TemporaryDirectory() as packs:
        places = {
            "staff": _stage("stage_staff").fill(Path(packs, "staff")),
            "feedback": _stage("stage_feedback").fill(),
            "interviews": _stage("stage_interviews").fill(Path(packs, "interviews")),
            "scheduling": _stage("stage_scheduling").fill(),
        }
    print(json.dumps(places))


def _stage(name: str) -> Any:
    """Load a module by name, so that whoever checks the types of `bench` does not check it too."""
    return import_module(f"tests.browser.{name}")


def main(argument: str) -> None:
    """Fill a home, or make the original of a run."""
    if argument in (f"--{PEOPLE}", f"--{ALL}"):
        _fill(argument.removeprefix("--"))
    else:
        _original(ALL, Path(argument))


if __name__ == "__main__":
    main(sys.argv[1])
