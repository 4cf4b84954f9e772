"""The pages of panels and gates: what they show, what they do, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.contested import member
from tests.panels import PlainPanel
from tests.rated import rated
from tests.web.judging.conftest import good, poor

from evenhand.hiring.interviews.services import plan_interview
from evenhand.hiring.judging.queries import active_panel
from evenhand.hiring.judging.services import activate
from evenhand.hiring.models import (
    Activation,
    CanaryReading,
    EstimateRow,
    GateFlip,
    GateRun,
    LedgerEntry,
    Membership,
    Opening,
    PackVersion,
    Role,
    User,
)
from evenhand.hiring.openings.services import pack_of
from evenhand.judges import AnyPanel, JudgeError
from evenhand.rubric import Pack
from evenhand.web.judging.urls import urlpatterns
from evenhand.web.judging.words import plain_fault

Try = Callable[..., GateRun]


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


@pytest.mark.django_db
@pytest.mark.parametrize("route", urlpatterns, ids=lambda route: route.name)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_is_sent_to_sign_in(client: Client, route: object, method: str) -> None:
    to = {name: "0" * 64 if name == "pack_hash" else uuid4() for name in route.pattern.converters}  # type: ignore[attr-defined]
    answer = getattr(client, method)(reverse(route.name, kwargs=to))  # type: ignore[attr-defined]
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("route", urlpatterns, ids=lambda route: route.name)
def test_every_view_is_marked_as_one_for_staff(route: object) -> None:
    assert getattr(route.callback, "for_staff", False)  # type: ignore[attr-defined]


def test_without_an_opening_there_is_nothing_to_judge_yet(client: Client, mallory: User) -> None:
    client.force_login(mallory)
    assert "You have a role in no opening yet" in text(client.get(reverse("judges")))


def test_at_first_the_embedded_panel_reads_and_nothing_was_tried(
    signed_in: Client, opening: Opening
) -> None:
    page = text(signed_in.get(reverse("judges")))
    assert "as the pack came with it" in page
    assert "No panel was tried yet" in page
    assert "data-seconds" not in page


def test_asking_for_a_gate_hands_it_over_once_and_shows_its_progress(
    signed_in: Client,
    opening: Opening,
    handed_over: list[str],
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    ask = reverse("gate-ask", args=[opening.pack_id])
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        answer = signed_in.post(ask, {"panel": "embedded"}, follow=True)
    run = GateRun.objects.get()
    assert handed_over == [str(run.pk)]
    assert "data-seconds" in text(answer)
    GateRun.objects.update(state="running", readings_done=30, readings_of=240)
    assert "30 of 240 read" in text(signed_in.get(reverse("judges")))
    assert "30 of 240 answers are read" in text(signed_in.get(reverse("gate-run", args=[run.pk])))
    again = signed_in.post(ask, {"panel": "embedded"})
    assert again.status_code == 422
    assert "being tried already" in text(again)
    assert GateRun.objects.count() == 1


def test_a_name_must_be_given(signed_in: Client, opening: Opening) -> None:
    answer = signed_in.post(reverse("gate-ask", args=[opening.pack_id]), {"panel": ""})
    assert answer.status_code == 422
    assert not GateRun.objects.exists()


def test_a_passed_gate_shows_its_table_and_makes_the_panel_active_without_a_reason(
    signed_in: Client, tried: Try, reads: None
) -> None:
    run = tried(good)
    page = text(signed_in.get(reverse("gate-run", args=[run.pk])))
    assert "Quadratic-weighted kappa" in page
    assert "at least 0.85" in page
    assert "Mean error, group not native" in page
    assert "model-rated" in page
    answer = signed_in.post(reverse("gate-activate", args=[run.pk]), {"reason": ""}, follow=True)
    assert "It reads what is handed in from now on" in text(answer)
    assert Activation.objects.get().run == run
    page = text(signed_in.get(reverse("judges")))
    assert ">active<" in page
    # Panel and outcome come first, for they are what a phone shows.
    assert page.index(f">{run.panel}<span") < page.index(">passed<")
    assert "This version reads now" in text(signed_in.get(reverse("gate-run", args=[run.pk])))


def test_a_failed_gate_asks_for_a_reason_and_shows_it_afterwards(
    signed_in: Client, tried: Try
) -> None:
    run = tried(poor)
    page = text(signed_in.get(reverse("gate-run", args=[run.pk])))
    assert "It misses a limit" in page
    to = reverse("gate-activate", args=[run.pk])
    refused = signed_in.post(to, {"reason": " "})
    assert refused.status_code == 422
    assert "Say why" in text(refused)
    assert not Activation.objects.exists()
    done = signed_in.post(to, {"reason": "<b>The other is away</b>"}, follow=True)
    assert "&lt;b&gt;The other is away&lt;/b&gt;" in text(done)


def test_a_gate_that_broke_off_says_why(signed_in: Client, tried: Try) -> None:
    def gone(*_: object) -> object:
        raise JudgeError("no <weights> in /srv/evenhand/panels.toml: mend it")

    run = tried(gone)
    page = text(signed_in.get(reverse("gate-run", args=[run.pk])))
    assert "no &lt;weights&gt; in panels.toml: mend it" in page
    assert "JudgeError" not in page
    assert "/srv" not in page
    assert "Make it active" not in page


def test_who_would_change_sides_is_listed_by_number_and_colleagues_people_are_only_counted(
    signed_in: Client, opening: Opening, tried: Try, mallory: User, now: datetime
) -> None:
    panel = PlainPanel(pack_of(opening.pack_id))
    people = rated(opening, 2, panel, now)
    EstimateRow.objects.update(mean=4.2, p_bar=0.9)
    run = tried(good)
    Opening.objects.filter(pk=opening.pk).update(title="Ours")
    page = text(signed_in.get(reverse("gate-run", args=[run.pk])))
    assert "Candidate 1" in page
    assert "2 past candidates were compared" in page
    assert "more people would" not in page
    assert people[0].candidate.name not in page
    other = Opening.objects.get(pk=opening.pk)
    other.pk, other.created_by, other._state.adding = uuid4(), mallory, True
    other.save()
    assert GateFlip.objects.exists()
    type(people[0]).objects.filter(pk=people[0].pk).update(opening=other)
    page = text(signed_in.get(reverse("gate-run", args=[run.pk])))
    assert "1 more person would, in an opening of a colleague" in page
    assert "Candidate 1" not in page


def test_the_page_says_how_many_were_left_out_for_want_of_their_agreement(
    signed_in: Client, opening: Opening, tried: Try, now: datetime
) -> None:
    def elsewhere(pack: Pack, *_: object) -> AnyPanel:
        panel = good(pack)
        panel.sends_to = frozenset({("models.example", "mid-1")})  # type: ignore[misc]
        return panel

    rated(opening, 2, PlainPanel(pack_of(opening.pack_id)), now)
    run = tried(elsewhere)
    assert LedgerEntry.objects.get(action="gate.done").facts["left_out"] == 2
    page = text(signed_in.get(reverse("gate-run", args=[run.pk])))
    assert "Nobody could be compared: the 2 past candidates who were scored did not agree" in page
    assert "this gate says nothing about who would change sides" in page
    assert "Nobody in your openings would" not in page
    other = tried(good)
    page = text(signed_in.get(reverse("gate-run", args=[other.pk])))
    assert "Nobody was left out for want of their agreement." in page
    GateRun.objects.filter(pk=other.pk).update(left_out=2)
    page = text(signed_in.get(reverse("gate-run", args=[other.pk])))
    assert "2 more were left out: they did not agree" in page
    GateRun.objects.update(left_out=None)
    for one in (run, other):
        page = text(signed_in.get(reverse("gate-run", args=[one.pk])))
        assert "that their answers go to this panel" in page


def test_where_nobody_was_scored_the_gate_says_nothing_of_who_would_change_sides(
    signed_in: Client, tried: Try
) -> None:
    page = text(signed_in.get(reverse("gate-run", args=[tried(good).pk])))
    assert "no past candidate with these questions has been scored yet" in page
    assert "this gate says nothing about who would change sides" in page
    assert "Nobody in your openings would" not in page
    assert "were compared" not in page


def test_a_panel_that_is_not_known_is_refused_at_once(
    signed_in: Client, opening: Opening, handed_over: list[str]
) -> None:
    answer = signed_in.post(reverse("gate-ask", args=[opening.pack_id]), {"panel": "nosuch"})
    assert answer.status_code == 422
    assert "There is no panel “nosuch”" in text(answer)
    assert not GateRun.objects.exists()
    assert not handed_over


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("JudgeConfigError: /srv/a/panels.toml: not TOML", "panels.toml: not TOML"),
        ("JudgeError: http://[::1]:80/v1/chat: no answer", "http://[::1]:80/v1/chat: no answer"),
        ("judge mid: gave no verdict", "judge mid: gave no verdict"),
        ("KeyError: 'x'", "'x'"),
    ],
)
def test_why_a_gate_was_broken_off_is_said_without_kinds_and_folders(
    stored: str, shown: str
) -> None:
    assert plain_fault(stored) == shown


def test_the_embedded_judges_read_again_at_once_with_a_reason(
    signed_in: Client, alice: User, opening: Opening, tried: Try, reads: None
) -> None:
    run = tried(good)
    page = text(signed_in.get(reverse("judges")))
    assert "Let the embedded judges read again" not in page
    signed_in.post(reverse("gate-activate", args=[run.pk]), {"reason": ""})
    made = Activation.objects.get()
    assert "Let the embedded judges read again" in text(signed_in.get(reverse("judges")))
    to = reverse("panel-embedded", args=[opening.pack_id])
    refused = signed_in.post(to, {"activation": made.pk, "reason": " "})
    assert (refused.status_code, "Reason" in text(refused)) == (422, True)
    assert active_panel(opening.pack_id, alice.organisation_id).name == "knowing"
    done = signed_in.post(to, {"activation": made.pk, "reason": "<i>It errs</i>"}, follow=True)
    assert "The embedded judges read what is handed in from now on" in text(done)
    assert "&lt;i&gt;It errs&lt;/i&gt;" in text(done)
    assert "as the pack came with it" in text(done)
    assert active_panel(opening.pack_id, alice.organisation_id).name == "embedded"
    again = signed_in.post(to, {"activation": made.pk, "reason": "Twice"})
    assert (again.status_code, "Something else is active meanwhile" in text(again)) == (422, True)
    card = text(signed_in.get(reverse("model-card", args=[opening.pk])))
    assert "none: the default reads again" in card
    # What passed its gate may read again.
    signed_in.post(reverse("gate-activate", args=[run.pk]), {"reason": ""})
    assert active_panel(opening.pack_id, alice.organisation_id).name == "knowing"


def test_what_others_made_active_is_ended_by_nobody_else(
    client: Client, mallory: User, opening: Opening, alice: User, tried: Try, now: datetime
) -> None:
    made = activate(run=tried(good), reason="", by=alice, now=now)
    client.force_login(mallory)
    to = reverse("panel-embedded", args=[opening.pack_id])
    assert client.post(to, {"activation": made.pk, "reason": "Mine"}).status_code == 404
    made.refresh_from_db()
    assert made.ended_at is None


def test_whom_one_is_to_interview_is_not_in_the_list_of_who_would_change_sides(
    signed_in: Client, alice: User, opening: Opening, tried: Try, now: datetime
) -> None:
    people = rated(opening, 2, PlainPanel(pack_of(opening.pack_id)), now)
    EstimateRow.objects.update(mean=4.2, p_bar=0.9)
    run = tried(good)
    Membership.objects.create(opening=opening, user=alice, role=Role.INTERVIEWER, since=now)
    plan_interview(application=people[0], round="final", interviewer=alice, by=alice, now=now)
    page = text(signed_in.get(reverse("gate-run", args=[run.pk])))
    assert "Candidate 1" not in page
    assert "Candidate 2" in page


def test_packs_of_others_can_be_neither_seen_nor_tried_nor_activated(
    client: Client, mallory: User, tried: Try
) -> None:
    run = tried(good)
    before = LedgerEntry.objects.count()
    client.force_login(mallory)
    assert client.get(reverse("gate-run", args=[run.pk])).status_code == 404
    assert client.post(reverse("gate-activate", args=[run.pk])).status_code == 404
    ask = reverse("gate-ask", args=[run.pack_id])
    assert client.post(ask, {"panel": "embedded"}).status_code == 404
    assert run.pack_id not in text(client.get(reverse("judges"), {"pack": run.pack_id}))
    assert LedgerEntry.objects.count() == before


@pytest.mark.parametrize(("name", "method"), [("gate-ask", "get"), ("gate-activate", "get")])
def test_acts_are_posted(signed_in: Client, tried: Try, name: str, method: str) -> None:
    run = tried(good)
    to = run.pack_id if name == "gate-ask" else run.pk
    assert getattr(signed_in, method)(reverse(name, args=[to])).status_code == 405


def test_the_list_takes_the_same_queries_for_one_version_and_for_many(
    signed_in: Client, opening: Opening, tried: Try, now: datetime,
    django_assert_max_num_queries: Callable[..., object],
) -> None:  # fmt: skip
    rated(opening, 3, PlainPanel(pack_of(opening.pack_id)), now)
    tried(good)
    tried(poor)
    with django_assert_max_num_queries(17):  # type: ignore[attr-defined]
        page = text(signed_in.get(reverse("judges")))
    assert page.count('scope="row"') >= 5


def test_the_page_shows_what_each_judge_made_of_its_canaries(
    signed_in: Client, client: Client, mallory: User, opening: Opening, now: datetime
) -> None:
    assert "No canary was read yet" in text(signed_in.get(reverse("judges")))
    for failed in (False, True):
        CanaryReading.objects.create(
            opening=opening, reading=uuid4(), pack=opening.pack, panel="both", panel_version="1",
            at=now, prompt="eval_search", judge="soft-hearted", highest=4.0 if failed else 1.0,
            failed=failed,
        )  # fmt: skip
    page = text(signed_in.get(reverse("judges")))
    row = page[page.index("soft-hearted") :].split("</tr>")[0]
    assert '<td class="number">2</td>' in row
    assert '<span class="badge bad">1</span>' in row
    assert "flagged for a person" in page
    client.force_login(mallory)
    assert "soft-hearted" not in text(client.get(reverse("judges")))


@pytest.mark.usefixtures("reads")
def test_an_auditor_of_a_version_looks_on_whatever_they_recruit_for_elsewhere(
    client: Client, opening: Opening, tried: Callable[..., GateRun], alice: User, now: datetime
) -> None:
    run = tried()
    ann = member(opening, "ann", Role.AUDITOR, now)
    User.objects.filter(pk=ann.pk).update(duty="member")
    own = PackVersion.objects.create(
        hash="e" * 64, pack_id="own", version="1", name="Own", taken_in_at=now
    )
    other = Opening.objects.create(
        organisation=ann.organisation, pack=own, title="Other", bar=3, created_by=ann,
        created_at=now, link_days=1, keep_days=1,
    )  # fmt: skip
    Membership.objects.create(opening=other, user=ann, role=Role.RECRUITER, since=now)
    acts = [
        (reverse("gate-ask", args=[opening.pack_id]), {"panel": "embedded"}),
        (reverse("gate-activate", args=[run.pk]), {}),
        (reverse("panel-embedded", args=[opening.pack_id]), {"activation": 1, "reason": "x"}),
    ]
    client.force_login(ann)
    assert {client.post(*act).status_code for act in acts} == {404}
    page = client.get(reverse("judges"), {"pack": opening.pack_id}).content.decode()
    gate = client.get(reverse("gate-run", args=[run.pk])).content.decode()
    assert "Gates" in page
    assert "A recruiter of an opening with these questions, or an admin" in gate
    client.force_login(alice)
    pages = [client.get(reverse("judges")), client.get(reverse("gate-run", args=[run.pk]))]
    shown = [one.content.decode() for one in pages]
    assert ("Run the gate" in page, "Make it active" in gate) == (False, False)
    assert ("Run the gate" in shown[0], "Make it active" in shown[1]) == (True, True)
