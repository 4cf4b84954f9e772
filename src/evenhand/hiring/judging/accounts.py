"""What the judges' calls add up to: by month, opening, judge, candidate and answer."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from evenhand.hiring.judging.models import GateRun, JudgeCall, JudgeSkip
from evenhand.hiring.judging.spending import ANSWER, DROPPED, GATE, PICOS, TRIED
from evenhand.hiring.openings.models import Application, Opening
from evenhand.hiring.sittings.models import Answer
from evenhand.judges.llm.account import Account, Latency, Place, Row, accounts, latency, parts
from evenhand.judges.llm.saving import Saving, saving
from evenhand.judges.llm.values import MILLION, Call, Cause, Decision, Outcome, Spared, Tokens

LEFT_OUT: Final = (Cause.CLEAR, Cause.SOFT_LIMIT, Cause.HARD_LIMIT)
"""Why a judge was not asked, where asking it would have cost; an empty answer saves nobody."""


@dataclass(frozen=True)
class MonthLine:
    """One month's calls and money, in millionths of the currency."""

    month: str
    calls: int
    micros: Decimal


@dataclass(frozen=True)
class Costs:
    """The calls of some openings in a month, and who was not asked.

    Attributes:
        rows: The calls, those about canaries among them, which were made for nobody, and those of
            readings that were thrown away.
        skipped: Who was not asked, and why.
        left_out: The candidates whose answers somebody was not asked about, by the ids of their
            applications.
        gates: The calls of gates beside, about past candidates and about golden answers; they are
            in nobody's cost, and saved nobody anything.
        tries: The calls that were made to try a judge beside; they are in nobody's cost either.
    """

    rows: Sequence[Row]
    skipped: Sequence[Decision]
    left_out: Set[str]
    gates: Sequence[Row] = ()
    tries: Sequence[Row] = ()

    @cached_property
    def total(self) -> Account:
        """Everything together."""
        return Account.of(self._all)

    @property
    def by_opening(self) -> dict[str, Account]:
        """Accounts by the opening's id; by an empty one those of golden answers and tries."""
        return accounts(self._all, "opening")

    @property
    def by_judge(self) -> dict[str, Account]:
        """Accounts by the judge's name."""
        return dict(sorted(accounts(self._all, "judge").items()))

    @cached_property
    def by_candidate(self) -> dict[str, list[Row]]:
        """The calls about answers, by the id of the application; those of gates are in no one's."""
        return parts(self._for_people, "candidate")

    @cached_property
    def people(self) -> frozenset[str]:
        """Who was read, as ids: calls were made for them, or were not needed or allowed."""
        return frozenset(self.by_candidate) | self.left_out

    @property
    def candidates(self) -> int:
        """How many people were read."""
        return len(self.people)

    @cached_property
    def for_people(self) -> Account:
        """The calls about candidates' answers."""
        return Account.of(self._for_people)

    @cached_property
    def for_canaries(self) -> Account:
        """The calls about canaries."""
        return Account.of(row for row in self.rows if not row.place.candidate)

    @cached_property
    def dropped(self) -> Account:
        """Of the calls about candidates' answers, those whose reading was thrown away."""
        return Account.of(row for row in self._for_people if row.place.answer == DROPPED)

    @cached_property
    def for_gates(self) -> Account:
        """The calls of gates."""
        return Account.of(self.gates)

    @cached_property
    def for_tries(self) -> Account:
        """The calls that were made to try a judge."""
        return Account.of(self.tries)

    @cached_property
    def _all(self) -> list[Row]:
        return [*self.rows, *self.gates, *self.tries]

    @cached_property
    def _for_people(self) -> list[Row]:
        return [row for row in self.rows if row.place.candidate]

    @property
    def per_candidate(self) -> Decimal | None:
        """Money a person, in millionths; None where nobody was read."""
        return self.for_people.micros / self.candidates if self.candidates else None

    def latency(self, judge: str | None = None) -> Latency:
        """Seconds of the calls that were made, of one judge or of all."""
        return latency(r for r in self._all if judge is None or r.call.judge == judge)

    @cached_property
    def saved(self) -> Saving:
        """What the cache and routing saved; a limit that was reached is no saving."""
        kept = [row for row in self._for_people if row.place.answer != DROPPED]
        return saving(kept, self.skipped, {})


@dataclass(frozen=True)
class RunCost:
    """What all tries of a gate took, in millionths of the currency; with the part for people."""

    calls: int
    micros: Decimal
    for_people: Decimal


def costs_of(
    openings: QuerySet[Opening],
    month: str,
    runs: QuerySet[GateRun] | None = None,
    tries: QuerySet[JudgeCall] | None = None,
) -> Costs:
    """Return the calls of openings in a month: a query for each kind of place, and one for skips.

    Args:
        openings: Whose calls, those of gates among them that were about their candidates.
        month: As 2026-11.
        runs: Gates whose calls about golden answers are wanted too.
        tries: Calls that tried judges and are wanted too, as `tries_of`.
    """
    rows: list[Row] = []
    gates: list[Row] = []
    tried: list[Row] = []
    beside = {GATE: gates, TRIED: tried}
    for calls in calls_of(openings, runs, tries):
        for call in calls.filter(month=month).iterator(chunk_size=5000):
            beside.get(JudgeCall.Kind(call.kind), rows).append(row_of(call))
    skips = list(JudgeSkip.objects.filter(opening__in=openings, month=month, cause__in=LEFT_OUT))
    skipped = [
        Decision(one.dimension, one.judge, False, Cause(one.cause), one.reason) for one in skips
    ]
    return Costs(rows, skipped, {str(one.application) for one in skips}, gates, tried)


