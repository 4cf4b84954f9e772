"""Whether a link leads somewhere for whoever is shown it."""

from __future__ import annotations

from django import template

from evenhand.hiring.models import User
from evenhand.web.permissions import RULES
from evenhand.web.staff.access import may_call

register = template.Library()


@register.filter
def leads_to(user: User, name: str) -> bool:
    """Return whether the page of this name opens for somebody, so that a link to it may stand."""
    return may_call(user, RULES[name])
