"""After an upgrade: openings whose judges are of an earlier release go on; people rate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from inspect import unwrap
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from tests.hiring.drafts.learnt import end_gate
from tests.outdated import take_in_outdated
from tests.panels import PlainPanel
from tests.rated import rated

from evenhand.config import doctor
from evenhand.hiring.anchors.services import Given, rate
from evenhand.hiring.calibration.choosing import came_with
from evenhand.hiring.errors import PackUntried
from evenhand.hiring.judging.outdated import is_left_to_people
from evenhand.hiring.judging.services import activate, ask_for_gate
from evenhand.hiring.models import (
    Anchor,
    Answer,
    EstimateRow,
    GateRun,
    LedgerEntry,
    Membership,
    Opening,
    PackVersion,
    Reading,
    Role,
    Sitting,
    User,
    VerdictRow,
)
from evenhand.hiring.openings.packs import pack_of, take_in_pack
from evenhand.hiring.openings.services import add_candidate, move_opening
from evenhand.hiring.scoring.left_to_people import CODE
from evenhand.hiring.scoring.readers import readers_of
from evenhand.hiring.sittings import services
from evenhand.judges.learning import JUDGES
from evenhand.judges.unread import NAME
from evenhand.judges.verdicts import OUTDATED
from evenhand.rubric import shipped_pack
from evenhand.work import gate, refit, score, worker
from evenhand.work.held import HELD

WORDS = "I would label four hundred real queries and compare both versions on them."


@pytest.fixture
def pack_version(db: None, now: datetime) -> PackVersion:
    """What the opening is pinned to."""
    return take_in_outdated(now)


@pytest.fixture
def newer(db: None, now: datetime) -> PackVersion:
    """What this release offers."""
    return take_in_pack(shipped_pack(), now=now)


@pytest.fixture(autouse=True)
def _held() -> Iterator[None]:
    HELD.clear()
    yield
    HELD.clear()


def hand_in(sitting: Sitting, now: datetime) -> Sitting:
    for prompt in sitting.prompts:
        Answer.objects.update_or_create(
            sitting=sitting, prompt=prompt, defaults={"text": WORDS, "saved_at": now}
        )
    services.submit(sitting=sitting, now=now)
    return sitting


def work(sitting: Sitting) -> None:
    """Do what the worker does with a sitting that was handed in."""
    for answer in unwrap(score.list_answers)(str(sitting.pk)):
        unwrap(score.read_one)(str(sitting.pk), answer)
    unwrap(score.estimate_all)(str(sitting.pk))
    sitting.refresh_from_db()


def new_sitting(opening: Opening, by: User, now: datetime) -> Sitting:
    added = add_candidate(opening=opening, name="N", email="n@example.org", by=by, now=now)
    services.begin(sitting=added.sitting, notice_version="1", consent=True, now=now)
    return added.sitting


def test_a_sitting_comes_to_its_end_and_every_answer_is_left_to_two_people(
    sitting: Sitting, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(hand_in(sitting, now))
    assert (sitting.state, sitting.panel) == (Sitting.State.SCORED, NAME)
    again: list[str] = []
    monkeypatch.setattr(worker, "enqueue_again", lambda one, _now: again.append(one))
    worker.ask_for_missed(now + timedelta(days=1))
    assert again == []
    for reading in Reading.objects.all():
        flags = [(one["code"], one["detail"]) for one in reading.flags]
        assert (CODE, OUTDATED) in flags
    # One that was drawn for rating when it was handed in serves both.
    asked = Anchor.objects.filter(answer__sitting=sitting)
    assert asked.count() == len(sitting.prompts) == Reading.objects.count()
    assert set(VerdictRow.objects.values_list("level", "reason")) == {(None, OUTDATED)}
    found = readers_of(sitting)
    assert (found.panel, found.instead_of, found.why) == (NAME, "embedded", "outdated")


def test_one_that_the_earlier_release_has_read_a_part_of_goes_to_people_as_a_whole(
    sitting: Sitting, now: datetime
) -> None:
    hand_in(sitting, now)
    earlier = "e" * 64
    Sitting.objects.update(panel="embedded", panel_version=earlier)
    Reading.objects.create(
        answer=sitting.answers.all()[0], panel="embedded", panel_version=earlier, read_at=now
    )
    work(sitting)
    assert sitting.state == Sitting.State.SCORED
    assert set(Reading.objects.values_list("panel", flat=True)) == {NAME}
    assert LedgerEntry.objects.filter(action="sitting.reading_dropped").count() == 1


def test_what_two_people_rate_counts_beside_those_whom_the_earlier_judges_read(
    opening: Opening, sitting: Sitting, mallory: User, now: datetime
) -> None:
    work(hand_in(sitting, now))
    shown = EstimateRow.objects.filter(superseded_at__isnull=True)
    before = shown.get(dimension="eval_discipline")
    drawn = Anchor.objects.get(answer__prompt="eval_search")
    other = User.objects.create_user("oscar@example.org", "correct horse 6")
    for rater in (mallory, other):
        Membership.objects.create(opening=opening, user=rater, role=Role.INTERVIEWER, since=now)
        rate(anchor=drawn, given={"eval_discipline": Given(4.5, {})}, by=rater, now=now)
        drawn.refresh_from_db()
    after = shown.get(dimension="eval_discipline")
    assert after.mean > before.mean + 0.2
    assert after.sd < before.sd
    # By the components that the version came with, as those whom its judges have read.
    assert after.components_version == came_with(pack_of(opening.pack_id)).version


def test_who_is_added_once_the_opening_took_up_a_version_of_this_release_is_read_by_judges(
    opening: Opening, sitting: Sitting, newer: PackVersion, alice: User, now: datetime
) -> None:
    work(hand_in(sitting, now))
    with pytest.raises(PackUntried):
        move_opening(opening=opening, pack=newer, by=alice, now=now)
    ask_for_gate(pack=newer, panel="embedded", by=alice, now=now)
    end_gate(newer, now, passed=True)
    move_opening(opening=opening, pack=newer, by=alice, now=now)
    later = hand_in(new_sitting(opening, alice, now), now)
    work(later)
    assert (later.state, later.panel) == (Sitting.State.SCORED, "embedded")
    read = VerdictRow.objects.filter(answer__sitting=later, level__isnull=False)
    assert set(read.values_list("judge", flat=True)) == set(JUDGES)
    # Who was there before keeps the version that they sat, and what people rate of it.
    sitting.refresh_from_db()
    assert (sitting.state, sitting.panel) == (Sitting.State.SCORED, NAME)


def test_the_doctor_names_the_openings_until_they_took_up_another_version(
    opening: Opening, sitting: Sitting, newer: PackVersion, now: datetime
) -> None:
    check = doctor._versions()
    assert not check.ok
    assert f"{opening.title} ({opening.pack}, {opening.pack_id[:12]})" in check.seen
    Opening.objects.update(pack=newer)
    assert doctor._versions().ok
    # Nor where all is over: nobody is added to it unless somebody looks at its page.
    Opening.objects.update(pack=opening.pack)
    Sitting.objects.update(state=Sitting.State.SCORED)
    assert doctor._versions().ok


@pytest.mark.parametrize(
    ("described", "left"),
    [("embedded = false", False), ("embedded = true", True), (None, True)],
    ids=["of models alone", "with the embedded judges", "not described any more"],
)
def test_a_panel_of_models_that_is_active_reads_where_no_embedded_judge_sits_on_it(
    opening: Opening, alice: User, now: datetime, described: str | None, left: bool,
    settings: Settings, tmp_path: Path,
) -> None:  # fmt: skip
    settings.PANELS_FILE = tmp_path / "panels.toml"
    if described is not None:
        settings.PANELS_FILE.write_text(
            '[judge.mid]\nkind = "openai"\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "m"\n'
            "price = { input = 0, cached = 0, output = 0 }\n"
            f'[panel.careful]\njudges = ["mid"]\n{described}\n'
        )
    whose = opening.pack_id, opening.organisation_id
    assert is_left_to_people(*whose)
    ask_for_gate(pack=opening.pack, panel="careful", by=alice, now=now)
    run = end_gate(opening.pack, now, passed=True, panel="careful")
    activate(run=run, reason="", by=alice, now=now)
    assert is_left_to_people(*whose) == left


def test_a_gate_of_the_earlier_judges_says_what_to_do_and_nothing_that_would_break_the_store(
    opening: Opening, alice: User, now: datetime
) -> None:
    asked = ask_for_gate(pack=opening.pack, panel="embedded", by=alice, now=now)
    unwrap(gate.make_run)(str(asked.pk))
    asked.refresh_from_db()
    assert asked.state == GateRun.State.FAILED
    assert "take up a newer version" in asked.error
    assert "calibrate" not in asked.error


def test_a_refit_goes_on_and_leaves_those_alone_whom_the_earlier_judges_read(
    opening: Opening, sitting: Sitting, now: datetime
) -> None:
    earlier = rated(opening, 2, PlainPanel(pack_of(opening.pack_id)), now)
    work(hand_in(sitting, now))
    shown = EstimateRow.objects.filter(superseded_at__isnull=True, application__in=earlier)
    before = set(shown.values_list("pk", flat=True))
    whose = opening.pack_id, str(opening.organisation_id)
    unwrap(refit.refit_one)(*whose)
    for one in unwrap(refit.list_openings)(*whose):
        unwrap(refit.renew_one)(*whose, one)
    assert set(shown.values_list("pk", flat=True)) == before
