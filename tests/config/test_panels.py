import pytest

from evenhand.config.environment import SettingError
from evenhand.config.panels import named_panel, panels_file


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A current folder and a home, both empty, and nothing in the environment."""
    here, home = tmp_path / "here", tmp_path / "home"
    for folder in (here, home):
        folder.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("EVENHAND_HOME", str(home))
    monkeypatch.delenv("EVENHAND_PANELS", raising=False)
    return here, home


def test_the_environment_comes_before_the_folder_and_the_folder_before_the_home(
    places, tmp_path, monkeypatch
):
    here, home = places
    assert panels_file() is None
    (home / "panels.toml").touch()
    assert panels_file() == home / "panels.toml"
    (here / "panels.toml").touch()
    assert panels_file() == here / "panels.toml"
    monkeypatch.setenv("EVENHAND_PANELS", str(tmp_path / "other.toml"))
    assert panels_file() == tmp_path / "other.toml"


@pytest.mark.parametrize("said", [":x", "panels.toml:", ":"])
def test_half_of_a_file_and_name_is_refused_and_quoted(said):
    with pytest.raises(SettingError, match=f"panel '{said}': give NAME or FILE:NAME"):
        named_panel(said)
