"""Every table that hangs on an application, found in the models themselves."""

from __future__ import annotations

from collections import deque
from functools import cache

from django.db import models

from evenhand.hiring.openings.models import Application, Candidate


@cache
def hanging() -> dict[type[models.Model], str]:
    """Return every model with rows about one person, each with its way to their application.

    The way is a lookup such as `answer__sitting__application`; it is empty for the application
    itself, and for the candidate it goes back over `applications`. Found from foreign keys alone,
    the shortest way first, so that a new table is in it from the day it is made.
    """
    ways: dict[type[models.Model], str] = {Application: "", Candidate: "applications"}
    waiting: deque[type[models.Model]] = deque((Application, Candidate))
    while waiting:
        of = waiting.popleft()
        # Hidden ones too: that nobody goes back over a relation takes no row from the person.
        for relation in of._meta.get_fields(include_hidden=True):
            if not isinstance(relation, models.ForeignObjectRel):
                continue
            model = relation.related_model
            if isinstance(model, str) or model in ways:
                continue
            name = relation.field.name
            ways[model] = f"{name}__{ways[of]}" if ways[of] else name
            waiting.append(model)
    return ways


def rows_of(model: type[models.Model], application: Application) -> models.QuerySet[models.Model]:
    """Return the rows of a table that are about this application, in a fixed order."""
    way = hanging()[model] or "pk"
    return model._default_manager.filter(**{way: application.pk}).order_by("pk")
