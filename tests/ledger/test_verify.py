import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from tests.ledger.conftest import ORIGIN, Ledger, Maker

from evenhand.ledger import Frontier, NoteError, Signer, sign_checkpoint, verify_bundle
from evenhand.ledger.report import Report


def findings(report: Report) -> list[str]:
    return [str(problem) for problem in report.problems]


def rewrite(path: Path, lines: list[bytes]) -> Path:
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


@pytest.fixture
def bundle(tmp_path: Path, ledger: Ledger) -> Path:
    """Line 1 the header; entries 0-3, 4-7, 8-11 on lines 2-5, 7-10, 12-15; 6, 11, 16 signed."""
    return ledger.write(tmp_path / "ledger.jsonl")


@pytest.fixture
def lines(bundle: Path) -> list[bytes]:
    return bundle.read_bytes().splitlines()


def test_a_clean_bundle_passes_with_the_published_key(bundle: Path, ledger: Ledger) -> None:
    report = verify_bundle(bundle, ledger.signer.vkey)
    assert report.ok
    assert (report.size, report.checkpoints, report.origin) == (12, 3, ORIGIN)
    assert report.root == Frontier.over(leaf for _, leaf in ledger.entries).root()
    assert (report.problems, report.warnings, report.notices) == ((), (), ())


def test_without_a_key_the_report_says_that_the_file_vouches_for_itself(bundle: Path) -> None:
    report = verify_bundle(bundle)
    assert report.ok
    assert report.notices[0].startswith("key taken from the file itself")


def test_a_ledger_without_entries_passes(tmp_path: Path, make_ledger: Maker) -> None:
    assert verify_bundle(make_ledger([], []).write(tmp_path / "empty.jsonl")).ok


def test_an_edited_entry_is_named_and_the_rest_still_checked(
    bundle: Path, lines: list[bytes]
) -> None:
    for line in (4, 9):
        lines[line - 1] = lines[line - 1].replace(b"person:7", b"person:8")
    report = verify_bundle(rewrite(bundle, lines))
    assert findings(report) == [
        "entry 2 (line 4): its content does not match its leaf hash",
        "entry 6 (line 9): its content does not match its leaf hash",
    ]
    assert report.checkpoints == 3


def test_an_edited_leaf_is_named(bundle: Path, lines: list[bytes]) -> None:
    lines[3] = lines[3].replace(lines[3][-46:-2], lines[4][-46:-2])
    assert findings(verify_bundle(rewrite(bundle, lines)))[0] == (
        "entry 2 (line 4): its content does not match its leaf hash"
    )


def test_an_entry_changed_with_its_leaf_is_placed_between_two_checkpoints(
    tmp_path: Path, ledger: Ledger
) -> None:
    forged = replace(ledger.entries[5][0], facts={"number": 99})
    ledger.entries[5] = (forged, forged.leaf())
    report = verify_bundle(ledger.write(tmp_path / "forged.jsonl"), ledger.signer.vkey)
    assert findings(report) == [
        "line 11: the root of size 8 is not the signed one, that of size 4 is: "
        "from entry 4 to 7 one was changed together with its leaf"
    ]


def test_a_forgery_before_the_first_checkpoint_is_placed_too(
    tmp_path: Path, ledger: Ledger
) -> None:
    forged = replace(ledger.entries[1][0], facts={})
    ledger.entries[1] = (forged, forged.leaf())
    report = verify_bundle(ledger.write(tmp_path / "forged.jsonl"), ledger.signer.vkey)
    assert findings(report)[0].startswith("line 6: the root of size 4 is not the signed one")


def test_a_removed_entry_is_named(bundle: Path, lines: list[bytes]) -> None:
    del lines[3]
    assert findings(verify_bundle(rewrite(bundle, lines))) == [
        "entry 2 (line 4): missing, or out of order: entry 3 stands here"
    ]


def test_the_first_of_two_swapped_entries_is_named(bundle: Path, lines: list[bytes]) -> None:
    lines[2], lines[8] = lines[8], lines[2]
    assert findings(verify_bundle(rewrite(bundle, lines))) == [
        "entry 1 (line 3): missing, or out of order: entry 6 stands here"
    ]


def test_a_repeated_entry_is_named(bundle: Path, lines: list[bytes]) -> None:
    lines.insert(3, lines[2])
    assert findings(verify_bundle(rewrite(bundle, lines))) == [
        "entry 2 (line 4): missing, or out of order: entry 1 stands here"
    ]


def test_entries_missing_before_a_checkpoint_are_counted(bundle: Path, lines: list[bytes]) -> None:
    del lines[12:15]
    assert findings(verify_bundle(rewrite(bundle, lines))) == [
        "line 13: the checkpoint is signed for 12 entries but only 9 stand before it: "
        "entries are missing"
    ]


