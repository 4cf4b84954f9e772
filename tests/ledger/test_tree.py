"""The eight-leaf vectors are those that Certificate Transparency implementations share."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ledger import Frontier, TreeError, leaf_hash, node_hash, root_of
from evenhand.ledger.tree import EMPTY_ROOT

DATA = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
DATA += ["606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(bytes.fromhex(data)) for data in DATA]

some_leaves = st.lists(st.binary(max_size=3).map(leaf_hash), max_size=70)


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert EMPTY_ROOT == sha256(b"").digest() == root_of([]) == Frontier().root()


def test_leaves_and_nodes_are_hashed_in_separate_domains() -> None:
    # Vectors of the transparency-dev Merkle library.
    leaf = "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    node = "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    assert leaf_hash(b"L123456").hex() == leaf
    assert node_hash(b"N123", b"N456").hex() == node


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_shared_vectors(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size - 1]
    assert Frontier.over(LEAVES[:size]).root().hex() == ROOTS[size - 1]


@given(some_leaves)
def test_the_frontier_gives_the_root_of_the_definition_at_every_size(leaves: list[bytes]) -> None:
    frontier = Frontier()
    for size, leaf in enumerate(leaves):
        assert frontier.root() == root_of(leaves[:size])
        frontier = frontier.append(leaf)
    assert (frontier.size, frontier.root()) == (len(leaves), root_of(leaves))


@given(some_leaves)
def test_the_frontier_keeps_one_node_for_each_set_bit(leaves: list[bytes]) -> None:
    assert len(Frontier.over(leaves).nodes) == len(leaves).bit_count()


@given(some_leaves)
def test_a_frontier_survives_being_stored(leaves: list[bytes]) -> None:
    frontier = Frontier.over(leaves)
    assert Frontier.from_bytes(frontier.to_bytes()) == frontier


def test_appending_leaves_the_old_frontier_as_it_was() -> None:
    before = Frontier.over(LEAVES[:3])
    before.append(LEAVES[3])
    assert (before.size, before.root().hex()) == (3, ROOTS[2])


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 7, b"\0" * 9, b"\0" * 7 + b"\3" + b"x" * 32, b"\0" * 8 + b"x" * 32]
)
def test_bytes_that_are_no_frontier_are_refused(data: bytes) -> None:
    with pytest.raises(TreeError):
        Frontier.from_bytes(data)


def test_an_entry_passed_for_a_leaf_is_refused() -> None:
    with pytest.raises(TreeError, match="leaf_hash"):
        Frontier().append(b"an entry, not its hash")
