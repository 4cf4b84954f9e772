"""Doing the next things while the first is waited for."""

import threading
from collections.abc import Iterator

import pytest

from evenhand.judges.ahead import each_ahead


def test_what_is_found_comes_in_the_order_of_the_items() -> None:
    second_is_done = threading.Event()

    def do(item: int) -> int:
        if item == 1:
            assert second_is_done.wait(30)
        if item == 2:
            second_is_done.set()
        return item * item

    assert list(each_ahead(do, range(1, 6))) == [1, 4, 9, 16, 25]


def test_items_are_taken_as_they_are_needed() -> None:
    taken = []

    def items() -> Iterator[int]:
        for item in range(100):
            taken.append(item)
            yield item

    found = each_ahead(str, items())
    assert next(found) == "0"
    assert len(taken) == 3
    found.close()
    assert len(taken) == 3


def test_what_goes_wrong_comes_when_its_turn_has_come() -> None:
    found = each_ahead(lambda item: 6 // item, [3, 2, 0, 1])
    assert [next(found), next(found)] == [2, 3]
    with pytest.raises(ZeroDivisionError):
        next(found)
    assert list(each_ahead(str, [])) == []
