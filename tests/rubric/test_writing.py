"""What is written out is what is read back, whatever stands in its texts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from tests.rubric.bodies import FILES, GOLDEN, SHIPPED, bodies, shipped_body

from evenhand.rubric import Pack, pack_from_files, shipped_pack
from evenhand.rubric.writing import Body, body_of, pack_files, texts_of

AWKWARD = ("a\x85b", "a\u2028b", "a\rb", "= !x: *y &z", "yes", "1.0", "- a", "a # b", "'\"",
           "\ufeffx",
           "a\n\n  b", "\x07", "a: b", "{}", "null", "0x1F", "\U0001f600")  # fmt: skip

few = settings(max_examples=20, deadline=None)


def loaded(body: Body) -> Pack:
    """Read what a body is written as, without the files that judges learn from: they are large."""
    return pack_from_files({GOLDEN: b"", **pack_files(body)}, shipped_pack())


def test_the_shipped_pack_is_the_same_when_it_is_written_out() -> None:
    again = pack_from_files({**FILES, **pack_files(shipped_body())}, shipped_pack())
    assert replace(again, hash=SHIPPED.hash, source_hash=SHIPPED.source_hash) == SHIPPED


@few
@given(bodies())
def test_a_body_that_is_written_and_read_is_the_same_body(body: Body) -> None:
    assert body_of(loaded(body)) == body


@few
@given(bodies())
def test_the_same_body_is_the_same_bytes_and_the_same_pack_again(body: Body) -> None:
    pack = loaded(body)
    assert pack_files(body_of(pack)) == pack_files(body)
    assert loaded(body_of(pack)) == pack


def test_a_body_with_faults_still_has_texts_to_look_at() -> None:
    body = shipped_body()
    body["dimensions"][0]["levels"][2] = ""
    body["prompts"] = []
    dimensions, probes = texts_of(body)
    assert dimensions[0].levels[2] == ""
    assert len(probes) == len(SHIPPED.probes)


@pytest.mark.parametrize("text", AWKWARD)
def test_a_text_that_yaml_could_take_for_something_else_stays_a_text(text: str) -> None:
    body = shipped_body()
    body["prompts"][0]["text"] = text
    assert loaded(body).prompts[0].text == text.strip()
