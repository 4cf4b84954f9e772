import pytest

from evenhand.judges import Panel, load_panel
from evenhand.rubric import Pack, load_pack, shipped_pack
from evenhand.studies.redteam import Phrases, Setting, load_phrases


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack(shipped_pack())


@pytest.fixture(scope="session")
def panel(pack: Pack) -> Panel:
    return load_panel(pack)


@pytest.fixture(scope="session")
def phrases() -> Phrases:
    return load_phrases()


@pytest.fixture
def setting(pack: Pack, phrases: Phrases) -> Setting:
    prompt = pack.prompt("eval_search")
    return Setting(prompt, tuple(pack.dimension(d) for d in prompt.dimensions), phrases)