def test_entries_put_in_before_a_checkpoint_are_found(tmp_path: Path, ledger: Ledger) -> None:
    entry = replace(ledger.entries[3][0], seq=4)
    path = ledger.write(tmp_path / "ledger.jsonl")
    lines = path.read_bytes().splitlines()
    ledger.entries[4] = (entry, entry.leaf())
    put_in = ledger.write(tmp_path / "other.jsonl").read_bytes().splitlines()[6]
    lines.insert(5, put_in)
    assert "entries were put in" in findings(verify_bundle(rewrite(path, lines)))[0]


def test_a_repeated_checkpoint_is_found(bundle: Path, lines: list[bytes]) -> None:
    lines.insert(6, lines[5])
    assert findings(verify_bundle(rewrite(bundle, lines))) == [
        "line 7: a checkpoint of size 4 after one of size 4"
    ]


def test_a_removed_checkpoint_is_found(bundle: Path, lines: list[bytes]) -> None:
    del lines[5]
    assert findings(verify_bundle(rewrite(bundle, lines)))[0].startswith(
        "line 15: 2 checkpoints stand in the file"
    )


@pytest.mark.parametrize("kept", range(1, 16))
def test_a_bundle_cut_after_any_line_fails(bundle: Path, lines: list[bytes], kept: int) -> None:
    report = verify_bundle(rewrite(bundle, lines[:kept]))
    assert len(report.problems) == 1
    assert report.problems[0].line == kept


def test_an_unsigned_tail_is_found(tmp_path: Path, ledger: Ledger) -> None:
    del ledger.checkpoints[-1]
    report = verify_bundle(ledger.write(tmp_path / "tail.jsonl"))
    assert "signed up to size 8, 12 read" in findings(report)[0]


def test_a_bundle_without_checkpoints_fails(tmp_path: Path, ledger: Ledger) -> None:
    ledger.checkpoints.clear()
    report = verify_bundle(ledger.write(tmp_path / "unsigned.jsonl"))
    assert "without any checkpoint" in findings(report)[0]


def test_lines_after_the_final_checkpoint_fail(bundle: Path, lines: list[bytes]) -> None:
    lines.append(lines[1])
    assert findings(verify_bundle(rewrite(bundle, lines))) == [
        "line 17: stands after the final checkpoint"
    ]


def test_a_bad_signature_is_named_and_the_others_still_checked(
    tmp_path: Path, ledger: Ledger
) -> None:
    text, mark, _ = ledger.checkpoints[1].partition("— ")
    other = ledger.checkpoints[0].partition("— ")[2]
    ledger.checkpoints[1] = text + mark + other
    report = verify_bundle(ledger.write(tmp_path / "bad.jsonl"))
    assert findings(report) == [
        f"line 11: bad checkpoint: the signature of '{ORIGIN}' does not fit the text"
    ]
    assert report.checkpoints == 2


def test_a_bundle_signed_by_someone_else_passes_only_for_their_key(
    tmp_path: Path, make_ledger: Maker, ledger: Ledger
) -> None:
    impostor = Signer.generate(ORIGIN)
    path = make_ledger([{}, {}], [1], impostor).write(tmp_path / "impostor.jsonl")
    assert verify_bundle(path, impostor.vkey).ok
    report = verify_bundle(path, ledger.signer.vkey)
    assert findings(report)[0] == "line 1: the key in the file is not the key you gave"
    assert report.checkpoints == 0


def test_another_key_in_the_header_does_not_open_the_signatures(
    bundle: Path, lines: list[bytes], ledger: Ledger
) -> None:
    other = Signer.generate(ORIGIN).vkey
    lines[0] = lines[0].replace(ledger.signer.vkey.encode(), other.encode())
    assert "none of its signatures" in findings(verify_bundle(rewrite(bundle, lines)))[0]


def test_a_checkpoint_of_another_ledger_by_the_same_key_fails(
    tmp_path: Path, ledger: Ledger
) -> None:
    root = Frontier.over(leaf for _, leaf in ledger.entries).root()
    foreign = sign_checkpoint(ledger.signer, 12, root).partition("\n")[2].partition("\n\n")[0]
    ledger.checkpoints[-1] = ledger.signer.sign(f"example.com/other\n{foreign}\n")
    report = verify_bundle(ledger.write(tmp_path / "foreign.jsonl"))
    assert "another ledger" in findings(report)[0]


