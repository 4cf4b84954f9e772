"""How many alarms of the drift watch wait for whoever is shown a page about the judges."""

from __future__ import annotations

from django import template

from evenhand.hiring.models import User
from evenhand.web.judging.queries import alarms_open

register = template.Library()


@register.filter
def open_alarms(user: User) -> int:
    """Return how many stand open about the packs of somebody's openings."""
    return alarms_open(user).count()
