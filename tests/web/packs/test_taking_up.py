"""What pages say of a version that no opening can take up yet, and the way to its gate."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.hiring.drafts.learnt import end_gate, learnt_from

from evenhand.hiring.drafts.setting_up import begin_setup
from evenhand.hiring.judging.services import ask_for_gate
from evenhand.hiring.models import GateRun, Opening, PackVersion, User

UNTRIED = "No opening can take this version up yet"


def text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def test_from_a_version_that_was_not_tried_pages_lead_to_its_gate_and_a_reason_opens_it(
    signed_in: Client, opening: Opening, pack_version: PackVersion, alice: User, now: datetime
) -> None:
    learnt = learnt_from(pack_version, alice, now)
    page = text(signed_in.get(reverse("pack", args=[learnt.hash])))
    assert UNTRIED in page
    assert "Its gate is being run" in page
    moved = signed_in.post(reverse("opening-version", args=[opening.pk]), {"pack": learnt.hash})
    assert moved.status_code == 422
    assert "make its panel active there and say why" in text(moved)
    assert 'href="#id_pack_0"' in text(moved)
    assert 'id="id_pack_0"' in text(moved)
    asked = GateRun.objects.get(pack=learnt)
    assert f'href="{reverse("gate-run", args=[asked.pk])}"' in text(moved)
    given = {
        "title": "Next", "contact_name": "A", "contact_email": "a@example.org", "link_days": 14,
        "keep_days": 180,
    }  # fmt: skip
    setup = begin_setup(given=given, pack=learnt, by=alice, now=now)
    step = reverse("opening-step", args=[setup.pk, "open"])
    page = text(signed_in.get(step))
    assert UNTRIED in page
    assert "Open it" not in page
    refused = signed_in.post(step, follow=True)
    assert "was not tried here yet" in text(refused)
    assert Opening.objects.count() == 1
    run = end_gate(learnt, now, passed=False)
    GateRun.objects.filter(pk=run.pk).update(result=RESULT)
    to = reverse("gate-run", args=[run.pk])
    assert to in text(signed_in.get(step))
    judges = f"{reverse('judges')}?pack={learnt.hash}"
    assert UNTRIED in text(signed_in.get(judges))
    assert "It misses a limit" in text(signed_in.get(to))
    signed_in.post(reverse("gate-activate", args=[run.pk]), {"reason": "It says the same."})
    assert UNTRIED not in text(signed_in.get(judges))
    assert "Open it" in text(signed_in.get(step))
    signed_in.post(step)
    assert Opening.objects.filter(pack=learnt).count() == 1


def test_the_gate_of_another_panel_is_not_the_gate_of_a_version(
    signed_in: Client, pack_version: PackVersion, alice: User, now: datetime
) -> None:
    learnt = learnt_from(pack_version, alice, now)
    later = now + timedelta(hours=1)
    own = GateRun.objects.get(pack=learnt)
    other = ask_for_gate(pack=learnt, panel="careful", by=alice, now=later)
    GateRun.objects.filter(pk=other.pk).update(state="failed", ended_at=later)
    page = reverse("pack", args=[learnt.hash])
    shown = text(signed_in.get(page))
    assert "Its gate is being run" in shown
    assert reverse("gate-run", args=[own.pk]) in shown
    ended = end_gate(learnt, now, passed=False)
    GateRun.objects.filter(pk=other.pk).update(
        state="done", passed=True, panel_version=ended.panel_version
    )
    shown = text(signed_in.get(page))
    assert UNTRIED in shown
    assert "nobody has tried them here" not in shown
    assert "their gate missed a limit here" in shown
    assert reverse("gate-run", args=[own.pk]) in shown
    assert reverse("gate-run", args=[other.pk]) not in shown
    # What decides is the latest that came to its end; one that was broken off decides nothing.
    again = ask_for_gate(pack=learnt, panel="embedded", by=alice, now=later)
    GateRun.objects.filter(pk=again.pk).update(state="failed", ended_at=later)
    assert reverse("gate-run", args=[own.pk]) in text(signed_in.get(page))


RESULT = {
    "label": "",
    "checks": [],
    "bands": {},
    "dimensions": {},
    "indicators": {},
    "figures": dict.fromkeys(
        ("seconds_p50", "seconds_p99", "cost_per_answer", "raters_r", "width")
    ),
}
"""A gate of before judges were looked at one by one, with nothing in it."""
