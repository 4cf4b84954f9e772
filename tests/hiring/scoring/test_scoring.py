"""From a sitting that was handed in to estimates, once."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.contested import keep_components, lock_rating, member
from tests.panels import PlainPanel

from evenhand.hiring.errors import SittingError
from evenhand.hiring.models import (
    Anchor,
    Answer,
    AnswerScore,
    EstimateRow,
    LedgerEntry,
    PackVersion,
    Reading,
    Role,
    Sitting,
    VerdictRow,
)
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.scoring.estimates import ratings_of
from evenhand.hiring.scoring.facts import verdict_payload
from evenhand.hiring.scoring.services import estimate_sitting, read_answer
from evenhand.hiring.sittings.autosave import save
from evenhand.hiring.sittings.digests import digest_of
from evenhand.hiring.sittings.services import submit
from evenhand.judges.doubt import APART
from evenhand.judges.values import PanelResult, Redaction
from evenhand.judges.verdicts import NOT_SPOKEN_FOR, unread
from evenhand.measure import Rating, estimate


@pytest.fixture
def panel(pack_version: PackVersion) -> PlainPanel:
    return PlainPanel(pack_of(pack_version.hash))


@pytest.fixture
def handed_in(sitting: Sitting, now: datetime) -> Sitting:
    """Three answers with text, and the last one left empty."""
    for prompt in sitting.prompts[:3]:
        save(
            sitting=sitting,
            prompt=prompt,
            text=f"Treacherous words about {prompt}.",
            base_revision=0,
            tab="one",
            replace=False,
            now=now,
        )
    submit(sitting=sitting, now=now)
    return sitting


def score(sitting: Sitting, panel: PlainPanel, now: datetime) -> None:
    for answer in sitting.answers.all():
        read_answer(answer.pk, panel, now)  # type: ignore[arg-type]
    estimate_sitting(sitting.pk, panel, now)  # type: ignore[arg-type]


def test_every_judge_leaves_a_verdict_on_every_dimension_of_an_answer(
    handed_in: Sitting, panel: PlainPanel, now: datetime
) -> None:
    answer = handed_in.answers.get(prompt="debug_drop")
    read_answer(answer.pk, panel, now)  # type: ignore[arg-type]
    assert answer.verdicts.count() == 3
    row = answer.verdicts.first()
    assert row is not None
    assert row.quotes[0]["text"] == "Treacherous"
    assert sum(row.distribution) == pytest.approx(1)
    assert (row.claimed, row.ungrounded) == (1, 0)
    (shown,) = answer.scores.all()
    assert shown.dimension == "production_debugging"
    assert shown.confidence == 0.9
    assert answer.reading.panel_version == panel.version


def test_the_panel_is_told_whose_name_and_address_no_judge_is_to_see(
    handed_in: Sitting, panel: PlainPanel, now: datetime
) -> None:
    answer = handed_in.answers.get(prompt="debug_drop")
    read_answer(answer.pk, panel, now)  # type: ignore[arg-type]
    candidate = handed_in.application.candidate
    assert panel.known == [(candidate.name, candidate.email)]


def test_what_no_judge_saw_is_kept_by_kind_and_place_and_without_its_words(
    handed_in: Sitting, panel: PlainPanel, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = handed_in.answers.get(prompt="debug_drop")
    judged = panel.judge

    def redacting(*args: Any, **options: Any) -> PanelResult:
        return replace(judged(*args, **options), redacted=(Redaction("name", 0, 11),))

    monkeypatch.setattr(panel, "judge", redacting)
    read_answer(answer.pk, panel, now)  # type: ignore[arg-type]
    assert answer.reading.redacted == [{"kind": "name", "start": 0, "end": 11}]


def test_marks_without_words_of_the_answer_are_counted_where_no_level_is_given_too(
    handed_in: Sitting, panel: PlainPanel, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = handed_in.answers.get(prompt="debug_drop")
    judged = panel.judge

    def inventing(*args: Any, **options: Any) -> PanelResult:
        found = judged(*args, **options)
        verdicts = tuple(
            replace(one, level=None, distribution=None, claimed=5, ungrounded=4)
            for one in found.scores[0].verdicts
        )
        return replace(found, scores=(replace(found.scores[0], verdicts=verdicts),))

    monkeypatch.setattr(panel, "judge", inventing)
    read_answer(answer.pk, panel, now)  # type: ignore[arg-type]
    counted = set(answer.verdicts.values_list("level", "claimed", "ungrounded"))
    assert counted == {(None, 5, 4)}
    for count in ({"ungrounded": 6}, {"ungrounded": None}, {"claimed": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            answer.verdicts.update(**count)


def test_reading_an_answer_twice_changes_nothing_and_asks_no_judge_again(
    handed_in: Sitting, panel: PlainPanel, now: datetime
) -> None:
    answer = handed_in.answers.get(prompt="debug_drop")
    for minutes in range(3):
        read_answer(str(answer.pk), panel, now + timedelta(minutes=minutes))  # type: ignore[arg-type]
    assert panel.calls == ["debug_drop"]
    assert VerdictRow.objects.count() == 3
    assert Reading.objects.get().read_at == now
    assert LedgerEntry.objects.filter(action="answer.read").count() == 1


def test_two_runs_that_judge_at_the_same_time_leave_one_set_of_verdicts(
    handed_in: Sitting, panel: PlainPanel, now: datetime
) -> None:
    answer = handed_in.answers.get(prompt="debug_drop")
    judge = panel.judge

    def meanwhile(*args: object, **kwargs: object) -> object:
        panel.judge = judge  # type: ignore[method-assign]
        read_answer(answer.pk, panel, now)  # type: ignore[arg-type]
        return judge(*args, **kwargs)  # type: ignore[arg-type]

    panel.judge = meanwhile  # type: ignore[method-assign,assignment]
    read_answer(answer.pk, panel, now)  # type: ignore[arg-type]
    assert panel.calls == ["debug_drop", "debug_drop"]
    assert VerdictRow.objects.count() == 3
    assert LedgerEntry.objects.filter(action="answer.read").count() == 1


def test_an_answer_that_may_still_change_is_not_read(
    sitting: Sitting, panel: PlainPanel, now: datetime
) -> None:
    answer = Answer.objects.create(sitting=sitting, prompt="debug_drop", saved_at=now)
    with pytest.raises(SittingError, match="not handed in"):
        read_answer(answer.pk, panel, now)  # type: ignore[arg-type]


def test_an_answer_that_every_judge_abstains_from_is_flagged_and_has_no_level(
    handed_in: Sitting, panel: PlainPanel, now: datetime
) -> None:
    answer = handed_in.answers.get(prompt="behavioural_incident")
    read_answer(answer.pk, panel, now)  # type: ignore[arg-type]
    assert answer.reading.flags == [{"code": "empty", "detail": "there is no text"}]
    assert {row.level for row in answer.verdicts.all()} == {None}
    assert {row.level for row in answer.scores.all()} == {None}


def test_estimates_cover_every_dimension_and_those_not_asked_are_wide(
    handed_in: Sitting, panel: PlainPanel, now: datetime
) -> None:
    score(handed_in, panel, now)
    rows = {row.dimension: row for row in EstimateRow.objects.all()}
    assert set(rows) == {*panel.components.dimensions, "overall"}
    asked, not_asked = rows["eval_discipline"], rows["data_quality"]
    assert not_asked.high - not_asked.low > asked.high - asked.low
    assert all(1 <= row.low <= row.mean <= row.high <= 5 for row in rows.values())
    handed_in.refresh_from_db()
    assert handed_in.state == Sitting.State.SCORED
    assert handed_in.scored_at == now


def test_scoring_twice_changes_nothing(
    handed_in: Sitting, panel: PlainPanel, now: datetime
) -> None:
    score(handed_in, panel, now)
    before = list(EstimateRow.objects.values_list()), LedgerEntry.objects.count()
    score(handed_in, panel, now + timedelta(hours=1))
    assert (list(EstimateRow.objects.values_list()), LedgerEntry.objects.count()) == before


def test_nothing_is_estimated_while_an_answer_is_unread(
    handed_in: Sitting, panel: PlainPanel, now: datetime
) -> None:
    read_answer(handed_in.answers.get(prompt="debug_drop").pk, panel, now)  # type: ignore[arg-type]
    with pytest.raises(SittingError, match="3 answers are not read"):
        estimate_sitting(handed_in.pk, panel, now)  # type: ignore[arg-type]
    assert not EstimateRow.objects.exists()


def test_a_sitting_without_a_word_is_estimated_as_anyone_would_be(
    sitting: Sitting, panel: PlainPanel, now: datetime
) -> None:
    submit(sitting=sitting, now=now)
    score(sitting, panel, now)
    sitting.refresh_from_db()
    assert sitting.state == Sitting.State.SCORED
    assert EstimateRow.objects.count() == len(panel.components.dimensions) + 1
    assert set(EstimateRow.objects.values_list("reliability", flat=True)) == {0.0}


def test_the_estimates_can_be_recomputed_from_the_ledger_alone(
    handed_in: Sitting, panel: PlainPanel, now: datetime
) -> None:
    score(handed_in, panel, now)
    facts = LedgerEntry.objects.get(action="sitting.scored").facts
    ratings = [Rating("x", *row) for row in facts["ratings"]]
    again = estimate(
        ratings,
        panel.components,
        bar=facts["bar"],
        confidence=facts["confidence"],
        weights=facts["weights"],
    )
    assert facts["components"] == panel.components.version
    for written, computed in zip(facts["estimates"], again, strict=True):
        assert written["dimension"] == computed.dimension
        assert math.isclose(written["mean"], computed.mean)
        assert math.isclose(written["p_bar"], computed.p_bar)


def test_the_ledger_holds_digests_of_verdicts_and_no_word_of_an_answer(
    handed_in: Sitting, panel: PlainPanel, now: datetime
) -> None:
    score(handed_in, panel, now)
    everything = str(list(LedgerEntry.objects.values_list("facts", flat=True)))
    assert "Treacherous" not in everything
    entry = LedgerEntry.objects.filter(action="answer.read").first()
    assert entry is not None
    answer = Answer.objects.get(pk=entry.facts["answer"])
    prompt = pack_of(handed_in.application.opening.pack_id).prompt(answer.prompt)
    verdict = panel.judge(prompt, answer.text).scores[0].verdicts[0]
    assert entry.facts["verdicts"][0] == {
        "judge": "first",
        "dimension": verdict.dimension,
        "level": verdict.level,
        "sha256": digest_of(verdict_payload(verdict), answer.salt),
    }


def test_ratings_leave_out_abstentions(
    handed_in: Sitting, panel: PlainPanel, now: datetime
) -> None:
    score(handed_in, panel, now)
    ratings = ratings_of(handed_in.application)
    assert len(ratings) == 9
    assert {r.rater_kind for r in ratings} == {"model"}
    assert {r.task for r in ratings} == set(handed_in.prompts[:3])
    assert AnswerScore.objects.count() == 5


def abstaining(panel: PlainPanel, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a panel abstain from everything, for one reason."""
    judged = panel.judge

    def abstain(*args: Any, **options: Any) -> PanelResult:
        result = judged(*args, **options)
        scores = tuple(
            unread(panel.judges, panel._pack.dimension(score.dimension), 0.9, reason)
            for score in result.scores
        )
        return replace(result, scores=scores)

    monkeypatch.setattr(panel, "judge", abstain)


