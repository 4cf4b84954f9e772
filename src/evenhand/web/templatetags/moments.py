"""Months of the accounts and moments of the ledger, which are kept as text, in words."""

from __future__ import annotations

from datetime import date, datetime

from django import template

from evenhand.hiring.moments import in_words

register = template.Library()


@register.filter
def month_name(month: str) -> str:
    """Return what people call a month that the accounts write as `2026-11`."""
    return in_words(date.fromisoformat(f"{month}-01"), "F Y")


@register.filter
def to_the_second(at: str) -> str:
    """Return a moment that the ledger writes as `2026-11-27T02:12:00.000000Z`, for a page."""
    return in_words(datetime.fromisoformat(at), "j F Y, H:i:s T")
