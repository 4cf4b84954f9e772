"""What the judges' calls cost: kept as soon as they were made, held against the opening's budget.

A call is in the account whatever becomes of the reading that it was made for: its money is spent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from evenhand.hiring.errors import BudgetError
from evenhand.hiring.judging.models import Budget, JudgeCall, JudgeSkip
from evenhand.hiring.judging.queries import replies_of
from evenhand.hiring.openings.models import Application, Opening
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import SYSTEM, record, subject_of
from evenhand.hiring.sittings.models import Answer

if TYPE_CHECKING:
    from evenhand.judges import PanelResult
    from evenhand.judges.canary import CanaryRead
    from evenhand.judges.llm.account import Row
    from evenhand.judges.llm.budget import Limits, Purse
    from evenhand.judges.llm.caching import FolderCache
    from evenhand.judges.llm.values import Call, Decision

ANSWER: Final = JudgeCall.Kind.ANSWER
CANARY: Final = JudgeCall.Kind.CANARY
DROPPED: Final = JudgeCall.Kind.DROPPED
GATE: Final = JudgeCall.Kind.GATE
TRIED: Final = JudgeCall.Kind.TRIED
PICOS: Final = 1_000_000
"""Of a millionth: calls are priced to the millionth of a millionth, and kept as whole numbers."""

_PURSES: Final[dict[tuple[UUID, str], Purse]] = {}
"""Of this process, by opening and month."""


def month_of(now: datetime) -> str:
    """Return the month in UTC, as 2026-11."""
    return now.astimezone(UTC).strftime("%Y-%m")


def spent_in(opening: Opening, month: str) -> Decimal:
    """Return what an opening's judges have cost in a month, in millionths of the currency.

    What gates cost is left out: an admin asked for them, and no candidate is to stay unread by it.
    """
    calls = JudgeCall.objects.filter(opening=opening, month=month).exclude(kind=GATE)
    return Decimal(calls.aggregate(sum=Sum("picos"))["sum"] or 0) / PICOS


def purse_of(opening: Opening, now: datetime) -> Purse:
    """Return what may still be spent for an opening this month: one purse in a process.

    It knows of calls that this process made and that are not put down yet, whichever answer they
    are about, and of what other processes had put down by now.
    """
    from evenhand.judges.llm.budget import Purse

    budget = Budget.objects.filter(opening=opening).first()
    if budget is None:
        return Purse(())
    month = month_of(now)
    limits = _limits(budget, month)
    purse = _PURSES.setdefault((opening.pk, month), Purse(((limits, Decimal(0)),)))
    stored = JudgeCall.objects.filter(call__in=purse.noted).values_list("call", flat=True)
    # Before the sum is made: what is put down in between counts twice till the next look.
    counted = list(stored)
    purse.renew(((limits, spent_in(opening, month)),), counted)
    return purse


def keep_calls(
    answer: Answer, text: str, result: PanelResult, now: datetime, *, dropped: bool
) -> list[str]:
    """Keep the calls about an answer that judges read; returns their names.

    With them are kept those of earlier readings of the text that were cut off. Call it in a
    transaction of its own, before anything is made of the reading.

    Args:
        answer: What was read; with `dropped` it may be gone.
        text: All that judges read of it.
        result: What judges said of it.
        now: The moment.
        dropped: Whether the reading is thrown away: its calls belong to no answer.
    """
    from evenhand.judges.llm.account import Place, rows_of

    application, month = answer.sitting.application, month_of(now)
    place = Place(str(answer.pk), str(application.pk), str(application.opening_id), month)
    rows = rows_of(result, place)
    own = {row.call.id for row in rows}
    lost = _cut_off([text], application.opening, application.candidate.known)
    rows += [row for row in lost if row.call.id not in own]
    common: dict[str, Any] = {
        "opening_id": application.opening_id,
        "application": application.pk,
        "kind": DROPPED if dropped else ANSWER,
        "answer": None if dropped else answer,
        "month": month,
        "at": now,
    }
    put_down(rows, **common)
    return [row.call.id for row in rows]


def put_down(rows: Iterable[Row], **common: Any) -> None:
    """Write a row for each call, where there is none yet.

    Args:
        rows: The calls.
        common: What all of them belong to: columns of `JudgeCall`.
    """
    # Who finds a file whose call is not put down yet puts it down, beside its own maker.
    calls = [JudgeCall(**common, **_fields(row)) for row in rows]
    JudgeCall.objects.bulk_create(calls, ignore_conflicts=True)


def drop_calls(calls: QuerySet[JudgeCall]) -> None:
    """Take calls from the answers that they were made for: the reading is thrown away."""
    calls.filter(kind=ANSWER).update(kind=DROPPED, answer=None)


def keep_skips(answer: Answer, skipped: Iterable[Decision], now: datetime) -> None:
    """Keep which judges were not asked about an answer; call it in its verdicts' transaction."""
    application = answer.sitting.application
    JudgeSkip.objects.bulk_create(
        JudgeSkip(
            opening_id=application.opening_id,
            application=application.pk,
            answer=answer,
            month=month_of(now),
            at=now,
            dimension=one.dimension,
            judge=one.judge,
            cause=one.cause,
            reason=one.reason,
        )
        for one in skipped
    )


