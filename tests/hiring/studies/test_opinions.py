"""Saying whether one would advance somebody: once, locked, and blind or said not to be."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from tests.interviewing import held, interviewer
from tests.web.scored import components_for, score

from evenhand.hiring.calibration import choosing
from evenhand.hiring.errors import OpinionError
from evenhand.hiring.models import (
    AdvanceOpinion,
    Application,
    DisagreementNote,
    LedgerEntry,
    Opening,
    User,
)
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.record.viewing import note_view
from evenhand.hiring.studies.queries import (
    ADVANCE,
    concordance_of,
    given_by,
    score_of,
    waiting_for,
)
from evenhand.hiring.studies.services import give_opinion, say_who_was_right


def give(one: Application, by: User, now: datetime, advance: bool = True) -> AdvanceOpinion:
    return give_opinion(application=one, advance=advance, sure=80, by=by, now=now)


def test_an_opinion_is_kept_locked_and_recorded_without_a_name(
    people: list[Application], alice: User, now: datetime
) -> None:
    give(people[0], alice, now)
    with pytest.raises(OpinionError, match="already"):
        give(people[0], alice, now, advance=False)
    assert AdvanceOpinion.objects.get().advance
    entry = LedgerEntry.objects.get(action="opinion.given")
    assert (entry.actor, entry.subject) == (f"user:{alice.pk}", f"application:{people[0].pk}")
    assert entry.facts == {"advance": True, "sure": 80, "blind": True}


def test_answers_that_are_not_handed_in_cannot_be_judged(
    application: Application, alice: User, now: datetime
) -> None:
    with pytest.raises(OpinionError, match="not handed in"):
        give(application, alice, now)
    assert not AdvanceOpinion.objects.exists()


@pytest.mark.parametrize(
    ("what", "blind"),
    [("report", False), ("report.pdf", False), ("something new", False), ("opinion", True)],
)
def test_who_was_shown_a_score_before_is_not_blind_and_is_left_out(
    people: list[Application], opening: Opening, alice: User, now: datetime, what: str, blind: bool
) -> None:
    note_view(people[3], what=what, by=f"user:{alice.pk}", now=now)
    assert give(people[3], alice, now).blind is blind
    assert concordance_of(opening, opening.applications.all()).decisions == (1 if blind else 0)


def test_anothers_look_at_the_report_does_not_count(
    people: list[Application], alice: User, mallory: User, now: datetime
) -> None:
    note_view(people[3], what="report", by=f"user:{mallory.pk}", now=now)
    assert give(people[3], alice, now).blind


def test_the_queue_is_of_those_handed_in_in_an_order_that_tells_nothing(
    people: list[Application],
    application: Application,
    opening: Opening,
    alice: User,
    now: datetime,
) -> None:
    openings = Opening.objects.filter(pk=opening.pk)
    waiting = list(waiting_for(alice, openings))
    assert set(waiting) == set(people)
    assert [one.pk for one in waiting] == sorted(one.pk for one in waiting)
    give(waiting[0], alice, now)
    assert waiting[0] not in waiting_for(alice, openings)
    assert [one.application for one in given_by(alice, openings)] == [waiting[0]]


def test_an_opinion_is_of_one_user_or_one_label(people: list[Application], now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AdvanceOpinion.objects.create(
            application=people[0], advance=True, blind=True, source="imported", at=now
        )


def test_the_study_goes_by_the_overall_estimates_and_the_bar_of_the_opening(
    people: list[Application], opening: Opening, alice: User, mallory: User, now: datetime
) -> None:
    for n, one in enumerate(people):
        give(one, alice, now, advance=n >= 15)
        give(one, mallory, now, advance=n >= 12)
    result = concordance_of(opening, opening.applications.all())
    assert (result.candidates, result.decisions, result.judges) == (30, 60, 2)
    assert result.auc.value > 0.95
    assert result.ceiling.pairs == 30
    assert {one.candidate for one in result.disagreements} == {str(p.pk) for p in people[12:15]}


def test_an_opinion_is_not_held_against_what_its_giver_or_another_person_rated(
    application: Application, opening: Opening, alice: User, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    components = components_for(pack_of(opening.pack_id))
    monkeypatch.setattr(choosing, "shipped_components", lambda root: components)
    one = score(application, now=now)
    ivan = interviewer(opening, "Ivan", now)
    give(one, ivan, now)
    everybody = opening.applications.all()
    before = concordance_of(opening, everybody)
    written = score_of(opening, ADVANCE).values
    held(one, "final", ivan, now, level=5.0)
    assert before.table.people_only == 1
    assert concordance_of(opening, everybody).table == before.table
    assert score_of(opening, ADVANCE).values == pytest.approx(written)
    assert score_of(opening, "six months").values[str(one.pk)] > written[str(one.pk)] + 0.3


def test_who_was_rated_by_people_alone_has_no_score_that_opinions_are_held_against(
    application: Application, opening: Opening, alice: User, now: datetime
) -> None:
    held(application, "final", interviewer(opening, "Ivan", now), now, level=5.0)
    assert score_of(opening, "six months").values
    assert not score_of(opening, ADVANCE).values


def test_who_was_right_is_kept_each_time_and_its_words_stay_out_of_the_record(
    people: list[Application], alice: User, now: datetime
) -> None:
    for right in ("people", "panel"):
        say_who_was_right(
            application=people[0], right=right, note="They named Acme.", by=alice, now=now
        )
    assert [one.right for one in DisagreementNote.objects.all()] == ["panel", "people"]
    entries = LedgerEntry.objects.filter(action="disagreement.settled")
    assert [e.facts for e in entries] == [
        {"right": "people", "noted": True},
        {"right": "panel", "noted": True},
    ]


def test_what_is_erased_takes_opinions_and_notes_along(
    people: list[Application], alice: User, now: datetime
) -> None:
    give(people[0], alice, now)
    say_who_was_right(application=people[0], right="neither", note="x", by=alice, now=now)
    Application.objects.all().delete()
    assert not AdvanceOpinion.objects.exists()
    assert not DisagreementNote.objects.exists()
