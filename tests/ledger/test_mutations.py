"""No single change to a bundle goes unseen, and nothing that is read makes the verifier raise."""

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.ledger.conftest import ORIGIN, Maker

from evenhand.ledger import Signer, verify_bundle

facts = st.dictionaries(
    st.text("ab\u00e9\U0001f600", max_size=3),
    st.none() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=5),
    max_size=3,
)
ledgers = st.lists(facts, min_size=1, max_size=9).flatmap(
    lambda some: st.tuples(st.just(some), st.lists(st.integers(0, len(some)), max_size=3))
)
Content = tuple[list[dict[str, object]], list[int]]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutations") / "ledger.jsonl"


def passes(path: Path, data: bytes) -> bool:
    path.write_bytes(data)
    return verify_bundle(path).ok


@given(content=ledgers)
def test_every_clean_bundle_passes(scratch: Path, make_ledger: Maker, content: Content) -> None:
    ledger = make_ledger(*content)
    report = verify_bundle(ledger.write(scratch), ledger.signer.vkey)
    assert report.ok
    assert report.size == len(content[0])


@given(content=ledgers, data=st.data())
def test_any_changed_byte_is_seen(
    scratch: Path, make_ledger: Maker, content: Content, data: st.DataObject
) -> None:
    whole = make_ledger(*content).write(scratch).read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255) | st.sampled_from(list(b'0123456789abc "\n')))
    assume(whole[at] != byte)
    assert not passes(scratch, whole[:at] + bytes([byte]) + whole[at + 1 :])


@given(content=ledgers, data=st.data())
def test_any_byte_put_in_or_taken_out_is_seen(
    scratch: Path, make_ledger: Maker, content: Content, data: st.DataObject
) -> None:
    whole = make_ledger(*content).write(scratch).read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    assert not passes(scratch, whole[:at] + whole[at + 1 :])
    assert not passes(scratch, whole[:at] + data.draw(st.binary(min_size=1)) + whole[at:])


@given(content=ledgers, data=st.data())
def test_a_cut_at_any_byte_is_seen(
    scratch: Path, make_ledger: Maker, content: Content, data: st.DataObject
) -> None:
    whole = make_ledger(*content).write(scratch).read_bytes()
    assert not passes(scratch, whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(content=ledgers, data=st.data())
def test_any_line_removed_repeated_or_moved_is_seen(
    scratch: Path, make_ledger: Maker, content: Content, data: st.DataObject
) -> None:
    lines = make_ledger(*content).write(scratch).read_bytes().splitlines(keepends=True)
    place = st.integers(0, len(lines) - 1)
    one, other = data.draw(place), data.draw(place)
    removed = lines[:one] + lines[one + 1 :]
    assert not passes(scratch, b"".join(removed))
    assert not passes(scratch, b"".join([*lines[:other], lines[one], *lines[other:]]))
    assume(one != other)
    assert not passes(scratch, b"".join([*removed[:other], lines[one], *removed[other:]]))
    lines[one], lines[other] = lines[other], lines[one]
    assert not passes(scratch, b"".join(lines))


@given(content=ledgers, data=st.data())
def test_a_line_of_another_ledger_of_the_same_signer_is_seen(
    scratch: Path, make_ledger: Maker, content: Content, data: st.DataObject
) -> None:
    lines = make_ledger(*content).write(scratch).read_bytes().splitlines(keepends=True)
    altered = [{**facts, "other": 1} for facts in content[0]]
    others = make_ledger(altered, content[1]).write(scratch).read_bytes().splitlines(keepends=True)
    at = data.draw(st.integers(1, len(lines) - 1))
    assume(lines[at] != others[at])  # the checkpoint of size 0 is the same for both
    assert not passes(scratch, b"".join([*lines[:at], others[at], *lines[at + 1 :]]))


@given(content=ledgers)
def test_a_swapped_key_is_seen(scratch: Path, make_ledger: Maker, content: Content) -> None:
    ledger = make_ledger(*content)
    whole = ledger.write(scratch).read_bytes()
    other = Signer.generate(ORIGIN).vkey
    assert not verify_bundle(scratch, other).ok
    assert not passes(scratch, whole.replace(ledger.signer.vkey.encode(), other.encode()))


@given(st.binary(max_size=300))
def test_random_bytes_give_a_report(scratch: Path, data: bytes) -> None:
    assert not passes(scratch, data)


json_like = st.recursive(
    st.sampled_from(['"entry"', '"leaf"', '"checkpoint"', '"last"', "1e999", "NaN", '"\\ud800"'])
    | st.sampled_from(["null", "-0.0", "9" * 5000, '"evenhand-ledger/1"', '"format"']),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda some: f"[{','.join(some)}]")
        | st.lists(
            st.tuples(
                st.sampled_from(["entry", "leaf", "checkpoint", "last", "seq", "facts", "\\u0000"]),
                inner,
            ),
            max_size=3,
        ).map(lambda some: "{" + ",".join(f'"{key}":{value}' for key, value in some) + "}")
    ),
    max_leaves=8,
)


@settings(max_examples=200)
@given(lines=st.lists(json_like, min_size=1, max_size=4))
def test_random_lines_after_a_good_header_give_a_report(
    scratch: Path, make_ledger: Maker, lines: list[str]
) -> None:
    header = make_ledger([], []).write(scratch).read_bytes().splitlines(keepends=True)[0]
    assert not passes(scratch, header + "".join(f"{line}\n" for line in lines).encode())
