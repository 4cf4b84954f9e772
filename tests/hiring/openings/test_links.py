"""Personal links: they open, run out, are taken back, are sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from evenhand.hiring.errors import LinkExpired, LinkRevoked, LinkUnknown, LinkUsed, MailNotSent
from evenhand.hiring.models import Application, Invitation, LedgerEntry, Sitting, User
from evenhand.hiring.openings import links, mailing
from evenhand.hiring.sittings import services as sittings


@pytest.fixture
def invitation(application: Application) -> Invitation:
    return application.invitations.get()


@pytest.fixture(autouse=True)
def _address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links are tested without the pages that they lead to."""
    monkeypatch.setattr(links, "reverse", lambda _name, args: f"/s/{args[0]}/")


def test_a_link_opens_its_own_invitation(invitation: Invitation, now: datetime) -> None:
    link = links.link_of(invitation)
    assert link.startswith("http://localhost:8000/s/")
    token = link.rstrip("/").rpartition("/")[2]
    assert links.open_invitation(token, now) == invitation


def test_a_token_that_was_changed_anywhere_is_unknown(
    invitation: Invitation, now: datetime
) -> None:
    token = links.token_of(invitation)
    wrong = [token[:n] + ("A" if c != "A" else "B") + token[n + 1 :] for n, c in enumerate(token)]
    for text in [*wrong, "", "x", "..", token[:-1], token + "x", "é" * 40, "\0"]:
        with pytest.raises(LinkUnknown):
            links.open_invitation(text, now)


def test_a_link_whose_invitation_is_gone_is_unknown(invitation: Invitation, now: datetime) -> None:
    token = links.token_of(invitation)
    invitation.delete()
    with pytest.raises(LinkUnknown):
        links.open_invitation(token, now)


def test_a_link_ends_for_who_has_not_begun(invitation: Invitation, now: datetime) -> None:
    token = links.token_of(invitation)
    links.open_invitation(token, invitation.expires_at - timedelta(seconds=1))
    with pytest.raises(LinkExpired, match="16 March 2026") as caught:
        links.open_invitation(token, invitation.expires_at)
    assert caught.value.opening == invitation.application.opening


def test_who_began_in_time_keeps_the_way_back(
    invitation: Invitation, sitting: Sitting, now: datetime
) -> None:
    token = links.token_of(invitation)
    late = invitation.expires_at + timedelta(days=1)
    assert links.open_invitation(token, late) == invitation
    assert sittings.submit(sitting=sitting, now=now)
    assert links.open_invitation(token, late) == invitation
    with pytest.raises(LinkUsed, match="handed in"):
        sittings.begin(sitting=sitting, notice_version="1", consent=True, now=now)


def test_a_new_link_ends_the_old_one(
    invitation: Invitation, application: Application, alice: User, now: datetime
) -> None:
    new = links.renew_link(application=application, actor=f"user:{alice.pk}", now=now)
    assert links.open_invitation(links.token_of(new), now) == new
    with pytest.raises(LinkRevoked, match=r"alice@example\.org"):
        links.open_invitation(links.token_of(invitation), now)
    assert [e.action for e in LedgerEntry.objects.order_by("-seq")[:2]] == [
        "link.made",
        "link.revoked",
    ]


def test_taking_a_link_back_twice_is_one_event(
    invitation: Invitation, alice: User, now: datetime
) -> None:
    for _ in range(2):
        links.revoke_link(invitation=invitation, by=alice, now=now)
    with pytest.raises(LinkRevoked):
        links.open_invitation(links.token_of(invitation), now)
    assert LedgerEntry.objects.filter(action="link.revoked").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_link_is_mailed_to_its_candidate_alone(
    invitation: Invitation, alice: User, now: datetime
) -> None:
    mailing.send_link(invitation=invitation, actor=f"user:{alice.pk}", now=now)
    (message,) = mail.outbox
    assert message.to == ["charlie@example.org"]
    assert message.reply_to == ["alice@example.org"]
    assert links.link_of(invitation) in message.body
    assert "16 March 2026" in message.body
    assert LedgerEntry.objects.latest("seq").action == "link.sent"


@pytest.mark.django_db(transaction=True)
def test_who_has_begun_is_mailed_the_way_back_and_no_last_day(
    invitation: Invitation, alice: User, now: datetime
) -> None:
    sitting = invitation.application.sitting
    sittings.begin(sitting=sitting, notice_version="1", consent=True, now=now)
    mailing.send_link(invitation=invitation, actor=f"user:{alice.pk}", now=now)
    (message,) = mail.outbox
    assert links.link_of(invitation) in message.body
    assert "leads back to what you wrote" in message.body
    assert "open until" not in message.body
    assert "invited" not in message.body
    down = mock.patch.object(EmailBackend, "send_messages", side_effect=OSError)
    with down, pytest.raises(MailNotSent) as caught:
        mailing.send_link(invitation=invitation, actor=f"user:{alice.pk}", now=now)
    assert "copy" not in str(caught.value)


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_down_is_said_and_recorded(
    invitation: Invitation, alice: User, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    down = ConnectionRefusedError("charlie@example.org refused")
    with (
        mock.patch.object(EmailBackend, "send_messages", side_effect=down),
        pytest.raises(MailNotSent, match="copy it"),
    ):
        mailing.send_link(invitation=invitation, actor=f"user:{alice.pk}", now=now)
    assert LedgerEntry.objects.latest("seq").action == "link.not_sent"
    assert "charlie" not in caplog.text


def test_a_link_that_is_over_is_not_sent(
    invitation: Invitation, alice: User, now: datetime
) -> None:
    with pytest.raises(LinkExpired):
        mailing.send_link(
            invitation=invitation, actor=f"user:{alice.pk}", now=invitation.expires_at
        )
    links.revoke_link(invitation=invitation, by=alice, now=now)
    invitation.refresh_from_db()
    with pytest.raises(LinkRevoked):
        mailing.send_link(invitation=invitation, actor=f"user:{alice.pk}", now=now)
