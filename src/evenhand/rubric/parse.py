"""YAML and JSON Lines, read strictly: no duplicate keys, aliases or tags; faults give the line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import yaml

# Far deeper than any file of a pack, far shallower than what exhausts the stack.
MAX_DEPTH = 32

if TYPE_CHECKING:
    from yaml import SafeLoader as _Safe
else:
    # The loader built on libyaml is ten times faster, where PyYAML was built with it.
    _Safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_Safe):
    """The safe loader, which by itself lets the last of two equal keys win without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(
                    problem="a key must be plain text", problem_mark=key_node.start_mark
                )
            key = self.construct_object(key_node)
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key} is given twice", problem_mark=key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def parse_yaml(name: str, content: bytes, faults: list[str]) -> Any:
    """Parse one YAML document.

    Args:
        name: the file's name, for messages.
        content: its bytes.
        faults: takes what is wrong, `rubric.yaml: line 7: ...`.

    Returns:
        What the document holds, or None where a fault was added.
    """
    parsed = None
    with _told(name, faults):
        if (text := _safe_text(name, content, faults)) is not None:
            parsed = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 (derived from the safe one)
            if parsed is None:
                faults.append(f"{name}: the file is empty")
    return parsed


def trusted_yaml(text: str | bytes) -> Any:
    """Return what YAML says that this installation wrote or has checked; parsed as fast as may be.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    return yaml.load(text, Loader=_Safe)  # noqa: S506 (the safe one)


def refuse_traps(name: str, content: bytes, faults: list[str]) -> None:
    """Add a fault for YAML that a pack does not need, such as aliases; what it says is not read."""
    with _told(name, faults):
        _safe_text(name, content, faults)


@contextmanager
def _told(name: str, faults: list[str]) -> Iterator[None]:
    """Take what YAML raises as a fault."""
    try:
        yield
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        faults.append(f"{name}: {line}{error.problem or error.context or 'not valid YAML'}")
    except (yaml.YAMLError, ValueError, TypeError, OverflowError) as error:
        # The constructors of dates and numbers pass on what Python says of an impossible value.
        faults.append(f"{name}: not valid YAML ({' '.join(str(error).split())})")


def _safe_text(name: str, content: bytes, faults: list[str]) -> str | None:
    text = decode(name, content, faults)
    if text is not None:
        _refuse_what_no_pack_needs(text)
    return text


def _refuse_what_no_pack_needs(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_StrictLoader):
        mark: Any = event.start_mark  # the stubs know two kinds of mark, one of them too narrow
        if isinstance(event, yaml.AliasEvent):
            # A few lines of aliases can stand for billions of entries.
            problem = "aliases (*name) are not allowed; write the value out"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
        if getattr(event, "tag", None) is not None:
            problem = "tags (!name) are not allowed; write plain text, numbers, lists and mappings"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=mark)


def parse_json_lines(name: str, content: bytes, faults: list[str]) -> Iterator[tuple[int, Any]]:
    """Yield (line number from 1, value) for each line that is not blank.

    A line that does not parse is left out and adds a fault, `golden/answers.jsonl:17: ...`.
    """
    text = decode(name, content, faults)
    # Not splitlines(): JSON strings may hold U+2028 and others that it takes for line ends.
    for number, line in enumerate((text or "").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line, object_pairs_hook=_unique)
        except RecursionError:
            faults.append(f"{name}:{number}: nested too deeply")
        except ValueError as error:
            faults.append(f"{name}:{number}: not valid JSON ({error})")
        else:
            yield number, value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        ((key, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise ValueError(f"the key {key!r} is given twice")
    return found


def decode(name: str, content: bytes, faults: list[str]) -> str | None:
    """Decode UTF-8, with or without a byte order mark; None with a fault where it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        faults.append(f"{name}: line {line}: not UTF-8 text")
        return None
