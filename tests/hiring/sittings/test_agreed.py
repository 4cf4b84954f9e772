"""What somebody wrote goes to no model that they were not told of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from tests.panels import PlainPanel

from evenhand.hiring.judging.comparing import compare
from evenhand.hiring.models import Application, Sitting
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.sittings import services
from evenhand.hiring.sittings.agreed import agreed_to, may_be_sent
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


@pytest.mark.parametrize("asked", [HERE, MID, *OTHERS])
def test_a_panel_that_was_activated_later_does_not_read_who_was_not_told_of_it(
    told: Sitting, asked: frozenset[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Held:
        @contextmanager
        def of(self, *_: object, embedded: bool = False) -> Iterator[Any]:
            yield SimpleNamespace(sends_to=HERE if embedded else asked)

    monkeypatch.setattr(score, "HELD", Held())
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
    assert compare(version.pk, pack, panel, organisation=organisation).people == compared
    assert len(panel.calls) == compared
