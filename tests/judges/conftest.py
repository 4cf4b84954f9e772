import pytest
from tests.remembering import Remembering

from evenhand.judges import Panel, PanelResult, load_panel
from evenhand.judges.calibration import Material, prepare
from evenhand.judges.panel import assemble
from evenhand.rubric import Pack, load_pack, shipped_pack


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack(shipped_pack())


@pytest.fixture(scope="session")
def encoder() -> Remembering:
    return Remembering()


@pytest.fixture(scope="session")
def panel(pack: Pack, encoder: Remembering) -> Panel:
    return assemble(pack, encoder, load_panel(pack).calibration)


@pytest.fixture(scope="session")
def material(pack: Pack, encoder: Remembering) -> Material:
    return prepare(pack, encoder)


@pytest.fixture(scope="session")
def golden_results(pack: Pack, panel: Panel, material: Material) -> dict[str, PanelResult]:
    return {a.id: panel.judge(pack.prompt(a.prompt), a.text) for a in pack.golden}
