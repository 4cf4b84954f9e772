"""The four compliance pages: what they say, in three forms, to whom, from records alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.hiring.compliance.cohorts import handed_in
from tests.rated import hand_in_rated
from tests.web.scored import score

from evenhand.hiring.compliance import counting
from evenhand.hiring.compliance.auditing import make_due_audits
from evenhand.hiring.compliance.volunteering import told_by_all
from evenhand.hiring.judging.models import Activation, GateRun, PanelVersion
from evenhand.hiring.locking import held
from evenhand.hiring.models import (
    Application,
    Duty,
    ImpactAudit,
    Invitation,
    LedgerEntry,
    Membership,
    Opening,
    Organisation,
    Role,
    User,
    Volunteered,
)
from evenhand.hiring.moments import in_words
from evenhand.hiring.openings.links import token_of
from evenhand.hiring.openings.services import add_candidate
from evenhand.hiring.sittings.services import begin
from evenhand.web.sitting.notice import notice_for

pytestmark = pytest.mark.django_db
WORDS = "information, not legal advice"
SPRING, LATER = datetime(2026, 5, 4, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)


@pytest.fixture
def adam(client: Client, opening: Opening) -> User:
    """An admin of Alice's organisation, signed in."""
    user = User.objects.create_user(
        "adam@example.org", "correct horse 9", duty=Duty.ADMIN, organisation=opening.organisation
    )
    client.force_login(user)
    return user


def paths(opening: Opening) -> dict[str, str]:
    pages = {name: reverse(name, args=[opening.pk]) for name in ("notice", "model-card")}
    pages["opening-impact"] = reverse("opening-impact", args=[opening.pk])
    return pages | {name: reverse(name) for name in ("high-risk-record", "impact")}


def test_each_page_says_that_it_is_no_legal_advice_in_every_form(
    client: Client, adam: User, opening: Opening, application: Application
) -> None:
    for name, path in paths(opening).items():
        assert WORDS in client.get(path).content.decode(), name
        found = json.loads(client.get(path, {"as": "json"}).content)
        assert WORDS in found["says"]
        assert found["format"].startswith("evenhand-")
        assert client.get(path, {"as": "pdf"}).content.startswith(b"%PDF")
    for name in ("compliance", "compliance-groups"):
        assert WORDS in client.get(reverse(name)).content.decode()


def test_the_notice_is_the_one_that_candidates_see(
    client: Client, adam: User, opening: Opening, application: Application, now: datetime
) -> None:
    notice = notice_for(application.sitting)
    begin(sitting=application.sitting, notice_version=notice.version, consent=True, now=now)
    found = json.loads(client.get(reverse("notice", args=[opening.pk]), {"as": "json"}).content)
    assert found["text_sha256"] == notice.told["text_sha256"]
    assert [(one["notice_version"], one["people"]) for one in found["shown"]] == [
        (notice.version, 1)
    ]
    Opening.objects.filter(pk=opening.pk).update(keep_days=77)
    body = client.get(reverse("notice", args=[opening.pk])).content.decode()
    assert "77 days after handing in" in body
    assert "rate each again" in body


def test_the_card_has_the_figures_of_the_last_gate_and_the_reason_of_the_last_change(
    client: Client, adam: User, opening: Opening, now: datetime
) -> None:
    page = reverse("model-card", args=[opening.pk])
    before = client.get(page).content.decode()
    assert "went through no gate" in before
    for name in ("attention", "bids", "claims", "faults"):
        assert f"{name}, on this machine: " in before
    version = PanelVersion.objects.create(
        pack=opening.pack, name="mixed", version="a" * 64, first_seen_at=now
    )
    check = {"code": "bias:not_native", "least": -0.2, "most": None, "got": -0.31, "passed": False}
    run = GateRun.objects.create(
        organisation=adam.organisation,
        pack=opening.pack,
        panel="mixed",
        panel_version=version,
        state="done",
        asked_by=adam,
        asked_at=now,
        ended_at=now,
        result={
            "passed": False,
            "checks": [{**check, "low": None, "high": None}],
            "dimensions": {},
            "bands": {},
            "figures": {"raters_r": 0.9, "width": 1.1},
        },
    )
    Activation.objects.create(
        organisation=adam.organisation,
        pack=opening.pack,
        panel_version=version,
        run=run,
        passed=False,
        reason="<b>Cheaper</b>",
        by=adam,
        at=now,
    )
    body = client.get(page).content.decode()
    assert "Mean error, group not native" in body
    assert "-0.31" in body
    assert "&lt;b&gt;Cheaper&lt;/b&gt;" in body
    assert "not described on this installation any more" in body
    assert client.get(page, {"as": "pdf"}).content.startswith(b"%PDF")
    notice = client.get(reverse("notice", args=[opening.pk])).content.decode()
    assert "embedded judges read in its place" in notice
    client.force_login(User.objects.get(email=opening.contact_email))
    for room in ("judges", "outside"):
        told = client.get(reverse(room)).content.decode()
        assert "the embedded judges read in its place" in told
        assert "The panel that reads" not in told


