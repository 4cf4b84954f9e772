import pytest

from evenhand.rubric import Pack, load_pack, shipped_pack


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack(shipped_pack())
