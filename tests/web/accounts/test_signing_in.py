"""Signing in and out, and the example that needs neither."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from evenhand.hiring.models import Application, User
from evenhand.hiring.openings.example import EXAMPLE_EMAIL
from evenhand.hiring.openings.services import link_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def example(settings: Settings) -> User:
    """The example recruiter, in an Evenhand that was started to be tried out."""
    settings.EXAMPLE = True
    return User.objects.create_user(EXAMPLE_EMAIL)


def user_of(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_e_mail_and_password_let_in(client: Client, alice: User) -> None:
    given = {"login": "alice@example.org", "password": "correct horse 1"}
    answer = client.post(reverse("sign-in"), given)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert user_of(client) == str(alice.pk)


def test_a_wrong_password_says_what_to_check(client: Client, alice: User) -> None:
    answer = client.post(reverse("sign-in"), {"login": "alice@example.org", "password": "no"})
    page = answer.content.decode()
    assert "No account has this e-mail address and password. Check both." in page
    assert 'role="alert"' in page
    assert user_of(client) is None


def test_an_empty_form_ties_each_error_to_its_field(client: Client) -> None:
    page = client.post(reverse("sign-in"), {}).content.decode()
    assert 'href="#id_login"' in page
    assert 'aria-describedby="id_login_error"' in page
    assert 'aria-invalid="true"' in page


def test_after_signing_in_the_page_that_was_wanted_comes(client: Client, alice: User) -> None:
    given = {"login": "alice@example.org", "password": "correct horse 1"}
    answer = client.post(reverse("sign-in"), {**given, "next": "/openings/new/"})
    assert answer["Location"] == "/openings/new/"
    client.logout()
    answer = client.post(reverse("sign-in"), {**given, "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_signing_out_is_a_post(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get(reverse("sign-out")).status_code == 405
    assert client.post(reverse("sign-out"))["Location"] == reverse("sign-in")
    assert user_of(client) is None


def test_in_the_example_a_visitor_from_this_machine_is_let_in(
    client: Client, example: User
) -> None:
    assert client.get(reverse("home")).status_code == 200
    assert user_of(client) == str(example.pk)


def test_without_the_setting_nobody_is(client: Client, example: User, settings: Settings) -> None:
    settings.EXAMPLE = False
    assert client.get(reverse("home")).status_code == 302


@pytest.mark.parametrize(
    "meta",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=192.0.2.7"},
    ],
    ids=["from afar", "from nowhere", "through a proxy", "through another proxy"],
)
def test_in_the_example_nobody_else_is(client: Client, example: User, meta: dict[str, str]) -> None:
    assert client.get(reverse("home"), **meta).status_code == 302  # type: ignore[arg-type]
    assert user_of(client) is None


def test_the_same_over_ipv6(client: Client, example: User) -> None:
    assert client.get(reverse("home"), REMOTE_ADDR="::1").status_code == 200


def test_who_signs_out_of_the_example_stays_out(client: Client, example: User) -> None:
    client.get(reverse("home"))
    client.post(reverse("sign-out"))
    assert client.get(reverse("home")).status_code == 302
    assert user_of(client) is None


def test_in_the_example_a_candidates_page_signs_nobody_in(
    client: Client, example: User, application: Application
) -> None:
    client.get(link_of(application.invitations.get()))
    assert user_of(client) is None


def test_in_the_example_somebody_who_is_signed_in_stays_who_they_are(
    client: Client, example: User, alice: User
) -> None:
    client.force_login(alice)
    client.get(reverse("home"))
    assert user_of(client) == str(alice.pk)
