"""The name of a round, where a page has an interview and no pack."""

from __future__ import annotations

from django import template

from evenhand.hiring.errors import PackGone
from evenhand.hiring.models import Interview
from evenhand.web.interviews.pages import round_name

register = template.Library()


@register.filter(name="round_name")
def name_of_round(interview: Interview) -> str:
    """Return what the pack calls the round; its id where the pack cannot be opened."""
    try:
        return round_name(interview)
    except PackGone:
        return interview.round
