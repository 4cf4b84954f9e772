"""A proof that one entry stands in the ledger, as a file (c2sp.org/tlog-proof)."""

from collections.abc import Sequence

from evenhand.ledger.checkpoint import Checkpoint, open_checkpoint
from evenhand.ledger.encoding import from_base64, to_base64
from evenhand.ledger.errors import NoteError
from evenhand.ledger.proofs import inclusion_proof, verify_inclusion

FORMAT = "c2sp.org/tlog-proof@v1"


def write_proof(leaves: Sequence[bytes], index: int, note: str) -> str:
    """The proof that the leaf at `index` is in the tree that a checkpoint signs.

    Args:
        leaves: those that the checkpoint covers; 32 bytes each.
        index: the entry's seq.
        note: the checkpoint, with all its cosignatures.

    Raises:
        TreeError: there is no such entry.
    """
    nodes = "".join(f"{to_base64(node)}\n" for node in inclusion_proof(leaves, index))
    return f"{FORMAT}\nindex {index}\n{nodes}\n{note}"


def check_proof(proof: str, leaf: bytes, vkey: str) -> tuple[int, Checkpoint]:
    """Check that a leaf stands where a proof says, under a head that the key signed.

    Returns:
        The entry's place, and the head.

    Raises:
        NoteError: the proof is malformed, or does not hold for this leaf.
    """
    head, _, note = proof.partition("\n\n")
    first, *rest = head.split("\n")
    if first != FORMAT or not rest:
        raise NoteError(f"not a proof: its first line is not {FORMAT}")
    if rest[0].startswith("extra "):
        rest = rest[1:]
    place = rest[0].removeprefix("index ") if rest else ""
    if not (place.isascii() and place.isdigit()) or len(place) > 18:
        raise NoteError("the proof does not say at which index")
    try:
        nodes = [from_base64(line) for line in rest[1:]]
    except ValueError:
        raise NoteError("a hash of the proof is not base64") from None
    top = open_checkpoint(note, [vkey])
    if not verify_inclusion(leaf, int(place), top.size, nodes, top.root):
        raise NoteError(f"the entry is not at index {place} of this ledger")
    return int(place), top
