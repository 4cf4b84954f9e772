"""Every page has a rule, and the rule holds: role by role, at home and from elsewhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.tenants import admin_beside
from tests.web.routes import ROUTES

from evenhand.hiring.keys.services import ROLES, make_key
from evenhand.hiring.models import (
    Application,
    Duty,
    Interview,
    Membership,
    Opening,
    Organisation,
    Role,
    User,
)
from evenhand.web.permissions import RULES

CASES = [*Role, *Duty]
ABOUT = ("opening_id", "application_id", "interview_id")


STAFF = sorted(name for name, rule in RULES.items() if not rule.visitors and not rule.keys)
API = sorted(name for name, rule in RULES.items() if rule.keys)


def test_every_page_has_its_rule_and_every_rule_its_page() -> None:
    assert set(ROUTES) == set(RULES)


@pytest.mark.parametrize("name", STAFF)
def test_a_page_that_is_not_for_visitors_is_guarded(name: str) -> None:
    assert getattr(ROUTES[name].callback, "for_staff", False)


@pytest.fixture
def elsewhere(db: None, now: datetime) -> Organisation:
    return Organisation.objects.create(name="Elsewhere", created_at=now)


def holding(case: Role | Duty, opening: Opening, organisation: Organisation | None = None) -> User:
    fields: dict[str, Any] = {"organisation": organisation or opening.organisation}
    fields["duty"] = case if isinstance(case, Duty) else Duty.MEMBER
    user = User.objects.create_user("eve@example.org", "correct horse 5", **fields)
    if isinstance(case, Role):
        Membership.objects.create(opening=opening, user=user, role=case, since=timezone.now())
    return user


def allowed(case: Role | Duty, name: str) -> bool:
    rule = RULES[name]
    return rule.everybody or case in (rule.roles if isinstance(case, Role) else rule.duties)


def call(client: Client, name: str, application: Application) -> int:
    """Look at a page about this application or its opening; 405 means that it may be posted to."""
    wanted = ROUTES[name].pattern.converters
    given = {"opening_id": application.opening_id, "application_id": application.pk}
    if "interview_id" in wanted:
        given["interview_id"] = planned_for(client, application)
    answer = client.get(reverse(name, kwargs={key: given[key] for key in wanted}))
    return answer.status_code


def planned_for(client: Client, application: Application) -> UUID:
    """Return an interview planned for who is signed in, whether they have a role or not."""
    who = User.objects.get(pk=client.session["_auth_user_id"])
    return Interview.objects.create(
        application=application,
        round="final",
        interviewer=who,
        minutes=60,
        starts_at=timezone.now(),
        planned_by=who,
        planned_at=timezone.now(),
    ).pk


PLAIN = [name for name in STAFF if set(ROUTES[name].pattern.converters) <= set(ABOUT)]
WITH_AN_ID = [name for name in PLAIN if ROUTES[name].pattern.converters]


def calls(user: User, names: list[str], application: Application) -> dict[str, int]:
    """Look at each page in a browser of its own; what one leaves in the database is taken back.

    One set-up serves them all: to make an application anew takes longer than to look at a page.
    """
    found = {}
    for name in names:
        client = Client()
        with transaction.atomic():
            client.force_login(user)
            found[name] = call(client, name, application)
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_rule_holds_in_ones_own_opening(application: Application, case: Role | Duty) -> None:
    found = calls(holding(case, application.opening), PLAIN, application)
    right = {True: {200, 302, 405, 409}, False: {403, 404}}
    assert {n: s for n, s in found.items() if s not in right[allowed(case, n)]} == {}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_another_organisations_opening_is_not_there_whatever_ones_role(
    application: Application, elsewhere: Organisation, case: Role | Duty
) -> None:
    found = calls(holding(case, application.opening, elsewhere), WITH_AN_ID, application)
    assert {n: s for n, s in found.items() if s not in {403, 404, 405}} == {}


def test_a_role_in_one_opening_is_none_in_another(
    application: Application, opening: Opening, now: datetime
) -> None:
    other = Opening.objects.get(pk=opening.pk)
    other.pk, other._state.adding = None, True
    other.save(force_insert=True)
    for role in Role:
        user = User.objects.filter(email="eve@example.org").first() or holding(role, other)
        Membership.objects.get_or_create(
            opening=other, user=user, role=role, defaults={"since": now}
        )
    found = calls(user, WITH_AN_ID, application)
    assert {n: s for n, s in found.items() if s not in {404, 405}} == {}


@pytest.mark.parametrize(
    "name", [n for n in PLAIN if "interview_id" in ROUTES[n].pattern.converters]
)
def test_an_interview_of_somebody_else_is_there_for_those_alone_who_plan(
    client: Client, alice: User, application: Application, name: str
) -> None:
    client.force_login(alice)
    given = {"interview_id": planned_for(client, application)}
    client.force_login(holding(Role.INTERVIEWER, application.opening))
    assert client.get(reverse(name, kwargs=given)).status_code in {404, 405}
    assert client.post(reverse(name, kwargs=given)).status_code in {404, 405}


def test_a_rule_that_is_missing_lets_nobody_in(
    client: Client, alice: User, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(alice)
    monkeypatch.delitem(RULES, "opening")  # type: ignore[misc]
    assert client.get(reverse("opening", args=[opening.pk])).status_code == 404


def call_with(client: Client, name: str, application: Application, key: str) -> int:
    """Call an operation of the API about this application or its opening, by GET or by POST."""
    given = {"opening_id": application.opening_id, "application_id": application.pk}
    wanted = ROUTES[name].pattern.converters
    address = reverse(f"api:{name}", kwargs={one: given[one] for one in wanted})
    headers = {"authorization": f"Bearer {key}"} if key else {}
    if name == "api-invite":
        body = {"name": "Dora Dee", "email": "dora@example.org"}
        return client.post(address, body, "application/json", headers=headers).status_code
    return client.get(address, headers=headers).status_code


@pytest.mark.parametrize("name", API)
@pytest.mark.parametrize("role", ROLES, ids=str)
def test_a_key_may_call_what_its_rights_say_and_in_its_own_organisation_alone(
    client: Client,
    application: Application,
    alice: User,
    elsewhere: Organisation,
    role: Role,
    name: str,
    now: datetime,
) -> None:
    stranger = holding(Duty.ADMIN, application.opening, elsewhere)
    _row, foreign = make_key(name="theirs", role=role, by=stranger, now=now)
    _row, own = make_key(name="ours", role=role, by=admin_beside(alice), now=now)
    there = bool(ROUTES[name].pattern.converters)
    may = role in RULES[name].keys
    refused = 404 if there else 200  # a list without an id is of one's own
    assert call_with(client, name, application, foreign) == (refused if may else 403)
    # 409: figures that a decider's key is shown once a decision is locked.
    assert call_with(client, name, application, own) in ({200, 201, 409} if may else {403})


@pytest.mark.parametrize("name", API)
def test_no_session_lets_anybody_call_the_api(
    client: Client, application: Application, alice: User, name: str
) -> None:
    client.force_login(alice)
    assert call_with(client, name, application, "") == 401
    assert call_with(client, name, application, "evenhand_made-up") == 401
