import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from evenhand.cli import main

ROOT = Path(__file__).parents[2]
PACK = ROOT / "packs" / "production-ml-engineer"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


READ_FILES = {"score", "measure", "focus", "redteam", "study"}
"""Commands that need no home, and so nothing that one process can set up but once."""


def run_in(folder: Path, *arguments: object, stdin: str = "", **environment: str) -> Ran:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("EVENHAND_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "-m", "evenhand", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**kept, "EVENHAND_HOME": str(folder / "home"), **environment},
        timeout=240,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def program(tmp_path):
    """Run the command as a user would, in a home and a folder of its own."""
    return partial(run_in, tmp_path)


@pytest.fixture(scope="session")
def first_accounts(tmp_path_factory, furnish):
    """A home with Ann, who is its admin, and Ben; it is copied, and not used."""
    folder = tmp_path_factory.mktemp("accounts")
    furnish(folder / "home")
    for who in ("ann", "ben"):
        email, password = f"{who}@company.example", "a long password of mine\n"
        assert run_in(folder, "add-user", email, stdin=password).code == 0
    return folder / "home"


@pytest.fixture
def home_with_accounts(tmp_path, first_accounts):
    """The home of the commands that a test runs, with Ann, who is its admin, and Ben."""
    return shutil.copytree(first_accounts, tmp_path / "home")


@pytest.fixture
def evenhand(tmp_path, program, capfd):
    """Run the command; one that reads files alone in this process, as starting takes longest.

    Each of those is started as a program in one test at least.
    """

    def run(*arguments: str, **options: str) -> Ran:
        if arguments[0] not in READ_FILES:
            return program(*arguments, **options)
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("EVENHAND_")]:
                patch.delenv(name)
            patch.setenv("EVENHAND_HOME", str(tmp_path / "home"))
            patch.chdir(tmp_path)
            patch.setattr(sys, "argv", ["evenhand", *map(str, arguments)])
            with pytest.raises(SystemExit) as end:
                main()
        return Ran(end.value.code or 0, *capfd.readouterr())

    return run


@pytest.fixture(scope="session")
def golden():
    lines = (PACK / "golden" / "answers.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture
def answers_file(tmp_path, golden):
    def write(*rows) -> Path:
        path = tmp_path / "answers.jsonl"
        path.write_text(
            "".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows)
        )
        return path

    return write
