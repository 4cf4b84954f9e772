import json
import shutil
from pathlib import Path

import pytest

from evenhand.rubric import lint_pack, load_pack, shipped_pack
from evenhand.rubric.__main__ import main


def test_each_finding_is_a_line_with_its_place_rule_and_reason(capsys: pytest.CaptureFixture[str]):
    assert main(["lint", str(shipped_pack())]) == 0
    *lines, summary = capsys.readouterr().out.splitlines()
    assert len(lines) == len(lint_pack(load_pack(shipped_pack()))) > 0
    assert all(line.startswith(("rubric.yaml: ", "probes.yaml: ")) for line in lines)
    assert summary.endswith(f"no fault, {len(lines)} to look at")


def test_the_findings_come_as_json_too(capsys: pytest.CaptureFixture[str]):
    assert main(["lint", str(shipped_pack()), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["hash"] == load_pack(shipped_pack()).hash
    assert set(found["findings"][0]) == {"path", "rule", "message"}


def test_a_pack_with_faults_is_named_with_them_and_not_linted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    broken = tmp_path / "pack"
    shutil.copytree(shipped_pack(), broken)
    (broken / "loop.yaml").unlink()
    assert main(["lint", str(broken)]) == 2
    said = capsys.readouterr()
    assert "loop.yaml" in said.err
    assert said.out == ""
