"""Times as an interviewer reads them."""

from __future__ import annotations


def clock(seconds: int) -> str:
    """Return seconds as minutes and seconds.

    >>> clock(47), clock(754)
    ('0:47', '12:34')
    """
    return f"{seconds // 60}:{seconds % 60:02}"
