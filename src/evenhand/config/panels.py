"""Where panels of LLM judges are described."""

from __future__ import annotations

from pathlib import Path

from evenhand.config.environment import HOME, PANELS

FILE = "panels.toml"


def named_panel(said: str) -> tuple[str, Path | None]:
    """Return the name of a panel and the file it stands in; FILE:NAME says both."""
    file, colon, name = said.rpartition(":")
    return (name, Path(file)) if colon else (said, panels_file())


def panels_file() -> Path | None:
    """Return EVENHAND_PANELS, else panels.toml of the current folder, else of the home."""
    if PANELS.text():
        return PANELS.path()
    for folder in (Path.cwd(), HOME.path()):
        if (folder / FILE).is_file():
            return folder / FILE
    return None
