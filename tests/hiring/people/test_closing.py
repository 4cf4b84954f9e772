"""Accounts that are closed and opened again, duties that change, and links to a new password."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evenhand.config.accounts import change_duty as command
from evenhand.hiring.errors import FieldError, InterviewError, KeyUnknown
from evenhand.hiring.interviews.services import plan_interview
from evenhand.hiring.keys.services import let_in, make_key
from evenhand.hiring.models import (
    ApiKey,
    Application,
    CalendarFeed,
    Duty,
    LedgerEntry,
    Membership,
    Opening,
    Organisation,
    Role,
    User,
)
from evenhand.hiring.people import closing
from evenhand.hiring.people.closing import change_duty, close_account, reopen_account
from evenhand.hiring.people.passwords import make_link
from evenhand.hiring.scheduling.feeds import make_feed

ALICE, PASSWORD = "alice@example.org", "correct horse 1"


@pytest.fixture
def alice(alice: User) -> User:
    """An admin beside another one."""
    User.objects.create_user("olga@example.org", duty=Duty.ADMIN)
    alice.duty = Duty.ADMIN
    alice.save()
    return alice


def entries(*actions: str) -> list[tuple[str, str, str, Any]]:
    found = LedgerEntry.objects.filter(action__in=actions).order_by("seq")
    return [(one.action, one.subject, one.actor, one.facts) for one in found]


def signed_in(client: Client) -> bool:
    return client.get(reverse("home")).status_code == 200


def test_closing_ends_sessions_feed_and_keys_with_an_entry(
    client: Client, alice: User, now: datetime
) -> None:
    other = Client()
    other.force_login(User.objects.get(email="olga@example.org"))
    client.post(reverse("sign-in"), {"login": ALICE, "password": PASSWORD})
    assert signed_in(client)
    make_feed(user=alice, now=now)
    _key, secret = make_key(name="ATS", role=Role.AUDITOR, by=alice, now=now)
    closed = close_account(email=f" {ALICE.title()}", now=now)
    assert (closed.sessions, closed.feeds, closed.keys) == (1, 1, 1)
    facts = {"sessions": 1, "feeds": 1, "keys": 1}
    about = f"user:{alice.pk}"
    assert entries("user.closed") == [("user.closed", about, "system", facts)]
    assert [one[2] for one in entries("feed.revoked", "key.lapsed")] == ["system", "system"]
    reopen_account(email=ALICE, now=now)
    # What ended stays ended, and nobody else lost anything.
    assert not signed_in(client)
    assert not CalendarFeed.objects.filter(revoked_at=None).exists()
    with pytest.raises(KeyUnknown):
        let_in(secret, now)
    assert signed_in(other)
    client.post(reverse("sign-in"), {"login": ALICE, "password": PASSWORD})
    assert signed_in(client)
    assert [one[:3] for one in entries("user.reopened")] == [("user.reopened", about, "system")]


def test_an_account_without_its_entry_stays_open(
    alice: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("the ledger is away")

    make_feed(user=alice, now=now)
    monkeypatch.setattr(closing, "record", fail)
    with pytest.raises(OSError, match="away"):
        close_account(email=ALICE, now=now)
    alice.refresh_from_db()
    assert alice.is_active
    assert CalendarFeed.objects.filter(revoked_at=None).exists()


def test_the_last_admin_of_an_organisation_who_can_sign_in_stays_one(
    alice: User, now: datetime
) -> None:
    elsewhere = Organisation.objects.create(name="Elsewhere", created_at=now)
    User.objects.create_user("ed@example.org", organisation=elsewhere, duty=Duty.ADMIN)
    close_account(email="olga@example.org", now=now)
    for act in (
        lambda: close_account(email=ALICE, now=now),
        lambda: change_duty(email=ALICE, duty=Duty.MEMBER, now=now),
    ):
        with pytest.raises(FieldError, match="the last admin of Evenhand"):
            act()
    alice.refresh_from_db()
    assert (alice.is_active, alice.duty) == (True, Duty.ADMIN)


def test_a_duty_that_goes_takes_the_keys_with_it(alice: User, now: datetime) -> None:
    make_key(name="ATS", role=Role.AUDITOR, by=alice, now=now)
    assert change_duty(email=ALICE, duty=Duty.RECRUITER, now=now) == 1
    assert not ApiKey.objects.filter(revoked_at=None).exists()
    assert change_duty(email=ALICE, duty=Duty.ADMIN, now=now) == 0
    assert [one[3] for one in entries("user.duty_changed")] == [
        {"from": "admin", "to": "recruiter"}, {"from": "recruiter", "to": "admin"},
    ]  # fmt: skip


def test_what_changes_nothing_is_refused(alice: User, now: datetime) -> None:
    with pytest.raises(FieldError, match="is open"):
        reopen_account(email=ALICE, now=now)
    with pytest.raises(FieldError, match="is admin already"):
        change_duty(email=ALICE, duty=Duty.ADMIN, now=now)
    close_account(email=ALICE, now=now)
    with pytest.raises(FieldError, match="closed already"):
        close_account(email=ALICE, now=now)
    with pytest.raises(FieldError, match="no account"):
        close_account(email="nobody@example.org", now=now)


def test_an_opening_that_nobody_recruits_for_any_more_is_named(
    alice: User, opening: Opening, now: datetime
) -> None:
    olga = User.objects.get(email="olga@example.org")
    shared = Membership.objects.create(opening=opening, user=olga, role=Role.RECRUITER, since=now)
    assert close_account(email=ALICE, now=now).orphaned == ()
    reopen_account(email=ALICE, now=now)
    shared.delete()
    closed = close_account(email=ALICE, now=now)
    assert closed.orphaned == (opening.title,)
    assert closed.lines()[1].startswith(f"{opening.title}: nobody recruits here now")


def test_nobody_whose_account_is_closed_is_planned_for_an_interview(
    alice: User, application: Application, now: datetime
) -> None:
    Membership.objects.create(
        opening=application.opening, user=alice, role=Role.INTERVIEWER, since=now
    )
    close_account(email=ALICE, now=now)
    alice.refresh_from_db()
    with pytest.raises(InterviewError, match="is closed"):
        plan_interview(application=application, round="final", interviewer=alice, by=alice, now=now)


def test_who_forgot_a_password_chooses_another_by_a_link_that_is_an_entry(
    client: Client, alice: User, now: datetime
) -> None:
    there = Client()
    there.force_login(alice)
    link = make_link(email=ALICE, now=now)
    assert entries("user.password_link") == [
        ("user.password_link", f"user:{alice.pk}", "system", {})
    ]
    page = client.get(link, follow=True)
    assert f"Choose a new password for {ALICE}" in page.content.decode()
    word = "another long secret"
    client.post(page.redirect_chain[-1][0], {"new_password1": word, "new_password2": word})
    alice.refresh_from_db()
    assert alice.check_password(word)
    assert [one[3] for one in entries("user.password_set")] == [{"by": "link", "first": False}]
    assert not signed_in(there)
    assert "does not open any more" in client.get(link, follow=True).content.decode()


def test_a_closed_account_gets_no_link(alice: User, now: datetime) -> None:
    close_account(email=ALICE, now=now)
    with pytest.raises(FieldError, match="Reopen it first"):
        make_link(email=ALICE, now=now)
    assert entries("user.password_link") == []


def test_the_command_knows_every_duty() -> None:
    duty = next(one for one in command.params if one.name == "duty")
    assert sorted(duty.type.choices) == sorted(Duty.values)  # type: ignore[attr-defined]
