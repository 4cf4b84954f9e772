"""The control chart's picture: inside its frame, with its state in words and in shape."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.web.ui.control import LONGEST, control_chart

SVG = "{http://www.w3.org/2000/svg}"


def drawn(mean: list[float], half: float, *, alarm: bool = False) -> ElementTree.Element:
    return ElementTree.fromstring(
        control_chart(mean, half, 0.0, alarm=alarm, name="c", title="Level & <more>")
    )


def points(root: ElementTree.Element) -> list[tuple[float, float]]:
    pairs = [
        pair for line in root.iter(f"{SVG}polyline") for pair in line.get("points", "").split()
    ]
    return [tuple(map(float, pair.split(","))) for pair in pairs]  # type: ignore[misc]


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400), st.floats(0, 1e6))
def test_every_point_lies_within_the_picture(mean: list[float], half: float) -> None:
    root = drawn(mean, half)
    assert all(0 <= x <= 240 and 0 <= y <= 56 for x, y in points(root))
    series = root.find(f".//{SVG}polyline[@class='series']")
    assert series is not None
    assert len(series.get("points", "").split()) == min(len(mean), LONGEST)


def test_an_alarm_shows_in_words_and_in_another_shape() -> None:
    calm, alarm = drawn([0, 1], 2), drawn([0, 3], 2, alarm=True)
    assert calm.find(f"{SVG}desc").text == "within its limits"  # type: ignore[union-attr]
    assert alarm.find(f"{SVG}desc").text == "beyond its limits"  # type: ignore[union-attr]
    assert calm.find(f".//{SVG}circle") is not None
    assert alarm.find(f".//{SVG}rect") is not None
    assert alarm.find(f".//{SVG}circle") is None


def test_where_nothing_moves_it_is_a_flat_line() -> None:
    root = drawn([0.0] * 5, 0.0)
    assert {y for _, y in points(root)} == {28.0}
