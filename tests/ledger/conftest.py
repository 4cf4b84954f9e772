"""A small ledger with known content, made as the application makes it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evenhand.ledger import (
    Entry,
    Frontier,
    Signer,
    WitnessKey,
    sign_checkpoint,
    utc_text,
    write_bundle,
)
from evenhand.ledger.note import format_signature

ORIGIN = "example.com/evenhand"
SEEN_AT = 1_770_000_000


@dataclass(frozen=True)
class Ledger:
    signer: Signer
    entries: list[tuple[Entry, bytes]]
    checkpoints: list[str]

    def write(self, path: Path) -> Path:
        write_bundle(path, self.entries, self.checkpoints, self.signer.vkey)
        return path


Maker = Callable[..., Ledger]


@pytest.fixture(scope="session")
def signer() -> Signer:
    return Signer.generate(ORIGIN)


@pytest.fixture(scope="session")
def make_ledger(signer: Signer) -> Maker:
    def make(facts: list[dict[str, object]], sizes: list[int], by: Signer = signer) -> Ledger:
        """A ledger of one entry for each facts, with checkpoints at the sizes and at the end."""
        start = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
        entries: list[tuple[Entry, bytes]] = []
        checkpoints: list[str] = []
        frontier = Frontier()
        wanted = {*sizes, len(facts)}
        if 0 in wanted:
            checkpoints.append(sign_checkpoint(by, 0, frontier.root()))
        for seq, fact in enumerate(facts):
            at = utc_text(start + timedelta(seconds=seq))
            entry = Entry(seq, at, "person:7", "answer.submitted", f"sitting:{seq}", fact)
            entries.append((entry, entry.leaf()))
            frontier = frontier.append(entry.leaf())
            if frontier.size in wanted:
                checkpoints.append(sign_checkpoint(by, frontier.size, frontier.root()))
        return Ledger(by, entries, checkpoints)

    return make


@pytest.fixture
def ledger(make_ledger: Maker) -> Ledger:
    """Twelve entries, checkpoints at 4, 8 and 12."""
    return make_ledger([{"number": n} for n in range(12)], [4, 8])


@pytest.fixture
def witness() -> tuple[str, Callable[[str], str]]:
    """A witness's published key, and how it answers a checkpoint at a fixed moment."""
    private = Ed25519PrivateKey.generate()
    key = WitnessKey("witness.example/one", private.public_key().public_bytes_raw())

    def cosign(note: str) -> str:
        text = note.rpartition("\n\n")[0] + "\n"
        signature = private.sign(f"cosignature/v1\ntime {SEEN_AT}\n{text}".encode())
        return format_signature(key.name, key.key_id, SEEN_AT.to_bytes(8, "big") + signature)

    return key.text, cosign
