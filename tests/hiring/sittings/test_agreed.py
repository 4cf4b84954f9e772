"""What somebody wrote goes to no model that they were not told of."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from tests.held import HeldOf
from tests.hiring.judging.calls import gate_calls
from tests.panels import PlainPanel

from evenhand.hiring.judging.comparing import compare
from evenhand.hiring.models import Application, Sitting
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.record.services import record, subject_of
from evenhand.hiring.sittings import services
from evenhand.hiring.sittings.agreed import AGREED, DECLINED, agreed_to, may_be_sent
from evenhand.work import score

TOLD = [["models.example", "mid-1"]]
HERE: frozenset[tuple[str, str]] = frozenset()
MID = frozenset({("models.example", "mid-1")})
OTHERS = [
    frozenset({("models.example", "mid-2")}),
    frozenset({("elsewhere.example", "mid-1")}),
    MID | {("elsewhere.example", "big-1")},
]


@pytest.fixture
def told(application: Application, now: datetime) -> Sitting:
    """Charlie began with one model in the notice."""
    facts = {"sent_to": TOLD}
    return services.begin(
        sitting=application.sitting, notice_version="1", consent=True, now=now, told=facts
    )


def test_it_may_be_sent_where_the_notice_said_and_nowhere_else(told: Sitting) -> None:
    assert agreed_to([told]) == {told.pk: MID}
    assert may_be_sent(told, MID)
    assert may_be_sent(told, HERE)
    assert not any(may_be_sent(told, other) for other in OTHERS)


def test_who_was_told_of_no_model_is_read_on_this_machine(sitting: Sitting) -> None:
    assert may_be_sent(sitting, HERE)
    assert not may_be_sent(sitting, MID)


A, B = [["a.example", "one"]], [["b.example", "two"]]
BOTH = A + B


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ([("yes", B)], B),
        ([("no", B)], A),
        ([("yes", B), ("no", B)], A),
        ([("no", B), ("yes", B)], B),
        ([("yes", BOTH), ("no", BOTH)], A),
        ([("yes", B), ("no", A)], B),
        ([("yes", B), ("no", A), ("no", B)], []),
        ([("yes", BOTH), ("no", A)], []),
        ([("yes", B), ("yes", A)], A),
    ],
)
def test_the_latest_notice_that_was_agreed_to_counts_and_a_no_takes_back_what_it_names(
    application: Application, said: list[tuple[str, Any]], stands: list[Any], now: datetime
) -> None:
    sitting = services.begin(
        sitting=application.sitting, notice_version="1", consent=True, now=now, told={"sent_to": A}
    )
    for answer, named in said:
        action = AGREED if answer == "yes" else DECLINED
        with transaction.atomic():
            record(action, subject_of(sitting), actor="x", facts={"sent_to": named}, now=now)
    told = agreed_to([sitting]).get(sitting.pk, frozenset())
    assert told == {tuple(one) for one in stands}


@pytest.mark.parametrize("asked", [HERE, MID, *OTHERS])
def test_a_panel_that_was_activated_later_does_not_read_who_was_not_told_of_it(
    told: Sitting, asked: frozenset[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score, "HELD", HeldOf(told, asked))
    services.submit(sitting=told, now=told.started_at or timezone.now())
    with score._panel_for(str(told.pk)) as panel:
        assert panel.sends_to == (asked if asked in (HERE, MID) else HERE)


@pytest.mark.parametrize(("asked", "compared"), [(HERE, 1), (MID, 1), *[(o, 0) for o in OTHERS]])
def test_a_gate_sends_no_past_answer_to_a_model_that_its_writer_was_not_told_of(
    told: Sitting, asked: frozenset[tuple[str, str]], compared: int, now: datetime
) -> None:
    Sitting.objects.filter(pk=told.pk).update(state=Sitting.State.SCORED, scored_at=now)
    told.answers.create(prompt=told.prompts[0], text="I would look at the logs.", saved_at=now)
    version = told.application.pack
    pack = pack_of(version.pk)
    panel = PlainPanel(pack)
    panel.sends_to = asked
    organisation = told.application.opening.organisation_id
    calls = gate_calls(told.application.opening, now)
    found = compare(version.pk, pack, panel, organisation=organisation, calls=calls)
    assert found.people == compared
    assert len(panel.calls) == compared
    candidate = told.application.candidate
    assert panel.known == [(candidate.name, candidate.email)] * compared


def test_a_gate_counts_whom_it_left_out(told: Sitting, now: datetime) -> None:
    Sitting.objects.filter(pk=told.pk).update(state=Sitting.State.SCORED, scored_at=now)
    version = told.application.pack
    pack = pack_of(version.pk)
    for asked, left_out in [(HERE, 0), (MID, 0), *[(one, 1) for one in OTHERS]]:
        panel = PlainPanel(pack)
        panel.sends_to = asked
        opening = told.application.opening
        found = compare(
            version.pk, pack, panel, organisation=opening.organisation_id,
            calls=gate_calls(opening, now),
        )  # fmt: skip
        assert (found.people, found.left_out) == (1 - left_out, left_out)


@pytest.mark.django_db
def test_more_people_are_asked_for_than_a_statement_has_places(now: datetime) -> None:
    people = [Sitting(pk=uuid.UUID(int=number)) for number in range(33_000)]
    for one in (people[0], people[-1]):
        with transaction.atomic():
            facts: dict[str, object] = {"sent_to": TOLD}
            record("sitting.begun", subject_of(one), actor="system", facts=facts, now=now)
    places: list[int] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        places.append(len(params or ()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        assert agreed_to(people) == {people[0].pk: MID, people[-1].pk: MID}
    # What SQLite takes as it comes; Debian's would take more.
    assert max(places) <= 32_766
