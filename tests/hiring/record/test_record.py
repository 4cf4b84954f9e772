"""The record: order, roots, refusals, export."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import LazySettings, settings
from django.db import DatabaseError, connection, transaction

from evenhand.hiring.errors import CosignatureError, LedgerEmpty
from evenhand.hiring.models import LedgerCheckpoint, LedgerEntry, LedgerHead, Sitting
from evenhand.hiring.record.services import (
    checkpoint,
    export_ledger,
    record,
    signer,
    take_cosignature,
)
from evenhand.ledger import (
    Entry,
    Frontier,
    KeyFileError,
    NoteError,
    Signer,
    WitnessKey,
    cosigned_at,
    open_checkpoint,
    root_of,
    verify_bundle,
)
from evenhand.ledger.note import format_signature


def write(number: int, now: datetime) -> LedgerEntry:
    with transaction.atomic():
        return record("test.noted", f"test:{number}", actor="system", facts={"n": number}, now=now)


@pytest.mark.django_db
def test_entries_are_numbered_from_zero_and_the_head_holds_their_root(now: datetime) -> None:
    assert [write(n, now).seq for n in range(5)] == [0, 1, 2, 3, 4]
    leaves = [bytes.fromhex(leaf) for leaf in LedgerEntry.objects.values_list("leaf", flat=True)]
    head = LedgerHead.objects.get()
    assert head.size == 5
    assert Frontier.from_bytes(bytes.fromhex(head.frontier)).root() == root_of(leaves)


@pytest.mark.django_db
def test_a_leaf_can_be_recomputed_from_the_row(now: datetime) -> None:
    write(1, now)
    row = LedgerEntry.objects.get()
    entry = Entry(row.seq, row.at, row.actor, row.action, row.subject, row.facts)
    assert entry.leaf().hex() == row.leaf
    assert row.at == "2026-03-02T09:00:00.000000Z"


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused(now: datetime) -> None:
    with pytest.raises(RuntimeError, match=r"transaction\.atomic"):
        record("test.noted", "test:1", actor="system", facts={}, now=now)


@pytest.mark.django_db(transaction=True)
def test_a_fact_that_is_rolled_back_leaves_no_entry(now: datetime) -> None:
    write(1, now)

    def fail() -> None:
        with transaction.atomic():
            record("test.noted", "test:2", actor="system", facts={}, now=now)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert write(3, now).seq == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE hiring_ledgerentry SET actor = 'nobody'",
        "DELETE FROM hiring_ledgerentry",
        "INSERT OR REPLACE INTO hiring_ledgerentry SELECT * FROM hiring_ledgerentry",
    ],
)
def test_the_database_refuses_to_change_an_entry(sql: str, now: datetime) -> None:
    if "REPLACE" in sql and connection.vendor != "sqlite":
        pytest.skip("SQLite's own statement")
    write(1, now)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert LedgerEntry.objects.get().actor == "system"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="makes a new home, on SQLite")
def test_a_new_database_comes_with_the_triggers(
    tmp_path: Path, furnish: Callable[[Path], Path]
) -> None:
    file = furnish(tmp_path) / "evenhand.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        names = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
    assert {"ledger_no_update", "ledger_no_delete", "ledger_no_replace"} <= names


@pytest.mark.django_db(transaction=True)
def test_threads_that_record_at_once_get_different_numbers_and_one_root(now: datetime) -> None:
    failures: list[BaseException] = []

    def many(first: int) -> None:
        try:
            for number in range(first, first + 10):
                write(number, now)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=many, args=(100 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    entries = list(LedgerEntry.objects.all())
    assert [entry.seq for entry in entries] == list(range(40))
    head = LedgerHead.objects.get()
    expected = root_of([bytes.fromhex(entry.leaf) for entry in entries])
    assert Frontier.from_bytes(bytes.fromhex(head.frontier)).root() == expected


@pytest.mark.django_db
def test_a_checkpoint_signs_the_head_once(now: datetime) -> None:
    assert checkpoint(now) is None
    write(1, now)
    first = checkpoint(now)
    assert first is not None
    opened = open_checkpoint(first.note, [signer().vkey])
    assert (opened.origin, opened.size) == (settings.LEDGER_ORIGIN, 1)
    assert checkpoint(now) == first
    assert LedgerCheckpoint.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("spoilt", ["missing", "another", "renamed"])
def test_no_other_key_signs_a_ledger_that_is_signed(
    settings: LazySettings, now: datetime, tmp_path: Path, spoilt: str
) -> None:
    settings.LEDGER_KEY_FILE = key = tmp_path / "ledger-key.pem"
    path, origin = tmp_path / "ledger.jsonl", settings.LEDGER_ORIGIN
    write(1, now)
    checkpoint(now)
    kept = key.rename(tmp_path / "kept")
    if spoilt == "another":
        Signer.generate(origin).save(key)
    elif spoilt == "renamed":
        settings.LEDGER_ORIGIN = "another.example/ledger"
        key.hardlink_to(kept)
    write(2, now)
    with pytest.raises(KeyFileError, match=r"ledger-key\.pem"):
        export_ledger(path, now)
    assert LedgerCheckpoint.objects.count() == 1
    kept.replace(key)
    settings.LEDGER_ORIGIN = origin
    assert export_ledger(path, now) == 2
    assert verify_bundle(path, signer().vkey).ok


@pytest.mark.django_db
def test_an_export_verifies_offline_and_a_changed_one_does_not(
    sitting: Sitting, now: datetime, tmp_path: Path
) -> None:
    checkpoint(now)
    write(1, now)
    path = tmp_path / "ledger.jsonl"
    count = export_ledger(path, now)
    assert count == LedgerEntry.objects.count()
    report = verify_bundle(path, signer().vkey)
    assert report.ok, report.problems
    assert report.size == count
    path.write_text(path.read_text().replace("sitting.begun", "sitting.ended"))
    assert not verify_bundle(path, signer().vkey).ok


@pytest.mark.django_db
def test_an_empty_ledger_says_that_there_is_nothing_to_export(
    now: datetime, tmp_path: Path
) -> None:
    with pytest.raises(LedgerEmpty, match="no entries yet"):
        export_ledger(tmp_path / "ledger.jsonl", now)


@pytest.mark.django_db
def test_no_entry_holds_a_name_or_an_address(sitting: Sitting) -> None:
    everything = " ".join(
        str(facts) for facts in LedgerEntry.objects.values_list("facts", flat=True)
    )
    assert "Charlie" not in everything
    assert "@" not in everything


@pytest.mark.django_db
def test_a_witness_cosigns_a_checkpoint_and_every_export_carries_it(
    now: datetime, tmp_path: Path
) -> None:
    write(1, now)
    made = checkpoint(now)
    assert made is not None
    private = Ed25519PrivateKey.generate()
    key = WitnessKey("witness.example", private.public_key().public_bytes_raw())
    text = made.note.rpartition("\n\n")[0] + "\n"
    signature = private.sign(f"cosignature/v1\ntime 7\n{text}".encode())
    answer = format_signature(key.name, key.key_id, (7).to_bytes(8, "big") + signature)
    for _ in range(2):
        take_cosignature(1, answer, key.text)
    path = tmp_path / "ledger.jsonl"
    export_ledger(path, now)
    assert verify_bundle(path, signer().vkey).ok
    assert cosigned_at(LedgerCheckpoint.objects.get().note, key) == 7
    assert path.read_text("utf-8").count("witness.example") == 1
    with pytest.raises(CosignatureError, match="no checkpoint of 9"):
        take_cosignature(9, answer, key.text)
    with pytest.raises(NoteError, match="does not fit"):
        take_cosignature(1, answer.replace(answer[-20:-10], "A" * 10), key.text)
