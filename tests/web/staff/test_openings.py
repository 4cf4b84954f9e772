"""The lists of openings and candidates, and a new opening."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings
from tests.web.scored import score

from evenhand.hiring.models import Application, Opening, PackVersion, Sitting, User
from evenhand.hiring.openings import services

FORM = {
    "title": "Search engineer",
    "bar": "3.2",
    "contact_name": "Alice Ashby",
    "contact_email": "alice@example.org",
    "link_days": "10",
    "keep_days": "200",
    "anchor_percent": "7.5",
}


def add(opening: Opening, alice: User, count: int, now: datetime) -> None:
    rows = [services.CandidateRow(f"P {n}", f"p{n}@example.org") for n in range(count)]
    services.add_candidates(opening=opening, rows=rows, by=alice, now=now)


def another(opening: Opening, alice: User, pack: PackVersion, now: datetime) -> Opening:
    return services.create_opening(
        title="Second", pack=pack, bar=3, contact_name="A", contact_email="a@example.org",
        link_days=14, keep_days=180, by=alice, now=now,
    )  # fmt: skip


def test_with_one_opening_the_first_page_is_its_candidates(
    signed_in: Client, application: Application
) -> None:
    page = signed_in.get("/").content.decode()
    assert "Charlie Cole" in page
    assert "charlie@example.org" in page


def test_with_two_openings_the_first_page_counts_their_candidates(
    signed_in: Client,
    application: Application,
    alice: User,
    pack_version: PackVersion,
    now: datetime,
) -> None:
    another(application.opening, alice, pack_version, now)
    add(application.opening, alice, 2, now)
    Sitting.objects.filter(application=application).update(state="scored")
    answer = signed_in.get("/")
    counts = {o.title: (o.ready_count, o.scored_count) for o, _ in answer.context["openings"]}
    assert counts == {"Second": (0, 0), "Production ML engineer": (2, 1)}


def test_the_lists_take_as_many_queries_for_one_candidate_as_for_thirty(
    signed_in: Client, application: Application, alice: User, now: datetime
) -> None:
    address = reverse("opening", args=[application.opening_id])
    signed_in.get(address)
    with CaptureQueriesContext(connection) as few:
        signed_in.get(address)
    add(application.opening, alice, 29, now)
    signed_in.get(address)
    with CaptureQueriesContext(connection) as many:
        signed_in.get(address)
    # Both are looks that are recorded already: the first one of a minute takes six more.
    assert len(many) == len(few) <= 16


def test_a_scored_candidate_has_figures_a_report_and_no_link_to_copy(
    signed_in: Client, application: Application
) -> None:
    score(application, flags=[{"code": "echo", "detail": "d"}])
    page = signed_in.get(reverse("opening", args=[application.opening_id])).content.decode()
    assert reverse("report", args=[application.pk]) in page
    assert 'class="mini"' in page
    assert "4 to look at" in page
    assert "<copy-link>" not in page
    assert "data-seconds" not in page


def test_while_somebody_is_being_scored_the_list_refreshes(
    signed_in: Client, application: Application
) -> None:
    Sitting.objects.update(state="submitted")
    page = signed_in.get(reverse("opening", args=[application.opening_id])).content.decode()
    assert 'data-seconds="3"' in page


def test_a_long_list_has_pages(
    signed_in: Client, opening: Opening, alice: User, now: datetime
) -> None:
    add(opening, alice, 101, now)
    address = reverse("opening", args=[opening.pk])
    assert "Page 1 of 2" in signed_in.get(address).content.decode()
    assert "P 100" in signed_in.get(address + "?page=2").content.decode()
    assert signed_in.get(address + "?page=nonsense").status_code == 200


def test_names_are_escaped(signed_in: Client, opening: Opening, alice: User, now: datetime) -> None:
    services.add_candidate(
        opening=opening, name="<script>x</script>", email="x@example.org", by=alice, now=now
    )
    page = signed_in.get(reverse("opening", args=[opening.pk])).content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_the_form_starts_with_the_packs_own_values(signed_in: Client) -> None:
    page = signed_in.get(reverse("opening-new")).content.decode()
    assert 'value="3.5"' in page
    assert "4 questions, 45 minutes" in page
    assert 'value="alice@example.org"' in page


def test_a_new_opening_is_made_and_candidates_come_next(signed_in: Client, alice: User) -> None:
    answer = signed_in.post(reverse("opening-new"), FORM)
    made = Opening.objects.get()
    assert answer["Location"] == reverse("candidates-add", args=[made.pk])
    assert made.anchor_share == 0.075
    kept = (made.title, made.bar, made.link_days, made.keep_days)
    assert kept == ("Search engineer", 3.2, 10, 200)
    assert (made.created_by, made.is_example) == (alice, False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 201),
        ("bar", "5.1"),
        ("bar", "nan"),
        ("bar", "high"),
        ("contact_email", "nobody"),
        ("link_days", "0"),
        ("link_days", "9999"),
        ("keep_days", "1"),
        ("anchor_percent", "101"),
    ],
)
def test_a_field_that_cannot_be_kept_is_named_and_nothing_is_made(
    signed_in: Client, field: str, value: str
) -> None:
    answer = signed_in.post(reverse("opening-new"), {**FORM, field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in page
    assert f"id_{field}_error" in page
    assert not Opening.objects.exists()


def test_a_pack_with_faults_is_reported_with_its_faults(
    signed_in: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.PACK = str(tmp_path)
    answer = signed_in.get(reverse("opening-new"))
    assert answer.status_code == 503
    assert "pack.yaml" in answer.content.decode()
