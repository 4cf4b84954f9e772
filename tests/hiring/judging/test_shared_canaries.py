"""A canary that a panel read once, and what each of its openings, and all together, make of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import cast

import pytest
from tests.hiring.judging.llm_panels import answering, panel_asking
from tests.judges.llm.servers import FaultServer
from tests.panels import PlainPanel
from tests.tenants import opening_elsewhere

from evenhand.hiring.judging.accounts import costs_of
from evenhand.hiring.judging.canaries import canary_flags, canary_lines
from evenhand.hiring.judging.spending import spent_in
from evenhand.hiring.models import Application, CanaryReading, JudgeCall, LedgerEntry, Opening
from evenhand.hiring.openings.services import CandidateRow, add_candidates
from evenhand.judges import AnyPanel
from evenhand.judges.canary import KNOWN_WORST, PANEL, forget_canary
from evenhand.judges.llm.panel import LLMPanel
from evenhand.rubric import Pack, Prompt

LIKED = "llm-0"


@pytest.fixture
def free(pack: Pack) -> AnyPanel:
    return cast(AnyPanel, PlainPanel(pack))


@pytest.fixture
def paid(pack: Pack) -> Iterator[LLMPanel]:
    """A panel whose model likes the canary."""
    with FaultServer(answering(pack, 4, KNOWN_WORST[:40])) as server:
        made = panel_asking(pack, server, embedded=True)
        yield made
        made.close()


def mine(application: Application) -> dict[str, int]:
    own = Opening.objects.filter(pk=application.opening_id)
    return {one.judge: one.read for one in canary_lines(own, application.pack)}


def test_a_second_opening_lists_the_canary_that_was_read_for_the_first(
    application: Application, second: Application, free: AnyPanel, prompt: Prompt, now: datetime
) -> None:
    for one in (application, second, second):
        canary_flags(free, one, prompt, now)
    assert mine(application) == mine(second) == {PANEL: 1, **dict.fromkeys(free.judges, 1)}


def test_over_all_openings_a_canary_counts_as_often_as_it_was_read(
    application: Application, second: Application, paid: LLMPanel, prompt: Prompt, now: datetime
) -> None:
    for _reading in range(2):
        for one in (application, second):
            canary_flags(paid, one, prompt, now)
        forget_canary(paid, prompt)
        now += timedelta(minutes=1)
    lines = {one.judge: one for one in canary_lines(Opening.objects.all(), application.pack)}
    assert {(one.read, one.abstained) for one in lines.values()} == {(2, 0)}
    assert (lines[LIKED].failed, lines["coverage"].failed) == (2, 0)


def test_a_canary_that_fails_is_in_the_account_of_every_opening_whose_answers_it_flags(
    application: Application, second: Application, paid: LLMPanel, prompt: Prompt, now: datetime
) -> None:
    said = [canary_flags(paid, one, prompt, now) for one in (application, second)]
    assert said[0] == said[1] != []
    failed = CanaryReading.objects.filter(judge=LIKED, failed=True)
    openings = {application.opening_id, second.opening_id}
    assert {one.opening_id for one in failed} == openings
    told = LedgerEntry.objects.filter(action="canary.failed")
    assert {one.subject for one in told} == {f"opening:{one}" for one in openings}
    assert told.count() == 2


def test_who_paid_for_a_canary_has_its_calls_and_nobody_else(
    application: Application, second: Application, paid: LLMPanel, prompt: Prompt, now: datetime
) -> None:
    for one in (application, second):
        canary_flags(paid, one, prompt, now)
    assert {one.opening_id for one in JudgeCall.objects.all()} == {application.opening_id}
    assert spent_in(second.opening, "2026-03") == 0
    everybody = costs_of(Opening.objects.all(), "2026-03")
    assert everybody.total.calls == len(prompt.dimensions)
    assert everybody.total.micros == spent_in(application.opening, "2026-03") > 0


def test_a_canary_of_another_organisation_is_in_nobody_elses_figures(
    application: Application, free: AnyPanel, prompt: Prompt, opening: Opening, now: datetime
) -> None:
    theirs = opening_elsewhere(opening, now)
    row = CandidateRow("Eve", "eve@example.org")
    eve = add_candidates(opening=theirs, rows=[row], by=theirs.created_by, now=now).added[0]
    canary_flags(free, eve, prompt, now)
    own = Opening.objects.filter(organisation=opening.organisation_id)
    assert canary_lines(own, application.pack) == []
    later = now + timedelta(days=1)
    canary_flags(free, application, prompt, later)
    assert {one.last for one in canary_lines(own, application.pack)} == {later}
