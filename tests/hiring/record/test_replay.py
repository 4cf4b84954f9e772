"""A real bundle, exported from the database and replayed without it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from tests.measured_panel import MeasuredPanel
from tests.rated import hand_in_rated, score_rated

from evenhand.cli import cli
from evenhand.hiring.calibration import services
from evenhand.hiring.calibration.renewing import renew_estimates
from evenhand.hiring.models import LedgerEntry, Opening
from evenhand.hiring.openings.services import CandidateRow, add_candidates, pack_of
from evenhand.hiring.record.services import export_ledger, signer
from evenhand.hiring.scoring.services import estimate_sitting, read_answer
from evenhand.hiring.scoring.settling import settle_panel
from evenhand.hiring.sittings.autosave import save
from evenhand.hiring.sittings.services import begin, submit
from evenhand.judges import Panel
from evenhand.judges.panel import NOTHING_HIGH, NOTHING_SD
from evenhand.ledger import Entry, Frontier, sign_checkpoint, write_bundle
from evenhand.measure import default_components
from evenhand.studies.recomputing import NOTHING, TOLERANCE
from evenhand.studies.replaying import Replayed, replay_bundle

Row = dict[str, Any]


@pytest.fixture
def panel(opening: Opening) -> MeasuredPanel:
    pack = pack_of(opening.pack_id)
    other = default_components([d.id for d in pack.dimensions], MeasuredPanel.judges, location=2.5)
    return MeasuredPanel(pack, other)


def sit(opening: Opening, name: str, texts: list[str], panel: MeasuredPanel, now: datetime) -> None:
    row = CandidateRow(name, f"{name}@example.org")
    (application,) = add_candidates(
        opening=opening, rows=[row], by=opening.created_by, now=now
    ).added
    sitting = begin(sitting=application.sitting, notice_version="1", consent=True, now=now)
    for prompt, text in zip(sitting.prompts, texts, strict=False):
        save(
            sitting=sitting, prompt=prompt, text=text,
            base_revision=0, tab="t", replace=False, now=now,
        )  # fmt: skip
    submit(sitting=sitting, now=now)
    assert settle_panel(sitting, cast(Panel, panel), cast(Panel, panel), now)
    for answer in sitting.answers.all():
        read_answer(answer.pk, cast(Panel, panel), now)
    estimate_sitting(sitting.pk, cast(Panel, panel), now)


@pytest.fixture(scope="module")
def kept() -> list[Row]:
    """The entries of `life` once a test has lived it."""
    return []


@pytest.fixture
def life(opening: Opening, panel: MeasuredPanel, now: datetime, kept: list[Row]) -> None:
    """A ledger with answers read, one left out, an outlier, a refit and estimates made anew."""
    sit(opening, "ana", ["One thing.", "held out words", "Another thing."], panel, now)
    sit(opening, "ben", ["All of them are talked round.", "One thing."], panel, now)
    score_rated(hand_in_rated(opening, services.FEWEST_CANDIDATES, now=now), panel, now)
    services.refit(opening.pack_id, cast(Panel, panel), opening.organisation_id, now)
    renew_estimates(opening.pk, opening.pack_id, cast(Panel, panel), now + timedelta(days=1))
    kept[:] = LedgerEntry.objects.values("seq", "at", "actor", "action", "subject", "facts")


@pytest.fixture
def rows(request: pytest.FixtureRequest, kept: list[Row]) -> list[Row]:
    """The ledger's entries without the database; tests alter copies."""
    if not kept:
        request.getfixturevalue("life")
    return kept


def bundle(path: Path, rows: list[Row]) -> Path:
    """Sign altered facts anew, as whoever holds the signing key could."""
    entries = [Entry(**{**row, "seq": seq}) for seq, row in enumerate(rows)]
    frontier = Frontier.over(entry.leaf() for entry in entries)
    note = sign_checkpoint(signer(), frontier.size, frontier.root())
    write_bundle(path, [(entry, entry.leaf()) for entry in entries], [note], signer().vkey)
    return path


@pytest.fixture
def replayed(tmp_path: Path) -> Callable[[list[Row]], Replayed]:
    return lambda rows: replay_bundle(bundle(tmp_path / "altered.jsonl", rows))


def copied(rows: list[Row]) -> list[Row]:
    return cast(list[Row], json.loads(json.dumps(rows)))


def first(rows: list[Row], action: str, key: str = "") -> Row:
    return next(
        row["facts"] for row in rows if row["action"] == action and (not key or row["facts"][key])
    )


@pytest.mark.django_db
def test_an_export_of_a_whole_working_life_is_recomputed_to_1e_9(
    life: None, tmp_path: Path, now: datetime, run: Callable[..., Any]
) -> None:
    path = tmp_path / "ledger.jsonl"
    export_ledger(path, now)
    found = replay_bundle(path)
    assert found.differences == ()
    people = services.FEWEST_CANDIDATES + 2
    assert found.estimates == 2 * people * 8
    assert found.scores >= 4
    assert found.components == 3
    key = tmp_path / "key"
    key.write_text(signer().vkey)
    done = run("replay", str(path), "--key", str(key))
    assert (done.exit_code, done.output.split(":")[0]) == (0, "ok")
    assert json.loads(run("replay", str(path), "--json").output)["ok"] is True


@pytest.fixture
def run() -> Callable[..., Any]:
    from click.testing import CliRunner

    return lambda *given: CliRunner().invoke(cli, list(given))