def test_where_every_answer_is_left_to_people_each_is_asked_for_and_their_ratings_fill_the_hole(
    handed_in: Sitting, panel: PlainPanel, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    Anchor.objects.all().delete()  # What chance drew waits for the same two, and is another test.
    abstaining(panel, APART, monkeypatch)
    keep_components(handed_in.application.opening, now)
    score(handed_in, panel, now)
    score(handed_in, panel, now)
    handed_in.refresh_from_db()
    assert handed_in.state == Sitting.State.SCORED
    assert not ratings_of(handed_in.application)
    assert all(
        {"code": "left_to_people", "detail": APART} in r.flags for r in Reading.objects.all()
    )
    asked = Anchor.objects.filter(contested=True)
    assert asked.count() == Reading.objects.count()
    assert LedgerEntry.objects.filter(action="anchor.asked").count() == asked.count()

    anchor = asked.get(answer__prompt="debug_drop")
    for name in ("bea", "cy"):
        rater = member(handed_in.application.opening, name, Role.INTERVIEWER, now)
        lock_rating(anchor, rater, now, level=4.0)
    found = ratings_of(handed_in.application)
    assert [(r.task, r.dimension, r.rater_kind, r.level) for r in found] == [
        ("debug_drop", "production_debugging", "human", 4.0)
    ] * 2


def test_a_question_that_no_golden_answers_speak_for_asks_nobody(
    handed_in: Sitting, panel: PlainPanel, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    abstaining(panel, NOT_SPOKEN_FOR, monkeypatch)
    score(handed_in, panel, now)
    assert not Anchor.objects.filter(contested=True).exists()
    assert not any("left_to_people" in str(r.flags) for r in Reading.objects.all())