def test_a_clock_that_went_back_is_a_warning(tmp_path: Path, make_ledger: Maker) -> None:
    ledger = make_ledger([{}], [])
    earlier = replace(ledger.entries[0][0], seq=1, at="2025-12-31T00:00:00.000000Z")
    ledger.entries.append((earlier, earlier.leaf()))
    root = Frontier.over(leaf for _, leaf in ledger.entries).root()
    ledger.checkpoints.append(sign_checkpoint(ledger.signer, 2, root))
    report = verify_bundle(ledger.write(tmp_path / "clock.jsonl"), ledger.signer.vkey)
    assert report.ok
    assert [str(warning) for warning in report.warnings] == [
        "entry 1 (line 4): its time 2025-12-31T00:00:00.000000Z is before that "
        "of the entry above it"
    ]


def test_the_same_content_spelt_otherwise_is_found(bundle: Path, lines: list[bytes]) -> None:
    lines[2] = lines[2].replace(b'"number":1', b'"number": 1')
    lines[5] = lines[5].replace(b"example.com", b"\\u0065xample.com")
    assert findings(verify_bundle(rewrite(bundle, lines))) == [
        "entry 1 (line 3): not in canonical form (RFC 8785)",
        "line 6: not in canonical form (RFC 8785)",
    ]


def test_many_problems_end_the_reading(tmp_path: Path, make_ledger: Maker) -> None:
    ledger = make_ledger([{}] * 40, [])
    ledger.entries[:] = [(replace(e, actor="x"), leaf) for e, leaf in ledger.entries]
    report = verify_bundle(ledger.write(tmp_path / "all.jsonl"))
    assert len(report.problems) == 21
    assert str(report.problems[-1]) == "reading stopped after 20 problems"


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (b"", "the file is empty"),
        (b"\n", "line 1: cannot be read: not JSON"),
        (b"\xff\n", "line 1: not UTF-8 text (byte 1 of the line)"),
        (b"\xef\xbb\xbf{}\n", "line 1: cannot be read: not JSON"),
        (b"{}", "line 1: the file ends in the middle of a line"),
        (b"{}\n", "line 1: the first line must hold exactly format, origin and vkey"),
        (b'{"format":1,"format":1}\n', "line 1: cannot be read: the key 'format' stands twice"),
        (b"[" * 100_000 + b"\n", "line 1: cannot be read: not JSON: nested too deeply"),
        (b"9" * 5000 + b"\n", "line 1: cannot be read:"),
        (b"x" * 1_048_577 + b"\n", "line 1: the line is longer than 1 MiB"),
        (b'{"format":"other/1","origin":"","vkey":""}\n', "line 1: the format is not"),
        (
            b'{"format":"evenhand-ledger/1","origin":1,"vkey":2}\n',
            "line 1: origin and vkey must be text",
        ),
        (
            b'{"format":"evenhand-ledger/1","origin":"\\ud800","vkey":"\\ud800+00+AA=="}\n',
            "line 1: the verifier key is not an Ed25519 key",
        ),
    ],
)
def test_what_cannot_be_read_is_a_problem_with_its_line(
    tmp_path: Path, content: bytes, finding: str
) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_bytes(content)
    report = verify_bundle(path)
    assert findings(report)[0].startswith(finding)


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b"null",
        b"{}",
        b'{"entry":{},"leaf":1}',
        b'{"entry":{},"leaf":"AAAA"}',
        b'{"entry":null,"leaf":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}',
        b'{"entry":{"a":NaN},"leaf":""}',
        b'{"checkpoint":1}',
        b'{"checkpoint":"\\ud800"}',
        b'{"checkpoint":"x","last":1e999}',
        b'{"checkpoint":"x","last":true}',
        b'{"checkpoint":"x","last":["\\ud800"]}',
    ],
)
def test_odd_lines_after_the_header_are_problems_of_line_two(
    bundle: Path, lines: list[bytes], line: bytes
) -> None:
    report = verify_bundle(rewrite(bundle, [lines[0], line]))
    assert report.problems[0].line == 2


def test_text_from_the_file_is_made_safe_for_a_terminal(bundle: Path, lines: list[bytes]) -> None:
    value = json.loads(lines[1])
    value["entry"]["facts"] = {"\x1b[31mred": 2**60}
    lines[1] = json.dumps(value).encode()
    report = verify_bundle(rewrite(bundle, lines))
    assert "\\x1b[31mred" in findings(report)[0]
    assert all(line.isprintable() for line in report.lines())


def test_a_key_that_cannot_be_read_is_an_error(bundle: Path) -> None:
    with pytest.raises(NoteError):
        verify_bundle(bundle, "no key")


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        verify_bundle(tmp_path / "missing.jsonl")


def test_memory_does_not_grow_with_the_bundle(tmp_path: Path, make_ledger: Maker) -> None:
    path = make_ledger([{"text": "x" * 1000}] * 2000, []).write(tmp_path / "long.jsonl")
    tracemalloc.start()
    try:
        assert verify_bundle(path).ok
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > 2_000_000
    assert peak < 200_000
