"""What a witness is sent and sends back, and the proof of one entry, as files of their own."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ledger.conftest import SEEN_AT, Ledger, Maker

from evenhand.ledger import (
    NoteError,
    TreeError,
    WitnessKey,
    add_cosignature,
    check_proof,
    cosigned_at,
    open_checkpoint,
    root_of,
    verify_bundle,
    verify_consistency,
    witness_request,
    write_proof,
)
from evenhand.ledger.__main__ import main

Witness = tuple[str, Callable[[str], str]]


def leaves_of(ledger: Ledger) -> list[bytes]:
    return [leaf for _, leaf in ledger.entries]


@pytest.mark.parametrize("old", range(13))
def test_a_request_holds_a_proof_from_the_size_that_the_witness_knows(
    ledger: Ledger, old: int
) -> None:
    leaves = leaves_of(ledger)
    request = witness_request(leaves, ledger.checkpoints[-1], old)
    top, _, note = request.partition("\n\n")
    first, *nodes = top.split("\n")
    assert first == f"old {old}"
    head = open_checkpoint(note, [ledger.signer.vkey])
    proof = [base64.b64decode(node, validate=True) for node in nodes]
    assert verify_consistency(old, root_of(leaves[:old]), head.size, head.root, proof)


def test_a_size_that_never_was_is_refused(ledger: Ledger) -> None:
    with pytest.raises(TreeError):
        witness_request(leaves_of(ledger), ledger.checkpoints[-1], 13)


def test_a_cosignature_is_taken_in_once_and_its_moment_read(
    ledger: Ledger, witness: Witness
) -> None:
    note, key = ledger.checkpoints[-1], WitnessKey.parse(witness[0])
    assert cosigned_at(note, key) is None
    line = witness[1](note)
    once = add_cosignature(note, line, key)
    assert once == note + line
    assert add_cosignature(once, line, key) == once
    assert add_cosignature(note, once, key) == once
    assert cosigned_at(once, key) == SEEN_AT
    assert open_checkpoint(once, [ledger.signer.vkey]).size == 12


def test_a_cosignature_of_another_head_or_another_witness_is_refused(
    ledger: Ledger, witness: Witness
) -> None:
    key = WitnessKey.parse(witness[0])
    first, last = ledger.checkpoints[0], ledger.checkpoints[-1]
    with pytest.raises(NoteError, match="does not fit"):
        add_cosignature(last, witness[1](first), key)
    with pytest.raises(NoteError, match="no cosignature"):
        add_cosignature(last, witness[1](last), WitnessKey("other.example", key.public))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_changed_byte_of_a_cosignature_is_seen(
    ledger: Ledger, witness: Witness, data: st.DataObject
) -> None:
    note, key = ledger.checkpoints[-1], witness[0]
    line = witness[1](note)
    raw = bytearray(base64.b64decode(line.split(" ")[2]))
    at = data.draw(st.integers(4, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    damaged = f"{line.rpartition(' ')[0]} {base64.b64encode(bytes(raw)).decode()}\n"
    with pytest.raises(NoteError):
        cosigned_at(note + damaged, WitnessKey.parse(key))


def test_a_key_is_written_and_read_alike_and_a_ledgers_key_is_none(
    ledger: Ledger, witness: Witness
) -> None:
    assert WitnessKey.parse(witness[0]).text == witness[0]
    for wrong in (ledger.signer.vkey, "", "a+b", witness[0].replace("one", "two")):
        with pytest.raises(NoteError):
            WitnessKey.parse(wrong)


def test_verify_says_when_the_witness_saw_the_head_and_fails_without(
    tmp_path: Path, ledger: Ledger, witness: Witness, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "witness.vkey"
    file.write_text(witness[0])
    path = tmp_path / "ledger.jsonl"
    given = ["verify", str(path), "--witness", str(file)]
    ledger.write(path)
    assert main(given) == 1
    assert "not cosigned by witness.example/one" in capsys.readouterr().err
    note = ledger.checkpoints[-1]
    ledger.checkpoints[-1] = note + witness[1](note)
    ledger.write(path)
    assert verify_bundle(path, ledger.signer.vkey).ok
    assert main(given) == 0
    moment = datetime.fromtimestamp(SEEN_AT, UTC).isoformat()
    assert f"seen: {moment}" in capsys.readouterr().out


@pytest.mark.parametrize("size", [1, 2, 5, 12])
def test_a_proof_file_holds_for_its_entry_alone(make_ledger: Maker, size: int) -> None:
    ledger = make_ledger([{"number": n} for n in range(size)], [])
    leaves, vkey = leaves_of(ledger), ledger.signer.vkey
    for index in range(size):
        proof = write_proof(leaves, index, ledger.checkpoints[-1])
        place, head = check_proof(proof, leaves[index], vkey)
        assert (place, head.size) == (index, size)
        for other in range(size):
            if other != index:
                with pytest.raises(NoteError, match="not at index"):
                    check_proof(proof, leaves[other], vkey)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@v1", "@v2"),
        ("index 5", "index x"),
        ("index 5", "index 4"),
        ("index 5", "index ²"),
        ("index 5\n", "index 5\nAAAA\n"),
        ("index 5\n", "index 5\n!\n"),
        ("index 5\n", ""),
        ("\n12\n", "\n13\n"),
    ],
)
def test_a_damaged_proof_file_is_refused(ledger: Ledger, old: str, new: str) -> None:
    leaves = leaves_of(ledger)
    proof = write_proof(leaves, 5, ledger.checkpoints[-1])
    assert old in proof
    with pytest.raises(NoteError):
        check_proof(proof.replace(old, new), leaves[5], ledger.signer.vkey)


def test_extra_data_of_a_proof_is_passed_over(ledger: Ledger) -> None:
    leaves = leaves_of(ledger)
    proof = write_proof(leaves, 5, ledger.checkpoints[-1]).replace("index 5", "extra AAAA\nindex 5")
    assert check_proof(proof, leaves[5], ledger.signer.vkey)[0] == 5
