import base64

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ledger.encoding import canonical_json, from_base64, parse_json, to_base64

numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.text(
    "0123456789.eE+-", max_size=20
)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_canonical_json_is_what_rfc_8785_says(value: object) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.0, b"1"),
        (-0.0, b"0"),
        (1e-7, b"1e-7"),
        (0.000001, b"0.000001"),
        (1e21, b"1e+21"),
        (4.35, b"4.35"),
        ({"b": 1, "a": "\u20ac\x0f\n"}, '{"a":"€\\u000f\\n","b":1}'.encode()),
        ({"\ufb33": 1, "\U0001f600": 2}, '{"\U0001f600":2,"\ufb33":1}'.encode()),
    ],
)
def test_canonical_json_of_values_python_writes_otherwise(value: object, written: bytes) -> None:
    assert canonical_json(value) == written


@pytest.mark.parametrize(
    "value", [2**53, -(2**53), float("nan"), float("inf"), "\ud800", {"\ud800": 1}, {1}, b"x"]
)
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        canonical_json(value)


@given(values)
def test_canonical_json_reads_back_to_the_same_bytes(value: object) -> None:
    written = canonical_json(value)
    try:
        again = canonical_json(parse_json(written.decode()))
    except ValueError:
        return  # a float beyond 2^53 is written as a whole number: entries refuse it
    assert again == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"a":1,"a":1}',
        '{"a":{"b":1,"b":2}}',
        "NaN",
        "-Infinity",
        "1 2",
        "\ufeff{}",
        "[" * 100_000,
        "9" * 5000,
    ],
)
def test_what_is_not_strict_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_json(text)


@given(st.binary(max_size=40))
def test_base64_reads_back(data: bytes) -> None:
    assert from_base64(to_base64(data)) == data


@given(st.text("ABab01+/=-_ \n", max_size=12))
def test_base64_has_one_spelling(text: str) -> None:
    try:
        data = from_base64(text)
    except ValueError:
        return
    assert base64.b64encode(data).decode() == text
