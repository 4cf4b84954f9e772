"""No page, style or script names another host: every route is opened, and what it sends is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse
from tests.alarmed import alarm_about
from tests.hiring.privacy.filled import fill
from tests.tenants import admin_beside
from tests.web.test_permissions import ROUTES

from evenhand.hiring.drafts.services import begin_draft
from evenhand.hiring.drafts.setting_up import begin_setup
from evenhand.hiring.judging.models import GateRun
from evenhand.hiring.keys.services import make_key
from evenhand.hiring.models import (
    AccommodationRequest,
    Anchor,
    Application,
    DescribedJudge,
    DescribedPanel,
    Duty,
    Membership,
    Role,
    Stamp,
    User,
)
from evenhand.hiring.openings.links import token_of
from evenhand.web.permissions import RULES

ELSEWHERE = {
    "openid_connect_login": "sends its visitor to the identity provider that was set up",
    "openid_connect_callback": "is called by the identity provider",
}
"""Routes whose purpose is another host, and which are no page."""
CLOSED = {
    "calendar-feed": 404,  # the token of a personal link opens no feed
    "api-missing": 404,
    "api-root": 404,
    "judge-remove": 409,  # it is on a panel
    "mfa_deactivate_totp": 404,  # nobody has a second factor here
    "mfa_download_recovery_codes": 404,
    "mfa_view_recovery_codes": 404,
    "socialaccount_login_error": 401,
}
"""Routes that answer otherwise than with a page, a way on or a form; read all the same."""
PREVIEWS = [name for name in ROUTES if name.startswith("preview-")]
LOADS = {"src", "srcset", "poster", "data", "action", "formaction", "background", "manifest"}
RELATIONS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect", "manifest"}
OWN = {"", "testserver", urlsplit(settings.BASE_URL).netloc}
PRICE = {"input": 1, "cached": 0.1, "output": 10}
TABLE = {"kind": "openai", "base_url": "https://llm.example/v1", "model": "m", "price": PRICE}
PANEL = {"judges": ["mid"], "embedded": True}
STATIC = Path(__file__).parents[2] / "src/evenhand/web/static"


class Loads(HTMLParser):
    """Collects every address that a browser asks for by itself, or sends a form to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found += [value for name, value in given.items() if name in LOADS]
        if tag == "link" and RELATIONS & set(given.get("rel", "").split()):
            self.found.append(given.get("href", ""))
        if tag in ("use", "image"):
            self.found += [given.get("href", ""), given.get("xlink:href", "")]
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.found.append(given.get("content", "").partition("url=")[2])
        self.found += re.findall(r"url\(\s*['\"]?([^'\")]+)", given.get("style", ""))


def others(addresses: list[str]) -> list[str]:
    return [one for one in addresses if urlsplit(one.strip()).netloc not in OWN]


def loads_of(html: str) -> list[str]:
    reader = Loads()
    reader.feed(html)
    return reader.found


