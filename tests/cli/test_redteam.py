import json
from dataclasses import replace

import pytest
from tests.cli.conftest import PACK

from evenhand.studies import redteam

HONEST = 12
"""Of how many honest answers the share is that is flagged; `scripts/nightly` reads all of them."""


@pytest.fixture
def _few_honest_answers(monkeypatch):
    def read(pack, panel):
        return of_all(replace(pack, golden=pack.golden[:HONEST]), panel)

    of_all = redteam.false_flags
    monkeypatch.setattr(redteam, "false_flags", read)


@pytest.mark.usefixtures("_few_honest_answers")
def test_it_prints_figures_by_class_and_exits_by_the_limits(evenhand):
    ran = evenhand("redteam", "--pack", PACK, "--each", "1", "--most", "1", "--json")
    figures = json.loads(ran.out)
    assert ran.code == (0 if figures["passed"] else 1)
    assert len(figures["classes"]) >= 18
    assert {check["name"] for check in figures["checks"]} >= {"mean gain", "recall of flags"}


def test_an_unknown_panel_is_one_line_and_bad_use(evenhand):
    ran = evenhand("redteam", "--pack", PACK, "--panel", "nobody")
    assert ran.code == 2
    assert len(ran.err.strip().split("\n")) == 1
    assert "nobody" in ran.err


def test_help_has_an_example(program):
    ran = program("redteam", "--help")
    assert ran.code == 0
    assert "evenhand redteam --pack packs/production-ml-engineer" in ran.out


def test_a_panel_is_looked_for_in_the_file_that_stands_before_its_name(evenhand, tmp_path):
    (tmp_path / "mine.toml").touch()
    ran = evenhand("redteam", "--pack", PACK, "--panel", f"{tmp_path / 'mine.toml'}:nobody")
    assert ran.code == 2
    assert "mine.toml" in ran.err
