"""The notice stays as it was agreed to, and other words are another version."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from evenhand.hiring.models import LedgerEntry, Opening, Sitting, User
from evenhand.hiring.openings.erasing import change_keep_days
from evenhand.web.sitting import notice
from evenhand.web.sitting.notice import (
    CURRENT,
    VERSIONS,
    agreed_notice,
    notice_for,
    source_digest,
    version_of,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", VERSIONS)
def test_the_words_of_a_version_are_never_changed(name: str) -> None:
    assert source_digest(name) == VERSIONS[name], (
        f"the text of notice {name} was changed: leave it as it was, put the new words into a file "
        "of their own beside it, and add that to VERSIONS"
    )


def test_other_words_are_another_version_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    before = version_of(CURRENT)
    version_of.cache_clear()
    monkeypatch.setattr(notice, "source_digest", lambda name: "0" * 64)
    assert version_of(CURRENT) != before
    version_of.cache_clear()


def test_a_version_fits_where_it_is_kept() -> None:
    field = Sitting._meta.get_field("notice_version")
    assert all(len(version_of(name)) <= field.max_length for name in VERSIONS)


@pytest.fixture
def begun(client: Client, link: str) -> Sitting:
    client.post(f"{link}begin", {"consent": "on"})
    return Sitting.objects.select_related("application__opening").get()


def test_the_record_holds_the_version_the_figures_and_the_digest_of_the_text(
    begun: Sitting,
) -> None:
    entry = LedgerEntry.objects.get(action="sitting.begun")
    told = notice_for(begun).told
    assert entry.facts == {"notice": version_of(CURRENT), **told}
    assert (told["keep_days"], told["minutes"], told["sent_to"]) == (180, 45, [])


def test_what_was_agreed_to_is_shown_as_it_was_whatever_changed_since(
    client: Client, link: str, begun: Sitting, opening: Opening, alice: User, now: datetime
) -> None:
    text = notice_for(begun).text
    change_keep_days(opening=opening, days=365, confirmed=(), by=alice, now=now)
    Sitting.objects.update(time_factor="2.00")
    begun = Sitting.objects.select_related("application__opening").get()
    assert notice_for(begun).text != text
    agreed = agreed_notice(begun)
    assert agreed is not None
    assert (agreed.text, agreed.exact, agreed.at) == (text, True, timezone.now())
    page = client.get(f"{link}notice/").content.decode()
    assert text in page
    assert version_of(CURRENT) in page
    assert "the same, to the letter" in page
    assert f"entry {agreed.entry}" in page


def test_a_text_that_is_not_the_one_agreed_to_is_never_said_to_be(
    client: Client, link: str, begun: Sitting
) -> None:
    Sitting.objects.update(notice_version="2026-11-2")
    page = client.get(f"{link}notice/").content.decode()
    assert "cannot be shown to be those of that day" in page
    Sitting.objects.update(notice_version=f"{CURRENT}+00000000")
    page = client.get(f"{link}notice/").content.decode()
    assert "not part of this installation" in page
    assert "How your answers are scored" not in page


def test_before_the_consent_there_is_none_to_show(client: Client, link: str) -> None:
    assert client.get(f"{link}notice/")["Location"] == link


def test_the_page_after_handing_in_says_which_version_and_when(
    client: Client, link: str, begun: Sitting
) -> None:
    client.post(f"{link}submit")
    page = re.sub(r"\s+", " ", client.get(f"{link}done/").content.decode())
    assert f"You agreed to version {version_of(CURRENT)} of the notice on 2 March 2026" in page


def test_while_somebody_writes_their_data_waits(client: Client, link: str, begun: Sitting) -> None:
    for page in ("data/", "data.json"):
        assert client.get(link + page)["Location"] == link
    client.post(f"{link}submit")
    assert client.get(f"{link}data/").status_code == 200
    assert client.get(f"{link}data.json").json()["format"] == "evenhand-personal-data/1"
