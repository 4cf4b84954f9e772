"""The lists of openings and candidates, and the version that an opening goes over to."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.hiring.drafts.edits import shorten
from tests.web.scored import score

from evenhand.hiring.drafts.services import begin_draft, publish
from evenhand.hiring.models import Application, Opening, PackVersion, Sitting, User
from evenhand.hiring.openings import services


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
    assert len(many) == len(few) <= 20


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


def test_only_the_example_recruiter_is_told_that_they_are_signed_in_as_that(
    signed_in: Client, opening: Opening
) -> None:
    Opening.objects.update(is_example=True)
    address = reverse("opening", args=[opening.pk])
    said = "You are signed in as the example recruiter"
    assert said in signed_in.get(address).content.decode()
    Opening.objects.update(contact_email="somebody.else@example.org")
    body = signed_in.get(address).content.decode()
    assert "This is example data" in body
    assert said not in body


def test_names_are_escaped(signed_in: Client, opening: Opening, alice: User, now: datetime) -> None:
    services.add_candidate(
        opening=opening, name="<script>x</script>", email="x@example.org", by=alice, now=now
    )
    page = signed_in.get(reverse("opening", args=[opening.pk])).content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_people_who_sat_different_versions_are_not_compared_without_a_word(
    signed_in: Client, application: Application, alice: User, now: datetime
) -> None:
    opening = application.opening
    address = reverse("opening", args=[opening.pk])
    assert "different versions of the pack" not in signed_in.get(address).content.decode()
    draft = begin_draft(base=opening.pack, by=alice, now=now)
    done = publish(draft=shorten(draft, alice, now), by=alice, now=now)
    answer = signed_in.post(
        reverse("opening-version", args=[opening.pk]), {"pack": done.version_id}
    )
    assert answer["Location"] == address
    add(opening, alice, 1, now)
    page = signed_in.get(address).content.decode()
    assert "different versions of the pack" in page
    assert "Production ML engineer 1.0.1" in page


def test_who_writes_is_named_before_an_opening_goes_over_to_another_version(
    signed_in: Client, sitting: Sitting
) -> None:
    address = reverse("opening-version", args=[sitting.application.opening_id])
    page = signed_in.get(address).content.decode()
    assert "One person is writing right now." in page
    assert signed_in.post(address, {"pack": "0" * 64}).status_code == 422
