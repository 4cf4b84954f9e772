"""Moments and days in words: the one place that puts them so, in the time zone of the pages."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from django.utils import timezone
from django.utils.formats import date_format


def in_words(at: date, form: str, zone: tzinfo | None = None) -> str:
    """Return a moment or a day in words.

    Templates convert a moment by themselves; Django's `date_format` does not, and would print the
    hour, and around midnight the day, of UTC.

    Args:
        at: a moment, which is converted to the zone first, or a day, which is taken as it is.
        form: Django's format string, or the name of one of the language's formats.
        zone: that of the pages where None.
    """
    if isinstance(at, datetime):
        return date_format(timezone.localtime(at, zone), form)
    return date_format(at, form)