def test_the_record_tells_the_drift_of_each_panel_that_reads(
    client: Client, adam: User, opening: Opening, now: datetime
) -> None:
    def drift() -> list[tuple[str, int]]:
        page = client.get(reverse("high-risk-record"), {"as": "json"})
        return [(one["panel_version"], one["answers"]) for one in json.loads(page.content)["drift"]]

    assert drift() == [("", 0)]
    hand_in_rated(opening, 1, now=now)
    hand_in_rated(opening, 2, now=now, panel_version="1" * 64, seed=2)
    assert drift() == [("1" * 64, 8), ("0" * 64, 4)]


def test_the_record_counts_what_is_in_the_period_and_of_this_organisation(
    client: Client, adam: User, opening: Opening, alice: User
) -> None:
    handed_in(opening, 6, SPRING, by=alice, advanced=2)
    elsewhere = Organisation.objects.create(name="Elsewhere", created_at=SPRING)
    other = Opening.objects.get(pk=opening.pk)
    other.pk, other._state.adding, other.organisation = None, True, elsewhere
    other.save(force_insert=True)
    handed_in(other, 5, SPRING, by=alice, advanced=1)
    page = f"{reverse('high-risk-record')}?as=json"
    found = json.loads(client.get(f"{page}&first=2026-05-01&last=2026-05-31").content)
    counted = found["oversight"]
    assert (counted["decisions"], counted["advance"], counted["overridden"]) == (6, 2, 3)
    assert (counted["followed"], found["data"]["handed_in"], found["openings"]) == (3, 6, 1)
    found = json.loads(client.get(f"{page}&first=2026-05-05&last=2026-05-31").content)
    assert (found["oversight"]["decisions"], found["data"]["handed_in"]) == (0, 0)
    wrong = client.get(reverse("high-risk-record"), {"first": "2026-05-05", "last": "2026-05-01"})
    assert (wrong.status_code, "comes before the first" in wrong.content.decode()) == (422, True)
    # A program would take the figures of another period for those that it asked for.
    for asked in ("first=2026-05-05", "first=2026-05-05&last=soon"):
        told = client.get(f"{page}&{asked}")
        assert (told.status_code, b"Last day: " in told.content) == (422, True)


def test_a_check_of_the_record_is_an_entry_that_the_record_shows(
    client: Client, adam: User, application: Application
) -> None:
    client.post(reverse("ledger-check"))
    entry = LedgerEntry.objects.get(action="ledger.checked")
    assert entry.facts == {"entries": entry.seq, "problems": 0}
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        at = in_words(datetime.fromisoformat(entry.at), "j F Y, H:i")
        body = client.get(reverse("high-risk-record")).content.decode()
    assert f"{at} JST: all {entry.seq} entries are" in body


def test_the_record_is_not_checked_again_at_each_press(
    client: Client, adam: User, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks: list[str] = []

    def check_ledger(database: str, _vkey: str, _folder: Path) -> tuple[int, list[str]]:
        checks.append(database)
        return 1, []

    monkeypatch.setattr(counting, "check_ledger", check_ledger)
    page, press = reverse("high-risk-record"), reverse("ledger-check")
    with held(settings.HOME / ".ledger-check.lock"):
        assert "is being checked already" in client.post(press, follow=True).content.decode()
    assert checks == []
    client.post(press)
    again = client.post(press, follow=True).content.decode()
    assert (len(checks), "The last check is less than 10 minutes old" in again) == (1, True)
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + counting.AGAIN_AFTER)
    client.post(press)
    assert len(checks) == 2
    assert LedgerEntry.objects.filter(action="ledger.checked").count() == 2
    assert client.get(page).status_code == 200


@pytest.fixture
def audited(opening: Opening, alice: User) -> ImpactAudit:
    handed_in(opening, 30, SPRING, by=alice, told={"sex": "Female"}, advanced=10)
    handed_in(opening, 40, SPRING, by=alice, told={"sex": "Male"}, advanced=20)
    handed_in(opening, 3, SPRING, by=alice, told={"sex": "Another"}, advanced=0)
    handed_in(opening, 12, SPRING, by=alice, advanced=2)
    make_due_audits(LATER)
    return ImpactAudit.objects.get()


