"""Bodies of packs for tests: any texts, with ids and numbers that belong together."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from evenhand.rubric import load_pack, shipped_pack
from evenhand.rubric.files import read_files
from evenhand.rubric.writing import Body, body_of

FILES = read_files(shipped_pack())[0]
SHIPPED = load_pack(shipped_pack())
GOLDEN = "golden/answers.jsonl"

# Whatever stands in a text, but for its ends, which are not kept, and half characters.
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).map(
    lambda text: f"x{text}y"
)
minutes = st.integers(1, 240)
weights = st.floats(0.01, 100, allow_nan=False)


def shipped_body() -> Body:
    """Return the body of the shipped pack."""
    return body_of(SHIPPED)


@st.composite
def bodies(draw: Any) -> Body:
    """Draw a body with the shipped pack's ids and other texts, minutes, weights and bar."""
    body = shipped_body()
    body["pack"] |= {"name": draw(texts), "bar": draw(st.floats(1, 5, allow_nan=False))}
    body["pack"]["weights"]["communication"] = draw(weights)
    dimension = draw(st.sampled_from(body["dimensions"]))
    dimension |= {"name": draw(texts), "asks": draw(texts)}
    dimension["levels"][draw(st.integers(0, 4))] = draw(texts)
    dimension["indicators"][0]["says"] = draw(texts)
    draw(st.sampled_from(body["prompts"])).update(text=draw(texts), minutes=draw(minutes))
    draw(st.sampled_from(body["rounds"])).update(name=draw(texts), minutes=draw(minutes))
    return body
