from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from evenhand.judges import Panel, PanelResult, load_panel
from evenhand.judges.calibration import Material, prepare
from evenhand.judges.encoder import MiniLM
from evenhand.judges.panel import assemble
from evenhand.rubric import Pack, load_pack, shipped_pack


class Remembering:
    """The real encoder; what it has embedded once it does not embed again."""

    def __init__(self) -> None:
        self.inner = MiniLM(threads=2)
        self.known: dict[str, NDArray[np.float64]] = {}

    @property
    def version(self) -> str:
        return self.inner.version

    def encode(self, texts: Sequence[str]) -> NDArray[np.float64]:
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        if new:
            self.known.update(zip(new, self.inner.encode(new), strict=True))
        return np.array([self.known[text] for text in texts])


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
