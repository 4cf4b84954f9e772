"""The house rules that a machine can check."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for path in (ROOT / "src").rglob("*.py") if "migrations" not in path.parts)
TRACKED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.split("\n")


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_is_at_most_400_lines(path):
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_function_fits_a_screen(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 60, f"{node.name} in {path}"


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a path of one machine", r"/(root|home/\w+|work)/"),
        ("a mark that a merge has left", r"^(<{7}|>{7}) "),
    ],
)
def test_the_tree_holds_nothing_of_how_it_was_made(what, pattern):
    found = []
    for name in filter(None, TRACKED):
        path = ROOT / name
        if path.suffix in {".lock", ".jsonl", ".npz", ".png", ".woff2"} or not path.is_file():
            continue
        if path == Path(__file__):
            continue
        found += [
            f"{name}:{number}: {what}"
            for number, line in enumerate(path.read_text(errors="replace").split("\n"), 1)
            if re.search(pattern, line)
        ]
    assert found == []


def test_moments_are_put_in_words_in_one_place():
    """Django's `date_format` converts no time zone: elsewhere it would print hours of UTC."""
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text().split("\n"), 1)
        if re.search(r"\b(date_format|time_format|dateformat)\b", line)
        and path != ROOT / "src" / "evenhand" / "hiring" / "moments.py"
    ]
    assert found == []


def test_an_hour_is_never_shown_without_its_time_zone():
    """Where times are planned, the zone's full name stands behind both ends instead."""
    written = [*SOURCES, *sorted((ROOT / "src").rglob("*.html"))]
    planned = ROOT / "src" / "evenhand" / "hiring" / "scheduling" / "free.py"
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in written
        for number, line in enumerate(path.read_text().split("\n"), 1)
        if re.search(r"\bH:i\b(?!(:s)? T)|\{\{[^}]*\|time\b", line)
        and not line.startswith("TIME_FORMAT")
        and path != planned
    ]
    assert found == []


def test_a_share_in_percent_is_written_in_one_way():
    """`web.ui.figures.share` does it; elsewhere a no-break space stands before the sign."""
    web = ROOT / "src" / "evenhand" / "web"
    otherwise = {".py": r":\.\d%|\)[sdg] ?%%|\d %[ \"]", ".html": r"(\}\}|\d) ?%(?![\w}(])"}
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for suffix, pattern in otherwise.items()
        for path in sorted(web.rglob(f"*{suffix}"))
        for number, line in enumerate(path.read_text().split("\n"), 1)
        if re.search(pattern, line)
    ]
    assert found == []


def test_no_link_is_tracked():
    """A tracked link in place of an ignored folder replaces that folder in a merge."""
    assert [name for name in filter(None, TRACKED) if (ROOT / name).is_symlink()] == []
