"""Go's own transparency log packages read the same files and come to the same result.

They are `golang.org/x/mod/sumdb/note` and `tlog`, by other people and for another purpose, from
Debian's packages; `scripts/system-packages` installs them.
"""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tests.ledger.conftest import Ledger, Maker

from evenhand.ledger import (
    Signer,
    WitnessKey,
    add_cosignature,
    add_signature,
    witness_request,
    write_proof,
)

PROGRAM = Path(__file__).parent / "outside" / "main.go"


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outside")
    made = folder / "outside"
    subprocess.run(
        ["go-12", "build", "-compiler", "gccgo", "-o", str(made), str(PROGRAM)],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "GO111MODULE": "off",
            "GOPATH": "/usr/share/gocode",
            "GOCACHE": str(folder / "cache"),
        },
        check=True,
    )
    return made


def checked(program: Path, *arguments: object) -> tuple[int, str]:
    done = subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.strip()


def test_it_accepts_a_clean_bundle_and_our_key(
    outside: Path, tmp_path: Path, ledger: Ledger
) -> None:
    path = ledger.write(tmp_path / "ledger.jsonl")
    assert checked(outside, path, ledger.signer.vkey) == (0, "ok: 12 entries")


def test_it_finds_an_edit_a_forgery_a_removal_and_a_tail(
    outside: Path, tmp_path: Path, ledger: Ledger
) -> None:
    path, vkey = tmp_path / "ledger.jsonl", ledger.signer.vkey
    entry, leaf = ledger.entries[5]
    forged = replace(entry, actor="x")
    for altered, said in (
        ([*ledger.entries[:5], (forged, leaf), *ledger.entries[6:]], "entry 5 was edited"),
        ([*ledger.entries[:5], (forged, forged.leaf()), *ledger.entries[6:]], "root of size 8"),
        ([*ledger.entries[:11]], "signed for 12 entries, 11 stand"),
    ):
        Ledger(ledger.signer, altered, ledger.checkpoints).write(path)
        code, line = checked(outside, path, vkey)
        assert code == 1
        assert said in line
    Ledger(ledger.signer, ledger.entries, ledger.checkpoints[:2]).write(path)
    assert checked(outside, path, vkey) == (1, "FAILED: not signed to the end")


@pytest.mark.parametrize("size", [1, 2, 7, 8, 13])
def test_it_accepts_our_inclusion_and_consistency_proofs_and_no_others(
    outside: Path, tmp_path: Path, make_ledger: Maker, size: int
) -> None:
    ledger = make_ledger([{"number": n} for n in range(size)], [])
    path, vkey = ledger.write(tmp_path / "ledger.jsonl"), ledger.signer.vkey
    leaves, note = [leaf for _, leaf in ledger.entries], ledger.checkpoints[-1]
    proof = tmp_path / "proof"
    for index in {0, size // 2, size - 1}:
        proof.write_text(write_proof(leaves, index, note))
        assert checked(outside, path, vkey, proof)[0] == 0
        if size > 1:
            proof.write_text(write_proof(leaves, index, note).replace(f"index {index}", "index 99"))
            assert checked(outside, path, vkey, proof)[0] != 0
    for old in {0, 1, size // 2, size}:
        request = witness_request(leaves, note, old)
        proof.write_text(request)
        assert checked(outside, path, vkey, proof)[0] == 0
        if 0 < old < size:
            proof.write_text(request.replace(f"old {old}\n", f"old {old + 1}\n"))
            assert checked(outside, path, vkey, proof)[0] == 1


def test_a_cosigned_checkpoint_still_opens(
    outside: Path, tmp_path: Path, ledger: Ledger, witness: object
) -> None:
    key, cosign = witness  # type: ignore[misc]
    note = ledger.checkpoints[-1]
    ledger.checkpoints[-1] = add_cosignature(note, cosign(note), WitnessKey.parse(key))
    path = ledger.write(tmp_path / "ledger.jsonl")
    assert checked(outside, path, ledger.signer.vkey) == (0, "ok: 12 entries")


def test_a_ledger_whose_key_changed_is_read_with_the_new_key_alone(
    outside: Path, tmp_path: Path, ledger: Ledger
) -> None:
    new = Signer.generate(ledger.signer.name)
    notes = [add_signature(note, new, ledger.signer.verifier) for note in ledger.checkpoints]
    path = Ledger(new, ledger.entries, notes).write(tmp_path / "ledger.jsonl")
    assert checked(outside, path, new.vkey) == (0, "ok: 12 entries")
    stranger = Signer.generate(ledger.signer.name)
    assert checked(outside, path, stranger.vkey)[0] == 1
