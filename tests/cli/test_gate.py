"""`evenhand gate`: the table, the comparison, and the exit code that a script goes by."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.studies.knowing import HALF, KnowingPanel, nearly

from evenhand import judges
from evenhand.cli import cli
from evenhand.rubric import GoldenAnswer, Pack, shipped_pack


def severe(answer: GoldenAnswer, dimension: str, truth: float) -> float:
    return max((nearly(answer, dimension, truth) or 1.0) - 0.8, 1.0)


@pytest.fixture
def panels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two panels by name; the real names and weights are tried elsewhere."""

    def load(pack: Pack, name: str, **_described: object) -> KnowingPanel:
        if name == "severe":
            return KnowingPanel(pack, severe, version="b" * 64)
        if name == "mild":
            return KnowingPanel(pack, half=HALF)
        raise judges.JudgeError(f'panel "{name}" is not known (known: mild, severe)')

    monkeypatch.setattr(judges, "load_panel", load)


def run(*arguments: str) -> object:
    return CliRunner().invoke(cli, ["gate", "--pack", str(shipped_pack()), *arguments])


def test_a_panel_that_keeps_every_limit_exits_with_0(panels: None) -> None:
    done = run("--panel", "mild")
    assert done.exit_code == 0, done.output
    assert done.stdout.rstrip().endswith("passed")
    assert "MISSED" not in done.stdout
    assert "seconds an answer" in done.stdout


def test_one_that_misses_a_limit_exits_with_1_and_says_which_and_who_would_flip(
    panels: None,
) -> None:
    done = run("--panel", "severe", "--against", "mild")
    assert done.exit_code == 1
    assert "MISSED root mean squared error" in done.stdout
    assert "of 18 golden authors" in done.stdout
    last = done.stdout.rstrip().split("\n")[-1]
    assert last.startswith("FAILED: ")
    assert "rmse" in last


def test_as_json_it_is_one_object_with_checks_asked_got_and_passed(panels: None) -> None:
    done = run("--panel", "severe", "--against", "mild", "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 1
    assert found["format"] == "evenhand-gate/1"
    assert found["passed"] is False
    by_code = {one["code"]: one for one in found["checks"]}
    assert by_code["rmse"]["asked"] == "at most 0.5"
    assert by_code["rmse"]["got"] > 0.5
    assert by_code["rmse"]["passed"] is False
    assert {"candidate", "dimension", "before", "after", "p_before", "p_after"} == set(
        found["flips"][0]
    )


def test_an_unknown_panel_is_an_error_and_no_failed_check(panels: None) -> None:
    done = run("--panel", "oracle")
    assert isinstance(done.exception, judges.JudgeError)
    assert "oracle" in str(done.exception)
