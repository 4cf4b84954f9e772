"""What leaves: whom the active panel asks, how often it was asked, and what the log says of it."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from tests.hiring.judging.calls import call, hit
from tests.hiring.judging.llm_panels import answering, panel_asking
from tests.judges.llm.servers import FaultServer
from tests.outside import version_of

from evenhand.hiring.judging.models import Activation, GateRun, PanelVersion
from evenhand.hiring.judging.outside import Endpoint, SentLine, endpoints_of, sent_by_month
from evenhand.hiring.judging.standing import standing_of, stood_in_for
from evenhand.hiring.models import Application, DescribedPanel, Opening, User
from evenhand.hiring.panels.services import save_judge, save_panel
from evenhand.rubric import load_pack, shipped_pack
from evenhand.web.sitting.notice import notice_for

PRICE = {"input": 1, "cached": 0.1, "output": 10}
TABLE = {"kind": "openai", "base_url": "https://llm.example:8443/v1", "model": "mid-1"}


@pytest.fixture
def described(opening: Opening, alice: User, now: datetime) -> Endpoint:
    save_judge(
        name="mid", table={**TABLE, "price": PRICE}, key="", drop_key=False, by=alice, now=now
    )
    save_panel(name="careful", table={"judges": ["mid"], "embedded": True}, by=alice, now=now)
    version = PanelVersion.objects.create(
        pack=opening.pack,
        name="careful",
        version=version_of(opening.pack, "careful", alice),
        first_seen_at=now,
    )
    run = GateRun.objects.create(
        organisation=alice.organisation, pack=opening.pack, panel="careful",
        panel_version=version, asked_by=alice, asked_at=now,
    )  # fmt: skip
    Activation.objects.create(
        organisation=alice.organisation, pack=opening.pack, panel_version=version, run=run,
        passed=True, by=alice, at=now,
    )  # fmt: skip
    return Endpoint("mid", "llm.example:8443", "mid-1")


@pytest.mark.django_db
def test_the_embedded_panel_asks_nobody(opening: Opening) -> None:
    assert endpoints_of(opening.pack_id, opening.organisation_id) == []


@pytest.mark.django_db
def test_a_panel_of_models_is_listed_with_host_and_model(
    opening: Opening, described: Endpoint
) -> None:
    assert endpoints_of(opening.pack_id, opening.organisation_id) == [described]


@pytest.mark.django_db
def test_a_panel_that_was_edited_since_its_gate_is_named_to_nobody(
    client: Client, application: Application, alice: User, described: Endpoint, now: datetime
) -> None:
    pack, mine = application.pack_id, alice.organisation_id
    assert standing_of(pack, mine).reader == "careful"
    table = {**TABLE, "model": "untried-1", "base_url": "https://other.example/v1", "price": PRICE}
    save_judge(name="mid", table=table, key="", drop_key=False, by=alice, now=now)
    found = standing_of(pack, mine)
    assert (found.active.name, found.reader, found.why_not) == ("careful", "embedded", "changed")
    assert endpoints_of(pack, mine) == []
    assert stood_in_for(mine, judge="mid") == stood_in_for(mine, panel="careful") == ["careful"]
    assert stood_in_for(mine, judge="another") == []
    notice = notice_for(application.sitting)
    assert notice.told["sent_to"] == []
    assert "sends nothing elsewhere" in notice.text
    client.force_login(alice)
    for room in ("outside", "judges"):
        page = client.get(reverse(room)).content.decode()
        assert "no longer what went through its gate" in page
        assert "untried-1" not in page
    for paper in ("notice", "model-card"):
        page = client.get(reverse(paper, args=[application.opening_id])).content.decode()
        assert "no longer what went through its gate" in page
        assert "untried-1" not in page
    # As it was tried, it reads again.
    save_judge(
        name="mid", table={**TABLE, "price": {**PRICE, "input": 2}}, key="", drop_key=False,
        by=alice, now=now,
    )  # fmt: skip
    assert endpoints_of(pack, mine) == [described]


@pytest.mark.django_db
def test_a_panel_that_cannot_be_loaded_is_named_to_nobody(
    opening: Opening, described: Endpoint, alice: User, tmp_path: Path, settings: LazySettings
) -> None:
    settings.PANELS_FILE = tmp_path / "panels.toml"
    settings.PANELS_FILE.write_text("[panel.x]\n")
    assert standing_of(opening.pack_id, alice.organisation_id).why_not == "broken"
    settings.PANELS_FILE.unlink()
    assert standing_of(opening.pack_id, alice.organisation_id).reads
    DescribedPanel.objects.all().delete()
    assert standing_of(opening.pack_id, alice.organisation_id).why_not == "gone"


@pytest.mark.django_db
def test_the_candidates_notice_has_the_same_list_and_the_page_of_the_judges(
    client: Client, application: Application, alice: User, described: Endpoint
) -> None:
    notice = notice_for(application.sitting)
    assert notice.told["sent_to"] == [["llm.example:8443", "mid-1"]]
    assert "mid-1, at llm.example:8443" in notice.text
    assert "sends nothing elsewhere" not in notice.text
    client.force_login(alice)
    page = client.get(reverse("outside")).content.decode()
    assert "llm.example:8443" in page
    assert "nothing leaves" not in page


@pytest.mark.django_db
def test_requests_are_counted_by_month_and_by_the_host_that_they_went_to(
    application: Application, described: Endpoint, client: Client, alice: User, now: datetime
) -> None:
    first = call(application, now, host="before.example")
    call(application, now, host=described.host, retries=2, sent=3)
    hit(application, now, first)
    for outcome in ("budget", "resting", "unreachable"):
        call(application, now, host="", sent=0, outcome=outcome)
    call(application, now, judge="gone", model="old-1", host="")
    lines = [
        SentLine("2026-03", "gone", "", "old-1", 1),
        SentLine("2026-03", "mid", "before.example", "mid-1", 1),
        SentLine("2026-03", "mid", "llm.example:8443", "mid-1", 3),
    ]
    assert sent_by_month(Opening.objects.all()) == lines
    client.force_login(alice)
    page = client.get(reverse("outside")).content.decode()
    assert page.count("before.example") == page.count("not kept then") == 1


def test_the_log_has_a_line_for_each_request_and_no_word_of_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    pack = load_pack(shipped_pack())
    prompt = pack.prompts[0]
    words = "Treacherous words about four hundred labelled queries, zenobia@example.org."
    with FaultServer(answering(pack)) as server:
        panel = panel_asking(pack, server)
        with caplog.at_level(logging.INFO, logger="evenhand.judges.llm.calling"):
            panel.judge(prompt, words)
        panel.close()
        sent = [str(one.body) for one in server.script.seen]
    lines = [one.getMessage() for one in caplog.records if one.name.endswith("calling")]
    assert len(lines) == len(sent) == len(prompt.dimensions)
    host = server.url.split("/")[2]
    assert all(line.startswith(f"sent to {host}: model mid-1, judge llm-0, ") for line in lines)
    assert not any(word in line for line in lines for word in ("Treacherous", "labelled"))
    assert not any("zenobia" in body for body in sent)
