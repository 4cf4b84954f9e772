"""docs/verify_ledger.py, the second verifier, agrees with the first on clean and altered files."""

import ast
import runpy
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.ledger.conftest import Ledger, Maker
from tests.ledger.test_mutations import Content, ledgers

from evenhand.ledger import Signer, WitnessKey, add_cosignature, verify_bundle

PROGRAM = Path(__file__).parents[2] / "docs" / "verify_ledger.py"
MODULE = runpy.run_path(str(PROGRAM))
REFUSALS = (ValueError, TypeError, KeyError, MODULE["InvalidSignature"])


def passes(path: Path, vkey: str, earlier: str | None = None) -> bool:
    try:
        key = MODULE["Key"](vkey)
        with path.open("rb") as lines:
            MODULE["verify"](lines, key, None if earlier is None else key.open(earlier))
    except REFUSALS:
        return False
    return True


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("second") / "ledger.jsonl"


def test_it_is_short_and_imports_nothing_but_cryptography() -> None:
    text = PROGRAM.read_text("utf-8")
    assert len(text.splitlines()) < 150
    imported = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module).split(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def test_as_a_program_it_accepts_a_clean_bundle_and_names_what_is_wrong(
    tmp_path: Path, ledger: Ledger
) -> None:
    path = ledger.write(tmp_path / "ledger.jsonl")
    done = run(path, ledger.signer.vkey)
    assert (done.returncode, done.stdout) == (0, "ok: 12 entries\n")
    kept = tmp_path / "kept"
    kept.write_text(ledger.checkpoints[0])
    assert run(path, ledger.signer.vkey, kept).returncode == 0
    path.write_bytes(path.read_bytes().replace(b'"number":7', b'"number":6'))
    done = run(path, ledger.signer.vkey)
    assert (done.returncode, done.stderr) == (1, "FAILED: entry 7 was edited\n")


def test_it_sees_that_history_was_rewritten_since_a_checkpoint(
    tmp_path: Path, ledger: Ledger, make_ledger: Maker
) -> None:
    path, vkey = ledger.write(tmp_path / "ledger.jsonl"), ledger.signer.vkey
    assert all(passes(path, vkey, note) for note in ledger.checkpoints)
    other = make_ledger([{"number": -n} for n in range(12)], [4]).checkpoints[0]
    assert not passes(path, vkey, other)
    longer = make_ledger([{"number": n} for n in range(13)], []).checkpoints[-1]
    assert not passes(path, vkey, longer)


def test_it_passes_over_the_cosignatures_of_witnesses(
    tmp_path: Path, ledger: Ledger, witness: tuple[str, Callable[[str], str]]
) -> None:
    key, cosign = witness
    note = ledger.checkpoints[-1]
    ledger.checkpoints[-1] = add_cosignature(note, cosign(note), WitnessKey.parse(key))
    assert passes(ledger.write(tmp_path / "ledger.jsonl"), ledger.signer.vkey)


@given(content=ledgers)
def test_it_accepts_every_clean_bundle(scratch: Path, make_ledger: Maker, content: Content) -> None:
    ledger = make_ledger(*content)
    assert passes(ledger.write(scratch), ledger.signer.vkey)


@given(content=ledgers, data=st.data())
def test_it_sees_any_changed_byte_and_any_cut(
    scratch: Path, make_ledger: Maker, content: Content, data: st.DataObject
) -> None:
    ledger = make_ledger(*content)
    whole = ledger.write(scratch).read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255) | st.sampled_from(list(b'0123456789abc "\n')))
    assume(whole[at] != byte)
    for altered in (
        whole[:at] + bytes([byte]) + whole[at + 1 :],
        whole[:at] + whole[at + 1 :],
        whole[:at] + data.draw(st.binary(min_size=1)) + whole[at:],
        whole[:at],
    ):
        scratch.write_bytes(altered)
        assert not passes(scratch, ledger.signer.vkey)


@given(content=ledgers, data=st.data())
def test_it_sees_any_line_removed_repeated_or_moved(
    scratch: Path, make_ledger: Maker, content: Content, data: st.DataObject
) -> None:
    ledger = make_ledger(*content)
    lines = ledger.write(scratch).read_bytes().splitlines(keepends=True)
    place = st.integers(0, len(lines) - 1)
    one, other = data.draw(place), data.draw(place)
    removed = lines[:one] + lines[one + 1 :]
    moved = [*removed[:other], lines[one], *removed[other:]]
    for altered in (removed, [*lines[:other], lines[one], *lines[other:]], moved):
        if altered != lines:
            scratch.write_bytes(b"".join(altered))
            assert not passes(scratch, ledger.signer.vkey)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"last":3', b'"last":3.0'),
        (b'"last":3', b'"last":null'),
        (b'\\n"}', b'\\n","last":null}'),
        (b'"leaf":', b'"leaf": '),
        (b'"seq":5', b'"seq":5.0'),
        (b'{"checkpoint"', b'{"also":1,"checkpoint"'),
        ("\u2014 ".encode(), b"\\u2014 "),
    ],
)
def test_both_verifiers_refuse_another_spelling(
    tmp_path: Path, ledger: Ledger, old: bytes, new: bytes
) -> None:
    path = ledger.write(tmp_path / "ledger.jsonl")
    whole = path.read_bytes()
    assert old in whole
    path.write_bytes(whole.replace(old, new, 1))
    assert not passes(path, ledger.signer.vkey)
    assert not verify_bundle(path, ledger.signer.vkey).ok


def test_both_verifiers_refuse_true_for_one(tmp_path: Path, make_ledger: Maker) -> None:
    ledger = make_ledger([{}], [])
    path = ledger.write(tmp_path / "ledger.jsonl")
    path.write_bytes(path.read_bytes().replace(b'"last":1', b'"last":true'))
    assert not passes(path, ledger.signer.vkey)
    assert not verify_bundle(path, ledger.signer.vkey).ok


def test_both_verifiers_refuse_a_forgery_a_foreign_key_and_a_damaged_signature(
    tmp_path: Path, ledger: Ledger
) -> None:
    path, vkey = tmp_path / "ledger.jsonl", ledger.signer.vkey
    forged = replace(ledger.entries[5][0], facts={"number": 99})
    clean: Any = ledger.entries[5]
    ledger.entries[5] = (forged, forged.leaf())
    assert not passes(ledger.write(path), vkey)
    ledger.entries[5] = clean
    assert passes(ledger.write(path), vkey)
    assert not passes(path, Signer.generate(ledger.signer.name).vkey)
    first, second = ledger.checkpoints[:2]
    ledger.checkpoints[1] = second.partition("— ")[0] + "— " + first.partition("— ")[2]
    assert not passes(ledger.write(path), vkey)
    assert not verify_bundle(path, vkey).ok
