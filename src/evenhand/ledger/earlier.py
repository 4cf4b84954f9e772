"""An earlier state of a ledger, from whatever an auditor kept of it: a bundle or a checkpoint."""

from collections.abc import Sequence
from pathlib import Path

from evenhand.ledger.checkpoint import Checkpoint, open_checkpoint
from evenhand.ledger.errors import BundleError
from evenhand.ledger.verify import verify_bundle

_MAX_NOTE = 100_000


def earlier_head(path: Path, vkey: str, former: Sequence[str] = ()) -> Checkpoint:
    """Read an earlier head of a ledger, checking its signature.

    Args:
        path: a bundle, or a checkpoint as a signed note.
        vkey: the ledger's verifier key.
        former: those that it replaced: what was kept may be from their time.

    Raises:
        BundleError: the bundle does not verify.
        NoteError: the file is neither, or is signed by none of these keys.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        if file.read(1) == b"{":
            report = verify_bundle(path)
            if report.vkey not in (vkey, *former):
                report = verify_bundle(path, vkey)
            if not report.ok:
                raise BundleError(f"{path}: the earlier bundle fails: {report.problems[0]}")
            return Checkpoint(str(report.origin), report.size, report.root)
        file.seek(0)
        text = file.read(_MAX_NOTE).decode("utf-8", errors="replace")
    return open_checkpoint(text, [vkey, *former])
