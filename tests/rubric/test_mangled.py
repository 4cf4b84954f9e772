"""Whatever is done to the files, a pack loads or says what is wrong; nothing else comes out."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.rubric import PackError, lint_pack, load_pack, shipped_pack

YAMLS = ("pack.yaml", "rubric.yaml", "prompts.yaml", "probes.yaml", "loop.yaml")
GOLDEN = "golden/answers.jsonl"
# Three answers: the parser does the same for each, and the test has many packs to load.
FIRST = b"\n".join((shipped_pack() / GOLDEN).read_bytes().split(b"\n")[:3])
SOURCES = {**{name: (shipped_pack() / name).read_bytes() for name in YAMLS}, GOLDEN: FIRST}
TREES: dict[str, Any] = {name: yaml.safe_load(SOURCES[name]) for name in YAMLS}
LINES = [json.loads(line) for line in FIRST.split(b"\n")]

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**400),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3) | st.integers(), st.integers(), max_size=2),
)


def loads_or_is_refused(changed: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, content in {**SOURCES, **changed}.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        faults = faults_of(folder)
    assert all(fault.isprintable() and ":" in fault for fault in faults)


def faults_of(folder: Path) -> tuple[str, ...]:
    """Load and lint a pack; any exception but PackError goes on to fail the test."""
    try:
        lint_pack(load_pack(folder))
    except PackError as error:
        return error.faults or ("refused without a reason",)
    return ()


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the path of every value in a tree but the root."""
    steps = tree.items() if isinstance(tree, dict) else enumerate(tree)
    found = []
    for step, value in steps:
        found.append((*path, step))
        if isinstance(value, dict | list):
            found += places(value, (*path, step))
    return found


def spoiled(tree: Any, path: tuple[Any, ...], value: Any, delete: bool) -> Any:
    """Return a copy with the value at a path deleted or replaced."""
    tree = json_like_copy(tree)
    node = tree
    for step in path[:-1]:
        node = node[step]
    if delete:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return tree


def json_like_copy(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: json_like_copy(value) for key, value in tree.items()}
    return [json_like_copy(value) for value in tree] if isinstance(tree, list) else tree


@quick
@given(st.sampled_from(sorted(SOURCES)), st.data())
def test_with_a_stretch_of_bytes_replaced(name: str, data: st.DataObject) -> None:
    source = SOURCES[name]
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, min(start + 40, len(source))))
    put = data.draw(
        st.binary(max_size=4) | st.text("{}[]:-&*!|>'\"#%@\n\t 0~<=?,", max_size=4).map(str.encode)
    )
    loads_or_is_refused({name: source[:start] + put + source[end:]})


@quick
@given(st.sampled_from(YAMLS), st.booleans(), odd, st.data())
def test_with_a_key_deleted_or_a_value_of_another_kind(
    name: str, delete: bool, value: Any, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(places(TREES[name])))
    tree = spoiled(TREES[name], path, value, delete)
    loads_or_is_refused({name: yaml.safe_dump(tree, allow_unicode=True).encode()})


@quick
@given(st.integers(0, len(LINES) - 1), st.booleans(), odd, st.data())
def test_with_a_golden_answer_spoiled(
    at: int, delete: bool, value: Any, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(places(LINES[at])))
    lines = [*LINES[:at], spoiled(LINES[at], path, value, delete), *LINES[at + 1 :]]
    loads_or_is_refused({GOLDEN: "\n".join(map(json.dumps, lines)).encode()})


@quick
@given(st.sampled_from(sorted(SOURCES)), st.binary(max_size=60))
def test_with_a_file_of_noise(name: str, noise: bytes) -> None:
    loads_or_is_refused({name: noise})


def test_with_any_one_file_missing(tmp_path: Path) -> None:
    for name in SOURCES:
        folder = Path(shutil.copytree(shipped_pack(), tmp_path / name.replace("/", "-")))
        (folder / name).unlink()
        assert f"{name}: the file is missing" in faults_of(folder)
