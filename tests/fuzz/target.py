"""Five readers of files that others made, each fed by atheris for a time.

    python -m tests.fuzz.target pack --seconds 60

What a reader may raise is named with it; anything else ends the run, and atheris prints the bytes.
The corpus it begins with is made here, so that no file of bytes is kept in the tree.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import atheris

Feed = Callable[[bytes], None]
SEED = 7


def pack() -> tuple[Feed, list[bytes]]:
    """A pack with one of its files replaced: it loads, or says what is wrong in printable lines."""
    from evenhand.rubric import PackError, shipped_pack
    from evenhand.rubric.load import pack_from_files

    root = shipped_pack()
    names = ["pack.yaml", "rubric.yaml", "prompts.yaml", "probes.yaml", "loop.yaml"]
    golden = "golden/answers.jsonl"
    files = {name: (root / name).read_bytes() for name in names}
    files[golden] = b"\n".join((root / golden).read_bytes().split(b"\n")[:2])
    order = [*names, golden, "calibration/gate.yaml", "calibration/embedded.npz"]

    def feed(data: bytes) -> None:
        if not data:
            return
        try:
            pack_from_files({**files, order[data[0] % len(order)]: data[1:]}, root)
        except PackError as error:
            if not all(fault.isprintable() for fault in error.faults):
                raise AssertionError(error.faults) from None

    return feed, [bytes([n]) + files.get(name, b"a: 1")[:2_000] for n, name in enumerate(order)]


def normalise() -> tuple[Feed, list[bytes]]:
    """An answer as somebody pasted it: every character left points to where it stood."""
    from evenhand.judges.normalise import normalise as of

    def feed(data: bytes) -> None:
        given = data.decode("utf-8", "surrogateescape")
        found = of(given)
        places = found.offsets
        if len(places) != len(found.text) or list(places) != sorted(places):
            raise AssertionError(places)
        if places and not 0 <= places[0] <= places[-1] < len(given):
            raise AssertionError(places)

    seeds = ["<b>bold</b> &amp; <script>x</script>", "e\u0301 \u200b\u202e \ufb01 \U0001f469\u200d"]
    return feed, [seed.encode() for seed in seeds]


def ledger() -> tuple[Feed, list[bytes]]:
    """A bundle that somebody sent: it verifies, or the report says where it does not."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from evenhand.ledger import (
        Entry,
        Frontier,
        Signer,
        sign_checkpoint,
        utc_text,
        verify_bundle,
        write_bundle,
    )

    file = Path(tempfile.mkdtemp(prefix="evenhand-fuzz-")) / "bundle"
    signer = Signer("example.com/ledger", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    frontier, entries = Frontier(), []
    for seq in range(3):
        at = utc_text(datetime(2026, 1, 2, 3, seq, tzinfo=UTC))
        entry = Entry(seq, at, "user:1", "answer.saved", "sitting:1", {"n": seq, "text": "ü"})
        frontier = frontier.append(entry.leaf())
        entries.append((entry, entry.leaf()))
    write_bundle(file, entries, [sign_checkpoint(signer, 3, frontier.root())], signer.vkey)
    whole = file.read_bytes()

    def feed(data: bytes) -> None:
        file.write_bytes(data)
        verify_bundle(file)

    return feed, [whole, *whole.splitlines(keepends=True)]


def candidates() -> tuple[Feed, list[bytes]]:
    """A list of candidates: it is read, or every line that is wrong is named."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from evenhand.hiring.errors import CandidatesFileError
    from evenhand.hiring.openings.candidates_file import read_candidates_csv

    def feed(data: bytes) -> None:
        try:
            rows = read_candidates_csv(data)
        except CandidatesFileError as error:
            if not error.faults:
                raise AssertionError("refused without a reason") from None
        else:
            if not all(row.name.isprintable() and "@" in row.email for row in rows):
                raise AssertionError(rows)

    seeds = ["name,email\nA,a@b.co\n", 'email;name\n"x@y.org";"Ö, O"\n', "name\temail\r\nB\tb@c.de"]
    return feed, [*(seed.encode() for seed in seeds), seeds[0].encode("utf-16")]


def study() -> tuple[Feed, list[bytes]]:
    """A list of decisions, outcomes or signals, by the first byte: read, or refused in words."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from evenhand.hiring.errors import SheetError
    from evenhand.hiring.signals.services import read_signals_file
    from evenhand.hiring.studies.decisions_file import read_decisions_file
    from evenhand.hiring.studies.naming import Known
    from evenhand.hiring.studies.outcomes_file import read_outcomes_file

    known = Known({"1": UUID(int=1), "a@b.co": UUID(int=2)})
    readers = (read_decisions_file, read_outcomes_file, read_signals_file)

    def feed(data: bytes) -> None:
        if not data:
            return
        try:
            readers[data[0] % len(readers)](data[1:], known)
        except SheetError as error:
            if not error.faults or not all(fault.isprintable() for fault in error.faults):
                raise AssertionError(error.faults) from None

    seeds = [
        "candidate,judge,advance,sure,date\n1,judge 1,yes,80,2026-03-31\n",
        "candidate;outcome;value\na@b.co;rating;4,5\n1;rating;3.5\n",
        "candidate\tkind\tname\tvalue\r\n1\tcoding_test\tpoints\t1e3\r\n",
    ]
    return feed, [bytes([n]) + seed.encode() for n, seed in enumerate(seeds)]


TARGETS = {
    "pack": pack, "normalise": normalise, "ledger": ledger, "candidates": candidates,
    "study": study,
}  # fmt: skip


def main() -> None:
    """Feed one reader until the time is over; ends with 0 where nothing came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=3)
    asked = parser.parse_args()
    with atheris.instrument_imports(include=["evenhand"]):
        feed, seeds = TARGETS[asked.target]()
    with tempfile.TemporaryDirectory(prefix="evenhand-fuzz-") as corpus:
        for number, seed in enumerate(seeds):
            (Path(corpus) / str(number)).write_bytes(seed)
        options = [f"-seed={SEED}", f"-max_total_time={asked.seconds}", "-max_len=4096"]
        options += ["-timeout=120", "-rss_limit_mb=2048", f"-artifact_prefix={corpus}/crash-"]
        atheris.Setup([sys.argv[0], *options, corpus], feed)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
