"""What a gate's calls cost: kept as they are made, in the account of the run.

A gate reads everything anew, however often its run is tried: what was said before would tell
nothing of repeats, seconds and cost. So nothing is spared when a run is tried again, and what every
try was paid for stands in the account once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F

from evenhand.hiring.judging.models import GateRun
from evenhand.hiring.judging.queries import replies_of
from evenhand.hiring.judging.spending import GATE, month_of, put_down
from evenhand.hiring.sittings.models import Answer, Sitting

if TYPE_CHECKING:
    from evenhand.judges.llm.account import Row
    from evenhand.judges.llm.caching import CacheKey, Kept
    from evenhand.judges.values import PanelResult


class About(NamedTuple):
    """Whose answer a call is about, by ids; all None for a golden answer."""

    opening: str | None = None
    application: str | None = None
    answer: str | None = None


GOLDEN = About()


class GateCalls:
    """Keeps the calls of one run: an answer's as soon as it is read, and a receipt of each before.

    The panel on trial gets it as its cache of replies. It never answers. Of each reply it writes a
    file that says what it cost and whom it was about, and no word of it: where the worker is killed
    before the answer is read, the next try finds there what was paid.

    Args:
        run: Whose calls they are.
        now: The clock; readings take minutes.
    """

    def __init__(self, run: GateRun, now: Callable[[], datetime]) -> None:
        from evenhand.judges.llm.caching import answer_hash

        self._run, self._now = run, now
        self._receipts = replies_of(run.organisation_id)
        self._name = answer_hash(f"gate {run.pk}")
        self._about = GOLDEN

    def begin(self, answer: Answer) -> None:
        """Say that a past candidate's answer is read next; until then golden ones are."""
        application = answer.sitting.application
        self._about = About(str(application.opening_id), str(application.pk), str(answer.pk))

    def get(self, key: CacheKey) -> None:
        """Answer nothing."""

    def put(self, key: CacheKey, kept: Kept) -> None:
        """Write the receipt of a reply; used from the threads of the judges."""
        from evenhand.judges.llm.caching import CacheKey

        # Named by the call and not by what was asked: the same is asked twice, and paid for twice.
        mine = CacheKey(self._name, key.judge, key.prompt, kept.cost.id)
        self._receipts.put(mine, replace(kept, value=list(self._about)))

    def keep(self, result: PanelResult) -> None:
        """Keep the calls of a reading that came to its end."""
        from evenhand.judges.llm.account import Place, rows_of

        if not result.calls:
            return
        self._put_down(rows_of(result, Place("", "", "", "")), self._about)
        self._receipts.forget(self._name)

    def settle(self) -> None:
        """Keep the calls of a reading that was cut off, as far as receipts tell of them."""
        from evenhand.judges.llm.account import Place, Row

        for kept in self._receipts.kept(self._name):
            if kept.call is not None:
                row = Row(Place("", "", "", ""), kept.call)
                self._put_down([row], About(*kept.value))
        self._receipts.forget(self._name)

    def _put_down(self, rows: Iterable[Row], about: About) -> None:
        now, application = self._now(), UUID(about.application) if about.application else None
        with transaction.atomic():
            # The row is held, so that nobody is erased between the look and the commit.
            sitting = Sitting.objects.filter(application=application)
            there = sitting.update(panel_version=F("panel_version"))
            put_down(
                rows,
                kind=GATE,
                gate_run=self._run,
                opening_id=about.opening,
                application=application,
                answer_id=about.answer if there else None,
                month=month_of(now),
                at=now,
            )
