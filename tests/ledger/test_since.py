"""Two exports of one ledger: the later one must hold the earlier one unchanged."""

import json
from pathlib import Path

import pytest
from tests.ledger.conftest import Ledger, Maker

from evenhand.ledger import (
    BundleError,
    NoteError,
    Signer,
    earlier_head,
    root_of,
    sign_checkpoint,
    verify_bundle,
)
from evenhand.ledger.__main__ import main


@pytest.fixture
def key_file(tmp_path: Path, ledger: Ledger) -> Path:
    path = tmp_path / "ledger.vkey"
    path.write_text(ledger.signer.vkey + "\n")
    return path


def of(make_ledger: Maker, size: int, first: int = 0) -> Ledger:
    return make_ledger([{"number": n or first} for n in range(size)], [4, 8])


@pytest.mark.parametrize("size", [0, 1, 3, 8, 11, 12])
def test_a_bundle_extends_every_earlier_one_and_no_rewritten_one(
    tmp_path: Path, make_ledger: Maker, size: int
) -> None:
    new = of(make_ledger, 12)
    path, vkey = new.write(tmp_path / "new.jsonl"), new.signer.vkey
    old = make_ledger([{"number": n} for n in range(size)], []).write(tmp_path / "old.jsonl")
    assert verify_bundle(path, vkey, since=earlier_head(old, vkey)).ok
    if size:
        facts = [{"number": n} for n in range(size - 1)]
        rewritten = make_ledger([*facts, {"number": 99}], []).write(tmp_path / "other.jsonl")
        report = verify_bundle(path, vkey, since=earlier_head(rewritten, vkey))
        assert [problem.what for problem in report.problems] == [
            f"its first {size} entries are not those of the earlier head: history was rewritten"
        ]


def test_a_bundle_that_is_shorter_than_the_earlier_one_fails(
    tmp_path: Path, make_ledger: Maker
) -> None:
    new, old = of(make_ledger, 8), of(make_ledger, 12)
    vkey = new.signer.vkey
    head = earlier_head(old.write(tmp_path / "old.jsonl"), vkey)
    report = verify_bundle(new.write(tmp_path / "new.jsonl"), vkey, since=head)
    assert "has 12 entries, this file only 8" in report.problems[0].what


def test_the_command_takes_a_bundle_or_a_checkpoint_that_was_kept(
    tmp_path: Path, make_ledger: Maker, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new, old = of(make_ledger, 12), of(make_ledger, 8)
    path, kept = new.write(tmp_path / "new.jsonl"), tmp_path / "kept.txt"
    kept.write_text(old.checkpoints[0])
    for since, size in ((old.write(tmp_path / "old.jsonl"), 8), (kept, 4)):
        given = ["verify", str(path), "--key", str(key_file), "--since", str(since)]
        assert main(given) == 0
        assert f"the {size} entries of the earlier one are the same" in capsys.readouterr().out
        assert main([*given, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["extends"] == size
    kept.write_text(of(make_ledger, 12, first=5).checkpoints[0])
    assert main(["verify", str(path), "--key", str(key_file), "--since", str(kept)]) == 1
    assert "history was rewritten" in capsys.readouterr().out


def test_an_earlier_file_that_cannot_vouch_for_anything_is_refused(
    tmp_path: Path, ledger: Ledger, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, vkey = ledger.write(tmp_path / "new.jsonl"), ledger.signer.vkey
    broken = tmp_path / "broken.jsonl"
    broken.write_bytes(path.read_bytes().replace(b'"number":7', b'"number":6'))
    with pytest.raises(BundleError, match="entry 7"):
        earlier_head(broken, vkey)
    assert main(["verify", str(path), "--key", str(key_file), "--since", str(broken)]) == 1
    foreign = tmp_path / "foreign.txt"
    foreign.write_text(Signer.generate(ledger.signer.name).sign("a\n"))
    with pytest.raises(NoteError):
        earlier_head(foreign, vkey)
    assert main(["verify", str(path), "--key", str(key_file), "--since", str(foreign)]) == 2
    assert "foreign.txt" in capsys.readouterr().err


def test_a_head_of_another_ledger_is_no_earlier_head(tmp_path: Path, ledger: Ledger) -> None:
    head = earlier_head(ledger.write(tmp_path / "one.jsonl"), ledger.signer.vkey)
    other = Signer("example.com/other", ledger.signer.private)
    path = tmp_path / "two.jsonl"
    Ledger(other, [], [sign_checkpoint(other, 0, root_of([]))]).write(path)
    report = verify_bundle(path, other.vkey, since=head)
    assert "of another ledger" in report.problems[0].what
