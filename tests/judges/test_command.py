from pathlib import Path

import pytest

from evenhand.judges.__main__ import main


def test_a_folder_that_is_no_pack_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calibrate", str(tmp_path)]) == 2
    assert "pack.yaml: the file is missing" in capsys.readouterr().err
