"""Every route: security headers on whatever it answers, and no POST without the form's token."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from evenhand.hiring.models import User
from evenhand.web.permissions import RULES

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
MADE_UP = {"IntConverter": 1, "SlugConverter": "x", "StringConverter": "x"}


def addresses(patterns: list[Any], given: dict[str, Any], space: str) -> dict[str, str]:
    """Return the address of each route, by name, with made-up ids."""
    found: dict[str, str] = {}
    for one in patterns:
        ids = dict.fromkeys(one.pattern.regex.groupindex, "x") | {
            name: MADE_UP.get(type(kind).__name__, uuid4())
            for name, kind in one.pattern.converters.items()
        }
        if isinstance(one, URLResolver):
            inner = f"{one.namespace}:" if one.namespace else space
            found |= addresses(one.url_patterns, {**given, **ids}, inner)
        else:
            found[one.name] = reverse(space + one.name, kwargs={**given, **ids})
    return found


def by_key(name: str) -> bool:
    """Return whether a route is the API's, which knows no session and so no form."""
    return name.startswith(("api-", "openapi-"))


@pytest.mark.django_db
def test_every_answer_has_the_headers_that_keep_others_out(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(duty="admin")
    client.force_login(alice)
    found = addresses(get_resolver().url_patterns, {}, "")
    assert set(found) == set(RULES)
    for name, address in found.items():
        if name == "openid_connect_login":
            continue  # leads to the identity provider, and answers by an exception without one
        answer = client.get(address)
        assert {key: answer.headers.get(key) for key in HEADERS} == HEADERS, name
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "unsafe" not in policy, name


@pytest.mark.django_db
def test_nothing_is_taken_from_a_form_without_its_token(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    answers = {
        name: client.post(address).status_code
        for name, address in addresses(get_resolver().url_patterns, {}, "").items()
    }
    refused = {name for name, status in answers.items() if status == 403}
    assert {name for name in answers if not by_key(name)} - refused == set()
    # A session lets nobody into the API, so that no other site can use one.
    assert {answers[name] for name in answers if by_key(name)} <= {401, 403, 404, 405}
