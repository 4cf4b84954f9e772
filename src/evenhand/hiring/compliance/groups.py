"""The groups that an organisation asks about; answering is never needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.compliance.models import GroupQuestions
from evenhand.hiring.errors import FieldError
from evenhand.hiring.people.models import Organisation, User
from evenhand.hiring.record.services import record, subject_of

MOST_GROUPS: Final = 12
LONGEST: Final = 80


@dataclass(frozen=True)
class Question:
    """One question about groups.

    Attributes:
        code: What answers are kept under; it never changes.
        title: As candidates read it.
        groups: The answers to choose from; not to say is always among them.
        asked: Whether candidates see it.
    """

    code: str
    title: str
    groups: tuple[str, ...]
    asked: bool = True


DEFAULTS: Final = (
    Question("sex", "Sex", ("Female", "Male", "Another")),
    Question(
        "ethnicity",
        "Race or ethnicity",
        (
            "Hispanic or Latino",
            "White",
            "Black or African American",
            "Asian",
            "American Indian or Alaska Native",
            "Native Hawaiian or other Pacific Islander",
            "Two or more of these",
        ),
    ),
    Question("age", "Age", ("Under 40", "40 or older")),
    Question("disability", "Disability", ("Yes", "No"), asked=False),
)
"""Close to the groups of the United States' EEO-1 report and of its law on age. Elsewhere others
are usual: each organisation writes its own."""


def questions_of(organisation: Organisation) -> tuple[Question, ...]:
    """Return an organisation's questions in order, those that are switched off among them."""
    row = GroupQuestions.objects.filter(organisation=organisation).first()
    if row is None:
        return DEFAULTS
    return tuple(
        Question(one["code"], one["title"], tuple(one["groups"]), one["asked"])
        for one in row.questions
    )


def asked_of(organisation: Organisation) -> tuple[Question, ...]:
    """Return the questions that candidates of an organisation see."""
    return tuple(one for one in questions_of(organisation) if one.asked)


def set_questions(
    *, organisation: Organisation, questions: Sequence[Question], by: User, now: datetime
) -> None:
    """Ask other questions from now on; what was answered before is kept under its own words.

    Raises:
        FieldError: a question has too few or too many groups, or a group is there twice or too
            long.
    """
    for one in questions:
        _check(one)
    with transaction.atomic():
        GroupQuestions.objects.update_or_create(
            organisation=organisation, defaults={"questions": [asdict(one) for one in questions]}
        )
        facts = {"asked": [one.code for one in questions if one.asked]}
        subject = subject_of(organisation)
        record("groups.set", subject, actor=f"user:{by.pk}", facts=facts, now=now)


def _check(question: Question) -> None:
    names = [question.title, *question.groups]
    if not all(name.strip() == name and 0 < len(name) <= LONGEST for name in names):
        raise FieldError(
            _("%(title)s: give words of 1 to %(most)s characters, one group a line.")
            % {"title": question.title, "most": LONGEST}
        )
    if not 2 <= len(question.groups) <= MOST_GROUPS:
        raise FieldError(
            _("%(title)s: give 2 to %(most)s groups.")
            % {"title": question.title, "most": MOST_GROUPS}
        )
    if len({name.casefold() for name in question.groups}) < len(question.groups):
        raise FieldError(_("%(title)s: a group is there twice.") % {"title": question.title})
