"""What one organisation describes, tries and activates is nothing to another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.outside import version_of

from evenhand.hiring.judging.models import Activation, GateRun, PanelVersion
from evenhand.hiring.judging.outside import endpoints_of, sent_by_month
from evenhand.hiring.judging.queries import active_panel, load_named, replies_of
from evenhand.hiring.judging.services import ask_for_gate
from evenhand.hiring.models import DescribedJudge, DescribedPanel, Duty, Opening, Organisation, User
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.panels.queries import judge_tables, panels_of_page
from evenhand.hiring.panels.services import save_judge, save_panel
from evenhand.judges import JudgeError

PRICE = {"input": 1, "cached": 0.1, "output": 10}


def described(by: User, host: str, now: datetime, key: str = "") -> None:
    table: dict[str, Any] = {"kind": "openai", "base_url": f"https://{host}/v1", "model": "mid-1"}
    save_judge(name="mid", table={**table, "price": PRICE}, key=key, drop_key=False, by=by, now=now)
    save_panel(name="careful", table={"judges": ["mid"], "embedded": True}, by=by, now=now)


@pytest.fixture
def eve(db: None, now: datetime) -> User:
    """An admin of another organisation, who uses the same pack."""
    elsewhere = Organisation.objects.create(name="Elsewhere", created_at=now)
    return User.objects.create_user(
        "eve@example.org", "correct horse 5", organisation=elsewhere, duty=Duty.ADMIN
    )


@pytest.fixture
def both(alice: User, eve: User, now: datetime) -> None:
    described(alice, "home.example", now, key="sk-home")
    described(eve, "elsewhere.example", now)


@pytest.mark.usefixtures("both")
def test_a_name_leads_each_organisation_to_its_own_judge(alice: User, eve: User) -> None:
    for user, host in ((alice, "home.example"), (eve, "elsewhere.example")):
        (judge,) = panels_of_page(user.organisation_id)["careful"].judges
        assert judge.base_url == f"https://{host}/v1"
        assert list(judge_tables(user.organisation_id)) == ["mid"]
    kept = DescribedJudge.objects.get(organisation=alice.organisation)
    assert kept.sealed_key
    assert not DescribedJudge.objects.get(organisation=eve.organisation).sealed_key


def test_a_panel_of_others_is_not_known(
    alice: User, eve: User, opening: Opening, now: datetime
) -> None:
    described(alice, "home.example", now, key="sk-home")
    with pytest.raises(JudgeError):
        load_named(pack_of(opening.pack_id), "careful", organisation=eve.organisation_id, threads=1)


def test_a_panel_of_others_is_not_made_of_ones_own_judges_of_the_same_names(
    alice: User, eve: User, opening: Opening, now: datetime
) -> None:
    described(alice, "home.example", now)
    described(eve, "elsewhere.example", now)
    DescribedPanel.objects.filter(organisation=eve.organisation).delete()
    assert panels_of_page(eve.organisation_id) == {}
    with pytest.raises(JudgeError):
        load_named(pack_of(opening.pack_id), "careful", organisation=eve.organisation_id, threads=1)


def test_pages_show_and_change_ones_own_alone(
    client: Client, alice: User, eve: User, now: datetime
) -> None:
    described(alice, "home.example", now, key="sk-home")
    client.force_login(eve)
    page = client.get(reverse("panels")).content.decode()
    assert "careful" not in page
    assert "home.example" not in page
    for name, args in (("judge-edit", ["mid"]), ("panel-edit", ["careful"])):
        assert client.get(reverse(name, args=args)).status_code == 404
        assert client.post(reverse(name, args=args)).status_code == 404
    assert client.post(reverse("judge-try", args=["mid"])).status_code == 404
    assert 'value="mid"' not in client.get(reverse("panel-new")).content.decode()


@pytest.mark.usefixtures("both")
def test_what_one_activates_reads_for_nobody_else(
    alice: User, eve: User, opening: Opening, now: datetime
) -> None:
    version = PanelVersion.objects.create(
        pack=opening.pack, name="careful", version=version_of(opening.pack, "careful", eve),
        first_seen_at=now,
    )  # fmt: skip
    run = GateRun.objects.create(
        organisation=eve.organisation, pack=opening.pack, panel="careful", panel_version=version,
        asked_by=eve, asked_at=now,
    )  # fmt: skip
    Activation.objects.create(
        organisation=eve.organisation, pack=opening.pack, panel_version=version, run=run,
        passed=True, by=eve, at=now,
    )  # fmt: skip
    assert active_panel(opening.pack_id, eve.organisation_id).name == "careful"
    assert active_panel(opening.pack_id, alice.organisation_id).name == "embedded"
    assert endpoints_of(opening.pack_id, alice.organisation_id) == []
    assert endpoints_of(opening.pack_id, eve.organisation_id)[0].host == "elsewhere.example"
    assert sent_by_month(Opening.objects.none()) == []


def test_a_gate_of_others_is_neither_seen_nor_in_the_way(
    client: Client, alice: User, eve: User, opening: Opening, now: datetime
) -> None:
    theirs = ask_for_gate(pack=opening.pack, panel="secretly-named", by=eve, now=now)
    ask_for_gate(pack=opening.pack, panel="secretly-named", by=alice, now=now)
    client.force_login(alice)
    assert client.get(reverse("gate-run", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("gate-activate", args=[theirs.pk])).status_code == 404
    assert str(theirs.pk) not in client.get(reverse("judges")).content.decode()


def test_replies_are_kept_apart(alice: User, eve: User) -> None:
    assert replies_of(alice.organisation_id) != replies_of(eve.organisation_id)
