"""A small ledger with known content, made as the application makes it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evenhand.ledger import Entry, Frontier, Signer, sign_checkpoint, utc_text, write_bundle

ORIGIN = "example.com/evenhand"


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
