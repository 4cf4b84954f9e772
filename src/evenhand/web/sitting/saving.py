"""The address that the browser saves to while a candidate writes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evenhand.hiring.errors import (
    LinkError,
    LinkUnknown,
    NotStarted,
    PromptUnknown,
    TextTooLong,
    TimeOver,
)
from evenhand.hiring.openings.links import Link, link_in
from evenhand.hiring.sittings.autosave import Conflict, save_by_link
from evenhand.hiring.sittings.pace import SAVES
from evenhand.web.sitting.payload import BadPayload, SaveRequest, read_save, too_long
from evenhand.web.sitting.seat import seconds_until


def _reply(said: Mapping[str, object], status: int = 200) -> HttpResponse:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store, private"}
    return HttpResponse(json.dumps(said), status=status, headers=headers)


def _refusal(status: int, code: str, message: str) -> HttpResponse:
    return _reply({"code": code, "message": message}, status)


def _too_fast(wait: float) -> HttpResponse:
    reply = _refusal(429, "too_fast", too_fast())
    reply["Retry-After"] = str(math.ceil(wait))
    return reply


def too_fast() -> str:
    """Return what is said to whoever saves faster than anybody types."""
    return _("That was more than can be saved in a moment. It is not saved yet: save again.")


@require_POST
def save(request: HttpRequest, token: str, prompt: str) -> HttpResponse:
    """Save one answer from `{text, base_revision, tab, replace}`.

    Replies 200 `{revision, saved_at, seconds_left, closes_in}`; 409 `{code, revision, text}` with
    the other text when it was changed elsewhere; 400, 404, 410 or 413 `{code, message}` when it
    cannot be saved; 429 with Retry-After when it is not saved yet, and to be sent again.
    """
    now = timezone.now()
    try:
        link = link_in(token)
        if wait := SAVES.wait(link.sitting):
            return _too_fast(wait)
        asked = read_save(request.body)
    except LinkError as error:
        return _refusal(404, "link", str(error))
    except RequestDataTooBig:
        return _refusal(413, "too_long", _("The text is too long to be saved. Please shorten it."))
    except BadPayload as error:
        return _refusal(400, "bad_request", str(error))
    return _save(link, prompt, asked, now)


def _save(link: Link, prompt: str, asked: SaveRequest, now: datetime) -> HttpResponse:
    try:
        outcome = save_by_link(
            link=link,
            prompt=prompt,
            text=asked.text,
            base_revision=asked.base_revision,
            tab=asked.tab,
            replace=asked.replace,
            now=now,
        )
    except LinkError as error:
        return _refusal(404 if isinstance(error, LinkUnknown) else 410, "link", str(error))
    except PromptUnknown:
        return _refusal(404, "unknown_prompt", _("This sitting has no such question."))
    except TextTooLong:
        return _refusal(413, "too_long", too_long(asked.text))
    except TimeOver as error:
        return _refusal(410, "time_over", str(error))
    except NotStarted as error:
        return _refusal(400, "not_started", str(error))
    if isinstance(outcome, Conflict):
        return _reply(
            {"code": "conflict", "revision": outcome.revision, "text": outcome.text}, status=409
        )
    return _reply(
        {
            "revision": outcome.revision,
            "saved_at": outcome.saved_at.isoformat(),
            "seconds_left": seconds_until(outcome.sitting.ends_at, now),
            "closes_in": seconds_until(outcome.sitting.closes_at, now),
        }
    )
