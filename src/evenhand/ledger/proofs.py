"""Inclusion and consistency proofs of RFC 6962, sections 2.1.1 and 2.1.2.

A proof is a list of 32-byte hashes, ordered from the leaves up. Making one needs the leaves;
checking one needs only the roots.
"""

from collections.abc import Sequence

from evenhand.ledger.errors import TreeError
from evenhand.ledger.tree import EMPTY_ROOT, node_hash, split_point, subtree_root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """What is needed, beside the leaf at `index`, to compute the root over `leaves`.

    Raises:
        TreeError: there is no leaf at `index`.
    """
    if not 0 <= index < len(leaves):
        raise TreeError(f"no leaf {index} in a tree of {len(leaves)}")
    siblings: list[bytes] = []
    start, stop = 0, len(leaves)
    while stop - start > 1:
        middle = start + split_point(stop - start)
        if index < middle:
            siblings.append(subtree_root(leaves, middle, stop))
            stop = middle
        else:
            siblings.append(subtree_root(leaves, start, middle))
            start = middle
    return siblings[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether `leaf` stands at `index` of the tree with this size and root."""
    if not 0 <= index < size:
        return False
    # Walk down to the leaf, noting at each split on which side the sibling lies.
    sibling_is_left: list[bool] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + split_point(stop - start)
        sibling_is_left.append(index >= middle)
        start, stop = (middle, stop) if index >= middle else (start, middle)
    if len(proof) != len(sibling_is_left):
        return False
    node = leaf
    for sibling, is_left in zip(proof, reversed(sibling_is_left), strict=True):
        node = node_hash(sibling, node) if is_left else node_hash(node, sibling)
    return node == root


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """What shows that the tree over `leaves` extends its own first `old_size` leaves.

    Empty for an old tree of size 0 and for one of the same size: there the roots speak.

    Raises:
        TreeError: the old tree would be larger than the new one.
    """
    if not 0 <= old_size <= len(leaves):
        raise TreeError(f"a tree of {len(leaves)} leaves never had {old_size}")
    if old_size in (0, len(leaves)):
        return []
    siblings: list[bytes] = []
    start, stop = 0, len(leaves)
    while stop != old_size:
        middle = start + split_point(stop - start)
        if old_size <= middle:
            siblings.append(subtree_root(leaves, middle, stop))
            stop = middle
        else:
            siblings.append(subtree_root(leaves, start, middle))
            start = middle
    if start:
        # The shared subtree is not the whole old tree, so the verifier does not know it yet.
        siblings.append(subtree_root(leaves, start, stop))
    return siblings[::-1]


def verify_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the new tree holds the old one unchanged as its first `old_size` leaves."""
    if not 0 <= old_size <= new_size:
        return False
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT and (new_size > 0 or new_root == EMPTY_ROOT)
    if old_size == new_size:
        return not proof and old_root == new_root
    shared_is_left: list[bool] = []
    start, stop = 0, new_size
    while stop != old_size:
        middle = start + split_point(stop - start)
        shared_is_left.append(old_size > middle)
        start, stop = (middle, stop) if old_size > middle else (start, middle)
    path = list(proof) if start else [old_root, *proof]
    if len(path) != len(shared_is_left) + 1:
        return False
    old = new = path[0]
    for sibling, is_left in zip(path[1:], reversed(shared_is_left), strict=True):
        if is_left:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
        else:
            new = node_hash(new, sibling)
    return old == old_root and new == new_root
