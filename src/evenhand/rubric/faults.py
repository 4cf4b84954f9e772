"""Turns what pydantic found into lines that a person who never heard of it can act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .schema import DOTTED, ID, NAME, Shape

S = TypeVar("S", bound=Shape)

_PLAIN = {
    "bool_type": "must be true or false",
    "dict_type": "must be a mapping of keys to values",
    "finite_number": "must be a finite number",
    "float_type": "must be a number",
    "int_from_float": "must be a whole number",
    "int_type": "must be a whole number",
    "invalid_key": "is not a key that can stand here; keys are text",
    "list_type": "must be a list",
    "model_type": "must be a mapping of keys to values",
    "string_too_short": "is empty",
    "string_type": "must be text; put it in quotes",
    "string_unicode": "holds half a character (a lone surrogate)",
    "too_short": "is empty",
}
_PATTERNS = {
    ID: "must be an id such as eval_search: small letters, digits and _",
    DOTTED: "must be an id such as eval.golden_set: two words with a dot between",
    NAME: "must be a name such as d01-eval: letters, digits, dot, dash and _",
}


def shaped(shape: type[S], raw: Any, where: str, faults: list[str]) -> S | None:
    """Check `raw` against a shape.

    Args:
        shape: the pydantic model.
        raw: what was parsed.
        where: file and path so far, such as `rubric.yaml: dimensions[2] (data_quality)`.
        faults: takes one line for every fault, not for the first alone.

    Returns:
        The model, or None where faults were added.
    """
    try:
        return shape.model_validate(raw)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=True)
        faults.extend(_line(detail, raw, where) for detail in found)
        return None


def _line(detail: ErrorDetails, raw: Any, where: str) -> str:
    loc, kind = detail["loc"], detail["type"]
    if kind == "missing":
        return f"{_place(where, loc[:-1], raw)}: {_key(loc)} is missing"
    if kind == "extra_forbidden":
        return f"{_place(where, loc[:-1], raw)}: {_key(loc)} is not known here"
    return f"{_place(where, loc, raw)}: {_words(detail)}"


def _key(loc: tuple[int | str, ...]) -> str:
    return f"level {loc[-1]}" if loc[-2:-1] == ("levels",) else f"the key {loc[-1]}"


def _place(where: str, loc: tuple[int | str, ...], raw: Any) -> str:
    """Write a location as a reader would: `ratings[0].level`, list entries with their id."""
    path = ""
    for step in loc:
        if isinstance(step, int):
            raw = raw[step] if isinstance(raw, list) and step < len(raw) else None
            path += named(step, raw)
        elif step != "[key]":
            raw = raw.get(step) if isinstance(raw, Mapping) else None
            path += f".{step}"
    if not path:
        return where.removesuffix(":")
    return f"{where} {path[1:]}" if where.endswith(":") else f"{where}{path}"


def named(index: int, entry: Any) -> str:
    """Write the place of a list entry, `[2] (data_quality)`, with its id where it has one."""
    id = entry.get("id") if isinstance(entry, Mapping) else None
    return f"[{index}] ({id})" if isinstance(id, str) and 0 < len(id) <= 80 else f"[{index}]"


def _words(detail: ErrorDetails) -> str:
    kind, ctx = detail["type"], detail.get("ctx", {})
    if kind == "string_pattern_mismatch":
        return _PATTERNS[str(ctx["pattern"])]
    if kind == "literal_error":
        return f"must be {ctx['expected']}"
    if kind == "multiple_of":
        return f"{_number(detail)} is not a whole or half level"
    if kind == "greater_than":
        return f"{_number(detail)} is not above {ctx['gt']:g}"
    if kind == "greater_than_equal":
        return f"{_number(detail)} is below {ctx['ge']:g}"
    if kind == "less_than_equal":
        return f"{_number(detail)} is above {ctx['le']:g}"
    return _PLAIN.get(kind, detail["msg"])


def _number(detail: ErrorDetails) -> str:
    value = detail["input"]
    # A whole number of thousands of digits is more than Python will print.
    return f"{value:g}" if isinstance(value, int | float) and abs(value) < 1e12 else "the number"
