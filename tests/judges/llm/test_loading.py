import json

import pytest
from tests.judges.llm.servers import asked_about, says

from evenhand.judges import JudgeConfigError, JudgeError, Panel, load_panel, versioning
from evenhand.judges.__main__ import main
from evenhand.judges.calibration import EVERYBODY
from evenhand.judges.llm.caching import FolderCache
from evenhand.judges.llm.calibration import (
    JudgeCalibration,
    JudgeFit,
    calibration_file,
    made_from,
    save_calibration,
)
from evenhand.judges.llm.config import read_panels
from evenhand.judges.llm.panel import LLMPanel
from evenhand.judges.versioning import version_described
from evenhand.measure import JudgeFacet
from evenhand.rubric import shipped_pack


@pytest.fixture
def panels_of(tmp_path):
    """Write a file of two panels whose judge is served at an address."""

    def write(url, **settings):
        more = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
        file = tmp_path / "panels.toml"
        file.write_text(
            f'[judge.mid]\nkind = "openai"\nbase_url = "{url}"\nmodel = "mid-1"\n{more}'
            "price = { input = 1, cached = 0, output = 1 }\n"
            '[panel.both]\njudges = ["mid"]\n[panel.alone]\njudges = ["mid"]\nembedded = false\n'
        )
        return file

    return write


def test_the_embedded_panel_needs_no_file(pack):
    assert isinstance(load_panel(pack), Panel)
    assert isinstance(load_panel(pack, "embedded"), Panel)


def test_a_panel_is_found_by_its_name_with_the_embedded_judges_or_without(pack, panels_of):
    file = panels_of("http://127.0.0.1:9/v1")
    for name, judges in [("both", 7), ("alone", 1)]:
        found = load_panel(pack, name, panels=file)
        assert isinstance(found, LLMPanel)
        assert (found.name, len(found.judges)) == (name, judges)
        found.close()


def test_the_version_is_known_without_loading_and_follows_what_is_set_up(pack, panels_of):
    versions = set()
    for settings in ({}, {"key_env": "MID_KEY"}, {"max_output_tokens": 900}):
        file = panels_of("http://127.0.0.1:9/v1", **settings)
        for name in ("both", "alone"):
            config = read_panels(file)[name]
            loaded = load_panel(pack, name, panels=file, environ={"MID_KEY": "k"})
            loaded.close()
            assert version_described(pack, config) == loaded.version
            versions.add(loaded.version)
    # A key changes nothing of what is said.
    assert len(versions) == 4
    judge, fit = config.judges[0], JudgeFit((1.0, 5.0), (2.0, 5.0), JudgeFacet(0.0, 1.0, 0.1), 0.5)
    known = JudgeCalibration(made_from(pack, judge), 40, 0.9, {EVERYBODY: fit}, {})
    save_calibration(known, calibration_file(config, judge, pack))
    assert version_described(pack, config) not in versions


def test_a_panel_whose_embedded_judges_are_of_other_code_has_no_version(
    pack, panels_of, monkeypatch
):
    monkeypatch.setattr(versioning, "CODE_VERSION", "of another day")
    panels = read_panels(panels_of("http://127.0.0.1:9/v1"))
    with pytest.raises(JudgeError, match="code changed"):
        version_described(pack, panels["both"])
    assert version_described(pack, panels["alone"])


def test_an_unknown_panel_names_the_known_ones(pack, panels_of):
    with pytest.raises(JudgeError, match=r'"huge" is not known in .*\(known: embedded, both, al'):
        load_panel(pack, "huge", panels=panels_of("http://127.0.0.1:9/v1"))
    with pytest.raises(JudgeError, match="without a file of panels"):
        load_panel(pack, "huge")


def test_faults_of_the_file_and_a_key_that_is_not_set_are_told(pack, panels_of):
    with pytest.raises(JudgeConfigError, match=r"judge\.mid\.draws"):
        load_panel(pack, "alone", panels=panels_of("http://127.0.0.1:9/v1", draws=0))
    file = panels_of("http://127.0.0.1:9/v1", key_env="MID_KEY")
    with pytest.raises(JudgeError, match="set the environment variable MID_KEY"):
        load_panel(pack, "alone", panels=file)
    load_panel(pack, "alone", panels=file, environ={"MID_KEY": "k"}).close()


def test_what_was_said_is_kept_in_a_folder_where_one_is_named(
    pack, panels_of, serve, prompt, good, tmp_path
):
    server = serve(says(good))
    file = panels_of(server.url)
    for _ in range(2):
        panel = load_panel(pack, "alone", panels=file, cache=FolderCache(tmp_path / "kept"))
        panel.judge(prompt, "I build a golden set of four hundred real queries.")
        panel.close()
    assert len(server.seen) == 1


def test_the_command_calibrates_the_judges_of_a_panel(panels_of, serve, capsys):
    def first_words(handler, body):
        answer = body["messages"][1]["content"].split("\n", 1)[1].rsplit("\n", 1)[0]
        rating = asked_about(body) | {"level": min(1 + len(answer) // 500, 5)}
        first = {"quote": " ".join(answer.split()[:6]), "mark": 1}
        rating["marks"] |= {"1": first, "2": first}
        says(rating)(handler, body)

    file = panels_of(serve(first_words).url)
    pack = str(shipped_pack())
    assert main(["calibrate", pack, "--panels", str(file), "--panel", "both"]) == 0
    # One golden answer begins with the question's words: a level above 2 cannot rest on those.
    assert "mid: 179 verdicts, r 0." in capsys.readouterr().out
    assert (file.parent / "panels.calibration").is_dir()
    assert main(["calibrate", pack, "--panels", str(file), "--panel", "huge"]) == 2
    assert 'panel "huge" is not known (known: both, alone)' in capsys.readouterr().err
