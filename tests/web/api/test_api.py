"""What another program reads and does by the API, and what stays hidden from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.deciding import decider, lean, make_decision
from tests.tenants import admin_beside
from tests.web.scored import components_for, score

from evenhand.hiring.calibration import choosing
from evenhand.hiring.keys import services as keys
from evenhand.hiring.keys.services import make_key
from evenhand.hiring.models import (
    ApiKey,
    Application,
    LedgerEntry,
    Opening,
    Role,
    User,
)
from evenhand.hiring.openings.services import add_candidate, pack_of

Call = Callable[..., Any]
DORA = {"name": "Dora Dee", "email": "Dora@Example.org"}


@pytest.fixture
def call(client: Client, alice: User, now: datetime) -> Call:
    secrets: dict[Role, str] = {}

    def made(method: str, name: str, *ids: object, role: Role = Role.RECRUITER, **more: Any) -> Any:
        if role not in secrets:
            secrets[role] = make_key(name=role, role=role, by=admin_beside(alice), now=now)[1]
        headers = {"authorization": f"Bearer {secrets[role]}"}
        address = reverse(f"api:{name}", args=ids)
        if method in ("get", "head"):
            return getattr(client, method)(address, more, headers=headers)
        return client.post(address, more.get("body"), "application/json", headers=headers)

    return made


@pytest.fixture
def scored(application: Application, monkeypatch: pytest.MonkeyPatch) -> Application:
    components = components_for(pack_of(application.opening.pack_id))
    monkeypatch.setattr(choosing, "shipped_components", lambda root: components)
    return score(application)


def decided(application: Application, now: datetime) -> None:
    dan = decider(application.opening, "Dan", now)
    lean(application, dan, now)
    make_decision(application, dan, now)


@pytest.mark.django_db
def test_openings_and_their_applications_are_listed(
    call: Call, opening: Opening, application: Application
) -> None:
    listed = call("get", "api-openings").json()
    assert (listed["count"], listed["items"][0]["id"]) == (1, str(opening.pk))
    assert call("get", "api-opening", opening.pk).json() == listed["items"][0]
    (one,) = call("get", "api-applications", opening.pk).json()["items"]
    assert (one["id"], one["state"], one["name"]) == (str(application.pk), "ready", "Charlie Cole")
    assert call("get", "api-application", application.pk).json() == one


@pytest.mark.django_db
def test_an_id_is_one_however_it_is_written_and_what_is_none_is_named(
    call: Call, opening: Opening, application: Application
) -> None:
    for written in (str(opening.pk).upper(), opening.pk.hex):
        assert call("get", "api-opening", written).json()["id"] == str(opening.pk)
    for name in ("api-opening", "api-applications", "api-application", "api-report"):
        answer = call("get", name, "17")
        assert answer.status_code == 422
        assert "_id: " in answer.json()["detail"]


@pytest.mark.django_db
def test_a_list_comes_page_by_page_and_by_state(
    call: Call, opening: Opening, alice: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evenhand.web.api.routes.MOST", 2)
    for one in "abc":
        add_candidate(opening=opening, name=one, email=f"{one}@example.org", by=alice, now=now)
    pages = [call("get", "api-applications", opening.pk, page=n).json() for n in (1, 2, 3)]
    assert [[one["name"] for one in page["items"]] for page in pages] == [["a", "b"], ["c"], []]
    assert {page["count"] for page in pages} == {3}
    assert call("get", "api-applications", opening.pk, state="scored").json()["items"] == []
    answer = call("get", "api-applications", opening.pk, state="nowhere")
    assert answer.status_code == 422
    assert "state" in answer.json()["detail"]


@pytest.mark.django_db
def test_inviting_twice_is_inviting_once(
    call: Call, opening: Opening, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = call("post", "api-invite", opening.pk, body={**DORA, "send": True})
        again = call("post", "api-invite", opening.pk, body={**DORA, "send": True})
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json()["sent"], again.json()["sent"]) == (True, False)
    assert first.json()["application"] == again.json()["application"]
    assert first.json()["link"] == again.json()["link"]
    assert [message.to for message in mail.outbox] == [["dora@example.org"]]
    assert opening.applications.count() == 1
    key = ApiKey.objects.get()
    added = LedgerEntry.objects.get(action="application.added")
    assert added.actor == f"key:{key.pk}"


@pytest.mark.django_db
def test_what_went_to_a_terminal_was_not_sent(
    call: Call,
    opening: Opening,
    settings: Any,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    with django_capture_on_commit_callbacks(execute=True):
        told = call("post", "api-invite", opening.pk, body={**DORA, "send": True})
    assert (told.status_code, told.json()["sent"]) == (201, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"name": "", "email": "d@example.org"}, "body.name: "),
        ({"name": "D", "email": "nobody"}, "body.email: this is not an e-mail address"),
        ({"name": "D\u0000", "email": "d@example.org"}, "body.name: the name holds characters"),
        ({"name": " ", "email": "nobody"}, "body.name: the name is missing; body.email: this is"),
        ({**DORA, "role": "boss"}, "body.role: "),
        ({**DORA, "send": "yes"}, "body.send: "),
        ([], "body"),
    ],
)
def test_what_cannot_be_taken_is_said_in_one_line(
    call: Call, opening: Opening, body: object, said: str
) -> None:
    answer = call("post", "api-invite", opening.pk, body=body)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert said in answer.json()["detail"]
    assert "body.body" not in answer.json()["detail"]
    assert "\n" not in answer.json()["detail"]


@pytest.mark.django_db
def test_no_answer_with_names_or_figures_is_kept_on_its_way(
    call: Call, scored: Application
) -> None:
    answers = [
        call("get", "api-applications", scored.opening_id),
        *(call("get", name, scored.pk) for name in ("api-application", "api-report")),
    ]
    assert all("no-store" in answer.headers["Cache-Control"] for answer in answers)


@pytest.mark.django_db
def test_the_report_is_the_document_of_its_page(
    call: Call, client: Client, alice: User, scored: Application
) -> None:
    told = call("get", "api-report", scored.pk)
    client.force_login(alice)
    assert told.content == client.get(reverse("report-json", args=[scored.pk])).content
    seen = LedgerEntry.objects.filter(action="application.viewed").order_by("seq")
    assert [e.actor.partition(":")[0] for e in seen] == ["key", "user"]
    assert {e.facts["what"] for e in seen} == {"report.json"}


@pytest.mark.django_db
def test_a_deciders_key_knows_no_name_and_no_figure_before_the_decision_is_locked(
    call: Call, scored: Application, now: datetime
) -> None:
    as_decider = {"role": Role.DECIDER}
    for name in ("api-report", "api-decision"):
        answer = call("get", name, scored.pk, **as_decider)
        assert (answer.status_code, "locked" in answer.json()["detail"]) == (409, True)
    assert b"Charlie" not in call("get", "api-application", scored.pk, **as_decider).content
    listed = call("get", "api-applications", scored.opening_id, **as_decider).content
    assert b"harlie" not in listed
    decided(scored, now)
    told = call("get", "api-decision", scored.pk, **as_decider).json()["decision"]
    assert (told["outcome"], told["by"], told["number"]) == ("advance", "Dan", 1)
    assert call("get", "api-report", scored.pk, **as_decider).status_code == 200
    one = call("get", "api-application", scored.pk, **as_decider).json()
    assert (one["name"], one["decided"]) == ("Charlie Cole", True)


@pytest.mark.django_db
def test_an_auditors_key_reads_figures_and_never_a_name(
    call: Call, scored: Application, now: datetime
) -> None:
    decided(scored, now)
    for name in ("api-application", "api-report", "api-decision"):
        answer = call("get", name, scored.pk, role=Role.AUDITOR)
        assert answer.status_code == 200
        assert b"Charlie Cole" not in answer.content


@pytest.mark.django_db
def test_who_has_not_been_decided_on_has_no_decision(call: Call, scored: Application) -> None:
    told = call("get", "api-decision", scored.pk).json()
    assert told == {"application": str(scored.pk), "decision": None}


@pytest.mark.django_db
def test_head_is_answered_like_get_without_what_it_says(call: Call, opening: Opening) -> None:
    told, headed = call("get", "api-openings"), call("head", "api-openings")
    assert (told.status_code, headed.status_code) == (200, 200)
    assert str(opening.pk) in told.content.decode()
    assert headed.content == b""
    assert headed.headers["Content-Type"] == told.headers["Content-Type"]


@pytest.mark.django_db
def test_every_refusal_is_a_problem_of_one_line(
    call: Call, client: Client, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {
        401: client.get(reverse("api:api-openings")),
        403: call("post", "api-invite", opening.pk, body=DORA, role=Role.AUDITOR),
        404: call("get", "api-application", opening.pk),
        405: client.delete(reverse("api:api-invite", args=[opening.pk])),
    }
    monkeypatch.setattr(keys, "CALLS", 1)
    answers[429] = call("get", "api-openings")
    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status
        assert answer.json()["detail"]
    assert answers[405].headers["Allow"] == "POST"
    assert answers[401].headers["WWW-Authenticate"] == "Bearer"
    assert answers[429].headers["Retry-After"] == "60"


@pytest.mark.parametrize("address", ["/api/", "/api/v1", "/api/v1/", "/api/v1/candidates"])
def test_an_address_of_no_operation_is_a_problem_that_says_where_all_are(
    client: Client, address: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "/api/v1/openapi.json" in answer.json()["detail"]


@pytest.mark.django_db
def test_a_link_that_was_used_is_not_given_again(call: Call, opening: Opening) -> None:
    call("post", "api-invite", opening.pk, body=DORA)
    made = opening.applications.get()
    score(made)
    assert call("post", "api-invite", opening.pk, body=DORA).json()["link"] is None


@pytest.mark.django_db
def test_the_description_names_every_operation_and_no_other_host(client: Client) -> None:
    described = client.get(reverse("api:openapi-json"))
    assert b"http" not in described.content.replace(b'"http"', b"")
    assert len(described.json()["paths"]) == 7


@pytest.mark.django_db
def test_a_key_is_shown_once_on_its_page(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(duty="admin")
    client.force_login(alice)
    made = client.post(reverse("keys"), {"name": "ATS", "role": "auditor"})
    key = ApiKey.objects.get()
    assert f'value="{key.prefix}' in made.content.decode()
    page = client.get(reverse("keys")).content.decode()
    assert f'value="{key.prefix}' not in page
    assert key.prefix in page
    assert client.post(reverse("keys"), {"name": "ATS", "role": "auditor"}).status_code == 422
    client.post(reverse("key-revoke", args=[key.pk]))
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert timezone.now() >= key.made_at
