"""Choosing a follow-up: once, in time, recorded, and never in the way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from django.db import connection
from tests.panels import PlainPanel

from evenhand.hiring.errors import PromptUnknown
from evenhand.hiring.models import (
    Anchor,
    Answer,
    LedgerEntry,
    Opening,
    ProbeChoice,
    Sitting,
    Worker,
)
from evenhand.hiring.probes.queries import asked_in
from evenhand.hiring.probes.services import (
    LIMIT,
    choose_probe,
    fail,
    finish,
    note_shown,
    take_waiting,
)
from evenhand.hiring.sittings.autosave import save
from evenhand.hiring.sittings.services import submit
from evenhand.judges import Panel

from .conftest import Write

PROMPT = "eval_search"
SOON = timedelta(milliseconds=400)


def decide(panel: PlainPanel, at: datetime) -> ProbeChoice:
    choice = take_waiting()
    assert choice is not None
    choose_probe(choice, cast(Panel, panel), lambda: at)
    return ProbeChoice.objects.get(pk=choice.pk)


def entries() -> list[LedgerEntry]:
    return list(LedgerEntry.objects.filter(action__startswith="probe."))


def test_who_goes_on_from_an_answer_gets_one_follow_up_chosen_by_the_rule(
    sitting: Sitting, write: Write, worker: Worker, panel: PlainPanel, now: datetime
) -> None:
    write(PROMPT)
    asked = finish(sitting=sitting, prompt=PROMPT, now=now)
    assert asked is not None
    assert asked.state == ProbeChoice.State.WAITING
    choice = decide(panel, now + SOON)
    assert (choice.state, choice.reason) == ("asked", "tells_most")
    assert choice.probe == choice.weighed[0]["probe"]
    again = finish(sitting=sitting, prompt=PROMPT, now=now + timedelta(minutes=5))
    assert again is not None
    assert (again.pk, again.probe) == (choice.pk, choice.probe)
    assert take_waiting() is None


def test_the_record_says_what_was_chosen_among_what_and_why(
    sitting: Sitting, write: Write, worker: Worker, panel: PlainPanel, now: datetime
) -> None:
    write(PROMPT)
    finish(sitting=sitting, prompt=PROMPT, now=now)
    choice = decide(panel, now + SOON)
    (entry,) = entries()
    assert (entry.action, entry.subject) == ("probe.chosen", f"sitting:{sitting.pk}")
    assert entry.actor == f"panel:{panel.version}"
    facts = entry.facts
    assert (facts["probe"], facts["prompt"]) == (choice.probe, PROMPT)
    assert (facts["reason"], facts["milliseconds"]) == ("tells_most", 400)
    assert facts["panel_version"] == panel.version
    assert facts["weighed"] == choice.weighed
    assert len(facts["weighed"]) == 7
    assert {row[1] for row in facts["ratings"]} == {PROMPT}
    assert LedgerEntry.objects.filter(subject=f"components:{facts['components']}").exists()
    assert "data first" not in str(facts)


def test_what_the_answers_before_told_is_taken_into_account(
    sitting: Sitting, write: Write, worker: Worker, panel: PlainPanel, now: datetime
) -> None:
    for prompt in ("debug_drop", "behavioural_incident"):
        write(prompt, f"About {prompt}.")
        finish(sitting=sitting, prompt=prompt, now=now)
        decide(panel, now)
    facts = entries()[-1].facts
    assert {row[1] for row in facts["ratings"]} == {"debug_drop", "behavioural_incident"}


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_go_on_at_once_get_one_and_the_same_follow_up(
    sitting: Sitting, write: Write, worker: Worker, panel: PlainPanel, now: datetime
) -> None:
    write(PROMPT)
    found: list[Any] = []
    start = threading.Barrier(6)

    def click() -> None:
        try:
            start.wait()
            found.append(finish(sitting=sitting, prompt=PROMPT, now=now))
        finally:
            connection.close()

    def work() -> None:
        try:
            start.wait()
            while (choice := take_waiting()) is None:
                pass
            choose_probe(choice, cast(Panel, panel), lambda: now + SOON)
        finally:
            connection.close()

    threads = [threading.Thread(target=target) for target in [click] * 5 + [work]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (choice,) = ProbeChoice.objects.all()
    assert [one.pk for one in found] == [choice.pk] * 5
    assert choice.state == ProbeChoice.State.ASKED
    assert len(entries()) == 1


def test_of_two_workers_one_takes_a_choice(
    sitting: Sitting, write: Write, worker: Worker, now: datetime
) -> None:
    write(PROMPT)
    finish(sitting=sitting, prompt=PROMPT, now=now)
    assert take_waiting() is not None
    assert take_waiting() is None


@pytest.mark.parametrize("taken", [False, True], ids=["nobody took it", "its worker died"])
def test_a_choice_that_is_not_there_in_time_is_given_up(
    sitting: Sitting, write: Write, worker: Worker, now: datetime, taken: bool
) -> None:
    write(PROMPT)
    finish(sitting=sitting, prompt=PROMPT, now=now)
    if taken:
        take_waiting()
    early = finish(sitting=sitting, prompt=PROMPT, now=now + LIMIT - timedelta(milliseconds=1))
    assert early is not None
    assert early.is_open
    late = finish(sitting=sitting, prompt=PROMPT, now=now + LIMIT)
    assert late is not None
    assert (late.state, late.reason, late.probe) == ("none", "too_late", "")
    (entry,) = entries()
    assert (entry.action, entry.actor) == ("probe.none", "system")
    assert entry.facts == {"prompt": PROMPT, "reason": "too_late", "milliseconds": 2000}


def test_the_panel_that_chooses_is_told_whose_name_no_judge_is_to_see(
    sitting: Sitting, write: Write, worker: Worker, panel: PlainPanel, now: datetime
) -> None:
    write(PROMPT)
    finish(sitting=sitting, prompt=PROMPT, now=now)
    decide(panel, now + SOON)
    candidate = sitting.application.candidate
    assert panel.known == [(candidate.name, candidate.email)]


def test_a_worker_that_comes_after_that_changes_nothing(
    sitting: Sitting, write: Write, worker: Worker, panel: PlainPanel, now: datetime
) -> None:
    write(PROMPT)
    finish(sitting=sitting, prompt=PROMPT, now=now)
    choice = take_waiting()
    assert choice is not None
    finish(sitting=sitting, prompt=PROMPT, now=now + LIMIT)
    choose_probe(choice, cast(Panel, panel), lambda: now + SOON)
    assert ProbeChoice.objects.get().reason == "too_late"
    assert len(entries()) == 1


def test_a_reading_that_takes_too_long_asks_nothing(
    sitting: Sitting, write: Write, worker: Worker, panel: PlainPanel, now: datetime
) -> None:
    write(PROMPT)
    finish(sitting=sitting, prompt=PROMPT, now=now)
    choice = take_waiting()
    assert choice is not None
    moments: Iterator[datetime] = iter([now, now + SOON, now + LIMIT])
    choose_probe(choice, cast(Panel, panel), lambda: next(moments))
    assert ProbeChoice.objects.get().reason == "too_late"


def test_without_a_worker_nobody_waits(sitting: Sitting, write: Write, now: datetime) -> None:
    write(PROMPT)
    choice = finish(sitting=sitting, prompt=PROMPT, now=now)
    assert choice is not None
    assert (choice.state, choice.reason) == ("none", "no_worker")
    assert [entry.facts["reason"] for entry in entries()] == ["no_worker"]


def test_a_reading_that_fails_asks_nothing(
    sitting: Sitting, write: Write, worker: Worker, now: datetime
) -> None:
    write(PROMPT)
    finish(sitting=sitting, prompt=PROMPT, now=now)
    choice = take_waiting()
    assert choice is not None
    fail(choice, now + SOON)
    assert ProbeChoice.objects.get().reason == "failed"


def test_a_blank_answer_can_be_come_back_to(
    sitting: Sitting, write: Write, worker: Worker, now: datetime
) -> None:
    assert finish(sitting=sitting, prompt=PROMPT, now=now) is None
    write(PROMPT, "  \n")
    assert finish(sitting=sitting, prompt=PROMPT, now=now) is None
    write(PROMPT)
    assert finish(sitting=sitting, prompt=PROMPT, now=now) is not None


def test_an_opening_may_ask_none(
    sitting: Sitting, write: Write, worker: Worker, opening: Opening, now: datetime
) -> None:
    Opening.objects.update(probes=False)
    sitting.application.opening.refresh_from_db()
    write(PROMPT)
    assert finish(sitting=sitting, prompt=PROMPT, now=now) is None
    submit(sitting=sitting, now=now)
    assert "no_follow_up_chosen" not in LedgerEntry.objects.latest("seq").facts


def test_the_time_that_is_left_counts_as_it_would_without_an_extension(
    sitting: Sitting, write: Write, worker: Worker, panel: PlainPanel, now: datetime
) -> None:
    Sitting.objects.update(time_factor=2)
    write(PROMPT)
    write("debug_drop")
    for prompt, left, reason in (
        (PROMPT, timedelta(minutes=4, seconds=1), "tells_most"),
        ("debug_drop", timedelta(minutes=3, seconds=50), "no_time"),
    ):
        at = now + timedelta(minutes=90) - left
        finish(sitting=sitting, prompt=prompt, now=at)
        assert decide(panel, at).reason == reason


def test_a_follow_up_is_answered_in_a_row_of_its_own_and_no_other_one_can_be(
    sitting: Sitting, write: Write, worker: Worker, panel: PlainPanel, now: datetime
) -> None:
    write(PROMPT)
    with pytest.raises(PromptUnknown):
        write("probe.eval.golden_set")
    finish(sitting=sitting, prompt=PROMPT, now=now)
    choice = decide(panel, now)
    write(choice.probe, "Two hundred labelled queries.")
    answer = Answer.objects.get(prompt=choice.probe)
    assert (answer.follows, answer.text) == (PROMPT, "Two hundred labelled queries.")
    other = next(one["probe"] for one in choice.weighed if one["probe"] != choice.probe)
    with pytest.raises(PromptUnknown):
        write(other)


def test_text_that_comes_too_late_for_a_follow_up_is_kept_beside_it(
    sitting: Sitting, write: Write, worker: Worker, panel: PlainPanel, now: datetime
) -> None:
    write(PROMPT)
    finish(sitting=sitting, prompt=PROMPT, now=now)
    choice = decide(panel, now)
    submit(sitting=sitting, now=now)
    with pytest.raises(ValueError, match="handed in"):
        save(
            sitting=sitting, prompt=choice.probe, text="One more thing.", base_revision=0,
            tab="t", replace=False, now=now,
        )  # fmt: skip
    answer = Answer.objects.get(prompt=choice.probe)
    assert [kept.text for kept in answer.kept_aside.all()] == ["One more thing."]


def test_handing_in_settles_what_is_undecided_and_says_what_was_never_left(
    sitting: Sitting, write: Write, worker: Worker, panel: PlainPanel, now: datetime
) -> None:
    for prompt in (PROMPT, "debug_drop", "tradeoff_small"):
        write(prompt)
    finish(sitting=sitting, prompt=PROMPT, now=now)
    chosen = decide(panel, now)
    finish(sitting=sitting, prompt="debug_drop", now=now)
    assert submit(sitting=sitting, now=now)
    assert ProbeChoice.objects.get(prompt="debug_drop").reason == "handed_in"
    facts = LedgerEntry.objects.latest("seq").facts
    assert facts["no_follow_up_chosen"] == {
        "tradeoff_small": "not_left",
        "behavioural_incident": "blank",
    }
    assert len(facts["answers"]) == 5
    assert asked_in(sitting)[:2] == [(PROMPT, ""), (chosen.probe, PROMPT)]
    submitted = LedgerEntry.objects.filter(action="answer.submitted")
    assert submitted[1].facts["follows"] == PROMPT


def test_people_rate_an_answer_with_its_follow_up_and_never_the_follow_up_alone(
    sitting: Sitting, write: Write, worker: Worker, panel: PlainPanel, now: datetime
) -> None:
    Opening.objects.update(anchor_share=1)
    sitting.application.opening.refresh_from_db()
    write(PROMPT)
    finish(sitting=sitting, prompt=PROMPT, now=now)
    write(decide(panel, now).probe)
    submit(sitting=sitting, now=now)
    assert [anchor.answer.prompt for anchor in Anchor.objects.all()] == [PROMPT]


def test_when_it_was_first_seen_is_kept(
    sitting: Sitting, write: Write, worker: Worker, panel: PlainPanel, now: datetime
) -> None:
    write(PROMPT)
    finish(sitting=sitting, prompt=PROMPT, now=now)
    choice = decide(panel, now)
    note_shown(choice, now + SOON)
    note_shown(choice, now + LIMIT)
    assert ProbeChoice.objects.get().shown_at == now + SOON
