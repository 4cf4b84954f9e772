"""The team of an opening: roles given and taken, and how somebody new comes in."""

from __future__ import annotations

from datetime import datetime

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from evenhand.hiring.errors import TeamError
from evenhand.hiring.models import Duty, LedgerEntry, Membership, Opening, Organisation, Role, User
from evenhand.hiring.openings.team import (
    add_to_team,
    remove_from_team,
    roles_in,
    welcome_link,
)


def entries() -> list[tuple[str, dict[str, object]]]:
    found = LedgerEntry.objects.filter(action__startswith="team.")
    return [(one.action, one.facts) for one in found]


def add(opening: Opening, by: User, now: datetime, email: str = "bob@example.org") -> Membership:
    return add_to_team(
        opening=opening, email=email, name=" Bob  Best ", role=Role.INTERVIEWER, by=by, now=now
    )


def test_somebody_new_gets_an_account_that_a_link_opens(
    opening: Opening, alice: User, now: datetime, client: Client
) -> None:
    bob = add(opening, alice, now).user
    assert (bob.duty, bob.get_full_name(), bob.organisation) == (
        Duty.MEMBER, "Bob Best", alice.organisation,
    )  # fmt: skip
    assert entries() == [("team.joined", {"user": bob.pk, "role": "interviewer"})]
    page = client.get(welcome_link(bob, alice), follow=True)
    form_at = page.redirect_chain[-1][0]
    word = "a long enough secret"
    done = client.post(form_at, {"new_password1": word, "new_password2": word})
    assert done["Location"] == "/sign-in/"
    bob.refresh_from_db()
    assert bob.check_password(word)
    (chosen,) = LedgerEntry.objects.filter(action="user.password_set")
    assert (chosen.subject, chosen.actor) == (f"user:{bob.pk}", f"user:{bob.pk}")
    assert chosen.facts == {"by": "link", "first": True}


def test_a_welcome_link_works_once(
    opening: Opening, alice: User, now: datetime, client: Client
) -> None:
    bob = add(opening, alice, now).user
    link = welcome_link(bob, alice)
    bob.set_password("chosen meanwhile 7")
    bob.save()
    assert "does not open any more" in client.get(link).content.decode()


def test_a_password_whose_entry_cannot_be_written_is_not_kept(
    opening: Opening, alice: User, now: datetime, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = add(opening, alice, now).user
    form_at = client.get(welcome_link(bob, alice), follow=True).redirect_chain[-1][0]

    def fail(**_: object) -> None:
        raise OSError("the ledger is away")

    monkeypatch.setattr("evenhand.web.accounts.views.note_chosen", fail)
    word = "a long enough secret"
    with pytest.raises(OSError, match="away"):
        client.post(form_at, {"new_password1": word, "new_password2": word})
    bob.refresh_from_db()
    assert not bob.has_usable_password()


def test_who_has_come_in_without_a_password_has_no_link(
    opening: Opening, alice: User, now: datetime
) -> None:
    """Single sign-on leaves an account without one for good: a link would open it to others."""
    bob, cleo = (add(opening, alice, now, f"{who}@example.org").user for who in ("bob", "cleo"))
    assert welcome_link(bob, alice)
    bob.last_login = now
    SocialAccount.objects.create(user=cleo, provider="sso", uid="1")
    for boss in (alice, User(duty=Duty.ADMIN, organisation=alice.organisation)):
        assert [welcome_link(one, boss) for one in (bob, cleo)] == ["", ""]


def test_a_link_is_shown_to_who_invited_and_to_admins_of_the_organisation(
    opening: Opening, alice: User, now: datetime
) -> None:
    bob = add(opening, alice, now).user
    other = User.objects.create_user("other@example.org")
    admin = User.objects.create_user("admin@example.org", duty=Duty.ADMIN)
    elsewhere = Organisation.objects.create(name="Elsewhere", created_at=now)
    stranger = User(duty=Duty.ADMIN, organisation=elsewhere)
    assert [bool(welcome_link(bob, one)) for one in (alice, other, admin, stranger)] == [
        True, False, True, False,
    ]  # fmt: skip
    bob.duty = Duty.ADMIN
    assert [bool(welcome_link(bob, one)) for one in (alice, admin)] == [False, True]
    bob.is_active = False
    assert not welcome_link(bob, admin)


def test_a_recruiter_who_adds_an_admin_to_a_team_gets_no_link_to_their_account(
    opening: Opening, alice: User, now: datetime, client: Client
) -> None:
    boss = User.objects.create_user("boss@example.org", duty=Duty.ADMIN)
    gone = add(opening, alice, now, "gone@example.org").user
    User.objects.filter(pk=gone.pk).update(is_active=False)
    client.force_login(alice)
    page = reverse("team", args=[opening.pk])
    given = {"name": "Boss", "email": boss.email, "role": "interviewer"}
    shown = client.post(page, given, follow=True).content.decode()
    assert boss.email in shown
    assert "/welcome/" not in shown
    assert "not opened yet" in shown
    assert ">closed" in shown
    add(opening, alice, now)
    assert client.get(page).content.decode().count("/welcome/") == 1


def test_a_link_to_a_closed_account_opens_nothing(
    opening: Opening, alice: User, now: datetime, client: Client
) -> None:
    bob = add(opening, alice, now).user
    link = welcome_link(bob, alice)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert "does not open any more" in client.get(link, follow=True).content.decode()


def test_a_role_given_twice_is_one_role(opening: Opening, alice: User, now: datetime) -> None:
    assert add(opening, alice, now) == add(opening, alice, now)
    assert len(entries()) == 1


def test_an_account_elsewhere_is_not_told_apart_from_a_closed_one(
    opening: Opening, alice: User, now: datetime
) -> None:
    other = Organisation.objects.create(name="Elsewhere", created_at=now)
    User.objects.create_user("theirs@example.org", organisation=other)
    User.objects.create_user("closed@example.org", is_active=False)
    for email in ("theirs@example.org", "closed@example.org"):
        with pytest.raises(TeamError, match="cannot be added here"):
            add(opening, alice, now, email)
    with pytest.raises(TeamError, match="no e-mail address"):
        add(opening, alice, now, "bob")
    assert entries() == []


def test_the_last_recruiter_stays(opening: Opening, alice: User, now: datetime) -> None:
    (mine,) = Membership.objects.filter(opening=opening)
    with pytest.raises(TeamError, match="needs a recruiter"):
        remove_from_team(membership=mine, by=alice, now=now)
    bob = add(opening, alice, now)
    remove_from_team(membership=bob, by=alice, now=now)
    assert roles_in(bob.user, opening) == frozenset()
    assert roles_in(alice, opening) == {Role.RECRUITER}
    assert [action for action, _ in entries()] == ["team.joined", "team.left"]
