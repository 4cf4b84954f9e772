"""Whoever is shown a candidate's data is in the record, and no page is missing from the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from tests.contested import member
from tests.web.interviews.filling import body_of
from tests.web.scored import components_for, score

from evenhand.hiring.calibration import choosing
from evenhand.hiring.interviews.services import (
    begin_interview,
    lock_card,
    plan_interview,
    save_card,
)
from evenhand.hiring.models import (
    AccommodationRequest,
    Anchor,
    Application,
    Invitation,
    LedgerEntry,
    Membership,
    Opening,
    Role,
    User,
)
from evenhand.hiring.openings.services import add_candidate, link_of, pack_of
from evenhand.hiring.record import viewing
from evenhand.hiring.record.viewing import note_view
from evenhand.web.accounts.urls import urlpatterns as account_patterns

SHOWS = {
    "home": "candidates",
    "opening": "candidates",
    "report": "report",
    "report-json": "report.json",
    "report-pdf": "report.pdf",
    "cohort": "cohort",
    "cohort-csv": "cohort.csv",
    "compare": "comparison",
    "lean": "evidence",
    "decision": "decision",
    "decision-json": "decision.json",
    "decision-pdf": "decision.pdf",
    "accommodation-settle": "accommodation",
    "anchor": "answer",
    "interview": "interview",
    "interview-card": "interview",
    "interview-lock": "scorecard",
    "interview-locked": "scorecards",
    "interview-plan": "interviews",
    "gate-run": "flips",
    "opinion": "opinion",
    "concordance": "concordance",
    "concordance-csv": "concordance.csv",
    "disagreement": "disagreement",
    "sitting-done": "own page",
    "sitting-copy": "own copy",
    "feedback": "own feedback",
    "feedback-json": "own feedback.json",
    "feedback-pdf": "own feedback.pdf",
    "contest": "own contest",
    "feedbacks": "feedback list",
    "feedback-preview": "feedback",
    "contests": "contest",
    "sitting-notice": "own notice",
    "sitting-data": "personal data",
    "sitting-data-json": "personal data.json",
    "application-data": "personal data",
    "application-data-json": "personal data.json",
    "application-erase": "erasing",
    "application-withdraw": "withdrawing",
    "application-judges": "judges",
    "retention": "retention",
    "opening-costs": "costs",
    "application-costs": "costs",
    "impact": "impact",
    "opening-impact": "impact",
    "api-applications": "candidates.api",
    "api-invite": "application.api",
    "api-application": "application.api",
    "api-report": "report.json",
    "api-decision": "decision.api",
}
"""Pages with a name, an answer, a level or a request of a candidate, as the record calls them."""

SHOWS_NOBODY = {
    "compliance", "compliance-groups", "ledger-check",
    "notice", "model-card", "high-risk-record",
    "team", "team-remove", "account-duty", "account-password", "account-close", "account-reopen",
    "opening-new", "candidates-add",
    "follow-ups",
    "link-renew", "link-revoke", "link-send", "feedback-release",
    "judges", "gate-ask", "gate-activate", "panel-embedded", "drift", "drift-close", "outside",
    "anchors", "costs", "budget",
    "error-costs", "anchoring",
    "studies", "opinions", "validity", "study-import",
    "panels", "panel-new", "panel-edit", "judge-new", "judge-edit", "judge-try",
    "judge-remove", "panel-remove",
    "opening-step", "opening-drop", "opening-version",
    "packs", "packs-differences", "pack", "pack-change", "pack-change-offered",
    "draft", "draft-publish", "draft-back", "draft-drop", "draft-rounds", "draft-add",
    "draft-dimension", "draft-prompt", "draft-remove",
    "preview-start", "preview-begin", "preview-prompt", "preview-review", "preview-submit",
    "preview-done",
    "pool", "pool-entry", "times", "time-set", "time-again", "time-file", "my-calendar",
    "calendar-make", "calendar-revoke", "calendar-feed", "interview-minutes",
    "keys", "key-revoke", "api-root", "api-missing", "openapi-json", "api-openings", "api-opening",
    "interviews", "interview-cancel", "interview-begin", "interview-unbegin",
    "interview-save", "interview-calibration",
}  # fmt: skip
"""Forms, acts that lead elsewhere, figures of many, lists and times under a number; a form
shows what its sender has written."""

STILL_WRITING = {
    "sitting-start", "sitting-begin", "sitting-prompt", "sitting-save", "sitting-review",
    "sitting-submit", "sitting-ask", "sitting-finish", "sitting-follow-up",
    "sitting-again", "sitting-link", "sitting-withdraw",
}  # fmt: skip
"""The candidate at their own text, whose every save is an entry."""


def names(patterns: list[Any]) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from names(one.url_patterns)
        elif isinstance(one, URLPattern):
            yield str(one.name)


VOLUNTEERED = {"sitting-groups"}
"""The candidate at what they volunteer: no entry is made, for it would say who answered."""


ACCOUNT = set(names(account_patterns))
"""One's own account, and the way in."""


