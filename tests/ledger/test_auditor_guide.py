"""The ways of checking that docs/auditor.md gives work, and find what they should find."""

import base64
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.ledger.conftest import Ledger, Maker

GUIDE = Path(__file__).parents[2] / "docs" / "auditor.md"


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ledger: Ledger) -> Callable[[], None]:
    monkeypatch.chdir(tmp_path)
    program = block("python")

    def run() -> None:
        ledger.write(tmp_path / "ledger.jsonl")
        exec(program, {"VKEY": ledger.signer.vkey})

    return run


def test_the_program_of_the_guide_accepts_a_clean_bundle(
    by_hand: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    by_hand()
    assert capsys.readouterr().out == "ok: 12 entries\n"


def test_the_program_of_the_guide_finds_an_edit(
    by_hand: Callable[[], None], ledger: Ledger
) -> None:
    ledger.entries[5] = (replace(ledger.entries[5][0], actor="x"), ledger.entries[5][1])
    with pytest.raises(AssertionError, match="edited"):
        by_hand()


def test_the_program_of_the_guide_finds_a_forgery(
    by_hand: Callable[[], None], ledger: Ledger
) -> None:
    forged = replace(ledger.entries[5][0], actor="x")
    ledger.entries[5] = (forged, forged.leaf())
    with pytest.raises(AssertionError, match="changed together"):
        by_hand()


def test_the_program_of_the_guide_finds_a_removal_and_a_tail(
    by_hand: Callable[[], None], ledger: Ledger
) -> None:
    del ledger.checkpoints[-1]
    with pytest.raises(AssertionError, match="not signed to the end"):
        by_hand()
    del ledger.entries[5]
    with pytest.raises(AssertionError, match="missing"):
        by_hand()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_shell_line_of_the_guide_prints_the_leaf(tmp_path: Path, ledger: Ledger) -> None:
    ledger.write(tmp_path / "ledger.jsonl")
    done = subprocess.run(
        ["sh", "-c", block("sh")], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert base64.b64decode(done.stdout) == ledger.entries[0][1]


def commands() -> list[str]:
    """The guide's commands that need nothing but files; `cosign` needs a database."""
    lines = re.findall(r"^    ((?:evenhand|python) .*)$", GUIDE.read_text("utf-8"), re.MULTILINE)
    return [line for line in lines if "ledger cosign" not in line]


def test_every_command_of_the_guide_works_on_files_named_like_that(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make_ledger: Maker,
    witness: tuple[str, Callable[[str], str]],
) -> None:
    new = make_ledger([{"number": n} for n in range(140)], [120])
    new.checkpoints[-1] += witness[1](new.checkpoints[-1])
    for name in ("ledger.jsonl", "new.jsonl"):
        new.write(tmp_path / name)
    make_ledger([{"number": n} for n in range(9)], []).write(tmp_path / "old.jsonl")
    (tmp_path / "ledger.vkey").write_text(new.signer.vkey)
    (tmp_path / "witness.vkey").write_text(witness[0])
    shutil.copy(GUIDE.with_name("verify_ledger.py"), tmp_path)
    monkeypatch.setenv("VKEY", new.signer.vkey)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    found = commands()
    assert len(found) >= 6
    for line in found:
        done = subprocess.run(
            ["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (line, done.stderr)
    assert (tmp_path / "request.txt").read_text().startswith("old 120\n")
