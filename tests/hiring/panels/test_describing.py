"""Judges and panels that are described on a page, and what loads them."""

from __future__ import annotations

import json
import socket
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from django.core import serializers
from hypothesis import given
from hypothesis import strategies as st
from tests.judges.llm.servers import FaultServer, asked_about, fails, rates, raw, reply

from evenhand.hiring.errors import PanelError
from evenhand.hiring.judging.accounts import row_of
from evenhand.hiring.judging.queries import ActivePanel, load_named, load_tried
from evenhand.hiring.models import (
    DescribedJudge,
    DescribedPanel,
    JudgeCall,
    LedgerEntry,
    Opening,
    Organisation,
    User,
)
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.panels.addresses import check_address
from evenhand.hiring.panels.queries import setup_of
from evenhand.hiring.panels.sealing import seal, unseal
from evenhand.hiring.panels.services import save_judge, save_panel, try_described
from evenhand.judges import JudgeError
from evenhand.judges.llm.values import Outcome

KEY = "sk-very-secret-indeed"


def table(url: str = "https://llm.example/v1", **more: object) -> dict[str, object]:
    price = {"input": 1, "cached": 0.1, "output": 10}
    return {"kind": "openai", "base_url": url, "model": "mid-1", "price": price, **more}


@pytest.fixture
def save(alice: User, now: datetime):
    def save(name: str = "mid", *, key: str = "", drop_key: bool = False, **given: object):
        return save_judge(
            name=name, table=table(**given), key=key, drop_key=drop_key, by=alice, now=now
        )

    return save


def test_what_is_wrong_is_told_in_the_words_of_the_file(save) -> None:
    with pytest.raises(PanelError) as found:
        save("mid", url="ftp://llm.example", timeout=0)
    assert str(found.value).splitlines() == [
        "page: judge.mid.base_url: must be an address such as https://llm.example/v1",
        "page: judge.mid.timeout: must be a number from 0.01 to 600",
    ]
    with pytest.raises(PanelError, match="is the name of an embedded judge"):
        save("coverage")
    assert not DescribedJudge.objects.exists()


@pytest.mark.parametrize("url", ["https://a..b/v1", "https://☃☃.example/v1", "http://x/\x7f"])
def test_an_address_that_nothing_can_be_sent_to_is_told_at_its_field(save, url: str) -> None:
    with pytest.raises(PanelError) as found:
        save(url=url)
    assert [where for where, _what in found.value.faults] == ["base_url"]


@pytest.mark.parametrize("url", ["https://a..b/v1", "https://☃☃.example/v1"])
def test_where_a_kept_address_is_no_good_the_embedded_panel_reads(
    save, alice: User, now: datetime, opening: Opening, url: str
) -> None:
    kept = save("mid")
    save_panel(name="careful", table={"judges": ["mid"]}, by=alice, now=now)
    kept.table["base_url"] = url
    kept.save()
    active = ActivePanel("careful", "a" * 64)
    mine = {"organisation": alice.organisation_id, "threads": 1}
    assert load_tried(opening.pack_id, active, **mine) is None
    with pytest.raises(PanelError, match="base_url"):
        try_described(kept, now)


def test_a_key_stands_nowhere_as_it_is(save, caplog: pytest.LogCaptureFixture) -> None:
    save(key=KEY)
    rows = serializers.serialize("json", DescribedJudge.objects.all())
    facts = json.dumps([one.facts for one in LedgerEntry.objects.all()])
    assert KEY not in rows + facts + caplog.text
    assert unseal(DescribedJudge.objects.get().sealed_key, "mid") == KEY


def test_a_key_stays_until_it_is_dropped_or_the_address_changes(save) -> None:
    save(key=KEY)
    assert save(model="mid-2").sealed_key
    assert not save(url="https://attacker.example/v1").sealed_key
    save(key=KEY)
    assert not save(drop_key=True).sealed_key


