"""Who rates an answer knows nothing else of its candidate, whether it was drawn or contested."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.contested import keep_components, lock_rating, member
from tests.interviewing import interviewer
from tests.panels import PlainPanel
from tests.rated import rated
from tests.tenants import admin_beside
from tests.web.scored import score

from evenhand.hiring.anchors.blind import has_met, raters_for
from evenhand.hiring.anchors.queries import open_to, rated_by, waiting_for
from evenhand.hiring.errors import AnchorError
from evenhand.hiring.interviews.services import cancel_interview, plan_interview
from evenhand.hiring.judging.services import ask_for_gate
from evenhand.hiring.keys.services import make_key
from evenhand.hiring.models import (
    Anchor,
    AnchorRating,
    Application,
    GateFlip,
    Membership,
    Opening,
    Role,
    User,
)
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.record.viewing import note_view

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[False, True], ids=["drawn", "contested"])
def anchor(
    request: pytest.FixtureRequest, application: Application, opening: Opening, now: datetime
) -> Anchor:
    keep_components(opening, now)
    answer = score(application, now=now).sitting.answers.order_by("prompt")[0]
    return Anchor.objects.create(answer=answer, contested=request.param, drawn_at=now)


@pytest.fixture
def ivan(opening: Opening, now: datetime) -> User:
    return member(opening, "ivan", Role.INTERVIEWER, now)


def may_rate(user: User, anchor: Anchor, now: datetime) -> bool:
    """Return whether somebody may, which the list, the page and the service say alike."""
    listed = anchor in waiting_for(user)
    assert listed == (anchor in open_to(user)) == (user in raters_for(anchor))
    assert listed != has_met(user, anchor.answer.sitting.application)
    if not listed:
        with pytest.raises(AnchorError, match="somebody else"):
            lock_rating(anchor, user, now)
        assert not AnchorRating.objects.filter(rater=user).exists()
        anchor.refresh_from_db()
        assert anchor.locked == 0
    return listed


@pytest.mark.parametrize("role", [Role.INTERVIEWER, Role.AUDITOR])
def test_interviewers_and_auditors_rate(
    anchor: Anchor, opening: Opening, now: datetime, role: Role
) -> None:
    assert may_rate(member(opening, "ann", role, now), anchor, now)


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.DECIDER])
def test_who_sees_names_or_levels_by_role_does_not_whatever_else_they_are(
    anchor: Anchor, opening: Opening, ivan: User, now: datetime, role: Role
) -> None:
    assert not may_rate(member(opening, "rae", role, now), anchor, now)
    Membership.objects.create(opening=opening, user=ivan, role=role, since=now)
    assert not may_rate(ivan, anchor, now)


@pytest.mark.parametrize("what", ["report", "report.pdf", "report.json", "feedback", "scorecards"])
def test_who_has_opened_something_of_theirs_does_not(
    anchor: Anchor, opening: Opening, ivan: User, now: datetime, what: str
) -> None:
    note_view(anchor.answer.sitting.application, what=what, by=f"user:{ivan.pk}", now=now)
    assert not may_rate(ivan, anchor, now)
    assert may_rate(member(opening, "oda", Role.AUDITOR, now), anchor, now)


def test_who_saw_them_in_a_list_or_among_those_who_change_sides_does_not(
    anchor: Anchor, opening: Opening, ivan: User, alice: User, now: datetime
) -> None:
    application = anchor.answer.sitting.application
    note_view(opening, what="cohort", by=f"user:{ivan.pk}", now=now, applications=[application])
    assert not may_rate(ivan, anchor, now)
    oda = member(opening, "oda", Role.AUDITOR, now)
    run = ask_for_gate(pack=opening.pack, panel="careful", by=alice, now=now)
    GateFlip.objects.create(
        run=run, application=application, dimension="overall", before=4.2, after=3.1,
        p_before=0.9, p_after=0.2,
    )  # fmt: skip
    assert may_rate(oda, anchor, now)
    note_view(run, what="flips", by=f"user:{oda.pk}", now=now, applications=[application])
    assert not may_rate(oda, anchor, now)


def test_what_a_program_looked_at_its_maker_has_seen(
    anchor: Anchor, opening: Opening, alice: User, now: datetime
) -> None:
    ada = admin_beside(alice)
    Membership.objects.create(opening=opening, user=ada, role=Role.AUDITOR, since=now)
    key, _secret = make_key(name="ours", role=Role.AUDITOR, by=ada, now=now)
    assert may_rate(ada, anchor, now)
    application = anchor.answer.sitting.application
    note_view(application, what="report.api", by=f"key:{key.pk}", now=now)
    assert not may_rate(ada, anchor, now)


def test_a_look_at_somebody_else_or_at_the_answer_itself_is_no_such_look(
    anchor: Anchor, opening: Opening, ivan: User, alice: User, now: datetime
) -> None:
    other = rated(opening, 1, PlainPanel(pack_of(opening.pack_id)), now)[0]
    for seen, what in ((other, "report"), (anchor.answer.sitting.application, "answer")):
        note_view(seen, what=what, by=f"user:{ivan.pk}", now=now)
    note_view(opening, what="cohort", by=f"user:{ivan.pk}", now=now, applications=[other])
    assert may_rate(ivan, anchor, now)


def test_who_interviews_or_was_to_interview_them_does_not(
    anchor: Anchor, opening: Opening, alice: User, now: datetime
) -> None:
    nina = interviewer(opening, "Nina", now)
    application = anchor.answer.sitting.application
    assert may_rate(nina, anchor, now)
    meeting = plan_interview(
        application=application, round="final", interviewer=nina, by=alice, now=now
    )
    assert not may_rate(nina, anchor, now)
    cancel_interview(interview=meeting, by=alice, now=now)
    assert not may_rate(nina, anchor, now)


def test_what_somebody_rated_stays_open_to_them_after_they_have_met_the_person(
    anchor: Anchor, ivan: User, now: datetime
) -> None:
    lock_rating(anchor, ivan, now)
    application = anchor.answer.sitting.application
    note_view(application, what="report", by=f"user:{ivan.pk}", now=now)
    assert list(rated_by(ivan)) == list(open_to(ivan)) == [anchor]


def test_a_long_list_takes_no_more_queries_than_a_short_one(
    opening: Opening, ivan: User, now: datetime
) -> None:
    people = rated(opening, 6, PlainPanel(pack_of(opening.pack_id)), now)
    Anchor.objects.all().delete()
    asked = []
    for some in (people[:1], people[1:]):
        for one in some:
            Anchor.objects.create(answer=one.sitting.answers.order_by("prompt")[0], drawn_at=now)
        with CaptureQueriesContext(connection) as queries:
            waiting_for(ivan).count()
        asked.append(len(queries))
    assert waiting_for(ivan).count() == 6
    assert asked[0] == asked[1]
