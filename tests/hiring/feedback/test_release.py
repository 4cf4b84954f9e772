"""Feedback is there when a person says so, and not before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from tests.deciding import decider, lean, make_decision
from tests.interviewing import held, interviewer
from tests.web.scored import score

from evenhand.hiring.decisions.models import Outcome
from evenhand.hiring.errors import FeedbackError, MailNotSent
from evenhand.hiring.feedback.contests import contestable
from evenhand.hiring.feedback.queries import feedback_of, releasable, scored_in, whom_of
from evenhand.hiring.feedback.services import release, release_to_everybody, set_rule
from evenhand.hiring.models import Application, Feedback, LedgerEntry, Opening, User
from evenhand.hiring.openings.services import add_candidate, link_of, renew_link, revoke_link

pytestmark = pytest.mark.django_db

Capture = Callable[..., Any]


def test_scoring_alone_releases_nothing(scored: Application) -> None:
    assert feedback_of(scored) is None
    assert not Feedback.objects.exists()


def test_a_release_is_one_entry_and_one_email_with_the_link_and_no_level(
    scored: Application, alice: User, now: datetime, django_capture_on_commit_callbacks: Capture
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        release(application=scored, by=alice, now=now)
    entry = LedgerEntry.objects.get(action="feedback.released")
    assert (entry.subject, entry.actor) == (f"application:{scored.pk}", f"user:{alice.pk}")
    (letter,) = mail.outbox
    assert letter.to == ["charlie@example.org"]
    assert link_of(scored.invitations.get()) in letter.body
    for row in scored.estimates.all():
        assert f"{row.mean:.1f}" not in letter.body


def test_it_is_released_once(scored: Application, alice: User, now: datetime) -> None:
    release(application=scored, by=alice, now=now)
    with pytest.raises(FeedbackError, match="already"):
        release(application=scored, by=alice, now=now)
    assert LedgerEntry.objects.filter(action="feedback.released").count() == 1


def test_what_is_not_scored_has_no_feedback(
    application: Application, alice: User, now: datetime
) -> None:
    with pytest.raises(FeedbackError, match="not scored"):
        release(application=application, by=alice, now=now)


def test_who_was_rated_live_alone_gets_it_once_a_decision_is_locked(
    opening: Opening, application: Application, alice: User, now: datetime
) -> None:
    ivan, dora = interviewer(opening, "Ivan", now), decider(opening, "Dora", now)
    held(application, "final", ivan, now)
    lean(application, dora, now)
    make_decision(application, dora, now, outcome=Outcome.HOLD)
    with pytest.raises(FeedbackError, match="no decision is locked"):
        release(application=application, by=alice, now=now)
    assert list(releasable(opening)) == []
    make_decision(application, dora, now, outcome=Outcome.NOT_ADVANCE)
    assert list(scored_in(opening)) == list(releasable(opening)) == [application]
    release(application=application, by=alice, now=now)
    assert feedback_of(application) is not None


def test_a_draft_is_contested_by_nobody(scored: Application, alice: User, now: datetime) -> None:
    release(application=scored, by=alice, now=now)
    assert contestable(scored)
    scored.sitting.state = "started"
    assert contestable(scored) == []


def test_a_revoked_link_stays_revoked_and_a_new_one_is_asked_for(
    scored: Application, alice: User, now: datetime
) -> None:
    revoke_link(invitation=scored.invitations.get(), by=alice, now=now)
    with pytest.raises(FeedbackError, match="new link"):
        release(application=scored, by=alice, now=now)
    renew_link(application=scored, actor=f"user:{alice.pk}", now=now)
    release(application=scored, by=alice, now=now)


def test_everybody_scored_with_a_link_gets_it_at_once_and_nobody_twice(
    opening: Opening, scored: Application, alice: User, now: datetime,
    django_capture_on_commit_callbacks: Capture,
) -> None:  # fmt: skip
    others = [
        add_candidate(opening=opening, name=name, email=f"{name}@example.org", by=alice, now=now)
        for name in ("dora", "emil", "fay")
    ]
    for one in others[:2]:
        score(one, now=now)
    revoke_link(invitation=others[1].invitations.get(), by=alice, now=now)
    assert list(releasable(opening)) == [scored, others[0]]
    with django_capture_on_commit_callbacks(execute=True):
        assert release_to_everybody(opening=opening, by=alice, now=now) == 2
        assert release_to_everybody(opening=opening, by=alice, now=now) == 0
    assert {letter.to[0] for letter in mail.outbox} == {"charlie@example.org", "dora@example.org"}


def test_where_it_is_released_one_by_one_there_is_no_release_to_everybody(
    opening: Opening, scored: Application, alice: User, now: datetime
) -> None:
    assert whom_of(opening) == "everybody"
    set_rule(opening=opening, whom="chosen", by=alice, now=now)
    with pytest.raises(FeedbackError, match="one by one"):
        release_to_everybody(opening=opening, by=alice, now=now)
    release(application=scored, by=alice, now=now)
    with pytest.raises(FeedbackError, match="list"):
        set_rule(opening=opening, whom="nobody at all", by=alice, now=now)


def test_a_mail_server_that_is_down_undoes_nothing_and_is_in_the_record(
    scored: Application, alice: User, now: datetime, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Capture,
) -> None:  # fmt: skip
    tried = []

    def down(self: EmailBackend) -> None:
        tried.append(self)
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "open", down)
    keep = django_capture_on_commit_callbacks(execute=True)
    with pytest.raises(MailNotSent, match="their link shows it"), keep:
        release(application=scored, by=alice, now=now)
    assert feedback_of(scored) is not None
    assert len(tried) == 1
    assert LedgerEntry.objects.filter(action="feedback.not_sent").count() == 1


def test_erasing_takes_feedback_and_contests_along(
    opening: Opening, released: Feedback, now: datetime
) -> None:
    Application.objects.all().delete()
    assert not Feedback.objects.exists()
