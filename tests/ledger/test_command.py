import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.ledger.conftest import Ledger

from evenhand.ledger.__main__ import main


@pytest.fixture
def bundle(tmp_path: Path, ledger: Ledger) -> Path:
    return ledger.write(tmp_path / "ledger.jsonl")


@pytest.fixture
def key_file(tmp_path: Path, ledger: Ledger) -> Path:
    path = tmp_path / "ledger.vkey"
    path.write_text(ledger.signer.vkey + "\n")
    return path


def test_a_clean_bundle_exits_with_0_and_says_what_was_checked(
    bundle: Path, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(bundle), "--key", str(key_file)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("ok: example.com/evenhand, 12 entries, 3 checkpoints, root ")
    assert out.count("\n") == 1


def test_without_a_key_the_notice_comes_first(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(bundle)]) == 0
    assert capsys.readouterr().out.startswith("notice: key taken from the file itself")


def test_a_damaged_bundle_exits_with_1_and_names_the_entry(
    bundle: Path, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle.write_bytes(bundle.read_bytes().replace(b'"number":7', b'"number":6'))
    assert main(["verify", str(bundle), "--key", str(key_file)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "entry 7 (line 10): its content does not match its leaf hash",
        "FAILED: 1 problem",
    ]


def test_json_output_holds_the_whole_report(
    bundle: Path, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle.write_bytes(bundle.read_bytes().replace(b'"number":7', b'"number":6'))
    assert main(["verify", str(bundle), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["problems"] == [
        {"seq": 7, "line": 10, "what": "its content does not match its leaf hash"}
    ]
    assert (report["ok"], report["size"], report["checkpoints"]) == (False, 12, 3)
    assert report["vkey"] == ledger.signer.vkey
    assert len(report["notices"]) == 1


def test_files_that_cannot_be_used_exit_with_2(
    tmp_path: Path, bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing"
    assert main(["verify", str(missing)]) == 2
    assert main(["verify", str(tmp_path)]) == 2
    assert main(["verify", str(bundle), "--key", str(missing)]) == 2
    assert main(["verify", str(bundle), "--key", str(bundle)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert [line.split(":")[0] for line in captured.err.splitlines()] == ["error"] * 4


def test_bad_arguments_exit_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["verify"])
    assert leaving.value.code == 2
    assert "file" in capsys.readouterr().err


def test_it_runs_as_a_module_and_loads_nothing_else_of_evenhand(bundle: Path) -> None:
    program = (
        "import runpy, sys\n"
        f"sys.argv = ['ledger', 'verify', {str(bundle)!r}]\n"
        "try:\n    runpy.run_module('evenhand.ledger', run_name='__main__')\n"
        "except SystemExit as leaving:\n    print(leaving.code)\n"
        "rooms = {name.split('.')[1] for name in sys.modules if name.startswith('evenhand.')}\n"
        "print(*rooms, 'numpy' in sys.modules, 'django' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.splitlines()[-2:] == ["0", "ledger False False"]


BLOCKED = ("django", "numpy", "scipy", "pydantic", "yaml", "dbos", "click", "onnxruntime")


def test_it_verifies_where_nothing_else_of_evenhand_could_be_imported(
    bundle: Path, key_file: Path
) -> None:
    program = (
        "import sys\n"
        "class Blocked:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.split('.')[0] in {BLOCKED!r}:\n"
        "            raise ImportError(name + ' is blocked')\n"
        "        if name.count('.') == 1 and name.startswith('evenhand.') "
        "and name != 'evenhand.ledger':\n"
        "            raise ImportError(name + ' is another room')\n"
        "sys.meta_path.insert(0, Blocked())\n"
        "from evenhand.ledger.__main__ import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    given = ["verify", str(bundle), "--key", str(key_file), "--since", str(bundle)]
    done = subprocess.run(
        [sys.executable, "-c", program, *given], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ok: ")


def test_a_key_that_cannot_be_used_is_named_and_not_the_witness_beside_it(
    bundle: Path, key_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.vkey"
    broken.write_text("no key")
    for options in (["--key", broken, "--witness", key_file], ["--witness", broken]):
        assert main(["verify", str(bundle), *map(str, options)]) == 2
        assert capsys.readouterr().err.startswith(f"error: {broken}: ")
