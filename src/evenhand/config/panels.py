"""Where panels of LLM judges are described."""

from __future__ import annotations

from pathlib import Path

from evenhand.config.environment import HOME, PANELS, SettingError

FILE = "panels.toml"


def named_panel(said: str) -> tuple[str, Path | None]:
    """Return the name of a panel and the file it stands in; FILE:NAME says both.

    Raises:
        SettingError: there is a colon, and nothing before or after it.
    """
    file, colon, name = said.rpartition(":")
    if colon and not (file and name):
        raise SettingError(f"panel {said!r}: give NAME or FILE:NAME")
    return (name, Path(file)) if colon else (said, panels_file())


def panels_file() -> Path | None:
    """Return EVENHAND_PANELS, else panels.toml of the current folder, else of the home."""
    if PANELS.text():
        return PANELS.path()
    for folder in (Path.cwd(), HOME.path()):
        if (folder / FILE).is_file():
            return folder / FILE
    return None
