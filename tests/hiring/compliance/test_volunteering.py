"""What is volunteered about groups names nobody, changes, goes, and is asked in one's own words."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection

from evenhand.hiring.compliance.groups import DEFAULTS, Question, asked_of, set_questions
from evenhand.hiring.compliance.volunteering import told_by_all, volunteer
from evenhand.hiring.errors import FieldError
from evenhand.hiring.models import Application, LedgerEntry, User, Volunteered
from evenhand.hiring.openings.erasing import erase_now
from evenhand.hiring.privacy.exporting import personal_data
from evenhand.hiring.privacy.hanging import hanging

pytestmark = pytest.mark.django_db


def told_by(application: Application) -> dict[str, str]:
    return told_by_all([application.pk]).get(application.pk, {})


def test_it_is_kept_changed_and_taken_back(application: Application) -> None:
    volunteer(application=application, told={"sex": "Female", "age": "Under 40"})
    assert told_by(application) == {"sex": "Female", "age": "Under 40"}
    volunteer(application=application, told={"sex": "Another"})
    assert told_by(application) == {"sex": "Another"}
    volunteer(application=application, told={})
    assert not Volunteered.objects.exists()


def test_the_table_names_nobody_and_nothing_hangs_on_a_person(application: Application) -> None:
    before = LedgerEntry.objects.count()
    volunteer(application=application, told={"sex": "Female"})
    row = Volunteered.objects.get()
    assert not any(field.is_relation for field in Volunteered._meta.get_fields())
    assert Volunteered not in hanging()
    for text in (str(application.pk), application.pk.hex, str(application.candidate_id)):
        assert text not in str(vars(row))
    assert {field.name for field in Volunteered._meta.fields} == {"id", "key", "told"}
    assert LedgerEntry.objects.count() == before


def test_neither_its_words_nor_its_length_tell_a_group(application: Application) -> None:
    stored = []
    for told in ({"sex": "Male"}, {"sex": "Female", "age": "Under 40"}):
        volunteer(application=application, told=told)
        with connection.cursor() as cursor:
            cursor.execute("SELECT told FROM hiring_volunteered")
            stored.append(cursor.fetchone()[0])
        assert told_by_all([application.pk]) == {application.pk: told}
    assert stored[0].startswith("s1.")
    assert len(stored[0]) == len(stored[1])


def test_its_order_in_the_table_is_not_the_order_of_handing_in(application: Application) -> None:
    made = [Volunteered.objects.create(key=str(n), told={}) for n in range(30)]
    assert [one.pk for one in made] != sorted(one.pk for one in made)


def test_another_secret_finds_nothing(application: Application, settings: object) -> None:
    volunteer(application=application, told={"sex": "Female"})
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    assert told_by(application) == {}


def test_it_goes_with_the_person(application: Application, alice: User, now: datetime) -> None:
    volunteer(application=application, told={"sex": "Female"})
    erase_now(application=application, reason="asked", by=alice, now=now)
    assert not Volunteered.objects.exists()


@pytest.mark.parametrize("own", [True, False])
def test_no_copy_has_it_or_says_whether_there_is_any(
    application: Application, now: datetime, own: bool
) -> None:
    without = personal_data(application, now, own=own)
    volunteer(application=application, told={"sex": "Female"})
    assert personal_data(application, now, own=own) == without
    (why,) = (one["why"] for one in without["left_out"] if "volunteered" in one["of"])
    assert "said anew or taken back" in why


def test_only_what_is_asked_is_taken_and_what_was_said_before_stays_until_then(
    application: Application, alice: User, now: datetime
) -> None:
    organisation = application.opening.organisation
    with pytest.raises(FieldError):
        volunteer(application=application, told={"disability": "Yes"})
    volunteer(application=application, told={"sex": "Another"})
    other = (Question("sex", "Gender", ("Woman", "Man")), *DEFAULTS[1:])
    set_questions(organisation=organisation, questions=other, by=alice, now=now)
    assert told_by(application) == {"sex": "Another"}
    with pytest.raises(FieldError):
        volunteer(application=application, told={"sex": "Female"})
    assert [one.code for one in asked_of(organisation)] == ["sex", "ethnicity", "age"]


@pytest.mark.parametrize("groups", [("One",), ("A", "a"), ("A", ""), ("A", "x" * 81)])
def test_groups_that_say_nothing_are_refused(
    application: Application, alice: User, now: datetime, groups: tuple[str, ...]
) -> None:
    with pytest.raises(FieldError):
        set_questions(
            organisation=application.opening.organisation,
            questions=[Question("sex", "Sex", groups)],
            by=alice,
            now=now,
        )
