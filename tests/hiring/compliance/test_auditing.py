"""Audits are made once a quarter, of people who are in no other, and stay as they were made."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.hiring.compliance.cohorts import handed_in

from evenhand.hiring.compliance.auditing import digest_of, make_due_audits, next_audit
from evenhand.hiring.compliance.volunteering import volunteer
from evenhand.hiring.models import Application, ImpactAudit, LedgerEntry, Opening, User
from evenhand.hiring.openings.erasing import erase_now

pytestmark = pytest.mark.django_db
FEMALE, MALE = {"sex": "Female"}, {"sex": "Male"}
SPRING, SUMMER = datetime(2026, 5, 4, tzinfo=UTC), datetime(2026, 8, 4, tzinfo=UTC)
AFTER_SPRING, AFTER_SUMMER = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def spring(opening: Opening, alice: User) -> list[Application]:
    women = handed_in(opening, 30, SPRING, by=alice, told=FEMALE, advanced=10)
    return women + handed_in(opening, 40, SPRING, by=alice, told=MALE, advanced=20)


def groups_of(made: ImpactAudit) -> dict[str, int | None]:
    assert made.told is not None
    return {one["name"]: one["of"] for one in made.told["questions"][0]["groups"]}


def test_a_quarter_is_looked_at_thirty_days_after_its_end(spring: list[Application]) -> None:
    assert make_due_audits(datetime(2026, 7, 30, tzinfo=UTC)) == 0
    due = datetime(2026, 7, 31, tzinfo=UTC)
    assert make_due_audits(due) == 1
    made = ImpactAudit.objects.get()
    assert next_audit(made.organisation, datetime(2026, 7, 30, tzinfo=UTC)) == due.date()
    assert (made.first, made.last) == (date(2026, 4, 1), date(2026, 6, 30))
    assert groups_of(made) == {"Female": 30, "Male": 40, "Another": None, "": None}
    told = made.told
    assert told is not None
    female, male, _other = told["questions"][0]["stages"]["decision"]["lines"]
    assert (female["selected"], male["selected"]) == (10, 20)
    assert female["ratio"] == 0.6667
    assert next_audit(made.organisation, AFTER_SPRING) == date(2026, 10, 31)


def test_it_is_recorded_by_its_digest_and_made_once(spring: list[Application]) -> None:
    make_due_audits(AFTER_SPRING)
    entry = LedgerEntry.objects.get(action="impact.audited")
    assert entry.facts["sha256"] == digest_of(ImpactAudit.objects.get().told)
    assert make_due_audits(AFTER_SPRING) == 0
    assert ImpactAudit.objects.count() == 1


def test_who_is_erased_or_changes_their_mind_later_cannot_be_read_off_it(
    spring: list[Application], alice: User
) -> None:
    make_due_audits(AFTER_SPRING)
    before = ImpactAudit.objects.get().told
    erase_now(application=spring[0], reason="asked", by=alice, now=AFTER_SPRING)
    volunteer(application=spring[1], told={"sex": "Male"})
    make_due_audits(AFTER_SUMMER)
    assert ImpactAudit.objects.get(last=date(2026, 6, 30)).told == before


def test_a_quarter_with_too_few_is_joined_with_the_next_one(opening: Opening, alice: User) -> None:
    handed_in(opening, 9, SPRING, by=alice, told=FEMALE, advanced=4)
    handed_in(opening, 20, SPRING, by=alice, told=MALE, advanced=10)
    make_due_audits(AFTER_SPRING)
    assert ImpactAudit.objects.get().told is None
    handed_in(opening, 9, SUMMER, by=alice, told=FEMALE, advanced=6)
    make_due_audits(AFTER_SUMMER)
    made = ImpactAudit.objects.get(last=date(2026, 9, 30))
    assert made.first == date(2026, 4, 1)
    assert groups_of(made)["Female"] == 18


def test_two_quarters_that_are_due_at_once_are_two_audits_of_other_people(
    spring: list[Application], opening: Opening, alice: User
) -> None:
    handed_in(opening, 12, SUMMER, by=alice, told=FEMALE, advanced=6)
    handed_in(opening, 12, SUMMER, by=alice, told=MALE, advanced=6)
    assert make_due_audits(AFTER_SUMMER) == 2
    summer, spring_ = ImpactAudit.objects.all()
    assert (summer.first, spring_.last) == (date(2026, 7, 1), date(2026, 6, 30))
    assert groups_of(summer)["Female"] == 12


def test_nobody_of_an_audit_is_in_the_next_one(
    spring: list[Application], opening: Opening, alice: User
) -> None:
    make_due_audits(AFTER_SPRING)
    handed_in(opening, 12, SUMMER, by=alice, told=FEMALE, advanced=6)
    handed_in(opening, 12, SUMMER, by=alice, told=MALE, advanced=6)
    make_due_audits(AFTER_SUMMER)
    summer = ImpactAudit.objects.get(last=date(2026, 9, 30))
    assert summer.first == date(2026, 7, 1)
    assert groups_of(summer)["Female"] == 12


def test_examples_are_in_no_audit(spring: list[Application], opening: Opening) -> None:
    Opening.objects.filter(pk=opening.pk).update(is_example=True)
    assert make_due_audits(AFTER_SPRING) == 0


@pytest.mark.parametrize("waiting", [1, 9])
def test_few_who_are_undecided_count_as_not_advanced_and_leave_no_trace(
    spring: list[Application], opening: Opening, alice: User, waiting: int
) -> None:
    """Told of the decided alone, all others less these few would name their group."""
    handed_in(opening, waiting, SPRING, by=alice, told=FEMALE)
    make_due_audits(AFTER_SPRING)
    made = ImpactAudit.objects.get()
    told = made.told
    assert told is not None
    assert told["stages"]["decision"]
    assert (told["people"], told["undecided"]) == (70 + waiting, waiting)
    stage = told["questions"][0]["stages"]["decision"]
    female, male, _other = stage["lines"]
    assert stage["of"] == 70 + waiting
    assert (female["selected"], female["of"], male["of"]) == (10, 30 + waiting, 40)
    assert groups_of(made)["Female"] == female["of"]


def test_where_nobody_is_decided_on_there_is_no_rate_of_decisions(
    opening: Opening, alice: User
) -> None:
    for told in (FEMALE, MALE):
        handed_in(opening, 20, SPRING, by=alice, told=told)
    make_due_audits(AFTER_SPRING)
    told_ = ImpactAudit.objects.get().told
    assert told_ is not None
    assert told_["questions"][0]["stages"]["decision"]["of"] == 0
    assert told_["undecided"] == 40
