"""Looking at a report: recorded first, then built for who looks."""

from __future__ import annotations

from django.utils import timezone

from evenhand.hiring.decisions.queries import is_locked
from evenhand.hiring.models import Application
from evenhand.hiring.record.viewing import note_view

from .blinding import blinded
from .build import build
from .material import gather
from .shape import Report


def look_at(application: Application, *, what: str, by: str, decides: bool) -> Report:
    """Record that a report is looked at, and build it; before they decide, who decides is blind.

    A decider reads answers as the judges did, whatever else they are in the opening.

    Args:
        application: whose.
        what: the form in which it is shown, such as `report.pdf`.
        by: who looks, as the record names them.
        decides: whether they are a decider in the opening.
    """
    note_view(application, what=what, by=by, now=timezone.now())
    material = gather(application)
    if decides and not is_locked(application):
        material = blinded(material, application.candidate)
    return build(material)
