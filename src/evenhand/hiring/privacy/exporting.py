"""A person's copy of all that is kept about one application of theirs, `evenhand-personal-data/1`.

One application, and not the others of the same name and address: they may belong to another
organisation, and whoever adds a candidate knows their link.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.decisions.queries import is_locked
from evenhand.hiring.feedback.queries import feedback_of
from evenhand.hiring.openings.models import Application
from evenhand.hiring.people.models import User
from evenhand.hiring.privacy.hanging import hanging, rows_of
from evenhand.hiring.privacy.treated import APART, TREATED, Treated
from evenhand.hiring.record.models import LedgerEntry
from evenhand.hiring.scoring.settling import BEGUN_BY
from evenhand.hiring.sittings.agreed import AGREED, DECLINED

FORMAT: Final = "evenhand-personal-data/1"
TOLD: Final = (
    "what", "notice", "keep_days", "answer", "prompt", "follows", "revision", "sha256", "why",
    "characters", "number", "sent_to", "panel", "told",
)  # fmt: skip
"""Facts of the record that are about the person alone."""
STAFF: Final = "a member of the hiring team"
RATINGS_WAIT: Final = _(
    "how your answers and interviews were rated (levels, scores, estimates, places) is kept too,"
    " and comes into this copy once feedback is released to you or a decision on you is locked,"
    " whichever is first"
)
ANSWERS_KEPT_BACK: Final = _(
    "a no is to count for nothing, so only the person sees what they said, behind their link"
)


def personal_data(application: Application, now: datetime, *, own: bool = False) -> dict[str, Any]:
    """Return all that is kept about an application as plain JSON values.

    People of the hiring side stand in it as roles with a number, never by name. With an answer's
    text and salt its owner can recompute its digest in the record (`docs/auditor.md`).

    Args:
        application: with its opening.
        now: the moment.
        own: whether the copy is read by the person: they see ratings once feedback is released or
            a decision is locked, and what they said to later notices always.
    """
    opening = application.opening
    named = _People()
    tables: dict[str, Any] = {}
    missing: list[dict[str, Any]] = []
    waits = own and not _ratings_are_told(application)
    if waits:
        missing.append({"of": str(_("ratings")), "why": str(RATINGS_WAIT)})
    for model in sorted(hanging(), key=lambda one: list(TREATED).index(one.__name__)):
        name, how = model.__name__, TREATED[model.__name__]
        missing += _missing(how)
        if how.why_not or (waits and how.rates):
            continue
        held_back = {*how.left_out, *(how.rating_columns if waits else ())}
        rows = rows_of(model, application).filter(**how.only).distinct()
        tables[name] = {
            "title": str(how.title),
            "rows": [_row(one, held_back, named) for one in rows],
        }
    missing += [line for how in APART.values() for line in _missing(how)]
    entries = entries_about(application)
    if not own:
        entries = entries.exclude(action__in=(AGREED, DECLINED))
        missing.append({"of": str(_("answers to later notices")), "why": str(ANSWERS_KEPT_BACK)})
    return {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "opening": {
            "title": opening.title,
            "organisation": opening.organisation.name,
            "contact": opening.contact_email,
            "keep_days": opening.keep_days,
            "pack": application.pack_id,
        },
        "tables": tables,
        "record": [_entry(one, application, own=own) for one in entries],
        "left_out": missing,
    }


def entries_about(application: Application) -> models.QuerySet[LedgerEntry]:
    """Return what the record says of this application and of what hangs on it."""
    subjects = [f"application:{application.pk}"]
    for name in ("Sitting", "Interview"):
        rows = rows_of(apps.get_model("hiring", name), application)
        subjects += [f"{name.lower()}:{pk}" for pk in rows.values_list("pk", flat=True)]
    return LedgerEntry.objects.filter(
        Q(subject__in=subjects) | Q(actor=f"candidate:{application.pk}")
    ).order_by("seq")


def _ratings_are_told(application: Application) -> bool:
    return feedback_of(application) is not None or is_locked(application)


class _People:
    """Numbers the people of the hiring side within their part, in the order in which they come."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, object], str] = {}

    def name(self, part: str, who: object) -> str | None:
        if who is None:
            return None
        count = 1 + sum(1 for known, _who in self._known if known == part)
        return self._known.setdefault((part, who), f"{part.replace('_', ' ')} {count}")


def _row(row: models.Model, held_back: set[str], named: _People) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in row._meta.concrete_fields:
        if column.name in held_back:
            continue
        value = column.value_from_object(row)
        if isinstance(column, models.ForeignKey) and column.related_model is User:
            found[column.name] = named.name(column.name, value)
        else:
            found[column.name] = _plain(value)
    return found


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value


def _entry(entry: LedgerEntry, application: Application, *, own: bool) -> dict[str, Any]:
    actor = entry.actor
    if actor == f"candidate:{application.pk}":
        actor = "you"
    elif actor.startswith("user:"):
        actor = STAFF
    # Why a panel reads would tell a no to its models from no answer.
    hidden = {"why"} if entry.action == BEGUN_BY and not own else set()
    return {
        "seq": entry.seq,
        "at": entry.at,
        "by": actor,
        "action": entry.action,
        "leaf": entry.leaf,
        "facts": {name: entry.facts[name] for name in TOLD if name in entry.facts.keys() - hidden},
    }


def _missing(how: Treated) -> list[dict[str, Any]]:
    """Return what of a table is not in the copy, with the reason of each."""
    found: list[dict[str, Any]] = []
    if how.why_not:
        found.append({"of": str(how.title), "why": how.why_not})
    reasons: dict[str, list[str]] = {}
    for column, why in how.left_out.items():
        reasons.setdefault(why, []).append(column)
    found += [{"of": str(how.title), "columns": v, "why": why} for why, v in reasons.items()]
    if how.only:
        found.append({"of": str(how.title), "why": "what is not final comes into it when it is"})
    return found
