"""Nobody who types is ever held up, and nobody saves without end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evenhand.hiring.sittings import pace
from evenhand.hiring.sittings.pace import A_SECOND, AT_ONCE, Pace


class Watch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_ten_tabs_that_are_typed_in_without_a_pause_are_never_held_up() -> None:
    watch = Watch()
    taken = Pace(clock=watch)
    for _beat in range(2000):
        assert not any(taken.wait("one") for _tab in range(10))
        watch.seconds += 0.8


def test_what_was_kept_without_a_connection_goes_at_once_and_then_at_a_pace() -> None:
    watch = Watch()
    taken = Pace(clock=watch)
    went = sum(taken.wait("one") == 0 for _ in range(1000))
    assert went == AT_ONCE
    wait = taken.wait("one")
    assert 0 < wait <= 1 / A_SECOND + 1e-9
    assert taken.wait("another") == 0
    watch.seconds += wait
    assert taken.wait("one") == 0


@given(st.lists(st.floats(0, 2), max_size=300))
def test_in_no_stretch_of_time_more_goes_than_both_bounds_allow(gaps: list[float]) -> None:
    watch = Watch()
    taken = Pace(a_second=2, at_once=3, clock=watch)
    went = []
    for gap in gaps:
        watch.seconds += gap
        if not taken.wait("one"):
            went.append(watch.seconds)
    for first in range(len(went)):
        for last in range(first, len(went)):
            assert last - first + 1 <= 3 + 2 * (went[last] - went[first]) + 1.01


def test_who_paused_is_forgotten() -> None:
    watch = Watch()
    taken = Pace(clock=watch)
    for number in range(pace.MOST_KEPT + 1):
        watch.seconds += 0.001
        taken.wait(number)
    assert len(taken._due) < 1000
