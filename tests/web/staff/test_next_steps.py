"""What a recruiter is told to do next, and that it goes away when it is done."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.deciding import decider, lean, make_decision
from tests.web.scored import score

from evenhand.hiring.models import Application, Role, User
from evenhand.hiring.openings.team import add_to_team, welcome_link


def page(client: Client, one: Application) -> str:
    return client.get(reverse("opening", args=[one.opening_id])).content.decode()


def test_a_team_that_lacks_somebody_and_links_that_wait_are_named(
    client: Client, application: Application, alice: User, now: datetime
) -> None:
    client.force_login(alice)
    application.invitations.update(expires_at=timezone.now() + timedelta(days=1))
    before = page(client, application)
    assert "nobody holds interviews and nobody decides yet" in before
    assert "1 person has not begun" in before
    for role in (Role.INTERVIEWER, Role.DECIDER):
        add_to_team(
            opening=application.opening, email=f"{role}@example.org", name=role, role=role,
            by=alice, now=now,
        )  # fmt: skip
    after = page(client, application)
    assert "nobody holds" not in after
    assert "nobody decides" not in after
    application.invitations.update(revoked_at=now)
    assert "What comes next" not in page(client, application)


def test_who_chose_a_password_is_told_to_sign_in_with_it(
    client: Client, application: Application, alice: User, now: datetime
) -> None:
    email = "pat@example.org"
    added = add_to_team(
        opening=application.opening, email=email, name="Pat", role=Role.DECIDER, by=alice, now=now
    )
    form = client.get(welcome_link(added.user, alice), follow=True)
    word = "correct horse battery"
    sent = {"new_password1": word, "new_password2": word}
    answer = client.post(form.request["PATH_INFO"], sent, follow=True)
    assert f"Sign in as {email} with the password you just chose." in answer.content.decode()


def test_who_has_no_link_to_the_studies_finds_their_opinion_on_the_first_page(
    client: Client, application: Application, alice: User, now: datetime
) -> None:
    added = add_to_team(
        opening=application.opening, email="ivan@example.org", name="Ivan",
        role=Role.INTERVIEWER, by=alice, now=now,
    )  # fmt: skip
    client.force_login(added.user)
    assert reverse("opinions") not in client.get("/").content.decode()
    score(application)
    assert reverse("opinions") in client.get("/").content.decode()


def test_after_the_scoring_interviews_and_after_the_decision_feedback_come_next(
    client: Client, application: Application, alice: User, now: datetime
) -> None:
    client.force_login(alice)
    score(application)
    assert "1 person is scored and has no interview planned" in page(client, application)
    dora = decider(application.opening, "Dora", now)
    lean(application, dora, now)
    make_decision(application, dora, now)
    after = page(client, application)
    assert "no interview planned" not in after
    assert "1 person is decided on and was given no feedback" in after
