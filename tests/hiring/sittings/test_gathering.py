"""What threads ask for at the same moment is done once, and each hears of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import OperationalError, connection, transaction
from tests.support import PATIENCE, wait_until

from evenhand.hiring.models import Answer, LedgerEntry, Sitting
from evenhand.hiring.sittings.autosave import save
from evenhand.hiring.sittings.gathering import Gathering


class Doubling:
    """Doubles numbers; refuses 13; holds its first call until told to go on."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.held, self.go_on = threading.Event(), threading.Event()

    def __call__(self, asked: Sequence[int]) -> list[int]:
        self.calls.append(list(asked))
        if len(self.calls) == 1:
            self.held.set()
            assert self.go_on.wait(timeout=PATIENCE)
        if 13 in asked:
            raise ValueError("thirteen")
        if 99 in asked:
            raise OperationalError("no database")
        return [2 * one for one in asked]


@pytest.fixture
def doubling() -> Doubling:
    return Doubling()


def together(run: Doubling, first: int, then: Sequence[int]) -> list[int | Exception]:
    """Ask for `then` while the call for `first` is under way, and return what each heard."""
    gathering = Gathering(run, lambda number: number % 10)

    def ask(number: int) -> int | Exception:
        try:
            return gathering.do(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(1 + len(then)) as threads:
        heard = [threads.submit(ask, first)]
        assert run.held.wait(timeout=PATIENCE)
        for waiting, number in enumerate(then, start=1):
            heard.append(threads.submit(ask, number))
            # Straight at the queue: from outside nobody can tell who waits.
            wait_until(lambda w=waiting: len(gathering._queue) == w, what="a place")  # type: ignore[misc]
        run.go_on.set()
        return [one.result(timeout=PATIENCE) for one in heard]


@pytest.mark.django_db(transaction=True)
def test_what_waits_is_done_in_one_call_and_each_hears_of_its_own(doubling: Doubling) -> None:
    assert together(doubling, 1, [2, 3, 4]) == [2, 4, 6, 8]
    assert doubling.calls == [[1], [2, 3, 4]]


@pytest.mark.django_db(transaction=True)
def test_two_with_one_key_take_turns_in_the_order_they_came(doubling: Doubling) -> None:
    assert together(doubling, 1, [12, 2, 3]) == [2, 24, 4, 6]
    assert doubling.calls == [[1], [12, 3], [2]]


@pytest.mark.django_db(transaction=True)
def test_one_that_fails_costs_the_others_nothing(doubling: Doubling) -> None:
    first, bad, good = together(doubling, 1, [13, 4])
    assert (first, good) == (2, 8)
    assert isinstance(bad, ValueError)


@pytest.mark.django_db(transaction=True)
def test_without_a_database_nobody_waits_for_it_in_turn(doubling: Doubling) -> None:
    heard = together(doubling, 1, [99, 4])
    assert [type(one) for one in heard[1:]] == [OperationalError, OperationalError]
    assert doubling.calls == [[1], [99, 4]]


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_nothing_of_others_is_taken_along(doubling: Doubling) -> None:
    gathering = Gathering(doubling, lambda number: number)
    doubling.go_on.set()
    with transaction.atomic():
        gathering._queue.append(object())  # type: ignore[arg-type]
        assert gathering.do(5) == 10
    assert doubling.calls == [[5]]


@pytest.mark.django_db(transaction=True)
def test_many_people_who_save_at_once_each_get_their_own_text_and_entry(
    sitting: Sitting, now: datetime
) -> None:
    prompts = sitting.prompts[:4]

    def write(prompt: str) -> list[int]:
        try:
            return [revision_of(prompt, number) for number in range(12)]
        finally:
            connection.close()

    def revision_of(prompt: str, number: int) -> int:
        saved = save(
            sitting=sitting, prompt=prompt, text=f"{prompt} {number}", base_revision=number,
            tab=prompt, replace=False, now=now,
        )  # fmt: skip
        return saved.revision

    with ThreadPoolExecutor(len(prompts)) as threads:
        found = list(threads.map(write, prompts))
    assert found == [list(range(1, 13))] * len(prompts)
    texts = {answer.prompt: answer.text for answer in Answer.objects.all()}
    assert texts == {prompt: f"{prompt} 11" for prompt in prompts}
    entries = LedgerEntry.objects.filter(action="answer.saved")
    told = sorted((entry.facts["prompt"], entry.facts["revision"]) for entry in entries)
    assert told == sorted((prompt, number) for prompt in prompts for number in range(1, 13))
