"""The report's three forms in each state, and who may not see them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.scored import keep_aside, score

from evenhand.hiring.models import Application, Sitting, User
from evenhand.measure import Components

FORMS = ("report", "report-json", "report-pdf")
HOSTILE = (
    '<script>alert(1)</script> <img src=x onerror=alert(2)> #eval("1") \\ $x$ \u202egnihton\u202c '
    "مرحبا بالعالم \u200bzero\u200bwidth 日本語 🎉 \x07 & < > \" '"
)


@pytest.fixture
def signed_in(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.mark.parametrize("form", FORMS)
def test_a_visitor_is_sent_to_sign_in(client: Client, application: Application, form: str) -> None:
    answer = client.get(reverse(form, args=[application.pk]))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("form", FORMS)
def test_somebody_elses_report_is_not_there(
    client: Client, mallory: User, application: Application, form: str
) -> None:
    client.force_login(mallory)
    assert client.get(reverse(form, args=[application.pk])).status_code == 404


@pytest.mark.parametrize("form", FORMS)
def test_a_report_cannot_be_written_to(
    signed_in: Client, application: Application, form: str
) -> None:
    assert signed_in.post(reverse(form, args=[application.pk])).status_code == 405


def test_the_page_has_headline_chart_table_answers_and_limits(
    signed_in: Client, scored: Application
) -> None:
    page = signed_in.get(reverse("report", args=[scored.pk])).content.decode()
    assert "likely to be at or above the bar of 3.5." in page
    assert '<svg xmlns="http://www.w3.org/2000/svg" role="img" class="plot"' in page
    assert "Cost, latency" in page
    assert "provisional calibration" in page
    assert "model-written, model-rated" in page.lower()
    assert "the level that trained raters would give this person" in page
    assert '<a href="#seen-1-1"' in page
    assert "What this report cannot say" in page
    assert "Charlie" not in page
    assert " style=" not in page
    assert "<script>" not in page


def test_before_submission_the_page_says_so(signed_in: Client, application: Application) -> None:
    page = signed_in.get(reverse("report", args=[application.pk])).content.decode()
    assert "has not been submitted" in page
    assert "data-seconds" not in page


def test_while_it_is_scored_the_page_refreshes(signed_in: Client, application: Application) -> None:
    Sitting.objects.update(state="submitted")
    page = signed_in.get(reverse("report", args=[application.pk])).content.decode()
    assert "being scored" in page
    assert 'data-seconds="3"' in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page


def test_there_is_no_pdf_before_the_scoring_is_done(
    signed_in: Client, application: Application
) -> None:
    answer = signed_in.get(reverse("report-pdf", args=[application.pk]))
    assert answer.status_code == 409
    assert "no report to print yet" in answer.content.decode()


def test_the_json_has_the_same_figures_as_the_page(signed_in: Client, scored: Application) -> None:
    given = signed_in.get(reverse("report-json", args=[scored.pk])).json()
    page = signed_in.get(reverse("report", args=[scored.pk])).content.decode()
    assert given["format"] == "evenhand-report/1"
    assert given["headline"] in page
    for line in given["dimensions"]:
        level = line["level"]
        assert f"{level['low']:.1f}–{level['high']:.1f}" in page
    quote = given["answers"][0]["readings"][0]["indicators"][0]["quotes"][0]
    assert given["answers"][0]["text"][quote["start"] : quote["end"]] == quote["text"]


def test_the_fields_of_the_json_are_the_documented_ones(
    signed_in: Client, scored: Application
) -> None:
    given = signed_in.get(reverse("report-json", args=[scored.pk])).json()
    assert sorted(given) == [
        "answer_estimand", "answers", "application", "bar", "code", "confidence", "dimensions",
        "estimand", "focus", "focus_minutes", "format", "headline", "is_example", "leaning",
        "limits", "made", "opening", "overall", "read", "rounds", "scored_at", "state", "upshot",
        "withdrew",
    ]  # fmt: skip
    assert sorted(given["answers"][0]) == [
        "aside", "flags", "follow_up", "follow_up_says", "number", "prompt", "question", "readings",
        "redacted", "text", "words",
    ]  # fmt: skip


def test_a_hostile_answer_is_only_ever_text(
    signed_in: Client, application: Application, known_components: Components
) -> None:
    scored = score(application, text=HOSTILE)
    keep_aside(scored, HOSTILE)
    page = signed_in.get(reverse("report", args=[scored.pk])).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    answer = signed_in.get(reverse("report-pdf", args=[scored.pk]))
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    given = signed_in.get(reverse("report-json", args=[scored.pk])).json()
    assert given["answers"][0]["text"] == HOSTILE


def test_flags_are_shown_as_a_matter_for_people(
    signed_in: Client, application: Application, known_components: Components
) -> None:
    score(application, flags=[{"code": "injection", "detail": "Speaks to the <b>judge</b>."}])
    page = signed_in.get(reverse("report", args=[application.pk])).content.decode()
    assert "For a person to look at; the flag itself changed no score." in page
    assert "Speaks to the &lt;b&gt;judge&lt;/b&gt;." in page


def test_an_answer_that_is_left_to_people_is_no_matter_of_suspicion(
    signed_in: Client, application: Application, known_components: Components
) -> None:
    score(application, flags=[{"code": "left_to_people", "detail": "the models differ"}])
    page = signed_in.get(reverse("report", args=[application.pk])).content.decode()
    assert "nothing against whoever wrote it:</strong> the models differ" in page
    assert "the flag itself" not in page
