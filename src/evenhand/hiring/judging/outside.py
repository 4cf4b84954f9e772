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

from django.db.models import Count, QuerySet

from evenhand.hiring.judging.accounts import calls_of
from evenhand.hiring.judging.models import GateRun
from evenhand.hiring.judging.standing import standing_of
from evenhand.hiring.openings.models import Opening
from evenhand.hiring.panels.models import DescribedJudge
from evenhand.hiring.panels.queries import panels_described

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
    """One judge's requests of one month; `host` is empty where it is not described now."""

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
    openings: QuerySet[Opening], organisation: UUID, runs: QuerySet[GateRun] | None = None
) -> list[SentLine]:
    """Return the requests that left for openings, the latest month first; the cache sends none.

    With gates, those that left about golden answers are counted too.
    """
    hosts = _hosts(organisation)
    found: Counter[tuple[str, str, str]] = Counter()
    for calls in calls_of(openings, runs):
        sent = calls.filter(cache_hit=False).order_by().values_list("month", "judge", "model")
        for month, judge, model, n in sent.annotate(n=Count("pk")):
            found[month, judge, model] += n
    # Two sorts: the months go down, and in each of them the names go up.
    lines = sorted(sorted(found, key=itemgetter(1, 2)), key=itemgetter(0), reverse=True)
    return [
        SentLine(month, judge, hosts.get(judge, ""), model, found[month, judge, model])
        for month, judge, model in lines
    ]


def _hosts(organisation: UUID) -> dict[str, str]:
    """Return the host of every judge that an organisation may ask, on a panel or not."""
    mine = DescribedJudge.objects.filter(organisation=organisation)
    described = mine.values_list("name", "table")
    hosts = {name: _host(str(table.get("base_url", ""))) for name, table in described}
    for panel in panels_described(organisation).values():
        hosts |= {judge.name: _host(judge.base_url) for judge in panel.judges}
    return hosts


def _host(base_url: str) -> str:
    return urlsplit(base_url).netloc


def _endpoint(judge: JudgeConfig) -> Endpoint:
    return Endpoint(judge.name, _host(judge.base_url), judge.model)
