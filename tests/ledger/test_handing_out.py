"""What an auditor's commands write for others: whole, and said."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.ledger.conftest import Ledger

from evenhand.config import serving
from evenhand.config.auditing import ledger as commands
from evenhand.hiring.record import services
from evenhand.ledger import NoteError, check_proof

WRITERS = [("prove", "--entry", "proof of entry 5"), ("witness", "--old", "request to a witness")]


@pytest.mark.parametrize(("command", "option", "said"), WRITERS)
def test_a_file_for_others_is_written_and_named(
    tmp_path: Path, ledger: Ledger, command: str, option: str, said: str
) -> None:
    bundle, out = ledger.write(tmp_path / "ledger.jsonl"), tmp_path / "out"
    ran = CliRunner().invoke(commands, [command, str(bundle), option, "5", "--out", str(out)])
    assert (ran.exit_code, ran.output) == (0, f"{said} -> {out}\n")
    if command == "prove":
        place, head = check_proof(out.read_text(), ledger.entries[5][1], ledger.signer.vkey)
        assert (place, head.size) == (5, 12)
    else:
        assert out.read_text().startswith("old 5\n")


@pytest.mark.parametrize(("command", "option", "said"), WRITERS)
def test_who_is_stopped_while_writing_leaves_what_was_there(
    tmp_path: Path,
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    option: str,
    said: str,
) -> None:
    bundle, out = ledger.write(tmp_path / "ledger.jsonl"), tmp_path / "out"
    out.write_text("the earlier one")

    def stopped(part: Path, to: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stopped)
    ran = CliRunner().invoke(commands, [command, str(bundle), option, "5", "--out", str(out)])
    assert ran.exit_code != 0
    assert said not in ran.output
    assert out.read_text() == "the earlier one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.jsonl", "out"]


def test_an_answer_without_the_cosignature_is_named_and_not_the_key(
    tmp_path: Path, witness: tuple[str, Callable[[str], str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(size: int, said: str, key: str) -> None:
        raise NoteError("there is no cosignature")

    monkeypatch.setattr(serving, "reopen", lambda: None)
    monkeypatch.setattr(services, "take_cosignature", refuse)
    key, answer = tmp_path / "witness.vkey", tmp_path / "answer.txt"
    key.write_text(witness[0])
    answer.write_text("no cosignature")
    told = ["cosign", str(answer), "--witness", str(key), "--size", "1"]
    ran = CliRunner().invoke(commands, told)
    assert str(ran.exception) == f"{answer}: there is no cosignature"
