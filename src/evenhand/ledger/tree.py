"""The Merkle tree of RFC 6962, section 2.1, over SHA-256.

Throughout the room a *leaf* is the 32-byte hash `leaf_hash` gives, not the entry itself.
A database keeps only the `Frontier`: the roots of the complete subtrees, at most one for
each bit of the size.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256

from evenhand.ledger.errors import TreeError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
_SIZE_BYTES = 8


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry's bytes into its leaf (RFC 6962, 2.1: 0x00 before the data)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent (RFC 6962, 2.1: 0x01 before both)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over all leaves, by the recursive definition; 32 bytes.

    Needs every leaf at hand; `Frontier` gives the same root without them.
    """
    if not leaves:
        return EMPTY_ROOT
    return subtree_root(leaves, 0, len(leaves))


def subtree_root(leaves: Sequence[bytes], start: int, stop: int) -> bytes:
    """The root over `leaves[start:stop]`, which must not be empty."""
    if stop - start == 1:
        return leaves[start]
    middle = start + split_point(stop - start)
    return node_hash(subtree_root(leaves, start, middle), subtree_root(leaves, middle, stop))


def split_point(size: int) -> int:
    """The largest power of two below `size` (RFC 6962's k); size is at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


@dataclass(frozen=True)
class Frontier:
    """The right edge of a growing tree: all that is needed to append and to give the root.

    Attributes:
        size: leaves appended so far.
        nodes: roots of the complete subtrees, largest first, one for each set bit of `size`.

    >>> grown = Frontier.over([leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")])
    >>> grown.size, len(grown.nodes), grown.root() == root_of([leaf_hash(b) for b in (b"a", b"b",
    ...     b"c")])
    (3, 2, True)
    """

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or self.size.bit_count() != len(self.nodes):
            raise TreeError(
                f"a frontier of size {self.size} cannot have {len(self.nodes)} nodes: "
                "it needs one for each set bit of the size"
            )

    @classmethod
    def over(cls, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier after appending all leaves to an empty tree."""
        return cls().extend(leaves)

    def append(self, leaf: bytes) -> "Frontier":
        """The frontier with one more leaf (32 bytes); this one stays as it is."""
        return self.extend([leaf])

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier with more leaves (32 bytes each); this one stays as it is."""
        size, nodes = self.size, list(self.nodes)
        for leaf in leaves:
            if len(leaf) != HASH_BYTES:
                raise TreeError(
                    f"a leaf is {HASH_BYTES} bytes, got {len(leaf)}: pass leaf_hash(entry)"
                )
            node = leaf
            # As in binary counting: each trailing 1 of the size is a full subtree to merge with.
            for _ in range((size ^ (size + 1)).bit_length() - 1):
                node = node_hash(nodes.pop(), node)
            nodes.append(node)
            size += 1
        return Frontier(size, tuple(nodes))

    def root(self) -> bytes:
        """The root of the whole tree; 32 bytes."""
        if not self.nodes:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self.nodes))

    def to_bytes(self) -> bytes:
        """The size as 8 big-endian bytes, then the nodes, largest first."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.nodes)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        """Read what `to_bytes` wrote.

        Raises:
            TreeError: the length does not fit the size.
        """
        body = data[_SIZE_BYTES:]
        if len(data) < _SIZE_BYTES or len(body) % HASH_BYTES:
            raise TreeError(f"{len(data)} bytes are no frontier: expected 8 and a multiple of 32")
        nodes = tuple(body[at : at + HASH_BYTES] for at in range(0, len(body), HASH_BYTES))
        return cls(int.from_bytes(data[:_SIZE_BYTES], "big"), nodes)
