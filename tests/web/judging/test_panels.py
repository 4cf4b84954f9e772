"""The pages that describe judges and panels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from tests.contested import member
from tests.judges.llm.servers import FaultServer, fails, rates, says
from tests.outside import activate_outside

from evenhand.hiring.models import (
    Activation,
    DescribedJudge,
    DescribedPanel,
    GateRun,
    JudgeCall,
    LedgerEntry,
    Opening,
    Role,
    User,
)
from evenhand.web.judging.words import money

KEY = "sk-very-secret-indeed"
GIVEN = {
    "name": "mid",
    "kind": "openai",
    "base_url": "https://llm.example/v1/",
    "model": "mid-1",
    "key": KEY,
    "input": "0.5",
    "cached": "0.05",
    "output": "2",
    "concurrency": "4",
    "timeout": "60",
    "style": "structured",
    "draws": "1",
    "temperature": "0",
    "max_output_tokens": "1500",
}


def make(client: Client, **more: str) -> None:
    answer = client.post(reverse("judge-new"), {**GIVEN, **more})
    assert answer.status_code == 302, answer.content.decode()


def test_a_judge_is_described_and_its_key_never_shown(signed_in: Client) -> None:
    make(signed_in)
    assert DescribedJudge.objects.get().table["base_url"] == "https://llm.example/v1"
    for page in (reverse("judge-edit", args=["mid"]), reverse("panels")):
        shown = signed_in.get(page).content.decode()
        assert "kept" in shown
        assert KEY not in shown


def test_faults_are_told_and_the_key_is_not_sent_back(signed_in: Client) -> None:
    answer = signed_in.post(reverse("judge-new"), {**GIVEN, "concurrency": "0"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Requests at once, at most: Ensure this value is greater than or equal to 1." in shown
    assert KEY not in shown


def faults(answer: object) -> dict[str, list[str]]:
    """What a form that failed says, by field."""
    assert answer.status_code == 422
    return {field: list(lines) for field, lines in answer.context["form"].errors.items()}


def test_a_key_that_a_faulty_form_lost_is_asked_for_again(signed_in: Client) -> None:
    lost = {"key": ["It was not kept, as nothing was: type it again."]}
    found = faults(signed_in.post(reverse("judge-new"), {**GIVEN, "model": ""}))
    assert found == {"model": ["This field is required."], **lost}
    # Which only the whole judge shows.
    assert faults(signed_in.post(reverse("judge-new"), {**GIVEN, "draws": "3"})).keys() == {
        "draws", "key",
    }  # fmt: skip
    assert "key" not in faults(
        signed_in.post(reverse("judge-new"), {**GIVEN, "model": "", "key": ""})
    )


def test_every_fault_of_a_judge_is_told_at_its_field_in_the_words_of_the_page(
    signed_in: Client,
) -> None:
    wrong = {
        "name": "Not a name", "base_url": "https://me:pw@llm.example/v1", "model": "",
        "input": "2000000", "style": "checklist", "per_minute": "0", "key": "",
    }  # fmt: skip
    answer = signed_in.post(reverse("judge-new"), {**GIVEN, **wrong})
    assert faults(answer).keys() == wrong.keys() - {"key"}
    assert faults(answer)["input"] == ["Ensure this value is less than or equal to 1000000."]
    shown = answer.content.decode()
    assert 'href="#id_input"' in shown
    for word in ("page:", "judge.", "base_url:", "key_env", "1e+06", "logprobs ="):
        assert word not in shown


def test_an_address_that_tells_a_machines_secrets_is_told_at_its_field(signed_in: Client) -> None:
    wrong = {"base_url": "http://169.254.169.254/v1", "timeout": "0", "key": ""}
    found = faults(signed_in.post(reverse("judge-new"), {**GIVEN, **wrong}))
    assert found.keys() == {"base_url", "timeout"}
    assert found["base_url"][0].startswith("169.254.169.254 leads to")


@pytest.mark.parametrize("key", ["ключ", "sk-a\x07b", "sk a", "sk-\u200bb"])
def test_what_can_be_no_key_is_not_kept(signed_in: Client, key: str) -> None:
    found = faults(signed_in.post(reverse("judge-new"), {**GIVEN, "key": key}))
    assert found.keys() == {"key"}
    assert "plain ASCII" in found["key"][0]
    assert not DescribedJudge.objects.exists()


@pytest.mark.parametrize("name", ["embedded", "coverage"])
def test_no_judge_is_called_as_what_is_embedded(signed_in: Client, name: str) -> None:
    assert "name" in faults(signed_in.post(reverse("judge-new"), {**GIVEN, "name": name}))


def test_every_fault_of_a_panel_is_told_at_once(signed_in: Client) -> None:
    answer = signed_in.post(reverse("panel-new"), {"name": "Not a name"})
    assert faults(answer).keys() == {"name", "judges"}
    # There is no box to lead to where no judge is described.
    assert 'href="#id_judges"' in answer.content.decode()
    assert 'id="id_judges"' in answer.content.decode()
    make(signed_in)
    answer = signed_in.post(reverse("panel-new"), {"name": "careful"})
    assert 'href="#id_judges_0"' in answer.content.decode()
    assert 'id="id_judges_0"' in answer.content.decode()
    given = {"name": "embedded", "judges": ["mid"]}
    assert faults(signed_in.post(reverse("panel-new"), given)).keys() == {"name"}


def test_the_price_of_what_the_provider_keeps_is_left_out_or_stays(signed_in: Client) -> None:
    make(signed_in)
    assert "stored" not in DescribedJudge.objects.get().table["price"]
    signed_in.post(reverse("judge-edit", args=["mid"]), {**GIVEN, "stored": "0.75"})
    assert DescribedJudge.objects.get().table["price"]["stored"] == 0.75
    assert 'value="0.75"' in signed_in.get(reverse("judge-edit", args=["mid"])).content.decode()


def test_a_change_without_a_key_leaves_the_key(signed_in: Client) -> None:
    make(signed_in)
    sealed = DescribedJudge.objects.get().sealed_key
    signed_in.post(reverse("judge-edit", args=["mid"]), {**GIVEN, "model": "mid-2", "key": ""})
    judge = DescribedJudge.objects.get()
    assert (judge.table["model"], judge.sealed_key) == ("mid-2", sealed)


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (rates, "It rated a made-up answer in"),
        (says("yes"), "No rating after"),
        (fails(401), "No rating after"),
    ],
)
def test_trying_a_judge_tells_the_outcome_in_words(
    signed_in: Client, act: object, told: str
) -> None:
    with FaultServer(act) as server:
        make(signed_in, base_url=server.url)
        answer = signed_in.post(reverse("judge-try", args=["mid"]), follow=True)
    assert told in answer.content.decode()
    assert signed_in.get(reverse("judge-try", args=["mid"])).status_code == 405


def test_a_panel_is_described_and_can_go_through_the_gate(
    signed_in: Client, opening: Opening
) -> None:
    make(signed_in)
    given = {"name": "careful", "judges": ["mid"], "embedded": "on", "routed": "on"}
    answer = signed_in.post(reverse("panel-new"), given, follow=True)
    assert "It reads once it went through the gate." in answer.content.decode()
    table = {"judges": ["mid"], "embedded": True, "routing": {}}
    assert DescribedPanel.objects.get().table == table
    signed_in.post(reverse("gate-ask", args=[opening.pack_id]), {"panel": "careful"})
    assert GateRun.objects.get().panel == "careful"


def test_who_changes_what_is_active_is_told_that_it_reads_no_more(
    signed_in: Client, opening: Opening, alice: User, now: datetime
) -> None:
    activate_outside(opening.pack, alice, now)
    told = "“careful” is active and is no longer what went through its gate"
    given = {**GIVEN, "base_url": "https://models.example/v1", "key": "", "model": "mid-1"}
    given |= {"input": "7", "timeout": "70", "max_output_tokens": "1500"}
    change = reverse("judge-edit", args=["careful-mid-1"])
    # Prices and speed are no change of what was tried.
    assert told not in signed_in.post(change, given, follow=True).content.decode()
    make(signed_in)
    changed = signed_in.post(change, {**given, "model": "untried-1"}, follow=True)
    assert told in changed.content.decode()
    page = signed_in.get(reverse("judges")).content.decode()
    assert "in place of careful" in page
    assert "is no longer what went through its gate" in page
    assert ">active<" not in page
    another = signed_in.post(reverse("judge-new"), {**GIVEN, "name": "other"}, follow=True)
    assert told not in another.content.decode()
    again = signed_in.post(change, given, follow=True)
    assert told not in again.content.decode()
    panel = reverse("panel-edit", args=["careful"])
    alone = signed_in.post(panel, {"judges": ["careful-mid-1"]}, follow=True)
    assert told in alone.content.decode()


def test_routing_that_was_set_finer_is_kept(signed_in: Client, alice: User, now: datetime) -> None:
    make(signed_in)
    table = {"judges": ["mid"], "routing": {"bar_margin": 0.25}}
    DescribedPanel.objects.create(
        organisation=alice.organisation, name="careful", table=table, changed_by=alice,
        changed_at=now,
    )  # fmt: skip
    given = {"judges": ["mid"], "routed": "on"}
    signed_in.post(reverse("panel-edit", args=["careful"]), given)
    assert DescribedPanel.objects.get().table["routing"] == {"bar_margin": 0.25}


def test_panels_of_the_file_are_listed_and_its_faults_told(
    signed_in: Client, settings, tmp_path
) -> None:
    settings.PANELS_FILE = tmp_path / "panels.toml"
    settings.PANELS_FILE.write_text("[panel.careful]\njudges = ['big']\n")
    shown = signed_in.get(reverse("panels")).content.decode()
    assert "panels.toml: panel.careful.judges:" in shown


def test_a_judge_is_removed_with_its_key_once_it_sits_on_no_panel(
    signed_in: Client, alice: User, now: datetime
) -> None:
    make(signed_in)
    panel = DescribedPanel.objects.create(
        organisation=alice.organisation, name="careful", table={"judges": ["mid"]},
        changed_by=alice, changed_at=now,
    )  # fmt: skip
    remove = reverse("judge-remove", args=["mid"])
    assert remove in signed_in.get(reverse("judge-edit", args=["mid"])).content.decode()
    for answer in (signed_in.get(remove), signed_in.post(remove)):
        assert answer.status_code == 409
        assert "sits on “careful”" in answer.content.decode()
        assert "Remove this judge" not in answer.content.decode()
    panel.delete()
    assert "Remove this judge" in signed_in.get(remove).content.decode()
    assert DescribedJudge.objects.exists()
    assert signed_in.post(remove)["Location"] == reverse("panels")
    assert not DescribedJudge.objects.exists()
    assert LedgerEntry.objects.get(action="judge.removed").facts == {
        "judge": "mid", "key_kept": True,
    }  # fmt: skip


def test_a_panel_is_removed_but_not_while_it_is_active(
    signed_in: Client, alice: User, tried: Callable[..., GateRun], now: datetime
) -> None:
    DescribedPanel.objects.create(
        organisation=alice.organisation, name="knowing", table={"judges": ["mid"]},
        changed_by=alice, changed_at=now,
    )  # fmt: skip
    run = tried()
    activation = Activation.objects.create(
        organisation=alice.organisation, pack=run.pack, panel_version=run.panel_version, run=run,
        passed=True, by=alice, at=now,
    )  # fmt: skip
    remove = reverse("panel-remove", args=["knowing"])
    for answer in (signed_in.get(remove), signed_in.post(remove)):
        assert answer.status_code == 409
        assert "is active" in answer.content.decode()
    assert DescribedPanel.objects.exists()
    activation.delete()
    assert "Remove this panel" in signed_in.get(remove).content.decode()
    signed_in.post(remove)
    assert not DescribedPanel.objects.exists()
    assert LedgerEntry.objects.get(action="panel.removed").facts == {"panel": "knowing"}


def test_visitors_are_asked_to_sign_in(client: Client, db: None) -> None:
    for name, args in (("panels", []), ("judge-new", []), ("panel-new", [])):
        assert client.get(reverse(name, args=args)).status_code == 302
    assert client.post(reverse("judge-try", args=["mid"])).status_code == 302


def test_forms_want_a_token(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert strict.post(reverse("judge-new"), GIVEN).status_code == 403
    assert not DescribedJudge.objects.exists()


def test_what_is_not_there_is_not_found(signed_in: Client) -> None:
    assert signed_in.get(reverse("judge-edit", args=["gone"])).status_code == 404
    assert signed_in.get(reverse("panel-edit", args=["gone"])).status_code == 404
    assert signed_in.post(reverse("judge-try", args=["gone"])).status_code == 404


def test_a_new_judge_or_panel_under_a_name_in_use_changes_nothing(signed_in: Client) -> None:
    make(signed_in)
    answer = signed_in.post(reverse("judge-new"), {**GIVEN, "model": "other-1", "key": ""})
    told = ["“mid” is there already: open it to change it, or take another name."]
    assert faults(answer) == {"name": told}
    assert DescribedJudge.objects.get().table["model"] == "mid-1"
    panel = {"name": "careful", "judges": ["mid"]}
    signed_in.post(reverse("panel-new"), {**panel, "embedded": "on"})
    assert faults(signed_in.post(reverse("panel-new"), panel)).keys() == {"name"}
    assert DescribedPanel.objects.get().table["embedded"]
    # The pages that change them still do.
    changed = signed_in.post(reverse("panel-edit", args=["careful"]), panel)
    assert changed.status_code == 302
    assert not DescribedPanel.objects.get().table["embedded"]


def test_what_a_try_took_is_in_the_account_of_the_organisation(
    signed_in: Client, opening: Opening
) -> None:
    with FaultServer(rates) as server:
        make(signed_in, base_url=server.url)
        signed_in.post(reverse("judge-try", args=["mid"]))
    kept = JudgeCall.objects.get()
    assert (kept.kind, kept.judge, kept.sent, kept.opening) == ("tried", "mid", 1, None)
    assert kept.picos > 0
    page = signed_in.get(reverse("costs")).content.decode()
    assert "For trying judges with a made-up answer" in page
    paid = money(Decimal(kept.picos) / 1_000_000)
    assert f"<strong>{paid}</strong>" in page
    assert "In none: golden answers of gates, tries of judges" in page
    # It is in no opening's account.
    one = signed_in.get(reverse("costs"), {"opening": str(opening.pk)}).content.decode()
    assert "No model was asked." in one
    sent = signed_in.get(reverse("outside")).content.decode()
    assert kept.host in sent


def test_who_may_describe_nothing_is_shown_no_way_to_a_page_that_is_closed(
    signed_in: Client, opening: Opening, now: datetime
) -> None:
    make(signed_in)
    signed_in.post(reverse("panel-new"), {"name": "careful", "judges": ["mid"]})
    shown = signed_in.get(reverse("panels")).content.decode()
    ways = [
        reverse("judge-new"), reverse("panel-new"), reverse("judge-edit", args=["mid"]),
        reverse("panel-edit", args=["careful"]),
    ]  # fmt: skip
    assert all(f'href="{one}"' in shown for one in ways)
    for role in (Role.RECRUITER, Role.AUDITOR):
        other, reader = Client(), member(opening, f"m{role}", role, now)
        User.objects.filter(pk=reader.pk).update(duty="member")
        other.force_login(reader)
        shown = other.get(reverse("panels")).content.decode()
        assert "careful" in shown
        assert [one for one in ways if f'href="{one}"' in shown] == []
