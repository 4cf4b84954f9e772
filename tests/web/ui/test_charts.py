"""Charts are well-formed, say themselves in words, and put every value where it belongs."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.web.ui.charts import (
    DotRow,
    Strip,
    across,
    dot_plot,
    mini_interval,
    spread_of_levels,
    strip_plot,
)

SVG = "{http://www.w3.org/2000/svg}"
ROWS = [DotRow("Eval", 4.0, 3.0, 5.0), DotRow("Data", 2.0, 1.0, 3.0, asked=False)]

labels = st.text(max_size=30)
levels = st.floats(-10, 10)


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def by_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [e for e in root.iter() if name in (e.get("class") or "").split()]


def plot(rows: list[DotRow] | None = None, **options: object) -> ElementTree.Element:
    rows = ROWS if rows is None else rows
    return parsed(dot_plot(rows, bar=3.5, name="p", title="Levels", **options))  # type: ignore[arg-type]


def test_the_scale_runs_from_3_to_97_percent() -> None:
    assert [across(level) for level in (1, 2, 3, 4, 5)] == [3.0, 26.5, 50.0, 73.5, 97.0]


def test_dots_and_intervals_stand_at_their_values() -> None:
    root = plot()
    first, second = by_class(root, "interval")
    assert (first.get("x1"), first.get("x2")) == ("50.0%", "97.0%")
    assert (second.get("x1"), second.get("x2")) == ("3.0%", "50.0%")
    dot, square = by_class(root, "dot")
    assert (dot.tag, dot.get("cx")) == (SVG + "circle", "73.5%")
    assert (square.tag, square.get("x")) == (SVG + "rect", "26.5%")


def test_what_was_not_asked_differs_in_shape_and_line_not_only_in_colour() -> None:
    asked, other = by_class(plot(), "interval")
    assert asked.get("stroke-dasharray") is None
    assert other.get("stroke-dasharray") == "5 4"
    assert "open" in (other.get("class") or "")


def test_the_bar_is_marked_and_named() -> None:
    lines = by_class(plot(), "bar")
    assert {e.get("x1") or e.get("x") for e in lines} == {"61.75%"}
    assert [e.text for e in lines if e.tag == SVG + "text"] == ["bar 3.5"]


@pytest.mark.parametrize(("bar", "anchor"), [(1.0, "start"), (3.0, "middle"), (5.0, "end")])
def test_the_name_of_the_bar_stays_inside_the_picture(bar: float, anchor: str) -> None:
    root = parsed(dot_plot(ROWS, bar=bar, name="p", title="t"))
    (name,) = [e for e in by_class(root, "bar") if e.tag == SVG + "text"]
    assert name.get("text-anchor") == anchor


def test_the_ticks_are_labelled_1_to_5() -> None:
    texts = [e.text for e in plot().iter(SVG + "text")]
    assert [t for t in texts if t and t.isdigit()] == ["1", "2", "3", "4", "5"]


def test_the_chart_is_named_and_described_in_words() -> None:
    root = plot()
    ids = {e.get("id"): e.text for e in root if e.tag in (SVG + "title", SVG + "desc")}
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "p-title p-desc")
    assert ids["p-title"] == "Levels"
    assert ids["p-desc"] == (
        "Eval: 4.0, between 3.0 and 5.0, asked; Data: 2.0, between 1.0 and 3.0, not asked; "
        "the bar is 3.5"
    )


def test_on_paper_the_chart_has_a_fixed_size() -> None:
    assert plot(width=480).get("viewBox") == "0 0 480 144"
    assert plot().get("viewBox") is None


def test_an_abstention_leaves_its_lane_empty() -> None:
    strips = [Strip("a", 2.0), Strip("b", None)]
    root = parsed(strip_plot(strips, together=(2.0, 1.0, 3.0), name="s", title="t"))
    (ring,) = by_class(root, "judge")
    assert ring.get("cx") == "26.5%"
    desc = root.find(SVG + "desc")
    assert desc is not None
    assert desc.text == "a: 2.0; b: no level"


def test_where_all_abstain_there_is_no_joint_level() -> None:
    root = parsed(strip_plot([Strip("a", None)], together=None, name="s", title="t"))
    assert by_class(root, "dot") == []


def test_a_small_interval_shows_the_bar() -> None:
    root = parsed(mini_interval(3.0, 2.0, 4.0, bar=3.5, name="m"))
    assert by_class(root, "dot")[0].get("cx") == "50.0%"
    assert by_class(root, "bar")[0].get("x1") == "61.75%"


def test_columns_are_as_tall_as_their_share() -> None:
    root = parsed(spread_of_levels([0, 0.25, 0.5, 0.25, 0], name="d", title="t"))
    heights = [float(e.get("height") or "nan") for e in by_class(root, "column")]
    assert heights == [0, 5.5, 11, 5.5, 0]


def test_a_level_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        across(float("nan"))


@given(labels, labels, levels, levels, levels, st.booleans())
def test_any_words_and_any_levels_make_well_formed_charts(
    title: str, label: str, mean: float, low: float, high: float, asked: bool
) -> None:
    rows = [DotRow(label, mean, low, high, asked)]
    root = parsed(dot_plot(rows, bar=mean, name=label, title=title))
    for element in root.iter():
        for side in ("x1", "x2", "cx"):
            if (at := element.get(side)) is not None:
                assert 3 <= float(at.rstrip("%")) <= 97
    parsed(strip_plot([Strip(label, mean)], together=(mean, low, high), name=label, title=title))
    parsed(mini_interval(mean, low, high, bar=mean, name=label))


@given(labels)
def test_words_stay_words(label: str) -> None:
    hostile = f'<script>"{label}"</script>'
    root = parsed(dot_plot([DotRow(hostile, 3, 2, 4)], bar=3, name="p", title=hostile))
    assert {e.tag for e in root.iter()} <= {
        SVG + t for t in ["svg", "title", "desc", "g", "line", "text", "tspan", "circle"]
    }
