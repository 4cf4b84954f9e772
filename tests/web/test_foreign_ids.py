"""Rows that an address names by an id of their own are not there for another organisation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.alarmed import alarm_about
from tests.tenants import admin_beside
from tests.web.test_permissions import PLAIN, STAFF, holding

from evenhand.hiring.drafts.services import begin_draft
from evenhand.hiring.drafts.setting_up import begin_setup
from evenhand.hiring.judging.services import ask_for_gate
from evenhand.hiring.keys.services import make_key
from evenhand.hiring.models import (
    AccommodationRequest,
    Anchor,
    AnchorRating,
    Answer,
    Application,
    Duty,
    Membership,
    Organisation,
    PackVersion,
    Role,
    User,
)
from evenhand.hiring.panels.services import save_judge, save_panel

Addresses = dict[str, dict[str, Any]]


@pytest.fixture
def addresses(application: Application, alice: User, now: datetime) -> Addresses:
    """What each address needs that is not of an opening, an application or an interview alone."""
    opening = application.opening
    User.objects.filter(pk=alice.pk).update(duty=Duty.ADMIN)
    # One of Alice's organisation alone: the shipped pack is offered to everybody.
    own = PackVersion.objects.create(
        hash="e" * 64, pack_id="own", version="1", name="Own", taken_in_at=now
    )
    application.pack = own
    application.save()
    user = User.objects.create_user("ivan@example.org", "correct horse 6")
    member = Membership.objects.create(opening=opening, user=user, role=Role.INTERVIEWER, since=now)
    answer = Answer.objects.create(sitting=application.sitting, prompt="p", saved_at=now)
    anchor = Anchor.objects.create(answer=answer, drawn_at=now)
    Membership.objects.create(opening=opening, user=alice, role=Role.INTERVIEWER, since=now)
    AnchorRating.objects.create(anchor=anchor, rater=alice, dimension="d", level=3, locked_at=now)
    asked = AccommodationRequest.objects.create(sitting=application.sitting, asked_at=now)
    draft = {"draft_id": begin_draft(base=opening.pack, by=alice, now=now).pk}
    setup = {"setup_id": begin_setup(given={}, pack=opening.pack, by=alice, now=now).pk}
    pack = {"pack_hash": own.hash}
    run = {"run_id": ask_for_gate(pack=opening.pack, panel="careful", by=alice, now=now).pk}
    table = {"kind": "openai", "base_url": "http://127.0.0.1/v1", "model": "m"}
    table |= {"price": {"input": 1, "cached": 1, "output": 1}}
    save_judge(name="mid", table=table, key="", drop_key=False, by=alice, now=now)
    save_panel(name="careful", table={"judges": ["mid"]}, by=alice, now=now)
    key, _secret = make_key(name="ours", role=Role.RECRUITER, by=admin_beside(alice), now=now)
    judge, careful = {"name": "mid"}, {"name": "careful"}
    token = {"token": f"d-{draft['draft_id']}"}
    assert alice.organisation_id
    in_team = {"opening_id": opening.pk, "user_id": user.pk}
    alarm = alarm_about(own, alice.organisation_id, now)
    return {
        "accommodation-settle": {"request_id": asked.pk},
        **dict.fromkeys(
            ("account-close", "account-duty", "account-password", "account-reopen"),
            in_team,
        ),
        "anchor": {"anchor_id": anchor.pk},
        **dict.fromkeys(
            ("draft", "draft-add", "draft-back", "draft-drop", "draft-publish", "draft-rounds"),
            draft,
        ),
        "draft-dimension": {**draft, "id": "eval_discipline"},
        "draft-prompt": {**draft, "id": "cost_bill"},
        "draft-remove": {**draft, "sheet": "prompts", "id": "cost_bill"},
        **dict.fromkeys(("gate-run", "gate-activate"), run),
        **dict.fromkeys(("gate-ask", "panel-embedded", "pack", "pack-change"), pack),
        **dict.fromkeys(("judge-edit", "judge-try", "judge-remove"), judge),
        "drift-close": {"alarm_id": alarm.pk},
        "key-revoke": {"key_id": key.pk},
        "opening-drop": setup,
        "opening-step": {**setup, "name": "job"},
        **dict.fromkeys(("panel-edit", "panel-remove"), careful),
        "pool-entry": in_team,
        **dict.fromkeys(
            ("preview-begin", "preview-done", "preview-review", "preview-start", "preview-submit"),
            token,
        ),
        "preview-prompt": {**token, "number": 1},
        "team-remove": {"opening_id": opening.pk, "membership_id": member.pk},
    }


def test_every_page_with_an_id_of_its_own_is_there_for_its_own_organisation_alone(
    client: Client, application: Application, alice: User, addresses: Addresses, now: datetime
) -> None:
    assert set(addresses) == set(STAFF) - set(PLAIN)
    client.force_login(alice)
    seen = {name: client.get(reverse(name, kwargs=given)) for name, given in addresses.items()}
    assert [name for name, answer in seen.items() if answer.status_code == 404] == []
    elsewhere = Organisation.objects.create(name="Elsewhere", created_at=now)
    eve = holding(Duty.ADMIN, application.opening, elsewhere)
    # Not even where a row in the database says that she has a part in it.
    for role in Role:
        Membership.objects.create(opening=application.opening, user=eve, role=role, since=now)
    client.force_login(eve)
    there = [
        f"{method} {name}"
        for name, given in addresses.items()
        for method in ("get", "post")
        # A form of a preview keeps nothing: it leads on, whatever it is a preview of.
        if (method, name.partition("-")[0]) != ("post", "preview")
        and getattr(client, method)(reverse(name, kwargs=given)).status_code not in {404, 405}
    ]
    assert there == []


def test_the_page_of_a_version_shows_no_gate_of_others(
    client: Client, application: Application, alice: User, now: datetime
) -> None:
    elsewhere = Organisation.objects.create(name="Elsewhere", created_at=now)
    eve = holding(Duty.ADMIN, application.opening, elsewhere)
    ask_for_gate(pack=application.pack, panel="embedded", by=eve, now=now)
    client.force_login(alice)
    page = client.get(reverse("pack", args=[application.pack_id]))
    assert page.status_code == 200
    assert page.context["gate"] is None
    client.force_login(eve)
    assert client.get(reverse("pack", args=[application.pack_id])).context["gate"] is not None
