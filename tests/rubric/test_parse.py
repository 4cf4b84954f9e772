"""YAML and JSON Lines are read strictly."""

from __future__ import annotations

import pytest
import yaml
from tests.rubric.bodies import FILES

from evenhand.rubric.parse import MAX_DEPTH, parse_json_lines, parse_yaml, trusted_yaml


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\nb: 2\na: 3\n", "f.yaml: line 3: the key a is given twice"),
        ("a:\n  1: x\n  +1: y\n", "f.yaml: line 3: the key 1 is given twice"),
        ("a: &x [1]\nb: *x\n", "f.yaml: line 2: aliases (*name) are not allowed; write the value"),
        ("a: !!python/name:os.system x\n", "f.yaml: line 1: tags (!name) are not allowed"),
        ("a: !!timestamp x\n", "f.yaml: line 1: tags (!name) are not allowed"),
        ("? [1, 2]\n: x\n", "f.yaml: line 1: a key must be plain text"),
        ("a: [1\nb: 2\n", "f.yaml: line 2: "),
        ("a:\n\t- b\n", "f.yaml: line 2: found character that cannot start any token"),
        ("a: 2026-99-99\n", "f.yaml: not valid YAML ("),
        ("---\na: 1\n---\nb: 2\n", "f.yaml: line 3: "),
        ("# nothing\n", "f.yaml: the file is empty"),
        ("a: \x01\n", "f.yaml: "),
        ("[" * (MAX_DEPTH + 1), "f.yaml: line 1: nested too deeply"),
        ("[" * 200_000, "f.yaml: line 1: nested too deeply"),
        ("- " * 5_000 + "x", "f.yaml: line 1: nested too deeply"),
    ],
)
def test_unsound_yaml_is_refused_with_its_line(text: str, fault: str) -> None:
    faults: list[str] = []
    assert parse_yaml("f.yaml", text.encode(), faults) is None
    assert len(faults) == 1
    assert faults[0].startswith(fault)


def test_the_same_key_in_two_mappings_is_no_duplicate() -> None:
    faults: list[str] = []
    assert parse_yaml("f", b"- {a: 1}\n- {a: 2}\n", faults) == [{"a": 1}, {"a": 2}]
    assert faults == []


def test_a_byte_order_mark_is_passed_over() -> None:
    faults: list[str] = []
    assert parse_yaml("f", b"\xef\xbb\xbfa: 1", faults) == {"a": 1}
    assert list(parse_json_lines("f", b"\xef\xbb\xbf{}", faults)) == [(1, {})]
    assert faults == []


def test_text_that_is_not_utf8_is_refused_with_its_line() -> None:
    faults: list[str] = []
    assert parse_yaml("f.yaml", "a: 1\nb: Größe\n".encode("latin-1"), faults) is None
    assert list(parse_json_lines("g.jsonl", b"{}\n\xff", faults)) == []
    assert faults == ["f.yaml: line 2: not UTF-8 text", "g.jsonl: line 2: not UTF-8 text"]


def test_a_bad_json_line_is_named_and_the_others_are_read() -> None:
    faults: list[str] = []
    lines = ["{}", "", "{", '{"a": 1, "b": 2, "a": 3}', "[" * 100_000, '"\u2028"', "[1]\r", ""]
    found = list(parse_json_lines("f", "\n".join(lines).encode(), faults))
    assert found == [(1, {}), (6, "\u2028"), (7, [1])]
    assert [fault.partition(" (")[0] for fault in faults] == [
        "f:3: not valid JSON",
        "f:4: not valid JSON",
        "f:5: nested too deeply",
    ]
    assert "the key 'a' is given twice" in faults[1]


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML was built without libyaml here")
def test_what_is_trusted_is_read_by_libyaml_and_says_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = FILES["calibration/exemplars.yaml"]
    said = yaml.safe_load(text)
    monkeypatch.delattr("yaml.scanner.Scanner.__init__")
    assert trusted_yaml(text) == said