def keep_canary_calls(opening: Opening, read: CanaryRead, now: datetime) -> None:
    """Keep the calls about a canary: the opening's, and no candidate's."""
    from evenhand.judges.llm.account import Place, rows_of

    month = month_of(now)
    place = Place(f"{CANARY} {read.prompt}", "", str(opening.pk), month)
    put_down(rows_of(read.result, place), opening=opening, kind=CANARY, month=month, at=now)


def keep_lost_canary_calls(opening: Opening, now: datetime) -> None:
    """Keep the calls about canaries whose reading was cut off; the opening that reads next pays.

    Call it before a canary is read: replies of a new period take the place of the earlier ones.
    """
    from evenhand.judges.canary import KNOWN_WORST

    lost = _cut_off([KNOWN_WORST], opening, ())
    put_down(lost, opening=opening, kind=CANARY, month=month_of(now), at=now)


def keep_try(call: Call, organisation: UUID, now: datetime) -> None:
    """Keep a call that somebody made to try a judge: their organisation's, and in no opening."""
    from evenhand.judges.llm.account import Place, Row

    row = Row(Place("", "", "", ""), call)
    put_down([row], organisation_id=organisation, kind=TRIED, month=month_of(now), at=now)


def note_limits(opening: Opening, now: datetime) -> None:
    """Record the limits that were reached; each once a month. Call it in the same transaction."""
    budget = Budget.objects.filter(opening=opening).first()
    if budget is None:
        return
    month = month_of(now)
    spent = spent_in(opening, month)
    for kind, limit in (("soft", budget.soft_micros), ("hard", budget.hard_micros)):
        if limit is None or spent < limit:
            continue
        reached = {f"{kind}_reached_in": month}
        if Budget.objects.filter(pk=budget.pk).exclude(**reached).update(**reached):
            facts = {"month": month, "limit_micros": limit, "spent_micros": str(spent)}
            action = f"budget.{kind}_reached"
            record(action, subject_of(opening), actor=SYSTEM, facts=facts, now=now)


def set_budget(
    *, opening: Opening, soft: Decimal | None, hard: Decimal | None, by: User, now: datetime
) -> Budget:
    """Limit what an opening's judges may cost in a month; None is no limit.

    Args:
        opening: whose answers they read.
        soft: in the currency; from here on a judge that costs is asked only where nobody else
            gives a level.
        hard: in the currency; from here on nothing is asked that costs.
        by: who says so.
        now: the moment.

    Raises:
        BudgetError: a limit is negative, or the soft one is above the hard one.
    """
    limits = {"soft_micros": _micros(soft), "hard_micros": _micros(hard)}
    if any(value is not None and value < 0 for value in limits.values()):
        raise BudgetError(_("A limit is at least 0."))
    if soft is not None and hard is not None and soft > hard:
        raise BudgetError(_("The soft limit must not be above the hard one."))
    with transaction.atomic():
        budget, _new = Budget.objects.update_or_create(
            opening=opening, defaults={**limits, "soft_reached_in": "", "hard_reached_in": ""}
        )
        actor = f"user:{by.pk}"
        record("budget.set", subject_of(opening), actor=actor, facts=limits, now=now)
        note_limits(opening, now)
    budget.refresh_from_db()
    return budget