@pytest.fixture
def visit(
    client: Client, application: Application, alice: User, now: datetime
) -> Callable[[str], Any]:
    """Open a route by its name as who may call it, with addresses of rows that are there."""
    fill(application, alice, now)
    Stamp.objects.all().delete()  # a kit made up without questions listens for nothing
    User.objects.filter(pk=alice.pk).update(duty=Duty.ADMIN)
    for role in Role:
        Membership.objects.get_or_create(
            opening=application.opening, user=alice, role=role, defaults={"since": now}
        )
    common = {"organisation": alice.organisation, "changed_by": alice, "changed_at": now}
    judge = DescribedJudge.objects.create(name="mid", table=TABLE, **common)
    DescribedPanel.objects.create(name="mid", table=PANEL, **common)
    given = {
        "opening_id": application.opening_id,
        "application_id": application.pk,
        "interview_id": application.interviews.get().pk,
        "request_id": AccommodationRequest.objects.get().pk,
        "anchor_id": Anchor.objects.get().pk,
        "run_id": GateRun.objects.get().pk,
        "alarm_id": alarm_about(application.pack, application.opening.organisation_id, now).pk,
        "pack_hash": application.opening.pack_id,
        "membership_id": Membership.objects.first().pk,  # type: ignore[union-attr]
        "user_id": alice.pk,
        "name": judge.name,
        "token": token_of(application.invitations.get()),
        "number": 1,
        "prompt": application.sitting.prompts[0],
        "uidb64": "x",
        "key": "x",
        "pk": 1,
        "draft_id": begin_draft(base=application.pack, by=alice, now=now).pk,
        "setup_id": begin_setup(given={}, pack=application.pack, by=alice, now=now).pk,
        "sheet": "prompts",
        "id": "eval_search",
        "provider_id": "sso",
        "key_id": 1,
        "rest": "v1/nothing",
    }
    _row, secret = make_key(name="ats", role=Role.RECRUITER, by=admin_beside(alice), now=now)

    others_of = {
        "opening-step": {"name": "preview"},
        "draft-dimension": {"id": "eval_discipline"},
        **{key: {"token": f"v-{application.pack_id}"} for key in PREVIEWS},
    }

    def open_it(name: str) -> Any:
        if name.startswith(("api-", "openapi-")) and name != "api-missing":
            wanted = {key: given[key] for key in ROUTES[name].pattern.converters}
            held = {"authorization": f"Bearer {secret}"}
            return client.get(reverse(f"api:{name}", kwargs=wanted), headers=held)
        wanted = get_resolver().reverse_dict[name][0][0][1]
        if not RULES[name].visitors:
            client.force_login(alice)
        return client.get(
            reverse(name, kwargs={key: {**given, **others_of.get(name, {})}[key] for key in wanted})
        )

    return open_it


@pytest.mark.django_db
def test_no_page_asks_another_host_for_anything(visit: Callable[[str], Any]) -> None:
    asked: dict[str, list[str]] = {}
    closed: dict[str, int] = {}
    for name in sorted(set(ROUTES) - set(ELSEWHERE)):
        answer = visit(name)
        if answer.status_code not in {200, 302, 405}:
            closed[name] = answer.status_code
        found = others([answer.headers.get("Location", "")])
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            found += others(loads_of(answer.content.decode()))
            policy = answer.headers["Content-Security-Policy"]
            sources = {part for rule in policy.split(";") for part in rule.split()[1:]}
            found += sorted(one for one in sources if not one.startswith(("'", "data:", "blob:")))
        if found:
            asked[name] = found
    assert asked == {}
    assert closed == CLOSED


def test_routes_that_lead_elsewhere_are_there() -> None:
    assert set(ELSEWHERE) <= set(ROUTES)


@pytest.mark.parametrize(
    "path",
    sorted(p for p in STATIC.rglob("*") if p.suffix in {".css", ".js", ".svg"}),
    ids=lambda path: path.name,
)
def test_no_style_script_or_picture_names_another_host(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    loaded = re.findall(r"""url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)""", text)
    loaded += re.findall(
        r"""(?:fetch|import|Worker|EventSource|WebSocket|sendBeacon)\(\s*['"`]([^'"`]+)()""", text
    )
    loaded += re.findall(r"""(?:\bfrom|\bimport)\s+['"]([^'"]+)()""", text)
    loaded += re.findall(r"""\b(?:href|src)=['"]([^'"]+)()""", text)
    assert (
        others([one or other for one, other in loaded if not (one or other).startswith("data:")])
        == []
    )


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//fonts.example/a.css">',
        '<img src="http://pixel.example/1.gif">',
        '<p style="background:url(https://x.example/y.png)">',
        '<form action="https://x.example/">',
        '<meta http-equiv="refresh" content="0;url=https://x.example/">',
    ],
)
def test_an_address_of_another_host_would_be_seen(html: str) -> None:
    assert others(loads_of(html))
