"""A follow-up in the report: the question, the answer with its evidence, and why it was asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.report.test_pdf import text_of

from evenhand.hiring.models import (
    Answer,
    Application,
    Opening,
    ProbeChoice,
    User,
    VerdictRow,
)
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.probes.reading import SEAM

PROMPT, PROBE = "eval_search", "probe.eval.golden_set"
AFTER = "Two hundred queries, labelled twice."


@pytest.fixture
def asked(scored: Application) -> Application:
    """Charlie's first answer was followed up; a judge quotes both parts of it."""
    sitting, now = scored.sitting, scored.sitting.scored_at
    assert now is not None
    first = Answer.objects.get(sitting=sitting, prompt=PROMPT)
    Answer.objects.create(
        sitting=sitting, prompt=PROBE, follows=PROMPT, text=AFTER, revision=1, saved_at=now
    )
    weighed = [
        {
            "probe": PROBE, "indicator": "eval.golden_set", "dimension": "eval_discipline",
            "mark": 1, "gain": 0.06, "per_minute": 0.03,
        }
    ] * 5  # fmt: skip
    ProbeChoice.objects.create(
        sitting=sitting, prompt=PROMPT, state="asked", probe=PROBE, reason="tells_most",
        weighed=weighed, asked_at=now, decided_at=now,
    )  # fmt: skip
    ProbeChoice.objects.create(
        sitting=sitting, prompt="debug_drop", state="none", reason="too_late",
        asked_at=now, decided_at=now,
    )  # fmt: skip
    begins = len(first.text) + len(SEAM)
    row = VerdictRow.objects.filter(answer=first).first()
    assert row is not None
    row.quotes = [
        quote("eval.golden_set", first.text, 0, 5, 0),
        quote("eval.golden_set", AFTER, 0, 19, begins),
    ]
    row.marks = {**row.marks, "eval.golden_set": 2}
    row.save()
    return scored


def quote(indicator: str, text: str, start: int, end: int, begins: int) -> dict[str, Any]:
    shown = {"indicator": indicator, "text": text[start:end]}
    return {**shown, "start": begins + start, "end": begins + end}


def report(client: Client, application: Application, alice: User) -> dict[str, Any]:
    client.force_login(alice)
    found: dict[str, Any] = client.get(reverse("report-json", args=[application.pk])).json()
    return found


def test_quotes_stand_in_the_text_that_they_are_of(
    client: Client, asked: Application, alice: User
) -> None:
    answer = report(client, asked, alice)["answers"][0]
    quotes = [
        one
        for reading in answer["readings"]
        for line in reading["indicators"]
        for one in line["quotes"]
        if line["id"] == "eval.golden_set"
    ]
    assert {one["in_follow_up"] for one in quotes} == {True, False}
    for one in quotes:
        text = answer["follow_up"]["text"] if one["in_follow_up"] else answer["text"]
        assert text[one["start"] : one["end"]] == one["text"]
    assert answer["follow_up"]["probe"] == PROBE
    assert sorted(answer["follow_up"]) == ["aside", "probe", "question", "text", "words"]


def test_the_reason_stands_beside_it_and_also_where_none_was_asked(
    client: Client, asked: Application, alice: User, opening: Opening
) -> None:
    first, second, third, _ = report(client, asked, alice)["answers"]
    says = first["follow_up_says"]
    assert "of 5 that came in question" in says
    assert "5.8\u00a0%" in says
    assert pack_of(opening.pack_id).indicator("eval.golden_set").says in says
    assert second["follow_up"] is None
    assert "not there within two seconds" in second["follow_up_says"]
    assert "did not go on from this question" in third["follow_up_says"]


def test_an_opening_that_asks_none_says_nothing_of_it(
    client: Client, scored: Application, alice: User
) -> None:
    Opening.objects.update(probes=False)
    answers = report(client, scored, alice)["answers"]
    assert {answer["follow_up_says"] for answer in answers} == {""}


def test_page_and_pdf_show_question_answer_and_marked_words(
    client: Client, asked: Application, alice: User
) -> None:
    client.force_login(alice)
    page = client.get(reverse("report", args=[asked.pk])).content.decode()
    assert "What exactly do you hand them to run both versions on?" in page
    assert ">Two hundred queries</mark>" in page
    assert "The judges read both answers as one." in page
    paper = client.get(reverse("report-pdf", args=[asked.pk])).content
    assert "Two hundred queries" in " ".join(text_of(paper).split())