@pytest.mark.django_db
def test_a_key_that_was_kept_under_another_secret_is_asked_for_again(settings) -> None:
    sealed = seal(KEY)
    settings.SECRET_KEY = "another"
    with pytest.raises(PanelError, match="give it again"):
        unseal(sealed, "mid")


@given(st.text(max_size=200))
def test_every_key_comes_back_as_it_was_given(key: str) -> None:
    assert unseal(seal(key), "mid") == key


def test_no_other_secret_of_the_server_can_be_named(save) -> None:
    for variable in ("EVENHAND_SECRET_KEY", "JUDGE_KEY_MID"):
        with pytest.raises(PanelError, match="only the operator's file of panels names variables"):
            save(key_env=variable)
    assert not DescribedJudge.objects.exists()


def named_before(judge: DescribedJudge, variable: str) -> DescribedJudge:
    """Let a judge name a variable, as the page could at one time."""
    judge.table["key_env"] = variable
    judge.save()
    return judge


def test_a_variable_that_was_named_before_serves_a_server_of_one_organisation(
    save, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setenv("JUDGE_KEY_MID", KEY)
    with FaultServer(rates) as server:
        old = named_before(save(url=server.url), "JUDGE_KEY_MID")
        assert try_described(old, now).outcome is Outcome.OK
        assert server.seen[0].headers["authorization"] == f"Bearer {KEY}"
        Organisation.objects.create(name="Elsewhere", created_at=now)
        with pytest.raises(PanelError, match=r"JUDGE_KEY_MID.* type the key in"):
            try_described(old, now)
        assert len(server.seen) == 1
        typed = save(url=server.url, key="sk-typed")
        assert "key_env" not in typed.table
        assert try_described(typed, now).outcome is Outcome.OK
        assert server.seen[1].headers["authorization"] == "Bearer sk-typed"


def test_a_variable_that_was_named_before_stays_as_a_kept_key_does(save) -> None:
    named_before(save(), "JUDGE_KEY_MID")
    assert save(model="mid-2").table["key_env"] == "JUDGE_KEY_MID"
    assert "key_env" not in save(url="https://attacker.example/v1").table
    named_before(save(), "JUDGE_KEY_MID")
    assert "key_env" not in save(drop_key=True).table


def test_a_described_judge_reaches_no_variable_of_another_name(
    save, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setenv("THE_OTHER_SECRET", KEY)
    with pytest.raises(PanelError, match="set the environment variable THE_OTHER_SECRET"):
        try_described(named_before(save(), "THE_OTHER_SECRET"), now)


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "100.100.100.200", "0.0.0.0"],
)
def test_addresses_that_tell_a_machines_secrets_are_refused(host: str) -> None:
    with pytest.raises(PanelError, match="link-local or metadata"):
        check_address(f"http://{host}/v1")


