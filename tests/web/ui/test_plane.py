"""Plots of one figure against another: named, escaped, and inside their frame."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

from hypothesis import given
from hypothesis import strategies as st

from evenhand.web.ui.plane import Axis, Curve, Dot, plane

SVG = "{http://www.w3.org/2000/svg}"
figures = st.floats(-5, 5)


def drawn(curves: list[Curve], dots: list[Dot], x: Axis, y: Axis) -> object:
    return fromstring(plane(curves, dots, x=x, y=y, name="it", title="<T>", desc="D & E"))


def test_a_plot_names_itself_and_escapes_what_it_is_given() -> None:
    root = drawn([Curve([(0, 0), (1, 1)], "even", "<i>", (0.5, 0.5))], [], Axis("x"), Axis("y"))
    assert root.get("role") == "img"
    assert [root.find(f"{SVG}{tag}").text for tag in ("title", "desc")] == ["<T>", "D & E"]
    assert root.get("aria-labelledby") == "it-title it-desc"
    assert "<i>" in [each.text for each in root.iter(f"{SVG}text")]


@given(st.lists(st.tuples(figures, figures), min_size=1, max_size=9))
def test_nothing_is_drawn_outside_the_frame(points: list[tuple[float, float]]) -> None:
    dots = [Dot(a, b, b - 1, b + 1) for a, b in points]
    root = drawn([Curve(points)], dots, Axis("x"), Axis("y", low=-0.1, high=0.6, ticks=(0.0, 0.6)))
    for each in root.iter(f"{SVG}polyline"):
        for pair in each.get("points").split():
            a, b = map(float, pair.split(","))
            assert 48 <= a <= 348
            assert 12 <= b <= 256
    for each in root.iter(f"{SVG}circle"):
        assert 48 <= float(each.get("cx")) <= 348
