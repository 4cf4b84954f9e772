"""The ways of checking that docs/auditor.md gives work, and find what they should find."""

import base64
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.ledger.conftest import Ledger

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
