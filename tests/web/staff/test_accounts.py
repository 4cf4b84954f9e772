"""Accounts that an admin looks after on the team page: the rules and entries of the commands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evenhand.hiring.models import Duty, LedgerEntry, Membership, Opening, Role, User
from evenhand.hiring.openings.team import add_to_team

PASSWORD = "correct horse 7"


@pytest.fixture
def ada(opening: Opening, now: datetime) -> User:
    """An admin without a role in the opening."""
    return User.objects.create_user("ada@example.org", PASSWORD, duty=Duty.ADMIN)


@pytest.fixture
def ivan(opening: Opening, alice: User, now: datetime) -> User:
    """An interviewer of Alice's opening, who can sign in."""
    made = User.objects.create_user("ivan@example.org", PASSWORD, duty=Duty.MEMBER)
    Membership.objects.create(opening=opening, user=made, role=Role.INTERVIEWER, since=now)
    return made


@pytest.fixture
def admin(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def address(act: str, opening: Opening, user: User) -> str:
    return reverse(f"account-{act}", args=[opening.pk, user.pk])


def told(answer: Any) -> list[str]:
    return [str(one) for one in answer.context["messages"]]


def entries(action: str) -> list[tuple[str, str, Any]]:
    found = LedgerEntry.objects.filter(action=action)
    return [(one.subject, one.actor, one.facts) for one in found]


def test_closing_is_asked_about_first_and_then_ends_what_lets_in(
    admin: Client, ada: User, ivan: User, opening: Opening
) -> None:
    inside = Client()
    inside.force_login(ivan)
    asked = admin.get(address("close", opening, ivan))
    assert asked.status_code == 200
    assert "Close this account" in asked.content.decode()
    assert User.objects.get(pk=ivan.pk).is_active
    done = admin.post(address("close", opening, ivan), follow=True)
    assert told(done) == ["The account of ivan@example.org is closed."]
    assert inside.get(reverse("interviews")).status_code == 302
    facts = {"sessions": 1, "feeds": 0, "keys": 0}
    assert entries("user.closed") == [(f"user:{ivan.pk}", f"user:{ada.pk}", facts)]
    again = admin.get(address("close", opening, ivan))
    assert (again.status_code, b"Close this account" in again.content) == (409, False)
    opened = admin.post(address("reopen", opening, ivan), follow=True)
    assert told(opened) == ["ivan@example.org can sign in again."]
    assert entries("user.reopened") == [(f"user:{ivan.pk}", f"user:{ada.pk}", {})]


def test_openings_that_nobody_recruits_for_any_more_are_named(
    admin: Client, alice: User, opening: Opening
) -> None:
    done = admin.post(address("close", opening, alice), follow=True)
    alone = f"{opening.title}: nobody recruits here now. Add somebody on its team page."
    assert told(done)[1:] == [alone]


def test_the_last_admin_stays_one(
    admin: Client, ada: User, opening: Opening, now: datetime
) -> None:
    Membership.objects.create(opening=opening, user=ada, role=Role.AUDITOR, since=now)
    for answer in (
        admin.get(address("close", opening, ada)),
        admin.post(address("close", opening, ada)),
    ):
        assert answer.status_code == 409
        assert "is the last admin of" in answer.content.decode()
    changed = admin.post(address("duty", opening, ada), {"duty": "member"}, follow=True)
    assert "is the last admin of" in told(changed)[0]
    ada.refresh_from_db()
    assert (ada.is_active, ada.duty) == (True, Duty.ADMIN)


def test_a_duty_is_changed_with_an_entry_by_who_changed_it(
    admin: Client, ada: User, ivan: User, opening: Opening
) -> None:
    done = admin.post(address("duty", opening, ivan), {"duty": "recruiter"}, follow=True)
    assert told(done) == ["ivan@example.org is recruiter now."]
    facts = {"from": "member", "to": "recruiter"}
    assert entries("user.duty_changed") == [(f"user:{ivan.pk}", f"user:{ada.pk}", facts)]
    wrong = admin.post(address("duty", opening, ivan), {"duty": "owner"}, follow=True)
    assert told(wrong) == ["Choose one of the duties."]


def test_who_gives_their_own_duty_away_is_led_to_a_page_that_is_theirs(
    admin: Client, ada: User, alice: User, opening: Opening, now: datetime
) -> None:
    User.objects.filter(pk=alice.pk).update(duty=Duty.ADMIN)
    Membership.objects.create(opening=opening, user=ada, role=Role.INTERVIEWER, since=now)
    done = admin.post(address("duty", opening, ada), {"duty": "member"}, follow=True)
    assert done.redirect_chain == [(reverse("home"), 302)]
    assert done.status_code == 200


def test_a_new_password_link_is_shown_once_and_lets_its_owner_choose(
    admin: Client, ada: User, ivan: User, opening: Opening
) -> None:
    made = admin.post(address("password", opening, ivan))
    link = next(one[3] for one in made.context["lines"] if one[0].user == ivan)
    assert link in made.content.decode()
    assert "no-store" in made.headers["Cache-Control"]
    page = admin.get(reverse("team", args=[opening.pk])).content.decode()
    assert "welcome" not in page
    assert Client().get(link, follow=True).status_code == 200
    assert entries("user.password_link") == [(f"user:{ivan.pk}", f"user:{ada.pk}", {})]
    User.objects.filter(pk=ivan.pk).update(is_active=False)
    refused = admin.post(address("password", opening, ivan), follow=True)
    assert told(refused) == ["The account of ivan@example.org is closed. Reopen it first."]


def test_none_of_it_is_there_for_others_or_about_others(
    admin: Client, ada: User, ivan: User, mallory: User, opening: Opening, alice: User
) -> None:
    acts = ("duty", "password", "close", "reopen")
    # Mallory is on no team of this opening.
    assert {admin.post(address(act, opening, mallory)).status_code for act in acts} == {404}
    other = Client()
    other.force_login(alice)
    assert {other.post(address(act, opening, ivan)).status_code for act in acts} == {404}
    shown = other.get(reverse("team", args=[opening.pk])).content.decode()
    assert "Look after this account" not in shown
    assert (
        "Look after this account" in admin.get(reverse("team", args=[opening.pk])).content.decode()
    )
    assert not LedgerEntry.objects.filter(action__startswith="user.").exists()


def test_an_account_is_looked_after_once_however_many_roles_it_has(
    admin: Client, ivan: User, alice: User, opening: Opening, now: datetime
) -> None:
    add_to_team(opening=opening, email=ivan.email, name="", role=Role.DECIDER, by=alice, now=now)
    page = admin.get(reverse("team", args=[opening.pk])).content.decode()
    assert page.count(address("close", opening, ivan)) == 1
    # Nobody has come in by it yet: its first link stands there already.
    add_to_team(
        opening=opening, email="new@example.org", name="", role=Role.DECIDER, by=alice, now=now
    )
    new = User.objects.get(email="new@example.org")
    page = admin.get(reverse("team", args=[opening.pk])).content.decode()
    assert address("close", opening, new) in page
    assert address("password", opening, new) not in page
