import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ledger import (
    TreeError,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

DATA = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
DATA += ["606162636465666768696a6b6c6d6e6f"]
LEAVES = [leaf_hash(bytes.fromhex(data)) for data in DATA]

# Nodes of the eight-leaf tree, named by the leaves below them (shared CT vectors).
N1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
N23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
N4567 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
N4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
N67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
N0123 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
N45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"

SIZES = range(20)
MANY = [leaf_hash(bytes([n])) for n in SIZES]


def hexes(proof: list[bytes]) -> list[str]:
    return [node.hex() for node in proof]


@pytest.mark.parametrize(
    ("index", "size", "expected"),
    [
        (0, 1, []),
        (0, 8, [N1, N23, N4567]),
        (5, 8, [N4, N67, N0123]),
        (4, 5, [N0123]),
    ],
)
def test_inclusion_proofs_are_the_shared_vectors(
    index: int, size: int, expected: list[str]
) -> None:
    assert hexes(inclusion_proof(LEAVES[:size], index)) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (1, 8, [N1, N23, N4567]),
        (6, 8, [N45, N67, N0123]),
        (2, 5, [N23, N4]),
        (8, 8, []),
        (0, 8, []),
    ],
)
def test_consistency_proofs_are_the_shared_vectors(old: int, new: int, expected: list[str]) -> None:
    assert hexes(consistency_proof(LEAVES[:new], old)) == expected


@pytest.mark.parametrize("size", range(1, 20))
def test_every_inclusion_proof_holds_for_its_own_leaf_and_place_alone(size: int) -> None:
    leaves = MANY[:size]
    root = root_of(leaves)
    for index in range(size):
        proof = inclusion_proof(leaves, index)
        for other in range(-1, size + 1):
            holds = verify_inclusion(leaves[index], other, size, proof, root)
            assert holds == (other == index)
        for leaf in leaves:
            holds = verify_inclusion(leaf, index, size, proof, root)
            assert holds == (leaf == leaves[index])


@given(
    st.integers(1, 19).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))), st.data()
)
def test_a_damaged_inclusion_proof_fails(place: tuple[int, int], data: st.DataObject) -> None:
    size, index = place
    leaves, root = MANY[:size], root_of(MANY[:size])
    proof = inclusion_proof(leaves, index)
    assert not verify_inclusion(leaves[index], index, size, [*proof, root], root)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof[:at], bytes(32), *proof[at + 1 :]]
        assert not verify_inclusion(leaves[index], index, size, changed, root)
        shorter = [*proof[:at], *proof[at + 1 :]]
        assert not verify_inclusion(leaves[index], index, size, shorter, root)


@pytest.mark.parametrize("new", SIZES)
def test_every_tree_is_consistent_with_each_of_its_beginnings(new: int) -> None:
    leaves = MANY[:new]
    for old in range(new + 1):
        proof = consistency_proof(leaves, old)
        assert verify_consistency(old, root_of(leaves[:old]), new, root_of(leaves), proof)


@pytest.mark.parametrize("new", range(1, 20))
def test_a_rewritten_beginning_is_inconsistent(new: int) -> None:
    leaves = MANY[:new]
    for old in range(1, new + 1):
        rewritten = [leaf_hash(b"another"), *leaves[1:old]]
        proof = consistency_proof(leaves, old)
        assert not verify_consistency(old, root_of(rewritten), new, root_of(leaves), proof)
        assert not verify_consistency(old, root_of(leaves[:old]), new, bytes(32), proof)
        longer = [*proof, bytes(32)]
        assert not verify_consistency(old, root_of(leaves[:old]), new, root_of(leaves), longer)


@pytest.mark.parametrize("new", range(2, 20))
def test_a_consistency_proof_with_any_hash_changed_fails(new: int) -> None:
    leaves = MANY[:new]
    for old in range(1, new):
        proof = consistency_proof(leaves, old)
        for at in range(len(proof)):
            changed = [*proof[:at], bytes(32), *proof[at + 1 :]]
            assert not verify_consistency(old, root_of(leaves[:old]), new, root_of(leaves), changed)
            assert not verify_consistency(
                old, root_of(leaves[:old]), new, root_of(leaves), proof[:at]
            )


def test_sizes_that_cannot_be_are_refused() -> None:
    with pytest.raises(TreeError):
        inclusion_proof(LEAVES, 8)
    with pytest.raises(TreeError):
        consistency_proof(LEAVES, 9)
    assert not verify_inclusion(LEAVES[0], 0, 0, [], root_of([]))
    assert not verify_consistency(3, bytes(32), 2, bytes(32), [])
    assert not verify_consistency(0, bytes(32), 2, root_of(LEAVES[:2]), [])
