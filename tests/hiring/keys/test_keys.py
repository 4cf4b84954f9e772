from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from evenhand.hiring.errors import KeyRefused, KeySpent, KeyUnknown
from evenhand.hiring.keys import services
from evenhand.hiring.keys.services import let_in, make_key, revoke_key
from evenhand.hiring.models import ApiKey, Duty, LedgerEntry, Role, User


@pytest.fixture
def alice(alice: User) -> User:
    """An admin: keys are theirs to make."""
    alice.duty = Duty.ADMIN
    alice.save()
    return alice


def test_a_key_lets_in_and_nothing_that_is_kept_tells_what_it_is(
    alice: User, now: datetime
) -> None:
    key, secret = make_key(name=" our  ATS ", role=Role.RECRUITER, by=alice, now=now)
    kept = ApiKey.objects.get()
    assert (kept.name, kept.role, kept.last_used_at) == ("our ATS", Role.RECRUITER, None)
    assert let_in(secret, now) == key
    kept.refresh_from_db()
    assert kept.last_used_at == now
    columns = {str(value) for value in vars(kept).values()}
    assert not any(secret in column for column in columns)
    assert secret.startswith(kept.prefix)
    assert len(kept.prefix) < len(secret) - 32


def test_making_and_taking_back_are_entries_and_a_key_that_is_gone_lets_nobody_in(
    alice: User, now: datetime
) -> None:
    key, secret = make_key(name="ATS", role=Role.AUDITOR, by=alice, now=now)
    for _ in range(2):
        revoke_key(key=key, by=alice, now=now)
    with pytest.raises(KeyUnknown):
        let_in(secret, now)
    entries = [(e.action, e.subject, e.actor) for e in LedgerEntry.objects.order_by("seq")]
    of_alice, about = f"user:{alice.pk}", f"apikey:{key.pk}"
    assert entries == [("key.made", about, of_alice), ("key.revoked", about, of_alice)]
    assert secret not in str(list(LedgerEntry.objects.values()))


def test_a_name_is_free_again_once_its_key_is_taken_back(alice: User, now: datetime) -> None:
    key, _secret = make_key(name="ATS", role=Role.AUDITOR, by=alice, now=now)
    with pytest.raises(KeyRefused, match="There is a key of this name"):
        make_key(name="ATS", role=Role.AUDITOR, by=alice, now=now)
    revoke_key(key=key, by=alice, now=now)
    make_key(name="ATS", role=Role.AUDITOR, by=alice, now=now)


@pytest.mark.parametrize(("name", "role"), [("", Role.AUDITOR), ("x", Role.INTERVIEWER)])
def test_a_key_without_a_name_or_with_an_interviewers_rights_is_none(
    alice: User, now: datetime, name: str, role: Role
) -> None:
    with pytest.raises(KeyRefused):
        make_key(name=name, role=role, by=alice, now=now)


def test_a_key_makes_so_many_calls_in_a_minute_and_goes_on_in_the_next(
    alice: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "CALLS", 3)
    _key, secret = make_key(name="ATS", role=Role.AUDITOR, by=alice, now=now)
    for second in range(3):
        let_in(secret, now + timedelta(seconds=second))
    with pytest.raises(KeySpent, match="3 calls"):
        let_in(secret, now + timedelta(seconds=59))
    let_in(secret, now + timedelta(minutes=1))
    # A clock that was set back begins another minute; it locks nobody out.
    let_in(secret, now - timedelta(hours=1))


@pytest.mark.django_db
@pytest.mark.parametrize("secret", ["", "evenhand_", "x" * 10_000, "évenhand_\ud800"])
def test_what_is_no_key_lets_nobody_in(secret: str, now: datetime) -> None:
    with pytest.raises(KeyUnknown):
        let_in(secret, now)


@pytest.mark.parametrize("left", [{"is_active": False}, {"duty": Duty.RECRUITER}])
def test_a_key_does_not_outlive_its_makers_rights(
    alice: User, now: datetime, left: dict[str, object], client: Client
) -> None:
    key, secret = make_key(name="ATS", role=Role.AUDITOR, by=alice, now=now)
    assert let_in(secret, now) == key
    User.objects.filter(pk=alice.pk).update(**left)
    other = User.objects.create_user(
        "olga@example.org", organisation=alice.organisation, duty=Duty.ADMIN
    )
    client.force_login(other)
    page = client.get(reverse("keys")).content.decode()
    assert "Who made it is no admin any more." in page
    for _ in range(2):
        with pytest.raises(KeyUnknown):
            let_in(secret, now)
    page = client.get(reverse("keys")).content.decode()
    assert "by itself, as Alice, who made it, was no admin any more" in page
    (entry,) = LedgerEntry.objects.filter(action="key.lapsed")
    assert (entry.subject, entry.facts) == (f"apikey:{key.pk}", {"made_by": f"user:{alice.pk}"})
    make_key(name="ATS", role=Role.AUDITOR, by=other, now=now)
