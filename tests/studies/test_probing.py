"""How often follow-ups are asked and what they change, by any grouping."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.studies.probing import FEWEST, Chance, Change, by_group, by_prompt, mean, share


def changes(*values: float) -> list[Change]:
    return [Change(f"p{n}", "overall", value) for n, value in enumerate(values)]


def test_of_fewer_than_five_people_nothing_is_said() -> None:
    some = changes(0.1, 0.2, 0.3, 0.4)
    chances = [Chance(one.person, "q", asked=True) for one in some]
    (cell,) = by_group(chances, some, dict.fromkeys(["p0", "p1", "p2", "p3"], "few"))
    assert (cell.people, cell.asked, cell.change) == (4, None, None)
    assert by_prompt(chances)[0].asked is None


def test_five_people_are_enough() -> None:
    some = changes(0.1, 0.2, 0.3, 0.4, 0.5)
    chances = [Chance(one.person, "q", asked=n < 4) for n, one in enumerate(some)]
    (cell,) = by_group(chances, some, {one.person: "g" for one in some})
    assert cell.change is not None
    assert cell.asked is not None
    assert cell.change.value == pytest.approx(0.3)
    assert cell.asked.value == pytest.approx(0.8)


def test_five_times_the_same_person_are_not_five_people() -> None:
    chances = [Chance("ana", f"q{n}", asked=True) for n in range(FEWEST)]
    (cell,) = by_group(chances, [], {"ana": "g"})
    assert (cell.people, cell.chances, cell.asked) == (1, 5, None)


def test_groups_are_kept_apart_and_who_has_none_is_left_out() -> None:
    some = changes(*([0.0, 1.0] * 6))
    groups = {one.person: "odd" if one.change else "even" for one in some[:10]}
    even, odd = by_group([], some, groups)
    assert (even.group, even.people, odd.people) == ("even", 5, 5)
    assert even.change is not None
    assert odd.change is not None
    assert (even.change.value, odd.change.value) == (0.0, 1.0)


def test_two_changes_of_one_person_are_refused() -> None:
    with pytest.raises(ValueError, match="one dimension"):
        by_group([], [*changes(0.1), *changes(0.2)], {"p0": "g"})


@given(st.integers(FEWEST, 200), st.integers(1, 4), st.data())
def test_a_share_lies_in_its_interval_and_that_in_0_to_1(
    people: int, prompts: int, data: st.DataObject
) -> None:
    chances = people * prompts
    value = data.draw(st.integers(0, chances)) / chances
    found = share(value, people, 0.9)
    assert 0 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 1


@given(st.lists(st.floats(-2, 2), min_size=FEWEST, max_size=30), st.floats(-1, 1))
def test_a_mean_moves_with_its_values(values: list[float], by: float) -> None:
    before, after = mean(values, 0.9), mean([value + by for value in values], 0.9)
    assert after.value == pytest.approx(before.value + by, abs=1e-9)
    assert after.high - after.low == pytest.approx(before.high - before.low, abs=1e-9)
