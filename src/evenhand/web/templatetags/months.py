"""A month of the accounts in words."""

from __future__ import annotations

from datetime import date

from django import template

from evenhand.hiring.moments import in_words

register = template.Library()


@register.filter
def month_name(month: str) -> str:
    """Return what people call a month that the accounts write as `2026-11`."""
    return in_words(date.fromisoformat(f"{month}-01"), "F Y")
