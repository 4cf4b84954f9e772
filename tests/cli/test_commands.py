import json
import os
import socket

import pytest
from click.testing import CliRunner

from evenhand.cli import cli

COMMANDS = [
    "score",
    "measure",
    "ledger export",
    "ledger verify",
    "ledger prove",
    "ledger witness",
    "ledger cosign",
    "replay",
    "serve",
    "work",
    "refit",
    "doctor",
    "backup",
    "restore",
    "study concordance",
    "study validity",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command):
    # The program itself is started for it in test_redteam.py; here that would be all that is done.
    ran = CliRunner().invoke(cli, [*command.split(), "--help"], prog_name="evenhand")
    assert ran.exit_code == 0
    words, _, after = ran.output.partition("Example:\n")
    assert after.startswith(f"    evenhand {command}")
    assert "   " not in words.replace("\n  ", "\n")  # the paragraphs are set as paragraphs


def test_bad_use_is_one_line_and_exit_code_2(evenhand):
    ran = evenhand("score", "missing.jsonl", "--pack", "missing")
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert "'missing'" in ran.err


def test_a_port_that_is_taken_is_named_before_anything_is_started(evenhand, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = evenhand("serve", "--port", str(port))
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert f"127.0.0.1:{port}" in ran.err
    assert "--port" in ran.err
    assert not (tmp_path / "home").exists()


def test_a_backup_of_a_home_that_was_not_meant_is_refused_and_makes_nothing(evenhand, tmp_path):
    ran = evenhand("backup", "monday.tar.gz")
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert f"EVENHAND_HOME is {tmp_path / 'home'}" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_command_is_bad_use(evenhand):
    assert evenhand("rank-everyone").code == 2


def test_the_doctor_finds_what_a_new_home_lacks_and_says_what_to_do(evenhand, tmp_path):
    ran = evenhand("doctor", "--json")
    assert ran.code == 1
    found = json.loads(ran.out)
    checks = {check["name"]: check for check in found["checks"]}
    assert found["ok"] is False
    assert checks["judges"]["ok"] is True
    assert checks["pack"]["ok"] is True
    assert "evenhand serve" in checks["database"]["remedy"]
    assert [name for name, check in checks.items() if not check["ok"]] == ["database"]
    assert list(tmp_path.iterdir()) == [], "who looks makes nothing"


@pytest.mark.usefixtures("home_with_accounts")
def test_the_doctor_passes_a_home_that_is_set_up(evenhand):
    ran = evenhand("doctor", "--json")
    assert ran.code == 0, ran.out
    names = {check["name"] for check in json.loads(ran.out)["checks"]}
    assert {"database", "judges", "accounts"} <= names


def test_the_doctor_names_a_setting_that_cannot_be_used(evenhand):
    ran = evenhand("doctor", EVENHAND_DATABASE="mysql://somewhere")
    assert ran.code == 1
    assert "EVENHAND_DATABASE" in ran.out


def test_a_first_account_is_in_a_ledger_that_exports_and_verifies(evenhand, tmp_path, furnish):
    furnish(tmp_path / "home")
    added = evenhand("add-user", "ann@company.example", stdin="a long password of mine\n")
    assert added.code == 0, added.err
    bundle = tmp_path / "ledger.jsonl"
    exported = evenhand("ledger", "export", bundle, "--json")
    assert exported.code == 0, exported.err
    assert json.loads(exported.out)["entries"] >= 1
    assert evenhand("ledger", "verify", bundle).code == 0
    assert "ann@company.example" not in bundle.read_text()


@pytest.mark.usefixtures("home_with_accounts")
def test_an_account_is_closed_and_opened_and_the_last_admin_stays(evenhand, tmp_path):
    refused = evenhand("close-account", "ann@company.example")
    assert (refused.code, refused.out) == (2, "")
    assert "ann@company.example is the last admin of Evenhand." in refused.err
    assert evenhand("change-duty", "ben@company.example", "admin").code == 0
    closed = evenhand("close-account", "ann@company.example")
    assert closed.out == (
        "ann@company.example is closed: 0 sessions, 0 calendar feeds and 0 keys of the API ended\n"
    )
    assert "Reopen it first" in evenhand("password-link", "ann@company.example").err
    assert evenhand("reopen-account", "ann@company.example").code == 0
    link = evenhand("password-link", "ann@company.example", EVENHAND_BASE_URL="https://one.example")
    assert link.out.startswith("https://one.example/welcome/")
    bundle = tmp_path / "ledger.jsonl"
    evenhand("ledger", "export", bundle)
    assert "ann@company.example" not in bundle.read_text()


@pytest.mark.usefixtures("home_with_accounts")
def test_a_tampered_ledger_fails_and_the_first_bad_entry_is_named(evenhand, tmp_path):
    bundle = tmp_path / "ledger.jsonl"
    evenhand("ledger", "export", bundle)
    bundle.write_text(bundle.read_text().replace("user.added", "user.gone"))
    ran = evenhand("ledger", "verify", bundle)
    assert ran.code == 1
    assert "entry 0" in ran.out + ran.err


@pytest.mark.parametrize("secret", ["", "a secret of the operator's own, from outside"])
def test_a_new_home_has_nothing_to_fit_and_is_closed_to_everybody_else(evenhand, tmp_path, secret):
    password = "a long password of mine\n"
    added = evenhand("add-user", "ann@company.example", stdin=password, EVENHAND_SECRET_KEY=secret)
    assert added.code == 0, added.err
    ran = evenhand("refit", EVENHAND_SECRET_KEY=secret)
    assert ran.code == 0, ran.err
    assert "nobody was scored yet" in ran.out
    assert (tmp_path / "home").stat().st_mode & 0o077 == 0


def test_a_fit_that_is_not_there_is_bad_use(evenhand, tmp_path, furnish):
    furnish(tmp_path / "home")
    ran = evenhand("refit", "--use", "abc")
    assert ran.code == 2
    assert "No fit has a version that begins with “abc”." in ran.err


MEASURED = "ana,a,q1,async,m1,model,3\nbob,a,q1,async,m1,model,4\n"


@pytest.fixture
def ratings(tmp_path):
    file = tmp_path / "ratings.csv"
    file.write_text("candidate,dimension,task,round,rater,rater_kind,level\n" + MEASURED)
    return file


def test_a_device_or_a_pipe_is_not_replaced_by_a_file(evenhand, ratings, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    ran = evenhand("measure", ratings, "--out", str(pipe))
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "pipe is no plain file" in ran.err
    assert pipe.is_fifo()


def test_a_link_is_written_through_and_stays(evenhand, ratings, tmp_path):
    held, link = tmp_path / "held.csv", tmp_path / "link.csv"
    held.write_text("")
    link.symlink_to(held)
    assert evenhand("measure", ratings, "--out", str(link)).code == 0
    assert link.is_symlink()
    assert held.read_text().startswith("candidate,")


@pytest.mark.parametrize("out", ["", "none/estimates.csv"])
def test_a_place_for_no_file_is_refused_before_the_work(evenhand, ratings, out):
    ran = evenhand("measure", ratings, "--out", out)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "'--out'" in ran.err


@pytest.mark.parametrize("option", ["--cut", "--wanted", "--confidence", "--bar"])
def test_nan_is_no_number(evenhand, ratings, option):
    ran = evenhand("study", "concordance", ratings, ratings, option, "nan")
    assert ran.code == 2
    assert f"'{option}': nan is no finite number" in ran.err


def test_a_group_without_a_command_prints_its_help_as_it_is(evenhand):
    ran = evenhand("study")
    assert ran.code == 2
    assert ran.err.startswith("Usage: evenhand study")


@pytest.mark.usefixtures("home_with_accounts")
def test_a_cosignature_that_is_no_text_is_named(evenhand, tmp_path):
    answer = tmp_path / "answer.txt"
    answer.write_bytes(b"\xff")
    ran = evenhand("ledger", "cosign", answer, "--witness", answer, "--size", "1")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "answer.txt" in ran.err


def test_what_is_no_address_makes_neither_home_nor_database(evenhand, tmp_path):
    ran = evenhand("add-user", "notanemail", stdin="a long password of mine\n")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "'notanemail' is no e-mail address" in ran.err
    assert not (tmp_path / "home").exists()


def test_a_weak_password_makes_neither_home_nor_database(evenhand, tmp_path):
    """The home that a good one makes has the secret that its later starts read."""
    ran = evenhand("add-user", "ann@company.example", stdin="short\n")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "too short" in ran.err
    assert not (tmp_path / "home").exists()
    assert evenhand("add-user", "ann@company.example", stdin="a long password of mine\n").code == 0
    assert (tmp_path / "home" / "secret-key").read_text()
    assert evenhand("password-link", "ann@company.example").code == 0


def test_a_witness_key_or_answer_that_cannot_be_used_is_named(evenhand, tmp_path, furnish):
    furnish(tmp_path / "home")
    key, answer = tmp_path / "witness.vkey", tmp_path / "answer.txt"
    key.write_text("no key")
    answer.write_text("no cosignature")
    cosign = ("ledger", "cosign", answer, "--witness", key, "--size", "1")
    ran = evenhand(*cosign)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert str(key) in ran.err
