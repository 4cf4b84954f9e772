import pytest
from tests.judges.few import EVERY_ANSWER, few_of, write_pack
from tests.remembering import Remembering
from tests.rubric.bodies import FILES

from evenhand.judges import Panel, PanelResult, load_panel
from evenhand.judges.clauses import split_clauses, words
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
def long_answer(pack: Pack) -> str:
    """An honest text of three hundred clauses, all of which are read."""
    said = [clause.text for golden in pack.golden for clause in split_clauses(golden.text)]
    lines = [one for one in dict.fromkeys(said) if 3 <= len(words(one)) <= 12][:300]
    return "\n".join(lines)


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return write_pack(tmp_path_factory.mktemp("few"), few_of(FILES))


@pytest.fixture(scope="session")
def read(pack: Pack, few: Pack) -> Pack:
    """The pack of which each answer is read: a few of them by day."""
    return pack if EVERY_ANSWER else few


@pytest.fixture(scope="session")
def golden_results(read: Pack, panel: Panel) -> dict[str, PanelResult]:
    return {a.id: panel.judge(read.prompt(a.prompt), a.text) for a in read.golden}
