"""A panel becomes active by a gate, and by nothing else; all of it is in the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

import pytest
from django.db import IntegrityError, transaction
from tests.panels import PlainPanel
from tests.rated import rated
from tests.studies.knowing import HALF, KnowingPanel

from evenhand.hiring.errors import GateError
from evenhand.hiring.judging import services
from evenhand.hiring.judging.queries import ActivePanel, active_panel
from evenhand.hiring.judging.services import (
    activate,
    ask_for_gate,
    let_embedded_read,
    make_gate_run,
)
from evenhand.hiring.models import (
    Activation,
    EstimateRow,
    GateFlip,
    GateRun,
    LedgerEntry,
    Opening,
    Organisation,
    PackVersion,
    PanelVersion,
    User,
)
from evenhand.hiring.openings.services import pack_of
from evenhand.judges import AnyPanel, JudgeError
from evenhand.rubric import GoldenAnswer, Pack

Try = Callable[..., GateRun]


def good(pack: Pack, *_: object) -> AnyPanel:
    return KnowingPanel(pack, half=HALF)


def poor(pack: Pack, *_: object) -> AnyPanel:
    def low(_answer: GoldenAnswer, _dimension: str, truth: float) -> float:
        return max(truth - 1.5, 1.0)

    return KnowingPanel(pack, low, version="b" * 64)


def actions() -> list[str]:
    return list(LedgerEntry.objects.values_list("action", flat=True))


@pytest.fixture
def tried(pack_version: PackVersion, alice: User, now: datetime) -> Try:
    """Ask for a gate, run it with this panel, and return the run."""

    def run(load: Callable[..., AnyPanel], *, after: int = 0) -> GateRun:
        at = now + timedelta(minutes=after)
        run = ask_for_gate(pack=pack_version, panel="knowing", by=alice, now=at)
        make_gate_run(run.pk, load, lambda: at + timedelta(seconds=30))
        run.refresh_from_db()
        return run

    return run


def test_without_a_gate_the_embedded_panel_reads(pack_version: PackVersion) -> None:
    assert active_panel(pack_version.pk, Organisation.first().pk) == ActivePanel("embedded", "")


def test_a_gate_that_is_passed_makes_its_panel_active_by_its_version(
    tried: Try, alice: User, now: datetime
) -> None:
    run = tried(good)
    assert (run.state, run.passed, run.result["format"]) == ("done", True, "evenhand-gate/1")
    assert run.readings_done == run.readings_of > 200
    activate(run=run, reason="", by=alice, now=now)
    assert active_panel(run.pack_id, run.organisation_id) == ActivePanel("knowing", "a" * 64)
    assert actions()[-3:] == ["gate.asked", "gate.done", "panel.activated"]
    done, activated = LedgerEntry.objects.order_by("-seq")[:2][::-1]
    assert done.facts["passed"] is True
    assert {code for code, *_ in done.facts["checks"]} >= {"r", "coverage"}
    assert activated.facts["instead_of"] == ["embedded", ""]
    assert activated.facts["gate"] == str(run.pk)


def test_one_that_is_not_passed_needs_a_reason_which_is_kept_and_stands_in_the_record(
    tried: Try, alice: User, now: datetime
) -> None:
    run = tried(poor)
    assert not run.passed
    for reason in ("", "  \n"):
        with pytest.raises(GateError, match="Say why"):
            activate(run=run, reason=reason, by=alice, now=now)
    assert active_panel(run.pack_id, run.organisation_id).name == "embedded"
    made = activate(run=run, reason="The old one is out of service.", by=alice, now=now)
    assert made.reason == "The old one is out of service."
    facts = LedgerEntry.objects.get(action="panel.activated").facts
    assert facts["passed"] is False
    assert len(facts["reason_sha256"]) == 64
    assert "service" not in str(facts)


def test_the_database_itself_refuses_a_failed_gate_without_a_reason(
    tried: Try, alice: User, now: datetime
) -> None:
    run = tried(poor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Activation.objects.create(
            pack=run.pack, panel_version=run.panel_version, run=run, passed=False, by=alice, at=now
        )


def test_a_gate_that_is_not_done_or_not_the_latest_activates_nothing(
    tried: Try, pack_version: PackVersion, alice: User, now: datetime
) -> None:
    waiting = ask_for_gate(pack=pack_version, panel="other", by=alice, now=now)
    with pytest.raises(GateError, match="this one is not"):
        activate(run=waiting, reason="now", by=alice, now=now)
    first, second = tried(good), tried(good, after=5)
    with pytest.raises(GateError, match="later gate"):
        activate(run=first, reason="", by=alice, now=now)
    activate(run=second, reason="", by=alice, now=now)
    with pytest.raises(GateError, match="active already"):
        activate(run=second, reason="", by=alice, now=now)
    assert Activation.objects.count() == 1


def test_the_latest_activation_counts(tried: Try, alice: User, now: datetime) -> None:
    activate(run=tried(good), reason="", by=alice, now=now)
    activate(run=tried(poor, after=5), reason="a trial", by=alice, now=now + timedelta(hours=1))
    assert active_panel(PackVersion.objects.get().pk, alice.organisation_id).version == "b" * 64


def test_the_embedded_judges_read_again_with_a_reason_that_stands_in_the_record(
    tried: Try, alice: User, now: datetime
) -> None:
    run = tried(good)
    made = activate(run=run, reason="", by=alice, now=now)
    for reason, said in (("", "Say why"), (" \n", "Say why"), ("x" * 2001, "shorten it")):
        with pytest.raises(GateError, match=said):
            let_embedded_read(activation=made, reason=reason, by=alice, now=now)
    assert "panel.ended" not in actions()
    let_embedded_read(activation=made, reason="It errs on short answers.", by=alice, now=now)
    assert active_panel(run.pack_id, run.organisation_id) == ActivePanel("embedded", "")
    made.refresh_from_db()
    assert (made.ended_by, made.ended_reason) == (alice, "It errs on short answers.")
    entry = LedgerEntry.objects.get(action="panel.ended")
    assert (entry.actor, entry.subject) == (f"user:{alice.pk}", f"pack:{run.pack_id}")
    assert (entry.facts["panel"], entry.facts["panel_version"]) == ("knowing", "a" * 64)
    assert "errs" not in str(entry.facts)
    activate(run=run, reason="", by=alice, now=now + timedelta(hours=1))
    assert active_panel(run.pack_id, run.organisation_id).name == "knowing"


def test_only_what_is_active_is_ended_and_once(tried: Try, alice: User, now: datetime) -> None:
    first = activate(run=tried(good), reason="", by=alice, now=now)
    later = now + timedelta(hours=1)
    second = activate(run=tried(poor, after=5), reason="a trial", by=alice, now=later)
    with pytest.raises(GateError, match="Something else is active"):
        let_embedded_read(activation=first, reason="r", by=alice, now=later)
    let_embedded_read(activation=second, reason="r", by=alice, now=later)
    # No earlier one comes back.
    assert active_panel(first.pack_id, alice.organisation_id).name == "embedded"
    for one in (first, second):
        with pytest.raises(GateError, match="Something else is active"):
            let_embedded_read(activation=one, reason="r", by=alice, now=later)
    assert actions().count("panel.ended") == 1


def test_where_the_record_cannot_be_written_nothing_is_ended(
    tried: Try, alice: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = activate(run=tried(good), reason="", by=alice, now=now)

    def full(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(services, "record", full)
    with pytest.raises(OSError), transaction.atomic():  # noqa: PT011
        let_embedded_read(activation=made, reason="r", by=alice, now=now)
    assert active_panel(made.pack_id, alice.organisation_id).name == "knowing"


def test_a_panel_that_is_being_tried_is_not_asked_for_twice(
    pack_version: PackVersion, alice: User, now: datetime
) -> None:
    ask_for_gate(pack=pack_version, panel=" knowing ", by=alice, now=now)
    with pytest.raises(GateError, match="being tried already"):
        ask_for_gate(pack=pack_version, panel="knowing", by=alice, now=now)
    with pytest.raises(GateError, match="Name the panel"):
        ask_for_gate(pack=pack_version, panel=" ", by=alice, now=now)
    assert GateRun.objects.count() == 1


def test_a_panel_that_cannot_be_loaded_ends_the_run_with_the_reason(
    pack_version: PackVersion, alice: User, now: datetime
) -> None:
    def gone(_pack: Pack, name: str, _cache: object) -> AnyPanel:
        raise JudgeError(f'panel "{name}" is not known\nat all')

    run = ask_for_gate(pack=pack_version, panel="oracle", by=alice, now=now)
    make_gate_run(run.pk, gone, lambda: now)
    run.refresh_from_db()
    assert (run.state, run.passed) == ("failed", False)
    assert run.error == 'JudgeError: panel "oracle" is not known at all'
    assert actions()[-1] == "gate.broken_off"
    again = ask_for_gate(pack=pack_version, panel="oracle", by=alice, now=now)
    assert again.pk != run.pk


def test_a_run_that_came_to_an_end_is_not_made_again(tried: Try, now: datetime) -> None:
    run = tried(good)
    before = LedgerEntry.objects.count()

    def never(*_: object) -> AnyPanel:
        raise AssertionError("loaded again")

    make_gate_run(run.pk, never, lambda: now)
    assert LedgerEntry.objects.count() == before
    assert PanelVersion.objects.count() == 1


def test_a_panel_that_was_tried_is_closed(tried: Try) -> None:
    panels: list[KnowingPanel] = []

    def load(pack: Pack, *_: object) -> AnyPanel:
        panels.append(KnowingPanel(pack, half=HALF))
        return panels[0]

    assert tried(load).passed
    assert panels[0].closed


def test_a_run_that_was_cut_off_is_made_from_its_beginning(
    pack_version: PackVersion, alice: User, now: datetime
) -> None:
    run = ask_for_gate(pack=pack_version, panel="knowing", by=alice, now=now)
    GateRun.objects.update(state="running", readings_done=90, readings_of=100)
    make_gate_run(run.pk, good, lambda: now)
    run.refresh_from_db()
    assert run.state == "done"


def test_past_candidates_who_would_change_sides_are_kept_with_before_and_after(
    opening: Opening, tried: Try, now: datetime
) -> None:
    people = rated(opening, 4, PlainPanel(pack_of(opening.pack_id)), now)
    EstimateRow.objects.update(mean=4.2, p_bar=0.9)
    run = tried(good)
    # The answers are empty, which this panel gives a 1: everybody falls.
    assert run.compared == 4
    flips = GateFlip.objects.filter(run=run)
    assert {flip.application_id for flip in flips} == {one.pk for one in people}
    assert all(flip.before == 4.2 and flip.after < opening.bar for flip in flips)
    assert {"overall", "eval_discipline"} <= {flip.dimension for flip in flips}
    said = LedgerEntry.objects.get(action="gate.done").facts["flips"]
    assert len(said) == flips.count()
    people[0].delete()
    assert not GateFlip.objects.filter(application_id=people[0].pk).exists()


def test_only_the_latest_candidates_are_compared(
    opening: Opening, tried: Try, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evenhand.hiring.judging import comparing

    rated(opening, 3, PlainPanel(pack_of(opening.pack_id)), now)
    monkeypatch.setattr(comparing, "MOST_COMPARED", 2)
    assert tried(good).compared == 2


def test_people_of_the_example_are_no_past_candidates(
    opening: Opening, tried: Try, now: datetime
) -> None:
    rated(opening, 2, PlainPanel(pack_of(opening.pack_id)), now)
    Opening.objects.filter(pk=opening.pk).update(is_example=True)
    EstimateRow.objects.update(mean=4.2, p_bar=0.9)
    run = tried(good)
    assert (run.compared, run.flips.count()) == (0, 0)
    assert LedgerEntry.objects.get(action="gate.done").facts["flips"] == []


def test_a_result_and_its_entry_are_kept_together_or_not_at_all(
    pack_version: PackVersion, alice: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ask_for_gate(pack=pack_version, panel="knowing", by=alice, now=now)

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the record is away")

    monkeypatch.setattr(services, "record", fails)
    with pytest.raises(RuntimeError):
        make_gate_run(run.pk, good, lambda: now)
    run.refresh_from_db()
    assert run.state == "running"
    assert PanelVersion.objects.count() == 0


def test_the_reason_may_not_be_endless(tried: Try, alice: User, now: datetime) -> None:
    with pytest.raises(GateError, match="shorten it"):
        activate(run=tried(poor), reason="x" * 2001, by=alice, now=now)
    assert cast(int, Activation.objects.count()) == 0
