"""One estimate over all rounds: cards narrow it, corrections change it, replay recomputes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from tests.interviewing import held, interviewer
from tests.panels import PlainPanel
from tests.rated import hand_in_rated, score_rated

from evenhand.hiring.calibration.renewing import renew_estimates
from evenhand.hiring.calibration.services import refit
from evenhand.hiring.interviews.services import cancel_interview, correct_level, plan_interview
from evenhand.hiring.models import (
    Application,
    Candidate,
    CardLevel,
    EstimateRow,
    KeptCard,
    LedgerEntry,
    Opening,
    Scorecard,
    Sitting,
    Stamp,
    StoredFit,
    User,
)
from evenhand.hiring.openings.erasing import erase_due
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.record.services import export_ledger
from evenhand.hiring.scoring.estimates import ratings_of
from evenhand.hiring.scoring.services import estimate_sitting
from evenhand.judges import Panel
from evenhand.ledger import verify_bundle
from evenhand.measure import Components
from evenhand.studies.replaying import replay_bundle

pytestmark = pytest.mark.django_db


@pytest.fixture
def panel(opening: Opening) -> PlainPanel:
    return PlainPanel(pack_of(opening.pack_id))


@pytest.fixture
def ana(opening: Opening, panel: PlainPanel, now: datetime) -> Application:
    """Ana, whose written answers are scored."""
    (ana,) = hand_in_rated(opening, 1, now=now)
    score_rated([ana], panel, now)
    return ana


@pytest.fixture(autouse=True)
def known(panel: PlainPanel, monkeypatch: pytest.MonkeyPatch) -> Components:
    """Let the components of the plain panel be those that the pack came with."""
    from evenhand.hiring.calibration import choosing

    monkeypatch.setattr(choosing, "shipped_components", lambda root: panel.components)
    return panel.components


def shown(application: Application) -> dict[str, EstimateRow]:
    rows = application.estimates.filter(superseded_at__isnull=True)
    return {row.dimension: row for row in rows}


def widths(application: Application) -> dict[str, float]:
    return {name: row.high - row.low for name, row in shown(application).items()}


def test_each_round_narrows_the_intervals(ana: Application, ivan: User, now: datetime) -> None:
    written = widths(ana)
    held(ana, "final", ivan, now, level=3.5)
    final = widths(ana)
    held(ana, "peer", ivan, now, level=3.5)
    peer = widths(ana)
    for name in written:
        assert peer[name] < final[name] < written[name]
    for name in ("data_quality", "cost_latency_ops", "adversarial_thinking", "overall"):
        assert final[name] < 0.9 * written[name]
    assert peer["communication"] < 0.9 * final["communication"]


def test_a_locked_level_is_a_rating_of_a_person_in_its_round(
    ana: Application, ivan: User, now: datetime
) -> None:
    before = len(ratings_of(ana))
    held(ana, "peer", ivan, now, level=2.0)
    people = [one for one in ratings_of(ana) if one.rater_kind == "human"]
    assert len(ratings_of(ana)) == before + len(people)
    (said,) = [one for one in people if one.dimension == "communication"]
    assert (said.task, said.round, said.rater, said.level) == (
        "comm_irrelevant", "peer", f"user:{ivan.pk}", 2.0,
    )  # fmt: skip


def test_what_is_planned_begun_or_cancelled_counts_nowhere(
    ana: Application, ivan: User, now: datetime
) -> None:
    before = ratings_of(ana)
    plan = plan_interview(application=ana, round="final", interviewer=ivan, by=ivan, now=now)
    cancel_interview(interview=plan, by=ivan, now=now)
    assert ratings_of(ana) == before


def test_a_correction_moves_the_estimate_and_leaves_the_one_before(
    ana: Application, ivan: User, now: datetime
) -> None:
    done = held(ana, "final", ivan, now, level=4.5)
    high = shown(ana)["data_quality"].mean
    correct_level(
        interview=done, dimension="data_quality", task="data_inherit", level=1.5,
        reason="Another candidate's answer.", by=ivan, now=now + timedelta(hours=1),
    )  # fmt: skip
    assert shown(ana)["data_quality"].mean < high - 0.3
    people = [one for one in ratings_of(ana) if one.rater_kind == "human"]
    assert [one.level for one in people if one.dimension == "data_quality"] == [1.5]
    assert ana.estimates.filter(dimension="data_quality").count() == 3


def test_live_rounds_may_come_before_the_written_one(
    application: Application, panel: PlainPanel, ivan: User, now: datetime
) -> None:
    held(application, "final", ivan, now, level=4.0)
    live = widths(application)
    assert shown(application)["data_quality"].components_version == panel.components.version
    sitting = application.sitting
    Sitting.objects.filter(pk=sitting.pk).update(state=Sitting.State.SUBMITTED, submitted_at=now)
    held(application, "peer", ivan, now, level=4.0)
    # While answers are read nothing is renewed; the scoring counts all rounds.
    assert widths(application) == live
    estimate_sitting(sitting.pk, cast(Panel, panel), now)
    assert widths(application)["communication"] < live["communication"]
    rated = {row[2] for row in LedgerEntry.objects.get(action="sitting.scored").facts["ratings"]}
    assert rated == {"final", "peer"}


def test_another_fit_takes_those_along_whom_only_interviewers_have_rated(
    application: Application, opening: Opening, panel: PlainPanel, ivan: User, now: datetime
) -> None:
    held(application, "final", ivan, now, level=4.0)
    score_rated(hand_in_rated(opening, 25, now=now), panel, now)
    stored = refit(opening.pack_id, cast(Panel, panel), opening.organisation_id, now).fit
    assert stored is not None
    assert f"user:{ivan.pk}" in Components.from_json(stored.components).raters
    renew_estimates(opening.pk, opening.pack_id, cast(Panel, panel), now)
    versions = EstimateRow.objects.filter(superseded_at__isnull=True)
    assert set(versions.values_list("components_version", flat=True)) == {stored.version}


@pytest.fixture
def life(
    opening: Opening, application: Application, panel: PlainPanel, ivan: User, now: datetime
) -> None:
    """Have a ledger with cards, corrections, a live round first and estimates made anew."""
    nina = interviewer(opening, "Nina", now)
    first, second, *others = hand_in_rated(opening, 24, now=now)
    held(application, "final", nina, now, level=4.0)
    held(first, "peer", nina, now, level=3.0)
    score_rated([first, second, *others], panel, now)
    done = held(first, "final", ivan, now, level=4.5)
    held(second, "final", nina, now, level=2.0)
    held(second, "peer", ivan, now, levels={"communication": 5.0})
    correct_level(
        interview=done, dimension="cost_latency_ops", task="cost_bill", level=2.5,
        reason="A slip.", by=ivan, now=now,
    )  # fmt: skip
    refit(opening.pack_id, cast(Panel, panel), opening.organisation_id, now)
    renew_estimates(opening.pk, opening.pack_id, cast(Panel, panel), now)


@pytest.fixture(scope="module")
def kept() -> list[bytes]:
    """The exported ledger of `life` once a test has lived it."""
    return []


@pytest.fixture
def bundle(
    request: pytest.FixtureRequest, kept: list[bytes], now: datetime, tmp_path: Path
) -> Path:
    """The exported ledger, in a file that a test may alter."""
    path = tmp_path / "ledger.jsonl"
    if not kept:
        request.getfixturevalue("life")
        export_ledger(path, now)
        kept.append(path.read_bytes())
    path.write_bytes(kept[0])
    return path


def test_replay_recomputes_every_estimate_from_verdicts_and_scorecards(
    bundle: Path,
) -> None:
    assert verify_bundle(bundle).ok
    found = replay_bundle(bundle)
    assert found.differences == ()
    # Scored, one live round alone, three cards, one correction, and all made anew: eight of each.
    assert found.estimates == (24 + 1 + 3 + 1 + 25) * 8


def changed(path: Path, action: str, change: Callable[[dict[str, object]], object]) -> Path:
    lines, done = [], False
    for line in path.read_text().splitlines():
        row = json.loads(line)
        if not done and row.get("entry", {}).get("action") == action:
            change(row["entry"]["facts"])
            done = True
        lines.append(json.dumps(row))
    assert done
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(
    ("action", "change", "said"),
    [
        ("card.locked", lambda f: f["levels"][0].__setitem__(2, 1.0), "the scorecard says 1.0"),
        ("card.locked", lambda f: f["levels"].pop(), "stands on no locked scorecard"),
        ("card.corrected", lambda f: f["after"].__setitem__(2, 5.0), "the scorecard says 5.0"),
        (
            "estimates.renewed",
            lambda f: f["ratings"].__delitem__(
                next(n for n, row in enumerate(f["ratings"]) if row[4] == "human")
            ),
            "is missing, the scorecard says",
        ),
        ("estimates.renewed", lambda f: f["estimates"][0].update(mean=3.0), "mean of"),
    ],
)
def test_a_card_and_an_estimate_that_do_not_belong_together_are_found(
    bundle: Path,
    action: str,
    change: Callable[[dict[str, object]], object],
    said: str,
) -> None:
    found = replay_bundle(changed(bundle, action, change))
    assert any(said in one.what for one in found.differences)


def test_cards_go_with_the_person_and_the_ledger_still_verifies(
    ana: Application, ivan: User, now: datetime, tmp_path: Path
) -> None:
    done = held(ana, "final", ivan, now)
    KeptCard.objects.create(
        scorecard=done.scorecard, why="late", base_revision=1, body=done.scorecard.body, kept_at=now
    )
    assert erase_due(now + timedelta(days=181)) == 1
    for model in (Candidate, Scorecard, CardLevel, Stamp, KeptCard, EstimateRow):
        assert not model.objects.exists(), model
    path = tmp_path / "ledger.jsonl"
    export_ledger(path, now)
    assert verify_bundle(path).ok
    assert replay_bundle(path).differences == ()
    assert "said something" not in path.read_text()


def test_who_only_was_interviewed_is_kept_until_the_days_after_that_are_over(
    application: Application, ivan: User, now: datetime
) -> None:
    held(application, "final", ivan, now + timedelta(days=30))
    assert erase_due(now + timedelta(days=200)) == 0
    assert erase_due(now + timedelta(days=211)) == 1


def test_a_fit_learns_that_one_interviewer_is_stricter(
    opening: Opening, panel: PlainPanel, ivan: User, now: datetime
) -> None:
    nina = interviewer(opening, "Nina", now)
    people = hand_in_rated(opening, 24, now=now)
    score_rated(people, panel, now)
    for one in people:
        held(one, "final", ivan, now, level=2.0)
        held(one, "final", nina, now, level=4.0)
    assert refit(opening.pack_id, cast(Panel, panel), opening.organisation_id, now).fit is not None
    raters = Components.from_json(StoredFit.objects.get().components).raters
    assert raters[f"user:{ivan.pk}"].mean > 0.2 > -0.2 > raters[f"user:{nina.pk}"].mean