def keep_cut_off(application: Application, texts: Iterable[str], now: datetime) -> None:
    """Keep the calls of readings that were cut off, where nobody comes back for what they brought.

    What a worker paid for before it was killed, its successor finds in the cache of replies, and
    puts it down. Where the person is erased, or another panel reads, no successor looks for it.

    Args:
        application: Whose answers were read; the opening has paid.
        texts: All that judges may have read of them.
        now: The moment.
    """
    opening, month = application.opening, month_of(now)
    common: dict[str, Any] = {"opening": opening, "application": application.pk, "month": month}
    cut_off = _cut_off(texts, opening, application.candidate.known)
    put_down(cut_off, **common, kind=DROPPED, at=now)


def _cut_off(texts: Iterable[str], opening: Opening, known: Sequence[str]) -> list[Row]:
    """Return the calls about texts that files tell of, as far as nobody put them down.

    Receipts of those that are put down are of no use any more, and go. They go by what the account
    says and not as it is written: killed in between, a call is neither lost nor counted twice.
    """
    from evenhand.judges.llm.account import Place, Row

    places = list(_remembered(texts, opening.organisation_id, known))
    found = {call.id: call for cache, name in places for call in cache.calls(name)}
    put = set(JudgeCall.objects.filter(call__in=found).values_list("call", flat=True))
    for cache, name in places:
        cache.drop_receipts(name, put)
    nowhere = Place("", "", "", "")
    return [Row(nowhere, call) for name, call in found.items() if name not in put]


def forget_replies(texts: Iterable[str], organisation: UUID, known: Sequence[str]) -> None:
    """Remove what LLM judges said of these answers from the folder that it is kept in.

    Args:
        texts: All that judges may have read of one person.
        organisation: Whose folder it is.
        known: That person's name and address, which no judge was shown.
    """
    for cache, name in _remembered(texts, organisation, known):
        cache.forget(name)


def _remembered(
    texts: Iterable[str], organisation: UUID, known: Sequence[str]
) -> Iterator[tuple[FolderCache, str]]:
    """Yield the caches that may know of texts, with the name that each text has there."""
    from evenhand.judges.llm.caching import FolderCache, answer_hash
    from evenhand.judges.screening import screen

    # Replies of before organisations had folders of their own lie in the folder itself.
    caches = (FolderCache(settings.JUDGE_REPLIES), replies_of(organisation))
    for text in texts:
        # What is sent, and named by its hash, is the screened text; the question adds flags alone.
        name = answer_hash(screen(text, "", known=known).text)
        for cache in caches:
            yield cache, name


def _limits(budget: Budget, month: str) -> Limits:
    from evenhand.judges.llm.budget import Limits

    soft, hard = (
        None if value is None else Decimal(value)
        for value in (budget.soft_micros, budget.hard_micros)
    )
    return Limits(f"this opening in {month}", soft, hard)


def _micros(money: Decimal | None) -> int | None:
    return None if money is None else int(money * 1_000_000)


def _fields(row: Row) -> dict[str, object]:
    call, spared = row.call, row.call.spared
    fields: dict[str, object] = {
        "call": call.id,
        "dimension": call.dimension,
        "judge": call.judge,
        "model": call.model,
        "prompt_tokens": call.prompt_tokens,
        "cached_tokens": call.cached_tokens,
        "output_tokens": call.output_tokens,
        "picos": int(call.micros * PICOS),
        "microseconds": round(call.latency * 1_000_000),
        "retries": call.retries,
        "cache_hit": call.cache_hit,
        "outcome": call.outcome.value,
        "host": call.host,
        "sent": call.sent,
        "missing": " ".join(call.missing),
        "abstained": row.abstained,
    }
    if spared is not None:
        fields |= {
            "spared": spared.id,
            "spared_prompt_tokens": spared.tokens.prompt,
            "spared_cached_tokens": spared.tokens.cached,
            "spared_output_tokens": spared.tokens.output,
            "spared_picos": int(spared.micros * PICOS),
        }
    return fields
