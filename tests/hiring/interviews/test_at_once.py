"""Two tabs of one interviewer at the same moment: one lock, one save, and nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from tests.interviewing import body_of

from evenhand.hiring.errors import CardLocked
from evenhand.hiring.interviews.services import lock_card, save_card
from evenhand.hiring.models import CardLevel, Interview, KeptCard, LedgerEntry, User

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(act: Callable[[int], object], times: int) -> list[object]:
    """Return what came of calls that begin together; errors as they are."""
    start = threading.Barrier(times)
    outcomes: list[object] = [None] * times

    def one(number: int) -> None:
        try:
            start.wait()
            outcomes[number] = act(number)
        except BaseException as error:
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_locks_at_once_one_counts(begun: Interview, ivan: User, now: datetime) -> None:
    save_card(interview=begun, body=body_of(begun), base_revision=0, now=now)
    tabs = [Interview.objects.get(pk=begun.pk) for _ in range(3)]
    outcomes = at_once(lambda n: lock_card(interview=tabs[n], by=ivan, now=now), 3)
    kinds = sorted(type(one).__name__ for one in outcomes)
    assert kinds == ["CardLocked", "CardLocked", "Interview"], outcomes
    assert LedgerEntry.objects.filter(action="card.locked").count() == 1
    assert CardLevel.objects.count() == len(begun.kit["dimensions"])  # type: ignore[index]


def test_of_saves_at_once_one_stands_and_all_are_kept(begun: Interview, now: datetime) -> None:
    bodies = [body_of(begun, level) for level in (2.0, 3.0, 5.0)]
    saved = at_once(
        lambda n: save_card(
            interview=begun, body=bodies[n], base_revision=0, now=now, device=f"d{n}"
        ),
        3,
    )
    begun.scorecard.refresh_from_db()
    kept = [one.body for one in KeptCard.objects.all()]
    assert begun.scorecard.revision == 1
    assert [one.conflict is None for one in saved].count(True) == 1  # type: ignore[attr-defined]
    assert all(body == begun.scorecard.body or body in kept for body in bodies)


def test_a_save_and_a_lock_at_once_lose_nothing(
    begun: Interview, ivan: User, now: datetime
) -> None:
    save_card(interview=begun, body=body_of(begun), base_revision=0, now=now)
    late = body_of(begun, 2.0)

    def act(number: int) -> object:
        mine = Interview.objects.get(pk=begun.pk)
        if number:
            return lock_card(interview=mine, by=ivan, now=now)
        return save_card(interview=mine, body=late, base_revision=1, now=now)

    saved, locked = at_once(act, 2)
    begun.refresh_from_db()
    assert begun.state == Interview.State.LOCKED, locked
    levels = {row.level for row in CardLevel.objects.all()}
    if isinstance(saved, CardLocked):
        assert (levels, KeptCard.objects.get().body) == ({4.0}, late)
    else:
        assert levels == {2.0}
