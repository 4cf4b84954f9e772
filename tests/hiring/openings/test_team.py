"""The team of an opening: roles given and taken, and how somebody new comes in."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

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
    page = client.get(welcome_link(bob), follow=True)
    form_at = page.redirect_chain[-1][0]
    word = "a long enough secret"
    done = client.post(form_at, {"new_password1": word, "new_password2": word})
    assert done["Location"] == "/sign-in/"
    bob.refresh_from_db()
    assert bob.check_password(word)


def test_a_welcome_link_works_once(
    opening: Opening, alice: User, now: datetime, client: Client
) -> None:
    bob = add(opening, alice, now).user
    link = welcome_link(bob)
    bob.set_password("chosen meanwhile 7")
    bob.save()
    assert "does not open any more" in client.get(link).content.decode()


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