def calls_about(application: Application) -> list[Row]:
    """Return the calls about a person's answers, of all months; gates' are in nobody's cost."""
    calls = JudgeCall.objects.filter(
        opening=application.opening_id, application=application.pk, kind__in=(ANSWER, DROPPED)
    )
    return [row_of(call) for call in calls]


def read_by_month(opening: Opening) -> dict[str, set[str]]:
    """Return who was read in an opening in which month, as `Costs.people` counts them."""
    calls = JudgeCall.objects.filter(opening=opening, kind__in=(ANSWER, DROPPED))
    skips = JudgeSkip.objects.filter(opening=opening, cause__in=LEFT_OUT)
    found: dict[str, set[str]] = {}
    for kept in (calls, skips):
        for month, one in kept.order_by().values_list("month", "application").distinct():
            found.setdefault(month, set()).add(str(one))
    return found


def months_of(
    openings: QuerySet[Opening],
    runs: QuerySet[GateRun] | None = None,
    tries: QuerySet[JudgeCall] | None = None,
) -> list[MonthLine]:
    """Return every month in which calls were made, the latest first; see `costs_of`."""
    found: dict[str, MonthLine] = {}
    for calls in calls_of(openings, runs, tries):
        lines = calls.order_by().values_list("month").annotate(n=Count("pk"), sum=Sum("picos"))
        for month, n, picos in lines:
            before = found.get(month, MonthLine(month, 0, Decimal(0)))
            micros = before.micros + Decimal(picos) / PICOS
            found[month] = MonthLine(month, before.calls + n, micros)
    return [found[month] for month in sorted(found, reverse=True)]


def cost_of_run(run: GateRun) -> RunCost:
    """Return what a gate has cost so far, all its tries together."""
    people = Sum("picos", filter=Q(opening__isnull=False))
    found = run.calls.aggregate(n=Count("pk"), sum=Sum("picos"), people=people)
    return RunCost(
        found["n"], Decimal(found["sum"] or 0) / PICOS, Decimal(found["people"] or 0) / PICOS
    )


def calls_of(
    openings: QuerySet[Opening],
    runs: QuerySet[GateRun] | None = None,
    tries: QuerySet[JudgeCall] | None = None,
) -> list[QuerySet[JudgeCall]]:
    """Return the calls of openings, of gates those in none, and tries, each found by its index."""
    found = [JudgeCall.objects.filter(opening__in=openings)]
    if runs is not None:
        found.append(JudgeCall.objects.filter(opening__isnull=True, gate_run__in=runs))
    return found if tries is None else [*found, tries]


def tries_of(organisation: UUID) -> QuerySet[JudgeCall]:
    """Return the calls by which people of an organisation tried judges."""
    return JudgeCall.objects.filter(kind=TRIED, organisation=organisation)


def call_facts(answer: Answer, skipped: Sequence[Decision]) -> dict[str, object]:
    """Return what the ledger says of an answer's calls: sums, and why a judge was not asked."""
    rows = [row_of(call) for call in JudgeCall.objects.filter(answer=answer, kind=ANSWER)]
    if not rows and not skipped:
        return {}
    sums = {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in vars(Account.of(rows)).items()
    }
    not_asked = [[one.dimension, one.judge, one.cause.value, one.reason] for one in skipped]
    return {"calls": sums, "not_asked": not_asked}


def row_of(kept: JudgeCall) -> Row:
    """Return a kept call as the row that it was made of."""
    spared = None
    if kept.spared:
        tokens = Tokens(
            kept.spared_prompt_tokens, kept.spared_cached_tokens, kept.spared_output_tokens
        )
        spared = Spared(kept.spared, tokens, Decimal(kept.spared_picos) / PICOS)
    call = Call(
        kept.judge,
        kept.model,
        kept.dimension,
        kept.prompt_tokens,
        kept.cached_tokens,
        kept.output_tokens,
        Decimal(kept.picos) / PICOS,
        kept.microseconds / MILLION,
        kept.retries,
        kept.cache_hit,
        Outcome(kept.outcome),
        kept.call,
        spared,
        host=kept.host,
        sent=kept.sent,
        missing=tuple(kept.missing.split()),
    )
    candidate = "" if kept.application is None else str(kept.application)
    # Of an answer that was erased there is nothing left to tell it by but its person.
    nowhere = candidate if candidate and kept.kind != DROPPED else kept.kind
    answer = str(kept.answer_id or nowhere)
    place = Place(answer, candidate, str(kept.opening_id or ""), kept.month)
    return Row(place, call, kept.abstained)
