"""A pack that goes from the store while somebody sits it: their text stays, both sides know."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from evenhand.hiring.models import Answer, Application, KeptAside, Opening, Sitting, User
from evenhand.hiring.openings.packs import pack_of

from .conftest import Clock, Save

SAYS = "Your questions cannot be shown just now"


@pytest.fixture
def gone(sitting: Sitting) -> Iterator[Path]:
    """The pack of the sitting, taken out of the store while the process runs."""
    stored: Path = settings.PACK_STORE / sitting.application.pack_id
    aside = stored.with_name("aside")
    stored.rename(aside)
    pack_of.cache_clear()
    yield stored
    if not stored.exists():
        shutil.move(aside, stored)
    pack_of.cache_clear()


@pytest.fixture
def written(save: Save) -> str:
    """What stood on the server before the pack was gone."""
    save("The answer before.")
    return "The answer before."


def test_the_browser_goes_on_saving(written: str, gone: Path, save: Save) -> None:
    assert save("More of it.", base=1)[0] == 200
    assert Answer.objects.get().text == "More of it."


@pytest.mark.parametrize("place", ["", "1/", "2/", "review/"])
def test_every_page_says_it_in_one_message_with_what_is_kept(
    client: Client, written: str, gone: Path, started: str, opening: Opening, place: str
) -> None:
    page = client.get(started + place)
    body = page.content.decode()
    assert (page.status_code, body.count(SAYS)) == (503, 2), "title and heading"
    assert written in body
    assert opening.contact_email in body
    assert str(settings.PACK_STORE) not in body


def test_a_plain_form_is_kept_although_its_page_cannot_be_shown(
    client: Client, written: str, gone: Path, started: str
) -> None:
    sent = {"text": "Sent without a script.", "base_revision": 1, "tab": "", "go": "2"}
    page = client.post(f"{started}1/", sent)
    assert page.status_code == 503
    assert Answer.objects.get().text == "Sent without a script."
    assert "Sent without a script." in page.content.decode()


def test_a_plain_form_in_conflict_is_kept_beside_the_answer(
    client: Client, written: str, gone: Path, started: str
) -> None:
    client.post(f"{started}1/", {"text": "From elsewhere.", "base_revision": 0, "tab": ""})
    assert Answer.objects.get().text == written
    assert KeptAside.objects.get().text == "From elsewhere."


def test_it_can_be_handed_in_and_is_there_again_when_the_pack_is(
    client: Client, written: str, gone: Path, started: str, sitting: Sitting
) -> None:
    assert client.post(f"{started}submit").status_code == 302
    sitting.refresh_from_db()
    assert sitting.state == Sitting.State.SUBMITTED
    assert SAYS in client.get(f"{started}done/").content.decode()
    shutil.move(gone.with_name("aside"), gone)
    assert written in client.get(f"{started}done/").content.decode()


def test_time_that_runs_out_hands_in_what_is_there(
    client: Client, written: str, gone: Path, started: str, sitting: Sitting, clock: Clock
) -> None:
    clock.forward(hours=2)
    assert SAYS in client.get(f"{started}done/").content.decode()
    sitting.refresh_from_db()
    kept = {answer.text: answer.sitting for answer in Answer.objects.all()}
    assert (sitting.state, kept[written]) == ("submitted", sitting)


def test_going_on_asks_for_no_follow_up_and_does_not_fail(
    client: Client, written: str, gone: Path, started: str
) -> None:
    assert client.post(f"{started}1/finish?to=2").json()["go"] is None


def test_the_recruiter_reads_what_is_missing_and_what_to_do(
    client: Client, gone: Path, opening: Opening, application: Application, alice: User
) -> None:
    client.force_login(alice)
    body = client.get(f"/openings/{opening.pk}/").content.decode()
    assert "cannot be opened, so who sits it is not shown their questions" in body
    assert str(gone) in body
    for place in (f"/applications/{application.pk}/report/", f"/openings/{opening.pk}/decisions/"):
        page = client.get(place)
        assert page.status_code == 503
        assert "puts that folder back" in page.content.decode()