@pytest.mark.django_db
def test_the_first_difference_is_printed_and_the_exit_code_is_1(
    rows: list[Row], tmp_path: Path, run: Callable[..., Any]
) -> None:
    altered = copied(rows)
    first(altered, "sitting.scored")["estimates"][2]["mean"] += 1e-6
    done = run("replay", str(bundle(tmp_path / "altered.jsonl", altered)))
    assert done.exit_code == 1
    told = done.output.splitlines()
    assert told[0].startswith("entry ")
    assert "mean of" in told[0]
    assert told[1] == "FAILED: 1 difference"


@pytest.mark.django_db
def test_a_bundle_that_does_not_verify_is_not_replayed(
    rows: list[Row], tmp_path: Path, run: Callable[..., Any]
) -> None:
    path = bundle(tmp_path / "ledger.jsonl", rows)
    path.write_bytes(path.read_bytes().replace(b'"bar":3.5', b'"bar":2.5', 1))
    done = run("replay", str(path))
    assert done.exit_code == 1
    assert "does not match its leaf hash" in done.output


def numbers(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from numbers(inner, (*place, key))
    elif type(value) in (int, float):
        yield place


@pytest.mark.django_db
@pytest.mark.parametrize("action", ["sitting.scored", "answer.read", "estimates.renewed"])
def test_any_figure_that_is_changed_and_signed_anew_is_found(
    rows: list[Row], replayed: Callable[[list[Row]], Replayed], action: str
) -> None:
    whole = first(rows, action, "" if action == "answer.read" else "left_out")
    row = next(one for one in rows if one["facts"] is whole)
    kept = [
        one
        for one in rows
        if "components_json" in one["facts"]
        or (one["subject"] == row["subject"] and one is not row)
    ]
    places = list(numbers(whole))
    assert len(places) > 5
    for place in places:
        facts = copied([row])[0]
        holder = facts["facts"]
        for step in place[:-1]:
            holder = holder[step]
        value = holder[place[-1]]
        holder[place[-1]] = value - 0.01 if value > 1 else value + 0.01
        altered = sorted([*kept, facts], key=lambda one: one["seq"])
        assert not replayed(altered).ok, place


def counts_again(facts: Row) -> None:
    dimension, task, rater, level, _z = facts["left_out"].pop()
    facts["ratings"].append([dimension, task, "async", rater, "model", level])


def hidden(facts: Row) -> None:
    dimension, task, _round, rater, _kind, level = facts["ratings"].pop()
    facts["left_out"].append([dimension, task, rater, level, 3.5])


@pytest.mark.django_db
def test_ratings_taken_out_put_in_or_hidden_as_outliers_are_found(
    rows: list[Row], replayed: Callable[[list[Row]], Replayed]
) -> None:
    for change in (
        lambda facts: facts["ratings"].pop(),
        lambda facts: facts["ratings"].append([*facts["ratings"][0][:3], "x", "model", 5.0]),
        lambda facts: facts["left_out"].clear(),
        counts_again,
        hidden,
        lambda facts: facts["estimates"].pop(),
        lambda facts: facts["weights"].update({next(iter(facts["weights"])): 9.0}),
        lambda facts: facts.update(provisional=not facts["provisional"]),
        lambda facts: facts.pop("bar"),
        lambda facts: facts.update(ratings=7),
    ):
        altered = copied(rows)
        change(first(altered, "sitting.scored", "left_out"))
        assert len(replayed(altered).differences) >= 1, change


@pytest.mark.django_db
def test_ratings_and_verdicts_that_differ_are_named(
    rows: list[Row], replayed: Callable[[list[Row]], Replayed]
) -> None:
    altered = copied(rows)
    first(altered, "sitting.scored", "left_out")["left_out"].clear()
    found = replayed(altered).differences[0]
    assert found.what.startswith("the rating of ")
    assert " is missing, the verdict was " in found.what


@pytest.mark.django_db
def test_verdicts_that_do_not_lead_to_the_score_are_found(
    rows: list[Row], replayed: Callable[[list[Row]], Replayed]
) -> None:
    for change in (
        lambda facts: facts["verdicts"].clear(),
        lambda facts: facts["scores"].pop(),
        lambda facts: facts["scores"].append(facts["scores"][0]),
        lambda facts: facts["scores"][0].update(level=None),
        lambda facts: facts["verdicts"][0].update(level=None),
    ):
        altered = copied(rows)
        change(first(altered, "answer.read"))
        assert len(replayed(altered).differences) >= 1


@pytest.mark.django_db
def test_components_that_are_missing_or_others_are_found(
    rows: list[Row], replayed: Callable[[list[Row]], Replayed]
) -> None:
    without = [row for row in rows if row["action"] != "components.noted"]
    assert "neither in the bundle nor here" in replayed(without).differences[0].what
    altered = copied(rows)
    facts = first(altered, "components.noted")
    facts["components_json"] = facts["components_json"].replace("0.", "0.1", 1)
    assert "not those that" in replayed(altered).differences[0].what


@pytest.mark.django_db
def test_components_are_recorded_once(rows: list[Row]) -> None:
    subjects = [row["subject"] for row in rows if "components_json" in row["facts"]]
    assert len(subjects) == len(set(subjects)) == 3


def test_the_score_of_an_answer_that_says_nothing_is_the_panels() -> None:
    assert NOTHING == {"level": 1.0, "sd": NOTHING_SD, "low": 1.0, "high": NOTHING_HIGH}
    assert math.isclose(TOLERANCE, 1e-9)
