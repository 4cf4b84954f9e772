"""Nobody sees the hiring side without signing in, and nobody sees what belongs to others."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from evenhand.hiring.models import Application, LedgerEntry, Opening, User
from evenhand.web.report import urls as report_urls
from evenhand.web.staff import urls as staff_urls

ROUTES = [*staff_urls.urlpatterns, *report_urls.urlpatterns]


def address(route: URLPattern, to: UUID | None = None) -> str:
    wanted = route.pattern.converters
    given = {name: 1 if name in ("membership_id", "user_id") else to or uuid4() for name in wanted}
    return reverse(str(route.name), kwargs=given)


@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_is_sent_to_sign_in(client: Client, route: URLPattern, method: str) -> None:
    answer = getattr(client, method)(address(route))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")


@pytest.mark.django_db
def test_a_visitor_who_sent_a_form_is_told_that_nothing_was_saved(client: Client) -> None:
    told = "nothing of it was saved"
    sent = reverse("decision", args=[uuid4()])
    assert told in client.post(sent, {"reason": "Why."}, follow=True).content.decode()
    assert told not in client.get(sent, follow=True).content.decode()
    # A script that saves keeps its text, and reads no page.
    assert client.post(sent, "{}", content_type="application/json").status_code == 302
    assert told not in client.get(sent, follow=True).content.decode()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_staff_view_is_marked_as_one(route: URLPattern) -> None:
    assert getattr(route.callback, "for_staff", False)


@pytest.mark.parametrize(
    "route", [r for r in ROUTES if r.pattern.converters], ids=lambda route: route.name
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_belongs_to_others_is_not_there(
    client: Client, mallory: User, application: Application, route: URLPattern, method: str
) -> None:
    client.force_login(mallory)
    named = route.pattern.converters
    to = application.opening_id if "opening_id" in named else application.pk
    before = LedgerEntry.objects.count()
    answer = getattr(client, method)(address(route, to))
    assert answer.status_code in (404, 405)
    assert LedgerEntry.objects.count() == before


def test_the_list_of_openings_leaves_out_those_of_others(
    client: Client, mallory: User, opening: Opening
) -> None:
    client.force_login(mallory)
    page = client.get(reverse("home")).content.decode()
    assert opening.title not in page
    assert "No opening yet" in page
