"""The box about a later notice: kind, in nobody's way, and kept with what it named."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from tests.outside import activate_outside

from evenhand.hiring.agreements.services import answer_again
from evenhand.hiring.compliance.counting import Span, count
from evenhand.hiring.models import LedgerEntry, Sitting, User
from evenhand.hiring.openings.erasing import erase_now
from evenhand.hiring.openings.links import link_of, renew_link
from evenhand.hiring.sittings.agreed import may_be_sent
from evenhand.web.sitting.notice import CURRENT, version_of

pytestmark = pytest.mark.django_db

MID = ("models.example", "mid-1")
ASKS = "Since you began, other models were chosen to read"


@pytest.fixture
def begun(client: Client, link: str) -> Sitting:
    client.post(f"{link}begin", {"consent": "on"})
    return Sitting.objects.select_related("application__opening").get()


@pytest.fixture
def moved(begun: Sitting, alice: User, now: datetime) -> Sitting:
    activate_outside(begun.application.pack, alice, now)
    return begun


def page(client: Client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def say(client: Client, link: str, said: str, back: str = "review", named: str = "") -> str:
    body = {"said": said, "back": back, "named": [named or f"{MID[1]} {MID[0]}"]}
    answer = client.post(f"{link}notice/again/", body, follow=True)
    return re.sub(r"\s+", " ", answer.content.decode())


def actions() -> list[str]:
    found = LedgerEntry.objects.filter(action__contains="_again").order_by("seq")
    return list(found.values_list("action", flat=True))


def test_where_nothing_changed_there_is_no_box(client: Client, link: str, begun: Sitting) -> None:
    for place in ("", "review/", "notice/again/"):
        assert ASKS not in page(client, link + place)


def test_it_says_what_changed_and_what_a_no_means_and_offers_both_alike(
    client: Client, link: str, moved: Sitting
) -> None:
    for place in ("", "review/"):
        text = page(client, link + place)
        assert ASKS in text
        assert "mid-1, at models.example" in text
        assert "judges that run on our own machine read your answers instead" in text
        buttons = re.findall(r'<button class="([^"]*)" name="said" value="(yes|no)"', text)
        assert buttons == [("plain", "yes"), ("plain", "no")]
    # The notice on the first page is still the one that they agreed to, until they say yes.
    assert "sends nothing elsewhere" in page(client, link)
    say(client, link, "yes")
    assert "sends nothing elsewhere" not in page(client, link)


def test_it_stands_on_no_question_and_stops_no_save_and_no_handing_in(
    client: Client, link: str, moved: Sitting
) -> None:
    assert ASKS not in page(client, f"{link}1/")
    body = {"text": "Logs first.", "base_revision": 0, "tab": "t"}
    saved = client.post(f"{link}save/{moved.prompts[0]}", body, content_type="application/json")
    assert saved.status_code == 200
    assert ASKS in page(client, link + "review/")
    client.post(f"{link}submit")
    moved.refresh_from_db()
    assert moved.state == Sitting.State.SUBMITTED
    assert ASKS in page(client, f"{link}done/")
    assert actions() == []


def test_a_yes_is_kept_with_the_version_and_the_digest_of_what_was_shown(
    client: Client, link: str, moved: Sitting
) -> None:
    shown = page(client, f"{link}notice/again/")
    assert "mid-1, at models.example" in shown
    assert "Your answers may go there" in say(client, link, "yes")
    entry = LedgerEntry.objects.get(action="sitting.agreed_again")
    begun = LedgerEntry.objects.get(action="sitting.begun").facts
    assert entry.actor == f"candidate:{moved.application_id}"
    assert entry.facts["notice"] == version_of(CURRENT)
    assert entry.facts["sent_to"] == [[*MID]]
    changed = {key for key in begun if entry.facts[key] != begun[key]}
    assert changed == {"sent_to", "text_sha256"}
    assert may_be_sent(moved, {MID})
    kept = page(client, f"{link}notice/")
    assert "A later notice that you said yes to" in kept
    assert "made anew, it has the digest that was recorded" in kept


def test_a_yes_is_to_the_models_alone_whatever_else_changed_since(
    client: Client, link: str, moved: Sitting
) -> None:
    moved.application.opening.__class__.objects.update(keep_days=900)
    say(client, link, "yes")
    assert LedgerEntry.objects.get(action="sitting.agreed_again").facts["keep_days"] == 180


def test_a_no_is_kept_and_can_be_changed_until_reading_begins(
    client: Client, link: str, moved: Sitting
) -> None:
    text = say(client, link, "no", back="start")
    assert "Judges on our own machine read your answers" in text
    assert "Change to yes" in text
    assert not may_be_sent(moved, {MID})
    assert "Change to no" in say(client, link, "yes")
    assert "Change to yes" in say(client, link, "no")
    assert actions() == [
        "sitting.declined_again",
        "sitting.agreed_again",
        "sitting.declined_again",
    ]
    client.post(f"{link}submit")
    Sitting.objects.update(panel="embedded", panel_version="e" * 64)
    assert "being read already" in say(client, link, "yes", back="done")
    assert len(actions()) == 3
    assert "Change to" not in page(client, f"{link}done/")


def test_an_answer_to_other_models_than_those_of_now_is_shown_again_instead(
    client: Client, link: str, moved: Sitting, alice: User, now: datetime
) -> None:
    activate_outside(moved.application.pack, alice, now, model="big-1")
    text = say(client, link, "yes")
    assert "please look again" in text
    assert "big-1, at models.example" in text
    assert actions() == []


def test_a_body_that_says_neither_leads_to_the_notice(
    client: Client, link: str, moved: Sitting
) -> None:
    assert "The notice as it reads now" in say(client, link, "maybe")
    assert actions() == []


def test_who_was_erased_finds_a_link_that_opens_nothing(
    client: Client, link: str, moved: Sitting, alice: User, now: datetime
) -> None:
    erase_now(application=moved.application, reason="asked", by=alice, now=now)
    answer = client.post(f"{link}notice/again/", {"said": "yes"})
    assert answer.status_code == 404


def test_their_own_data_holds_what_they_said_and_to_whom(
    client: Client, link: str, moved: Sitting
) -> None:
    say(client, link, "yes")
    client.post(f"{link}submit")
    found = client.get(f"{link}data.json").json()["record"]
    (entry,) = [one for one in found if one["action"] == "sitting.agreed_again"]
    assert entry["by"] == "you"
    assert entry["facts"]["sent_to"] == [[*MID]]
    assert f"{link}notice/" in page(client, f"{link}data/")


def test_the_compliance_page_counts_who_answered_and_tells_a_no_from_a_yes_to_nobody(
    client: Client, link: str, moved: Sitting, alice: User
) -> None:
    say(client, link, "yes")
    say(client, link, "no")
    client.force_login(alice)
    address = reverse("notice", args=[moved.application.opening_id])
    assert "1 person answered a later notice" in page(client, address)
    facts = client.get(f"{address}?as=json").json()
    assert "answered_later" in str(facts)
    assert "declined" not in str(facts)


@pytest.mark.parametrize("said", ["yes", "no"])
def test_the_counts_of_the_record_tell_a_no_from_a_yes_to_nobody(
    moved: Sitting, now: datetime, said: str
) -> None:
    told = {"sent_to": [[*MID]]}
    answer_again(sitting=moved, agrees=said == "yes", notice_version="3", told=told, now=now)
    kinds = count(moved.application.opening.organisation, Span(now.date(), now.date())).logged
    answered = {kind: n for kind, n in kinds.entries.items() if "again" in kind}
    assert answered == {"sitting.agreed_again, sitting.declined_again": 1}


def test_a_newer_link_says_that_it_is_one(
    client: Client, link: str, begun: Sitting, alice: User, now: datetime
) -> None:
    assert "newer link" not in page(client, link)
    made = renew_link(application=begun.application, actor=f"user:{alice.pk}", now=now)
    text = page(client, link_of(made).replace("http://localhost:8000", ""))
    assert "This is a newer link" in text
    assert "the same sitting and the same clock" in text
