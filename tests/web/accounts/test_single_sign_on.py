"""Single sign-on against a provider that is really there, on this machine."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from evenhand.hiring.models import User

pytestmark = pytest.mark.django_db(transaction=True)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider(BaseHTTPRequestHandler):
    """Discovery, keys, tokens and user info, as OpenID Connect Core 1.0 has them."""

    person: dict[str, Any] = {}
    challenge = ""

    def do_GET(self) -> None:
        here = f"http://localhost:{self.server.server_address[1]}"
        if self.path.endswith("/openid-configuration"):
            self.say({
                "issuer": here, "authorization_endpoint": f"{here}/authorize",
                "token_endpoint": f"{here}/token", "jwks_uri": f"{here}/keys",
                "userinfo_endpoint": f"{here}/who",
            })  # fmt: skip
        elif self.path == "/keys":
            key = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
            self.say({"keys": [{**key, "kid": "one", "use": "sig", "alg": "RS256"}]})
        else:
            self.say(self.person)

    def do_POST(self) -> None:
        body = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        here = f"http://localhost:{self.server.server_address[1]}"
        now = int(time.time())
        claims = {**self.person, "iss": here, "aud": "evenhand", "iat": now, "exp": now + 60}
        assert body["code_verifier"]
        token = jwt.encode(claims, KEY, "RS256", headers={"kid": "one"})
        self.say({"access_token": "a", "token_type": "Bearer", "id_token": token})

    def say(self, what: dict[str, Any]) -> None:
        told = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def provider(settings: Settings) -> Iterator[type[Provider]]:
    server = ThreadingHTTPServer(("localhost", 0), Provider)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    app = {
        "provider_id": "sso", "name": "Company", "client_id": "evenhand", "secret": "s",
        "settings": {"server_url": f"http://localhost:{server.server_address[1]}"},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}
    }
    cache.clear()
    yield Provider
    server.shutdown()
    server.server_close()
    thread.join()


def come_in(client: Client) -> str:
    """Go to the provider and back; returns where one ends."""
    there = client.post(reverse("openid_connect_login", args=["sso"]))["Location"]
    asked = parse_qs(urlsplit(there).query)
    assert asked["code_challenge_method"] == ["S256"]
    back = client.get(
        reverse("openid_connect_callback", args=["sso"]), {"code": "c", "state": asked["state"][0]}
    )
    return back["Location"] if back.status_code == 302 else back.content.decode()


def user_of(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_whom_the_provider_vouches_for_is_let_into_their_account(
    client: Client, alice: User, provider: type[Provider]
) -> None:
    assert "Continue with Company" in client.get(reverse("sign-in")).content.decode()
    provider.person = {"sub": "1", "email": "alice@example.org", "email_verified": True}
    assert come_in(client) == "/"
    assert user_of(client) == str(alice.pk)


def test_an_address_that_the_provider_has_not_verified_opens_nothing(
    client: Client, alice: User, provider: type[Provider]
) -> None:
    provider.person = {"sub": "2", "email": "alice@example.org", "email_verified": False}
    come_in(client)
    assert user_of(client) is None


def test_who_has_no_account_gets_none(
    client: Client, alice: User, provider: type[Provider]
) -> None:
    provider.person = {"sub": "3", "email": "eve@example.org", "email_verified": True}
    come_in(client)
    assert user_of(client) is None
    assert not User.objects.filter(email="eve@example.org").exists()


def test_an_answer_that_was_not_asked_for_is_refused(
    client: Client, alice: User, provider: type[Provider]
) -> None:
    provider.person = {"sub": "1", "email": "alice@example.org", "email_verified": True}
    client.get(reverse("openid_connect_callback", args=["sso"]), {"code": "c", "state": "made-up"})
    assert user_of(client) is None


def test_without_a_provider_the_page_offers_none(client: Client, db: None) -> None:
    assert "Continue with Company" not in client.get(reverse("sign-in")).content.decode()
