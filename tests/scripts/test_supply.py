"""The bill of materials is whole, an audit that reached nobody is no pass, notes are signed."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from scripts.supply import (
    CHANGES,
    LOCK,
    NAME,
    changes_in,
    main,
    notes,
    sbom,
    told_by_audit,
    told_by_copy,
)

from evenhand import __version__ as VERSION
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
    # Not above: every process that collects the tests would build its grammars, for seconds.
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

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
        ("", 3, "could not be reached"),
        ('{"dependencies": []}', 3, "could not be reached"),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', 0, "1 packages"),
        ('{"dependencies": [{"name": "a", "skip_reason": "x"}]}', 3, "could not be reached"),
        (
            '{"dependencies": [{"name": "a", "skip_reason": "x"}, {"name": "b", "vulns": []}]}',
            3,
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


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A copy with advisories on one package, one of them taken back."""
    folder = tmp_path / "vulns" / "some-package"
    folder.mkdir(parents=True)
    about = "package: {name: Some_Package, ecosystem: PyPI}"
    events = "[{introduced: '0'}, {fixed: '1.2'}, {introduced: '2.0'}, {last_affected: '2.1'}]"
    for number, more in enumerate(("", "withdrawn: 2026-03-01T00:00:00Z")):
        (folder / f"{number}.yaml").write_text(
            f"id: X-{number}\nmodified: 2026-03-0{number + 1}T00:00:00Z\n{more}\n"
            f"affected:\n- {about}\n  versions: ['7']\n"
            f"  ranges:\n  - type: ECOSYSTEM\n    events: {events}\n"
        )
    return tmp_path


@pytest.mark.parametrize(
    ("version", "code"),
    [("0.9", 1), ("1.1.9", 1), ("1.2", 0), ("1.10", 0), ("2.0", 1), ("2.1", 1), ("2.1.1", 0),
     ("7", 1)],
)  # fmt: skip
def test_a_copy_of_the_database_tells_which_versions_have_an_advisory(
    database: Path, version: str, code: int
) -> None:
    lock = f"some.package=={version} \\\n"
    found, said = told_by_copy(database, lock, date(2026, 3, 20))
    assert found == code
    assert ("X-0" in said) == bool(code)
    assert "X-1" not in said
    assert ("ends on 2026-03-02" in said) == (not code)


def test_a_copy_that_is_old_is_no_pass_and_a_folder_without_one_is_refused(
    database: Path, tmp_path: Path
) -> None:
    found, said = told_by_copy(database, "other==1", date(2026, 5, 1))
    assert (found, "what came later is unknown" in said) == (3, True)
    with pytest.raises(FileNotFoundError, match="no advisory"):
        told_by_copy(tmp_path / "empty", "other==1", date(2026, 5, 1))


def test_notes_hold_against_their_key_and_no_other_and_not_when_changed() -> None:
    signer, other = Signer.generate(NAME), Signer.generate(NAME)
    note = signer.sign(notes("1.0", ["Packs can be edited"], LOCK.read_bytes()))
    text = open_note(note, [VerifierKey.parse(signer.vkey)])
    assert "- Packs can be edited" in text
    for wrong, key in ((note.replace("edited", "read"), signer), (note, other)):
        with pytest.raises(NoteError):
            open_note(wrong, [VerifierKey.parse(key.vkey)])


def test_the_notes_are_the_section_of_the_version_and_there_must_be_one() -> None:
    log = "# Changes\n\n## 0.2.0\n\n- Two\n- Three,\n  and a half\n\n## 0.1.0\n\n- One\n"
    assert changes_in(log, "0.2.0") == ["Two", "Three, and a half"]
    assert changes_in(log, "0.1.0") == ["One"]
    for missing in ("0.2", "0.3.0"):
        with pytest.raises(ValueError, match="nothing under"):
            changes_in(log, missing)


def test_the_version_of_the_tree_has_its_changes_in_lines_of_at_most_25_words() -> None:
    for line in changes_in(CHANGES.read_text(), VERSION):
        assert len(line.split()) <= 25, line


def test_notes_are_made_and_checked_by_the_same_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, file = tmp_path / "key.pem", tmp_path / "notes.txt"
    assert main(["notes", VERSION, "--key", str(key)]) == 0
    made = capsys.readouterr()
    vkey = made.err.strip().rpartition(" ")[2]
    file.write_text(made.out)
    assert main(["notes", "--verify", str(file), "--vkey", vkey]) == 0
    assert f"Evenhand {VERSION}\n\n- " in capsys.readouterr().out
    file.write_text(made.out.replace(VERSION, "1.1"))
    assert main(["notes", "--verify", str(file), "--vkey", vkey]) == 1
    assert capsys.readouterr().err.count("\n") == 1