def test_the_audit_has_ratios_intervals_tests_and_too_few_to_say(
    client: Client, adam: User, opening: Opening, audited: ImpactAudit
) -> None:
    for page in (reverse("impact"), reverse("opening-impact", args=[opening.pk])):
        body = client.get(page).content.decode()
        assert "10 of 30" in body
        assert "0.67" in body
        assert "too few to say" in body
        assert "chance alone could explain it" in body or "more than chance" in body
        assert "did not say" in body
    views = LedgerEntry.objects.filter(action__endswith=".viewed")
    assert {(one.action, one.facts["what"], one.facts["until"]) for one in views} == {
        ("organisation.viewed", "impact", "2026-06-30"),
        ("opening.viewed", "impact", "2026-06-30"),
    }


def test_no_other_period_and_no_filter_gives_another_table(
    client: Client, adam: User, audited: ImpactAudit
) -> None:
    page = reverse("impact")
    first = json.loads(client.get(page, {"as": "json"}).content)["audit"]
    for asked in (
        {"first": "2026-05-01"},
        {"opening": "x"},
        {"until": "2026-06-30"},
        {"sex": "Female"},
    ):
        assert json.loads(client.get(page, {**asked, "as": "json"}).content)["audit"] == first
    for day in ("2026-05-31", "2026-13-01", "soon"):
        assert client.get(page, {"until": day}).status_code == 404


def test_nobody_else_opens_the_audit(
    client: Client, opening: Opening, alice: User, audited: ImpactAudit
) -> None:
    for role in (Role.RECRUITER, Role.DECIDER, Role.INTERVIEWER):
        user = User.objects.create_user(f"{role}@example.org", "correct horse 8", duty="member")
        Membership.objects.create(opening=opening, user=user, role=role, since=SPRING)
        client.force_login(user)
        for form in ("", "json", "pdf"):
            assert client.get(reverse("impact"), {"as": form}).status_code == 403
            about = reverse("opening-impact", args=[opening.pk])
            assert client.get(about, {"as": form}).status_code == 404
    client.force_login(alice)
    assert "Adverse impact" not in client.get(reverse("compliance")).content.decode()


def test_an_opening_without_enough_people_is_told_so(
    client: Client, adam: User, opening: Opening, audited: ImpactAudit
) -> None:
    other = Opening.objects.get(pk=opening.pk)
    other.pk, other._state.adding = None, True
    other.save(force_insert=True)
    body = client.get(reverse("opening-impact", args=[other.pk])).content.decode()
    assert "Too few to say of this opening by itself" in body


def test_a_candidate_volunteers_changes_and_takes_back(
    client: Client, application: Application
) -> None:
    score(application)
    token = token_of(Invitation.objects.get(application=application))
    page = reverse("sitting-groups", args=[token])
    before = LedgerEntry.objects.count()
    body = client.get(page).content.decode()
    assert "Nobody who decides sees what you say" in body
    assert body.count("I prefer not to say") == 3
    assert client.post(page, {"sex": "Female", "age": "40 or older"}).status_code == 302
    assert told_by_all([application.pk]) == {
        application.pk: {"sex": "Female", "age": "40 or older"}
    }
    assert client.get(page).content.decode().count("checked") == body.count("checked") == 3
    assert client.post(page, {"sex": "Robot"}).status_code == 422
    client.post(page, {"sex": "", "age": "40 or older"})
    assert told_by_all([application.pk]) == {application.pk: {"age": "40 or older"}}
    client.post(page, {"remove": "1"})
    assert not Volunteered.objects.exists()
    assert LedgerEntry.objects.count() == before
    done = client.get(reverse("sitting-done", args=[token])).content.decode()
    assert page in done


def test_nothing_can_be_volunteered_before_handing_in(
    client: Client, opening: Opening, alice: User
) -> None:
    fresh = add_candidate(
        opening=opening, name="Dora Dee", email="d@example.org", by=alice, now=timezone.now()
    )
    token = token_of(Invitation.objects.get(application=fresh))
    page = reverse("sitting-groups", args=[token])
    assert client.post(page, {"sex": "Female"}).status_code == 302
    assert not Volunteered.objects.exists()


def test_an_admin_sets_the_groups_and_is_told_what_is_wrong(
    client: Client, adam: User, opening: Opening
) -> None:
    page = reverse("compliance-groups")
    given = {
        "sex-asked": "on", "sex-title": "Gender", "sex-groups": "Woman\nMan",
        "ethnicity-title": "Origin", "ethnicity-groups": "A\nB",
        "age-title": "Age", "age-groups": "Under 50\n50 or older",
        "disability-title": "Disability", "disability-groups": "Yes\nNo",
    }  # fmt: skip
    assert client.post(page, {**given, "age-groups": "Any"}).status_code == 422
    assert client.post(page, given).status_code == 302
    body = client.get(page).content.decode()
    assert "Woman\nMan" in body
    assert "Ask this</label>" in body
    assert LedgerEntry.objects.get(action="groups.set").facts == {"asked": ["sex"]}
