"""Quotes may overlap in every way; the answer always comes out whole."""

from __future__ import annotations

from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from evenhand.web.report.evidence import segments
from evenhand.web.report.shape import IndicatorLine, JudgeLine, Quote


def line(number: int, *spans: tuple[int, int], red_flag: bool = False) -> IndicatorLine:
    quotes = tuple(Quote("j", "", start, end) for start, end in spans)
    return IndicatorLine(number, f"i{number}", f"says {number}", red_flag, "shown", (), quotes)


def test_two_quotes_that_overlap_share_the_middle() -> None:
    cut = segments("abcdefgh", [line(1, (1, 5)), line(2, (3, 7))])
    assert [(s.text, s.numbers, s.ends) for s in cut] == [
        ("a", (), ()),
        ("bc", (1,), ()),
        ("de", (1, 2), (1,)),
        ("fg", (2,), (2,)),
        ("h", (), ()),
    ]
    assert cut[2].title == "1: says 1; 2: says 2"


def test_the_same_stretch_for_two_indicators_is_one_segment() -> None:
    (cut,) = segments("abc", [line(2, (0, 3)), line(1, (0, 3), red_flag=True)])
    assert (cut.numbers, cut.ends, cut.red_flag) == ((1, 2), (1, 2), True)


def test_a_quote_beyond_the_text_is_cut_and_an_empty_one_left_out() -> None:
    cut = segments("abc", [line(1, (2, 99)), line(2, (1, 1)), line(3, (-5, 1)), line(4, (7, 9))])
    assert [(s.text, s.numbers) for s in cut] == [("a", (3,)), ("b", ()), ("c", (1,))]


def test_no_text_has_no_segments() -> None:
    assert segments("", [line(1, (0, 4))]) == ()


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(-3, 45), st.integers(-3, 45))))
def test_the_segments_joined_are_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    lines = [line(number, span) for number, span in enumerate(spans, start=1)]
    cut = segments(text, lines)
    assert "".join(s.text for s in cut) == text
    at = 0
    for part in cut:
        covering = {n for n, (s, e) in enumerate(spans, 1) if s <= at < min(e, len(text))}
        assert set(part.numbers) == covering
        assert set(part.ends) <= covering
        at += len(part.text)


def test_that_a_level_does_not_count_is_said_before_anything_else_about_its_judge() -> None:
    judge = JudgeLine("features", 4.6, None, "reads the answer as a whole", "left out: 3.3")
    part = {"judges": [(judge, "")]}
    page = render_to_string("report/reading.html", {"part": part, "reading": {}, "answer": {}})
    assert "left out: 3.3" in page
    assert judge.reason not in page
