"""Keeping what somebody volunteers about groups: apart, changeable, gone when they want it.

Nothing of it is written into the record: an entry would say who answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from evenhand.hiring.compliance.groups import asked_of
from evenhand.hiring.compliance.models import Volunteered
from evenhand.hiring.errors import FieldError
from evenhand.hiring.openings.models import Application
from evenhand.hiring.sealing import keyed_digest

PURPOSE: Final = b"evenhand volunteered groups"
_AT_ONCE: Final = 500


def volunteer(*, application: Application, told: Mapping[str, str]) -> None:
    """Keep what somebody says now in place of what they said before; nothing said removes it.

    Raises:
        FieldError: a question or a group is none of those that are asked.
    """
    asked = {one.code: one.groups for one in asked_of(application.opening.organisation)}
    if any(group not in asked.get(code, ()) for code, group in told.items()):
        raise FieldError(_("Choose from the answers that are given."))
    key = key_of(application.pk)
    if told:
        Volunteered.objects.update_or_create(key=key, defaults={"told": dict(told)})
    else:
        forget(application)


def forget(application: Application) -> None:
    """Remove what somebody said, if they said anything."""
    Volunteered.objects.filter(key=key_of(application.pk)).delete()


def told_by_all(applications: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """Return what each of these people said: for counting alone, never for a page."""
    keys = {key_of(one): one for one in applications}
    names = list(keys)
    found: dict[UUID, dict[str, str]] = {}
    for start in range(0, len(names), _AT_ONCE):
        rows = Volunteered.objects.filter(key__in=names[start : start + _AT_ONCE])
        found |= {keys[row.key]: dict(row.told) for row in rows}
    return found


def key_of(application: UUID) -> str:
    """Return the name under which an application's answers are kept."""
    return keyed_digest(PURPOSE, str(application))