@pytest.fixture
def scored(application: Application, monkeypatch: pytest.MonkeyPatch) -> Application:
    components = components_for(pack_of(application.opening.pack_id))
    monkeypatch.setattr(choosing, "shipped_components", lambda root: components)
    return score(application)


@pytest.fixture
def staff(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def views() -> list[LedgerEntry]:
    return list(LedgerEntry.objects.filter(action__endswith=".viewed"))


def test_every_page_is_in_the_table_of_what_it_shows() -> None:
    told = {*SHOWS, *SHOWS_NOBODY, *STILL_WRITING, *VOLUNTEERED, *ACCOUNT}
    assert set(names(get_resolver().url_patterns)) == told


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page",
    [
        "report", "report-json", "report-pdf",
        "application-data", "application-data-json", "application-erase", "application-judges",
        "application-withdraw",
    ],
)  # fmt: skip
def test_a_report_in_any_form_is_an_entry_that_says_who_saw_what_of_whom(
    staff: Client, alice: User, scored: Application, page: str
) -> None:
    assert staff.get(reverse(page, args=[scored.pk])).status_code == 200
    (entry,) = views()
    assert (entry.action, entry.subject) == ("application.viewed", f"application:{scored.pk}")
    assert (entry.actor, entry.facts) == (f"user:{alice.pk}", {"what": SHOWS[page]})


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["home", "opening"])
def test_a_list_of_names_is_an_entry_with_everybody_on_it(
    staff: Client, alice: User, opening: Opening, application: Application, now: datetime, page: str
) -> None:
    other = add_candidate(
        opening=opening, name="Dora Dee", email="dora@example.org", by=alice, now=now
    )
    address = reverse(page, args=[opening.pk] if page == "opening" else [])
    body = staff.get(address).content.decode()
    assert "Dora Dee" in body
    (entry,) = views()
    assert (entry.action, entry.subject) == ("opening.viewed", f"opening:{opening.pk}")
    everybody = sorted([str(application.pk), str(other.pk)])
    assert entry.facts == {"what": "candidates", "applications": everybody}


@pytest.mark.django_db
def test_a_list_of_nobody_is_no_entry(staff: Client, opening: Opening) -> None:
    assert staff.get(reverse("opening", args=[opening.pk])).status_code == 200
    assert views() == []


@pytest.mark.django_db
def test_a_request_for_more_time_is_recorded_when_it_is_opened(
    staff: Client, application: Application, now: datetime
) -> None:
    asked = AccommodationRequest.objects.create(
        sitting=application.sitting, kind="more_time", message="Please.", asked_at=now
    )
    staff.get(reverse("accommodation-settle", args=[asked.pk]))
    assert [entry.facts for entry in views()] == [{"what": "accommodation"}]


@pytest.mark.django_db
def test_an_answer_that_is_rated_blindly_is_recorded_with_its_rater(
    client: Client, scored: Application, now: datetime
) -> None:
    client.force_login(member(scored.opening, "ann", Role.AUDITOR, now))
    answer = scored.sitting.answers.order_by("prompt")[0]
    drawn = Anchor.objects.create(answer=answer, drawn_at=now)
    assert client.get(reverse("anchor", args=[drawn.pk])).status_code == 200
    (entry,) = views()
    assert entry.subject == f"application:{scored.pk}"
    assert entry.facts == {"what": "answer", "answer": str(answer.pk)}


