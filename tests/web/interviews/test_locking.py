"""Locking says what is missing; what is locked is read beside others and corrected visibly."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.interviews.conftest import lock, text
from tests.web.interviews.filling import body_of

from evenhand.hiring.errors import CardLocked
from evenhand.hiring.interviews.kits import kit_for
from evenhand.hiring.interviews.services import save_card
from evenhand.hiring.models import CardLevel, Interview, User


def page_of(client: Client, name: str, interview: Interview) -> str:
    return text(client.get(reverse(name, args=[interview.pk])))


def correct(client: Client, interview: Interview, **fields: object) -> object:
    return client.post(reverse("interview-locked", args=[interview.pk]), fields, follow=True)


def test_the_lock_page_shows_the_whole_card_before_it_is_locked(
    as_ivan: Client, begun: Interview, now: datetime
) -> None:
    save_card(interview=begun, body=body_of(begun, 3.5), base_revision=0, now=now)
    page = page_of(as_ivan, "interview-lock", begun)
    assert "Began with what the labels mean." in page
    assert "Calm, and to the point." in page
    assert "after 0:47" in page
    assert "asked, 5:00 minutes" in page
    assert page.count("<strong>3.5</strong>") == len(kit_for(begun).dimensions)
    assert "Locking is final." in page
    assert "Before it can be locked" not in page


def test_what_is_missing_is_named_at_its_place_and_the_card_stays_open(
    as_ivan: Client, begun: Interview, now: datetime
) -> None:
    body = body_of(begun)
    about = kit_for(begun).dimensions[0]
    del body["levels"][about.id]
    save_card(interview=begun, body=body, base_revision=0, now=now)
    answer = as_ivan.post(reverse("interview-lock", args=[begun.pk]))
    page = text(answer)
    assert answer.status_code == 422
    assert f"Still open: {about.name}." in page
    assert f"{about.name} has neither a level nor “not seen”." in page
    begun.refresh_from_db()
    assert begun.state == "begun"


def test_a_level_without_an_asked_question_is_named_too(
    as_ivan: Client, begun: Interview, now: datetime
) -> None:
    save_card(interview=begun, body=body_of(begun, asked=False), base_revision=0, now=now)
    page = page_of(as_ivan, "interview-lock", begun)
    assert page.count("no question that shows it is marked as asked") == len(
        kit_for(begun).dimensions
    )


def test_locking_leads_to_the_locked_card_and_its_pages_follow(
    as_ivan: Client, begun: Interview, now: datetime
) -> None:
    save_card(interview=begun, body=body_of(begun), base_revision=0, now=now)
    done = as_ivan.post(reverse("interview-lock", args=[begun.pk]), follow=True)
    assert "Your scorecard is locked." in text(done)
    for name in ("interview-card", "interview-lock"):
        answer = as_ivan.get(reverse(name, args=[begun.pk]))
        assert answer.url == reverse("interview-locked", args=[begun.pk])  # type: ignore[attr-defined]
    assert as_ivan.post(reverse("interview-lock", args=[begun.pk])).status_code == 302


def test_another_card_is_shown_once_it_and_ones_own_are_locked(
    as_ivan: Client, locked: Interview, peer: Interview, pia: User, now: datetime
) -> None:
    page = page_of(as_ivan, "interview-locked", locked)
    assert "Petrova" not in page
    assert "once you may read them" in page
    as_ivan.force_login(pia)
    assert "Ivan" not in page_of(as_ivan, "interview-card", peer)
    lock(peer, pia, now, level=4.5)
    page = page_of(as_ivan, "interview-locked", peer)
    assert "Ivan" in page
    assert "<strong>3</strong>" in page
    assert "<strong>4.5</strong>" in page
    assert page.index('<th scope="col">You') < page.index('<th scope="col">Ivan')


def test_a_correction_stands_beside_what_it_corrects_with_its_reason(
    as_ivan: Client, locked: Interview
) -> None:
    about = kit_for(locked).dimensions[0]
    done = correct(as_ivan, locked, dimension=about.id, level="4.5", reason="A slip.")
    page = text(done)
    assert "Corrected." in page
    assert "<s>3</s>" in page
    assert "corrected: A slip." in page
    levels = CardLevel.objects.filter(dimension=about.id).order_by("given_at")
    assert {(one.level, one.replaced_at is None) for one in levels} == {(3.0, False), (4.5, True)}


def test_what_was_not_seen_can_be_given_a_level_later(
    as_ivan: Client, begun: Interview, ivan: User, now: datetime
) -> None:
    body = body_of(begun)
    about = kit_for(begun).dimensions[1]
    body["levels"][about.id] = "not_seen"
    save_card(interview=begun, body=body, base_revision=0, now=now)
    as_ivan.post(reverse("interview-lock", args=[begun.pk]))
    correct(as_ivan, begun, dimension=about.id, level="2.0", reason="I remember now.")
    given = CardLevel.objects.get(dimension=about.id)
    assert given.level == 2.0
    assert given.task in [
        one.task for one in kit_for(begun).questions if about.id in one.dimensions
    ]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"level": "4.5", "reason": ""}, "This field is required."),
        ({"level": "3.0", "reason": "The same."}, "That is the level that counts already."),
        ({"level": "7", "reason": "Higher."}, "Select a valid choice."),
    ],
)
def test_a_correction_that_is_none_is_refused_in_words(
    as_ivan: Client, locked: Interview, fields: dict[str, str], says: str
) -> None:
    about = kit_for(locked).dimensions[0]
    page = text(correct(as_ivan, locked, dimension=about.id, **fields))
    assert says in page
    assert CardLevel.objects.filter(replaced_at__isnull=False).count() == 0


def test_nobody_corrects_anothers_card(client: Client, pia: User, locked: Interview) -> None:
    client.force_login(pia)
    to = reverse("interview-locked", args=[locked.pk])
    assert client.post(to, {"level": "5.0", "reason": "No."}).status_code == 404


def test_what_was_heard_stands_with_a_locked_card_as_a_record(
    as_ivan: Client, locked: Interview
) -> None:
    page = page_of(as_ivan, "interview-locked", locked)
    heard = kit_for(locked).dimensions[0].strong[0].says
    assert "after 0:47" in page
    assert heard.split(",")[0].split("'")[0] in page
    assert "it weighs nothing in the score" in page


def test_versions_that_were_kept_are_read_by_who_wrote_them(
    as_ivan: Client, begun: Interview, ivan: User, now: datetime
) -> None:
    lock(begun, ivan, now, level=3.0)
    assert "Versions that were kept" not in page_of(as_ivan, "interview-locked", begun)
    late = body_of(begun, 2.0) | {"notes": "Remembered on the train."}
    with pytest.raises(CardLocked):
        save_card(interview=begun, body=late, base_revision=1, now=now)
    page = page_of(as_ivan, "interview-locked", begun)
    assert "Versions that were kept" in page
    assert "Remembered on the train." in page
    assert "came after the scorecard was locked" in page


def test_a_correction_without_a_chosen_level_corrects_nothing(
    as_ivan: Client, locked: Interview
) -> None:
    about = kit_for(locked).dimensions[0]
    answer = correct(as_ivan, locked, dimension=about.id, level="", reason="A slip.")
    assert answer.status_code == 422
    assert not CardLevel.objects.filter(replaced_at__isnull=False).exists()
