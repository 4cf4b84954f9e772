"""Saying whom one would advance: the answers alone, then locked."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from evenhand.hiring.models import (
    AdvanceOpinion,
    Answer,
    Application,
    Duty,
    EstimateRow,
    LedgerEntry,
    Membership,
    Role,
    User,
)
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.record.viewing import note_view


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_the_page_shows_answers_without_a_name_and_no_score(
    signed_in: Client, handed_in: Application
) -> None:
    EstimateRow.objects.update(mean=4.76, p_bar=0.8765)
    page = text(signed_in.get(reverse("opinion", args=[handed_in.pk])))
    assert "I would label real queries" in page
    assert "someone and I worked at a firm" in page
    for hidden in ("Charlie", "Google", "Candidate 1", "4.8", "4.76", "88 %", "0.88"):
        assert hidden not in page


@pytest.mark.django_db
def test_a_follow_up_stands_after_the_answer_that_it_follows(
    signed_in: Client, handed_in: Application, now: datetime
) -> None:
    pack = pack_of(handed_in.opening.pack_id)
    first = handed_in.sitting.prompts[0]
    probe = pack.probes[0]
    Answer.objects.create(
        sitting=handed_in.sitting, prompt=probe.id, follows=first,
        text="I am Ada Byron, and I would ask.",
        saved_at=now,
    )  # fmt: skip
    page = text(signed_in.get(reverse("opinion", args=[handed_in.pk])))
    assert "and I would ask" in page
    assert "Ada Byron" not in page
    second = pack.prompt(handed_in.sitting.prompts[1]).text.split(".")[0].split("?")[0][:40]
    assert page.index("and I would ask") < page.index(second)


@pytest.mark.django_db
def test_an_opinion_is_locked_and_the_candidate_leaves_the_queue(
    signed_in: Client, alice: User, handed_in: Application
) -> None:
    to = reverse("opinion", args=[handed_in.pk])
    assert "1 waits for you" in text(signed_in.get(reverse("opinions")))
    done = signed_in.post(to, {"advance": "no", "sure": "60"}, follow=True)
    assert "Your opinion is locked" in text(done)
    assert "0 wait for you" in text(done)
    assert "do not advance, 60 % sure" in text(done)
    signed_in.post(to, {"advance": "yes"})
    opinion = AdvanceOpinion.objects.get()
    assert (opinion.advance, opinion.sure, opinion.judge, opinion.blind) == (False, 60, alice, True)
    page = text(signed_in.get(to))
    assert "You would not have advanced this person." in page
    assert "Lock this opinion" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("given", [{}, {"advance": "maybe"}, {"advance": "yes", "sure": "101"}])
def test_an_unfinished_opinion_is_refused(
    signed_in: Client, handed_in: Application, given: dict[str, str]
) -> None:
    answer = signed_in.post(reverse("opinion", args=[handed_in.pk]), given)
    assert answer.status_code == 422
    assert not AdvanceOpinion.objects.exists()


@pytest.mark.django_db
def test_who_saw_the_report_before_is_told_that_it_does_not_count(
    signed_in: Client, alice: User, handed_in: Application, now: datetime
) -> None:
    note_view(handed_in, what="report", by=f"user:{alice.pk}", now=now)
    to = reverse("opinion", args=[handed_in.pk])
    signed_in.post(to, {"advance": "yes"})
    assert "stays out of the study" in text(signed_in.get(to))


@pytest.mark.django_db
def test_the_view_is_recorded(signed_in: Client, alice: User, handed_in: Application) -> None:
    signed_in.get(reverse("opinion", args=[handed_in.pk]))
    entry = LedgerEntry.objects.get(action="application.viewed")
    assert (entry.actor, entry.facts) == (f"user:{alice.pk}", {"what": "opinion"})


@pytest.mark.django_db
def test_whoever_still_writes_is_not_shown(signed_in: Client, application: Application) -> None:
    assert signed_in.get(reverse("opinion", args=[application.pk])).status_code == 409


@pytest.mark.django_db
def test_a_decider_says_what_they_think_and_sees_no_study(
    client: Client, handed_in: Application, now: datetime
) -> None:
    dan = User.objects.create_user("dan@example.org", "correct horse 6", duty=Duty.MEMBER)
    opening = handed_in.opening
    Membership.objects.create(opening=opening, user=dan, role=Role.DECIDER, since=now)
    client.force_login(dan)
    assert client.get(reverse("opinion", args=[handed_in.pk])).status_code == 200
    assert "1 candidate waits for your word" in text(client.get(reverse("studies")))
    for page in ("concordance", "concordance-csv", "validity", "study-import"):
        assert client.get(reverse(page, args=[opening.pk])).status_code == 404
    assert client.get(reverse("disagreement", args=[handed_in.pk])).status_code == 404
