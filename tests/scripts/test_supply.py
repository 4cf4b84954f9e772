"""The bill of materials is whole, an audit that reached nobody is no pass, notes are signed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from scripts.supply import LOCK, NAME, main, notes, sbom, told_by_audit

from evenhand.ledger.errors import NoteError
from evenhand.ledger.note import VerifierKey, open_note
from evenhand.ledger.signer import Signer


def test_every_pin_of_the_lock_is_in_the_bill_with_all_its_hashes() -> None:
    lock = LOCK.read_bytes()
    bill = json.loads(sbom(lock))
    pins = re.findall(r"(?m)^([A-Za-z0-9._-]+)==([^\s;]+)", lock.decode())
    assert [(one["name"], one["version"]) for one in bill["components"]] == pins
    named = [digest["content"] for one in bill["components"] for digest in one["hashes"]]
    assert named == re.findall(r"--hash=sha256:([0-9a-f]{64})", lock.decode())
    assert all(one["hashes"] for one in bill["components"])


def test_the_bill_is_what_the_standard_asks_for_and_the_same_each_time() -> None:
    bill = sbom(LOCK.read_bytes())
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill.decode()) is None
    assert sbom(LOCK.read_bytes()) == bill
    assert sbom(LOCK.read_bytes().replace(b"==", b"==9!", 1)) != bill


def test_a_lock_that_cannot_be_read_makes_no_bill() -> None:
    with pytest.raises(ValueError, match="line 1: neither a pin nor a hash"):
        sbom(b"requests>=2\n")


@pytest.mark.parametrize(
    ("printed", "code", "said"),
    [
        ("", 2, "could not be reached"),
        ('{"dependencies": []}', 2, "could not be reached"),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', 0, "1 packages"),
        ('{"dependencies": [{"name": "a", "skip_reason": "x"}]}', 2, "could not be reached"),
        (
            '{"dependencies": [{"name": "a", "skip_reason": "x"}, {"name": "b", "vulns": []}]}',
            2,
            "not checked: a",
        ),
        (
            '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "X-1"}]}]}',
            1,
            "a 1: X-1",
        ),
    ],
)
def test_an_audit_passes_only_where_everything_was_checked(
    printed: str, code: int, said: str
) -> None:
    assert told_by_audit(printed)[0] == code
    assert said in told_by_audit(printed)[1]


def test_notes_hold_against_their_key_and_no_other_and_not_when_changed() -> None:
    signer, other = Signer.generate(NAME), Signer.generate(NAME)
    note = signer.sign(notes("1.0", ["Packs can be edited"], LOCK.read_bytes()))
    text = open_note(note, [VerifierKey.parse(signer.vkey)])
    assert "- Packs can be edited" in text
    for wrong, key in ((note.replace("edited", "read"), signer), (note, other)):
        with pytest.raises(NoteError):
            open_note(wrong, [VerifierKey.parse(key.vkey)])


def test_notes_are_made_and_checked_by_the_same_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, file = tmp_path / "key.pem", tmp_path / "notes.txt"
    assert main(["notes", "1.0", "--since", "HEAD", "--key", str(key)]) == 0
    made = capsys.readouterr()
    vkey = made.err.strip().rpartition(" ")[2]
    file.write_text(made.out)
    assert main(["notes", "--verify", str(file), "--vkey", vkey]) == 0
    assert "Evenhand 1.0" in capsys.readouterr().out
    file.write_text(made.out.replace("1.0", "1.1"))
    assert main(["notes", "--verify", str(file), "--vkey", vkey]) == 1
    assert capsys.readouterr().err.count("\n") == 1
