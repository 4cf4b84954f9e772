"""Whatever stands behind the question mark of an address: a page, or a refusal, and no crash."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.test import Client
from django.urls import reverse

from evenhand.hiring.models import Membership, Opening, Role, User

VALUES = (
    b"", b"\0", b"\xff\xfe", "\u202eé".encode(), b"-1", b"0", b"9" * 5000, b"99999999999999999999",
    b"nan", b"1e999", b"2026-02-30", b"0001-01-01", b"9999-12-31T23:59", b"json", b"[]", b"' OR 1",
    b"00000000-0000-0000-0000-000000000000",
)  # fmt: skip
OF_AN_OPENING = {
    "opening": ("page",),
    "pool": ("round", "at"),
    "cohort": ("page", "sort", "dimension", "who", "bar", "order"),
    "compare": ("who",),
    "validity": ("outcome",),
    "notice": ("as",),
    "model-card": ("as",),
    "opening-impact": ("as",),
    "opening-costs": ("month", "page"),
}
PAGES = {
    "costs": ("opening", "month", "hour", "speed"),
    "judges": ("pack",),
    "drift": ("pack",),
    "interview-minutes": ("opening",),
    "packs-differences": ("old", "new"),
    "high-risk-record": ("first", "last", "as"),
    "impact": ("until", "as"),
}


@pytest.mark.parametrize("name", [*OF_AN_OPENING, *PAGES])
def test_a_page_answers_whatever_it_is_asked(
    name: str, client: Client, alice: User, opening: Opening, now: Any
) -> None:
    for role in (Role.DECIDER, Role.AUDITOR):
        Membership.objects.create(opening=opening, user=alice, role=role, since=now)
    User.objects.filter(pk=alice.pk).update(duty="admin")
    client.force_login(alice)
    address = reverse(name, args=[opening.pk] if name in OF_AN_OPENING else [])
    for value in VALUES:
        asked = quote_from_bytes(value)
        query = "&".join(f"{one}={asked}" for one in {**OF_AN_OPENING, **PAGES}[name])
        answer = client.get(f"{address}?{query}")
        assert answer.status_code in (200, 302, 404, 422), (name, value[:40])
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "address", ["/packs/%00/", "/packs/?old=%00", "/s/%00/", "/s/x%00y/save/p"]
)
def test_an_address_with_a_null_character_is_nobodys(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
