"""Reading what the browser sends to save: small, strict, and never the cause of a crash."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.utils.translation import ngettext

from evenhand.hiring.sittings.autosave import MAX_CHARACTERS


class BadPayload(ValueError):
    """A request to save that cannot be read; one line says which field and what it must be."""


@dataclass(frozen=True)
class SaveRequest:
    """One text on its way to an answer."""

    text: str
    base_revision: int
    tab: str
    replace: bool


def plain_lines(text: str) -> str:
    r"""Return the text with plain line ends: forms send pairs, scripts do not.

    >>> plain_lines("a\r\nb\rc")
    'a\nb\nc'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")


def too_long(text: str) -> str:
    """Return what is said of a text that is over the limit; it stays in the browser."""
    excess = len(text) - MAX_CHARACTERS
    return ngettext(
        "This answer is %(excess)s character too long to be saved; at most %(most)s fit. "
        "Your text is still here: please shorten it.",
        "This answer is %(excess)s characters too long to be saved; at most %(most)s fit. "
        "Your text is still here: please shorten it.",
        excess,
    ) % {"excess": f"{excess:,}", "most": f"{MAX_CHARACTERS:,}"}


def read_save(body: bytes) -> SaveRequest:
    """Return the save request in this JSON body.

    Raises:
        BadPayload: The body is not the object that is asked for.
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise BadPayload("body: not valid JSON in UTF-8") from None
    if not isinstance(data, dict):
        raise BadPayload("body: must be an object with text, base_revision, tab and replace")
    text, base = data.get("text"), data.get("base_revision")
    tab, replace = data.get("tab"), data.get("replace", False)
    if not isinstance(text, str):
        raise BadPayload("text: must be a string")
    if type(base) is not int or not 0 <= base < 2**31:
        raise BadPayload("base_revision: must be a whole number of 0 or more")
    if not isinstance(tab, str) or not 0 < len(tab) <= 40 or not tab.isascii():
        raise BadPayload("tab: must be 1 to 40 plain characters")
    if type(replace) is not bool:
        raise BadPayload("replace: must be true or false")
    return SaveRequest(text=plain_lines(text), base_revision=base, tab=tab, replace=replace)
