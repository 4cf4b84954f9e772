"""Rating a drawn answer: blind, complete, locked, and open to nobody else."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from tests.contested import member
from tests.web.scored import score

from evenhand.hiring.models import (
    Anchor,
    AnchorRating,
    Answer,
    AnswerScore,
    Application,
    Membership,
    Opening,
    Reading,
    Role,
    User,
)
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.record.viewing import note_view


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


@pytest.fixture
def ann(opening: Opening, now: datetime) -> User:
    return member(opening, "ann", Role.AUDITOR, now)


@pytest.fixture
def rating(client: Client, ann: User) -> Client:
    client.force_login(ann)
    return client


@pytest.fixture
def bob(opening: Opening, now: datetime) -> User:
    return member(opening, "bob", Role.AUDITOR, now)


@pytest.fixture
def drawn(application: Application, now: datetime) -> Anchor:
    """An answer of somebody whose name and scores would be easy to find on a page."""
    scored = score(application, now=now)
    AnswerScore.objects.update(level=4.7654321)
    return Anchor.objects.create(answer=scored.sitting.answers.order_by("prompt")[0], drawn_at=now)


def choices(anchor: Anchor, level: str = "3.5") -> dict[str, str]:
    pack = pack_of(anchor.answer.sitting.application.opening.pack_id)
    chosen = {}
    for name in pack.prompt(anchor.answer.prompt).dimensions:
        chosen[f"level-{name}"] = level
        for indicator in pack.dimension(name).indicators:
            chosen[f"mark-{name}-{indicator.id}"] = "none"
    return chosen


def page_of(client: Client, user: User, anchor: Anchor) -> str:
    client.force_login(user)
    return text(client.get(reverse("anchor", args=[anchor.pk])))


def test_the_page_shows_question_answer_and_levels_and_neither_person_nor_score(
    client: Client, ann: User, drawn: Anchor
) -> None:
    page = page_of(client, ann, drawn)
    pack = pack_of(drawn.answer.sitting.application.opening.pack_id)
    prompt = pack.prompt(drawn.answer.prompt)
    assert "four hundred real queries" in page
    for name in prompt.dimensions:
        for says in pack.dimension(name).levels:
            assert says.split(".")[0].split("'")[0] in page.replace("&#x27;", "'")
    for hidden in ("Charlie", "Cole", "Candidate 1", "Production ML engineer", "4.8", "4.7654"):
        assert hidden not in page


OWN = "I am Charlie Cole, write to charlie@example.org. I worked at Google and logged every query."


@pytest.mark.parametrize("read", [True, False])
def test_whose_it_is_is_left_out_of_the_answer_and_its_follow_up_before_and_after_rating(
    client: Client, ann: User, drawn: Anchor, now: datetime, read: bool
) -> None:
    answer = drawn.answer
    answer.text = OWN
    answer.save()
    probe = pack_of(answer.sitting.application.pack_id).probes[0].id
    Answer.objects.create(
        sitting=answer.sitting, prompt=probe, follows=answer.prompt, saved_at=now,
        text="Cole here again, at https://example.org/cole. I would log more.",
    )  # fmt: skip
    found = [{"kind": "employer", "start": OWN.index("Google"), "end": OWN.index(" and logged")}]
    Reading.objects.filter(answer=answer).update(redacted=found)
    if not read:
        Reading.objects.all().delete()
    for _ in range(2):
        page = page_of(client, ann, drawn)
        assert "logged every query." in page
        assert "I would log more." in page
        for hidden in ("Charlie", "Cole", "charlie@", "Google"):
            assert hidden not in page
        client.post(reverse("anchor", args=[drawn.pk]), choices(drawn))
    assert AnchorRating.objects.exists()


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.INTERVIEWER])
def test_it_opens_to_no_recruiter_and_to_nobody_who_has_opened_the_report(
    client: Client, opening: Opening, drawn: Anchor, now: datetime, role: Role
) -> None:
    user = member(opening, "rae", role, now)
    client.force_login(user)
    to = reverse("anchor", args=[drawn.pk])
    note_view(drawn.answer.sitting.application, what="report", by=f"user:{user.pk}", now=now)
    for answer in (client.get(to), client.post(to, choices(drawn))):
        assert answer.status_code in {403, 404}
    assert not AnchorRating.objects.exists()


def test_a_rating_is_kept_with_its_marks_and_then_the_answer_leaves_the_queue(
    client: Client, ann: User, drawn: Anchor
) -> None:
    client.force_login(ann)
    assert "1 waits for you" in text(client.get(reverse("anchors")))
    done = client.post(reverse("anchor", args=[drawn.pk]), choices(drawn), follow=True)
    assert "Your rating is locked" in text(done)
    assert "0 wait for you" in text(done)
    rating = AnchorRating.objects.filter(anchor=drawn, rater=ann)[0]
    assert rating.level == 3.5
    assert set(rating.marks.values()) == {None}


def test_an_unfinished_rating_is_refused_and_what_was_chosen_is_still_there(
    rating: Client, drawn: Anchor
) -> None:
    chosen = choices(drawn)
    missing = next(name for name in chosen if name.startswith("mark-"))
    answer = rating.post(
        reverse("anchor", args=[drawn.pk]), {k: v for k, v in chosen.items() if k != missing}
    )
    assert answer.status_code == 422
    assert 'value="3.5" selected' in text(answer)
    assert not AnchorRating.objects.exists()


def test_a_level_off_the_scale_is_refused(rating: Client, drawn: Anchor) -> None:
    answer = rating.post(reverse("anchor", args=[drawn.pk]), choices(drawn, "5.5"))
    assert answer.status_code == 422
    assert not AnchorRating.objects.exists()


def test_until_both_are_locked_neither_sees_the_other_nor_the_panel_then_both_do(
    client: Client, ann: User, bob: User, drawn: Anchor
) -> None:
    to = reverse("anchor", args=[drawn.pk])
    client.force_login(ann)
    client.post(to, choices(drawn, "1.5"))
    assert "once the second rating is locked" in page_of(client, ann, drawn)
    for user in (ann, bob):
        page = page_of(client, user, drawn)
        assert "4.8" not in page
        assert 'value="1.5" selected' not in page
        assert "1.5 ·" not in page
    client.post(to, choices(drawn, "2.5"))
    for user in (ann, bob):
        page = page_of(client, user, drawn)
        assert "1.5 · 2.5" in page
        assert "4.8" in page
    Membership.objects.filter(user=bob).update(role=Role.INTERVIEWER)
    page = page_of(client, bob, drawn)
    assert "1.5 · 2.5" in page
    assert "4.8" not in page


def test_a_second_rating_of_the_same_person_changes_nothing(rating: Client, drawn: Anchor) -> None:
    to = reverse("anchor", args=[drawn.pk])
    rating.post(to, choices(drawn))
    rating.post(to, choices(drawn, "1"))
    assert set(AnchorRating.objects.values_list("level", flat=True)) == {3.5}
    drawn.refresh_from_db()
    assert drawn.locked == 1


def test_what_two_others_have_rated_is_not_there(
    client: Client, ann: User, bob: User, mallory: User, drawn: Anchor
) -> None:
    to = reverse("anchor", args=[drawn.pk])
    for user in (ann, bob):
        client.force_login(user)
        client.post(to, choices(drawn))
    client.force_login(mallory)
    assert client.get(to).status_code == 404
    assert client.post(to, choices(drawn)).status_code == 404
    assert client.get(reverse("anchors")).status_code == 403
