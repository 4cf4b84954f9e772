"""A person of whom there is a row in every table that hangs on an application.

What is not written by hand is made from the models themselves, with the person's words in every
column that takes text: a new table is filled from the day it is there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone
from tests.hiring.judging.calls import call, skip
from tests.web.scored import keep_aside, score

from evenhand.hiring.at_rest.fields import SealedJSONField
from evenhand.hiring.compliance.volunteering import key_of
from evenhand.hiring.interviews.card import EMPTY
from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.models import Application, User, Volunteered
from evenhand.hiring.privacy.hanging import hanging, rows_of

WORDS = "Xylograph"
"""What only this person ever wrote, and others wrote of them."""
ALLOWED = {"AdvanceOpinion": {"label": ""}, "Contest": {"settled_at": None}}
"""What a constraint wants otherwise than as it is made up."""
IN_PACK = {
    "dimension": "eval_discipline",
    "prompt": "eval_search",
    "probe": "",
    "task": "eval_search",
}
"""Columns whose names pages look up in the pack."""
CARD = {**EMPTY.to_json(), "notes": f"{WORDS} was said."}
OUTLIVING = {"JudgeCall", "JudgeSkip"}
"""What a month cost stays true: no word of a person is in it, and the link to their answer goes."""


def fill(application: Application, by: User, now: datetime) -> Application:
    """Fill every table; the written round is scored, the interview locked, both raters done."""
    score(application, text=f"{WORDS} by Charlie Cole, charlie@example.org.", now=now)
    keep_aside(application, f"{WORDS} aside")
    call(application, now, judge="mid")
    skipped = skip(application, now, judge="mid")
    skipped.answer = application.sitting.answers.first()
    skipped.save()
    for model in hanging():
        if not rows_of(model, application).exists():
            model._default_manager.create(**_values(model, application, by, now))
    Interview.objects.filter(application=application).update(
        state="locked", locked_at=now, starts_at=now
    )
    apps.get_model("hiring", "Anchor").objects.update(locked=2)
    Volunteered.objects.create(key=key_of(application.pk), told={"sex": WORDS})
    return Application.objects.get(pk=application.pk)


def _values(
    model: type[models.Model], application: Application, by: User, now: datetime
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.primary_key or (field.null and not isinstance(field, models.ForeignKey)):
            continue
        found[field.name] = _value(field, model, application, by, now)
    return {**found, **ALLOWED.get(model.__name__, {})}


def _value(
    field: Any, model: type[models.Model], application: Application, by: User, now: datetime
) -> Any:
    # What many people's rows refer to, such as the run of a gate, holds no one's words.
    words = WORDS if model in hanging() else "of many"
    if isinstance(field, models.ForeignKey):
        target = field.related_model
        if target is User:
            return by
        if target in hanging():
            row = rows_of(target, application).first()
            if row is None:
                row = target._default_manager.create(**_values(target, application, by, now))
            return row
        row = target._default_manager.first()
        if row is None and not field.null:
            row = target._default_manager.create(**_values(target, application, by, now))
        return row
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.JSONField | SealedJSONField):
        return CARD if field.name == "body" else {"words": words}
    if field.name in IN_PACK:
        return IN_PACK[field.name]
    if isinstance(field, models.CharField | models.TextField):
        return words
    if isinstance(field, models.DateTimeField):
        return now
    if isinstance(field, models.DateField):
        return timezone.localdate(now)
    if field.has_default():
        return field.get_default()
    return 1