def test_a_name_that_leads_there_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: object) -> list[object]:
        return [(socket.AF_INET, 1, 6, "", ("169.254.169.254", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(PanelError, match=r"metadata\.example leads to"):
        check_address("http://metadata.example/v1")


def test_a_model_on_this_machine_may_be_used() -> None:
    check_address("http://127.0.0.1:8080/v1")


def test_a_panel_is_made_of_judges_that_are_there(save, alice: User, now: datetime) -> None:
    save("mid")
    with pytest.raises(PanelError, match=r'"big" has no table \[judge.big\]'):
        save_panel(name="careful", table={"judges": ["mid", "big"]}, by=alice, now=now)


def test_the_file_comes_first(save, alice: User, now: datetime, settings, tmp_path: Path) -> None:
    save("mid")
    settings.PANELS_FILE = tmp_path / "panels.toml"
    settings.PANELS_FILE.write_text(
        '[judge.a]\nkind = "openai"\nbase_url = "http://127.0.0.1/v1"\nmodel = "a"\n'
        "price = { input = 0, cached = 0, output = 0 }\n[panel.careful]\njudges = ['a']\n"
    )
    with pytest.raises(PanelError, match="describes “careful” already"):
        save_panel(name="careful", table={"judges": ["mid"]}, by=alice, now=now)


def test_a_described_panel_is_loaded_with_its_key(
    save, alice: User, now: datetime, opening: Opening
) -> None:
    with FaultServer(fails(401)) as server:
        save("mid", url=server.url, key=KEY)
        save_panel(name="careful", table={"judges": ["mid"], "embedded": False}, by=alice, now=now)
        pack = pack_of(opening.pack_id)
        panel = load_named(pack, "careful", organisation=alice.organisation_id, threads=1)
        result = panel.judge(pack.prompts[0], "I would look at the logs of the last week first.")
        panel.close()
        assert server.seen[0].headers["authorization"] == f"Bearer {KEY}"
    assert all(score.abstained for score in result.scores)


def test_a_panel_whose_key_is_lost_says_so(
    save, alice: User, now: datetime, opening: Opening, settings
) -> None:
    save("mid", key=KEY)
    save_panel(name="careful", table={"judges": ["mid"]}, by=alice, now=now)
    pack = pack_of(opening.pack_id)
    settings.SECRET_KEY = "another"
    with pytest.raises(JudgeError, match="give it again"):
        load_named(pack, "careful", organisation=alice.organisation_id, threads=1)


def test_trying_a_judge_makes_one_call(save, now: datetime) -> None:
    with FaultServer(rates) as server:
        tried = try_described(save(url=server.url), now)
        assert len(server.seen) == 1
    assert (tried.outcome, tried.detail, tried.tokens.prompt) == (Outcome.OK, "", 1000)


def test_trying_tells_what_kept_the_model_from_answering(save, now: datetime) -> None:
    with FaultServer(fails(503)) as server:
        tried = try_described(save(url=server.url), now)
        assert len(server.seen) == 1
    assert tried.outcome is Outcome.SERVER_ERROR
    assert tried.detail
    with pytest.raises(PanelError, match="set the environment variable JUDGE_KEY_GONE"):
        try_described(named_before(save(), "JUDGE_KEY_GONE"), now)


def test_whatever_is_edited_or_removed_is_another_setup_and_nobody_elses(
    save, alice: User, now: datetime, settings, tmp_path: Path
) -> None:
    settings.PANELS_FILE = tmp_path / "panels.toml"
    other = Organisation.objects.create(name="Elsewhere", created_at=now)
    theirs, seen = setup_of(other.pk), []
    for edit in (
        lambda: save("mid", key=KEY),
        lambda: save("mid", key=f"{KEY}-anew"),
        lambda: save("mid", url="https://elsewhere.example/v1", key=KEY),
        lambda: save_panel(name="careful", table={"judges": ["mid"]}, by=alice, now=now),
        lambda: DescribedPanel.objects.all().delete(),
    ):
        edit()
        assert setup_of(alice.organisation_id) == setup_of(alice.organisation_id)
        assert setup_of(other.pk) == theirs
        seen.append(setup_of(alice.organisation_id))
    settings.PANELS_FILE.write_text("# the file of all organisations")
    seen.append(setup_of(alice.organisation_id))
    assert setup_of(other.pk) != theirs
    assert KEY not in "".join(seen)
    assert all(one != before for before, one in pairwise(seen))


def test_a_try_is_kept_with_what_its_reply_left_out(save, now: datetime) -> None:
    def uncounted(handler, body):
        rating = {**asked_about(body), "level": 1, "chances": dict.fromkeys("12345", 1)}
        raw(json.dumps({**json.loads(reply(rating)), "usage": None}).encode())(handler, body)

    with FaultServer(uncounted) as server:
        tried = try_described(save(url=server.url), now)
    kept = JudgeCall.objects.get()
    assert (kept.kind, kept.missing, kept.outcome) == ("tried", "usage", "ok")
    assert (kept.prompt_tokens, kept.picos) == (tried.tokens.prompt, tried.micros * 1_000_000)
    assert row_of(kept).call.missing == ("usage",)
