"""A lost key of the ledger: a new one signs on, and every verifier can tell what happened."""

from __future__ import annotations

import runpy
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection, transaction

from evenhand.hiring.errors import LedgerKeyError
from evenhand.hiring.models import LedgerCheckpoint, LedgerEntry, LedgerKey, User
from evenhand.hiring.record import append_only, rekeying
from evenhand.hiring.record.rekeying import KeyChanged, change_key
from evenhand.hiring.record.services import checkpoint, export_ledger, record, signer
from evenhand.ledger import (
    BundleError,
    EntryError,
    KeyFileError,
    Signer,
    earlier_head,
    verify_bundle,
)
from evenhand.ledger.__main__ import main

pytestmark = pytest.mark.django_db
SECOND = runpy.run_path(str(Path(__file__).parents[3] / "docs" / "verify_ledger.py"))
WHY = "the disk of the old server is lost"


def write(number: int, now: datetime) -> None:
    with transaction.atomic():
        record("test.noted", "test:1", actor="system", facts={"number": number}, now=now)


@pytest.fixture
def old(settings: LazySettings, tmp_path: Path, alice: User, now: datetime) -> Path:
    """An export from before; then its key is lost, with an entry that it never signed."""
    settings.LEDGER_KEY_FILE = key = tmp_path / "ledger-key.pem"
    for number in (1, 2):
        write(number, now)
        checkpoint(now)
    bundle = tmp_path / "old.jsonl"
    export_ledger(bundle, now)
    (tmp_path / "old.vkey").write_text(signer().vkey)
    key.unlink()
    write(3, now)
    return bundle


def changed(alice: User, now: datetime, former: str = "") -> KeyChanged:
    return change_key(reason=WHY, by=alice, former=former, now=now)


def second(bundle: Path, vkey: str, earlier: tuple[int, bytes] | None = None) -> int:
    with bundle.open("rb") as lines:
        return int(SECOND["verify"](lines, SECOND["Key"](vkey), earlier))


def test_a_new_key_signs_on_and_the_change_is_told_with_its_reason(
    old: Path, alice: User, now: datetime, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(KeyFileError, match="evenhand ledger new-key"):
        checkpoint(now)
    done = changed(alice, now)
    write(4, now)
    new, key = tmp_path / "new.jsonl", tmp_path / "new.vkey"
    entries = export_ledger(new, now)
    key.write_text(signer().vkey)
    assert done.vkey == signer().vkey != done.former
    given = ["verify", str(new), "--key", str(key)]
    assert main([*given, "--since", str(old)]) == 0
    said = capsys.readouterr().out
    assert f"notice: entry {done.entry} " in said
    assert WHY in said
    assert f"user:{alice.pk}" in said
    assert f"signed the first {done.signed} entries" in said
    assert f"the {done.signed} entries of the earlier one are the same" in said
    assert second(new, done.vkey) == entries
    earlier = earlier_head(old, done.vkey, [done.former])
    assert second(new, done.vkey, (earlier.size, earlier.root)) == entries
    # Who pinned the former key is refused, and told why; the old export still verifies with it.
    assert main(["verify", str(new), "--key", str(tmp_path / "old.vkey")]) == 1
    assert f"entry {done.entry} (line" in (said := capsys.readouterr().out)
    assert "the signing key changes here from the one you gave" in said
    assert main(["verify", str(old), "--key", str(tmp_path / "old.vkey")]) == 0
    with pytest.raises(ValueError, match="is not that of this key"):
        second(new, done.former)


def test_a_history_that_differs_from_what_was_kept_is_found_across_the_change(
    old: Path, alice: User, now: datetime, tmp_path: Path
) -> None:
    done = changed(alice, now)
    new = tmp_path / "new.jsonl"
    export_ledger(new, now)
    kept = earlier_head(old, done.vkey, [done.former])
    other = type(kept)(kept.origin, kept.size, bytes(32))
    assert verify_bundle(new, done.vkey, since=kept).ok
    assert "history was rewritten" in str(verify_bundle(new, done.vkey, since=other).problems[0])
    # An export that another key signed is no earlier one of this ledger.
    with pytest.raises(BundleError):
        earlier_head(old, done.vkey, [Signer.generate(kept.origin).vkey])


def test_a_bundle_that_is_simply_signed_by_another_key_still_fails(
    old: Path, alice: User, now: datetime, tmp_path: Path
) -> None:
    done = changed(alice, now)
    new = tmp_path / "new.jsonl"
    export_ledger(new, now)
    assert not verify_bundle(new, Signer.generate("evenhand.example/ledger").vkey).ok
    # The former key's signatures are taken out, as whoever never had them would have to.
    for row in LedgerCheckpoint.objects.filter(size__lte=done.signed):
        first, second_line = row.note.rstrip("\n").rsplit("\n", 1)
        text = first.rpartition("\n\n")[0]
        LedgerCheckpoint.objects.filter(pk=row.pk).update(note=f"{text}\n\n{second_line}\n")
    export_ledger(new, now)
    report = verify_bundle(new, done.vkey)
    assert "before the change of keys of entry" in str(report.problems[0])


def test_a_change_that_was_cut_off_is_finished_by_the_same_call(
    old: Path, alice: User, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_paths: object) -> None:
        raise OSError("cut off")

    with monkeypatch.context() as cut:
        cut.setattr(rekeying, "_put_in_place", away)
        with pytest.raises(OSError, match="cut off"):
            changed(alice, now)
    with pytest.raises(KeyFileError):
        signer()
    done = changed(alice, now)
    assert signer().vkey == done.vkey
    assert LedgerEntry.objects.filter(action="ledger.key_changed").count() == 1
    export_ledger(tmp_path / "new.jsonl", now)
    assert verify_bundle(tmp_path / "new.jsonl", done.vkey).ok


def test_what_does_not_verify_or_is_not_known_gets_no_new_key(
    old: Path, alice: User, now: datetime, tmp_path: Path
) -> None:
    vkey = (tmp_path / "old.vkey").read_text()
    with pytest.raises(EntryError, match="reason"):
        change_key(reason=" ", by=alice, now=now)
    LedgerKey.objects.all().delete()
    with pytest.raises(LedgerKeyError, match="--former"):
        changed(alice, now)
    with pytest.raises(LedgerKeyError, match="is not the key"):
        changed(alice, now, Signer.generate("evenhand.example/ledger").vkey)
    append_only.remove(connection)
    LedgerEntry.objects.filter(seq=0).update(actor="somebody else")
    with pytest.raises(LedgerKeyError, match="does not verify"):
        changed(alice, now, vkey)
    assert not (tmp_path / "ledger-key.pem").exists()
    assert not (tmp_path / "ledger-key.pem.new").exists()
