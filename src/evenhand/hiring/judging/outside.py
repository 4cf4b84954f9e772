"""What leaves this machine: which endpoints the active panel of a pack asks, and how often it did.

The embedded panel asks nobody. An LLM judge is sent the question, the rubric of one dimension and
the text of one answer, with what tells who somebody is taken out (`judges.redaction`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import QuerySet, Sum

from evenhand.hiring.judging.accounts import calls_of
from evenhand.hiring.judging.models import GateRun, JudgeCall
from evenhand.hiring.judging.standing import standing_of
from evenhand.hiring.openings.models import Opening

if TYPE_CHECKING:
    from evenhand.judges.llm.config import JudgeConfig


@dataclass(frozen=True)
class Endpoint:
    """A model that answers are sent to."""

    judge: str
    host: str
    model: str


@dataclass(frozen=True)
class SentLine:
    """One judge's requests of one month; `host` is empty of those before it was kept."""

    month: str
    judge: str
    host: str
    model: str
    requests: int


def endpoints_of(pack_hash: str, organisation: UUID) -> list[Endpoint]:
    """Return whom an organisation's active panel asks; nobody where it is the embedded one.

    Where a panel is no longer what went through its gate, the embedded one reads in its place.
    """
    standing = standing_of(pack_hash, organisation)
    if not standing.reads or standing.config is None:
        return []
    return [_endpoint(judge) for judge in standing.config.judges]


def sent_by_month(
    openings: QuerySet[Opening],
    runs: QuerySet[GateRun] | None = None,
    tries: QuerySet[JudgeCall] | None = None,
) -> list[SentLine]:
    """Return how often a text left for openings, and where it went, the latest month first.

    Each attempt counts; what the cache answered, or was never sent, does not. With gates, those
    that left about golden answers are counted too; with tries, those of made-up answers.
    """
    found: Counter[tuple[str, str, str, str]] = Counter()
    for calls in calls_of(openings, runs, tries):
        left = calls.filter(sent__gt=0).order_by()
        by = left.values_list("month", "judge", "host", "model")
        for month, judge, host, model, n in by.annotate(n=Sum("sent")):
            found[month, judge, host, model] += n
    # Two sorts: the months go down, and in each of them the names go up.
    lines = sorted(sorted(found), key=itemgetter(0), reverse=True)
    return [SentLine(*line, found[line]) for line in lines]


def _endpoint(judge: JudgeConfig) -> Endpoint:
    return Endpoint(judge.name, urlsplit(judge.base_url).netloc, judge.model)