@pytest.mark.django_db
def test_every_look_of_an_interviewer_at_whom_they_meet_is_recorded(
    client: Client, application: Application, alice: User, now: datetime
) -> None:
    ivan = User.objects.create_user("ivan@example.org", "correct horse 6", duty="member")
    Membership.objects.create(
        opening=application.opening, user=ivan, role=Role.INTERVIEWER, since=now
    )
    planned = plan_interview(
        application=application, round="final", interviewer=ivan, by=alice, now=now
    )
    begin_interview(interview=planned, by=ivan, now=now)
    save_card(interview=planned, body=body_of(planned), base_revision=0, now=now)
    client.force_login(ivan)
    pages = ["interview", "interview-card", "interview-lock"]
    for page in pages:
        assert client.get(reverse(page, args=[planned.pk])).status_code == 200
    lock_card(interview=planned, by=ivan, now=now)
    assert client.get(reverse("interview-locked", args=[planned.pk])).status_code == 200
    client.force_login(alice)
    assert client.get(reverse("interview-plan", args=[application.pk])).status_code == 200
    seen = [(entry.subject, entry.actor, entry.facts) for entry in views()]
    about, of_ivan, particular = (
        f"application:{application.pk}", f"user:{ivan.pk}", {"interview": str(planned.pk)}
    )  # fmt: skip
    assert seen == [
        (about, of_ivan, {"what": "interview", **particular}),
        (about, of_ivan, {"what": "scorecard", **particular}),
        (about, of_ivan, {"what": "scorecards", **particular}),
        (about, f"user:{alice.pk}", {"what": "interviews"}),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page",
    ["sitting-done", "sitting-copy", "sitting-notice", "sitting-data", "sitting-data-json"],
)
def test_a_candidates_look_at_their_own_copy_is_recorded(
    client: Client, scored: Application, page: str
) -> None:
    token = link_of(Invitation.objects.get(application=scored)).rstrip("/").rpartition("/")[2]
    assert client.get(reverse(page, args=[token])).status_code == 200
    (entry,) = views()
    assert entry.actor == f"candidate:{scored.pk}"
    assert entry.facts == {"what": SHOWS[page]}


@pytest.mark.django_db
def test_who_may_not_see_it_leaves_no_entry(
    client: Client, mallory: User, scored: Application
) -> None:
    client.force_login(mallory)
    assert client.get(reverse("report", args=[scored.pk])).status_code == 404
    assert views() == []


@pytest.mark.django_db
def test_no_view_holds_a_name_an_address_or_a_word(staff: Client, scored: Application) -> None:
    staff.get(reverse("report", args=[scored.pk]))
    staff.get(reverse("home"))
    written = str(list(LedgerEntry.objects.filter(action__endswith=".viewed").values()))
    assert len(views()) == 2
    assert not any(word in written for word in ("Charlie", "@", "Alice", "queries"))


@pytest.mark.django_db
def test_the_same_look_within_a_minute_is_one_view(
    application: Application, alice: User, mallory: User, now: datetime
) -> None:
    def look(seconds: float, who: User = alice, what: str = "report") -> None:
        moment = now + timedelta(seconds=seconds)
        note_view(application, what=what, by=f"user:{who.pk}", now=moment)

    for seconds in (0, 3, 59):
        look(seconds)
    assert len(views()) == 1
    look(59, who=mallory)
    look(59, what="report.pdf")
    assert len(views()) == 3
    look(60)
    assert len(views()) == 4


@pytest.mark.django_db
def test_a_list_with_somebody_new_on_it_is_another_view(
    opening: Opening, application: Application, alice: User, now: datetime
) -> None:
    note_view(opening, what="candidates", by="user:1", now=now, applications=[application])
    other = add_candidate(opening=opening, name="D", email="d@example.org", by=alice, now=now)
    for _ in range(2):
        note_view(
            opening, what="candidates", by="user:1", now=now, applications=[other, application]
        )
    assert len(views()) == 2


@pytest.mark.django_db
def test_what_cannot_be_recorded_is_not_shown(
    staff: Client, scored: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr(viewing, "record", full)
    with pytest.raises(DatabaseError):
        staff.get(reverse("report", args=[scored.pk]))


@pytest.mark.django_db
def test_a_report_is_the_same_however_often_it_was_looked_at(
    staff: Client, scored: Application
) -> None:
    address = reverse("report-json", args=[scored.pk])
    first = staff.get(address).content
    staff.get(reverse("report", args=[scored.pk]))
    assert staff.get(address).content == first


@pytest.mark.django_db
def test_a_first_look_costs_six_queries_and_the_same_look_again_one(
    application: Application,
    now: datetime,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    note_view(application, what="other", by="user:1", now=now)
    with django_assert_num_queries(6):
        note_view(application, what="report", by="user:1", now=now)
    with django_assert_num_queries(1):
        note_view(application, what="report", by="user:1", now=now)


@pytest.mark.django_db
def test_a_page_takes_one_more_query_for_a_look_that_is_recorded_already(
    staff: Client,
    scored: Application,
    django_assert_num_queries: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = reverse("report", args=[scored.pk])
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)
    staff.get(address)
    with django_assert_num_queries(20):
        staff.get(address)
