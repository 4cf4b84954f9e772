"""A scorecard on its way between a page and `evenhand-scorecard/1`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from evenhand.hiring.errors import CardError
from evenhand.hiring.interviews.card import NOT_SEEN, VERSION
from evenhand.hiring.interviews.kit import Kit
from evenhand.web.sitting.payload import plain_lines

MAX_REVISION = 2**31


@dataclass(frozen=True)
class CardSave:
    """One version of a card on its way in, and what it builds on."""

    body: dict[str, Any]
    base_revision: int
    device: str


def whole(body: Mapping[str, Any], kit: Kit) -> dict[str, Any]:
    """Return a body with a line for every question of its kit, in the kit's order."""
    given = {one["task"]: one for one in body.get("questions", ())}
    tasks = dict.fromkeys([*(one.task for one in kit.questions), *given])
    blank = {"started_at": None, "seconds": 0, "asked": False, "notes": ""}
    return {
        "version": VERSION,
        "questions": [{"task": task, **blank, **given.get(task, {})} for task in tasks],
        "stamps": list(body.get("stamps", ())),
        "levels": dict(body.get("levels", {})),
        "notes": body.get("notes", ""),
    }


def notes_of(kit: Kit, body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the notes on a card in the kit's order, each with what it is on."""
    notes = {one["task"]: one["notes"] for one in whole(body, kit)["questions"]}
    of_questions = [(one.text, notes[one.task]) for one in kit.questions if notes[one.task]]
    overall = body.get("notes", "")
    return of_questions + ([(_("Notes on the whole interview"), overall)] if overall else [])


def read_save(data: bytes) -> CardSave:
    """Return what a browser's script sent to save.

    Raises:
        CardError: it is not `{body, base_revision, device}`; one line says what is wrong.
    """
    try:
        sent = json.loads(data)
    except (ValueError, RecursionError):
        raise CardError("request: not valid JSON in UTF-8") from None
    if not isinstance(sent, dict):
        raise CardError("request: must be an object with body, base_revision and device")
    body, base, device = sent.get("body"), sent.get("base_revision"), sent.get("device", "")
    if not isinstance(body, dict):
        raise CardError("body: must be a scorecard")
    if type(base) is not int or not 0 <= base < MAX_REVISION:
        raise CardError("base_revision: must be a whole number of 0 or more")
    if not isinstance(device, str) or len(device) > 40 or not device.isascii():
        raise CardError("device: must be up to 40 plain characters")
    return CardSave(body, base, device)


def read_form(post: QueryDict, standing: dict[str, Any], kit: Kit) -> CardSave:
    """Return what the plain form sent; what it has no field for stays as it stands.

    Raises:
        CardError: a hand-made request whose fields cannot be read.
    """
    body = whole(standing, kit)
    for one in body["questions"]:
        task = one["task"]
        if kit.question(task) is None:
            continue
        one["asked"] = f"asked-{task}" in post
        one["notes"] = plain_lines(post.get(f"notes-{task}", ""))
        one["seconds"] = _whole_number(post.get(f"seconds-{task}", ""), f"seconds-{task}")
    body["levels"] = {
        about.id: _level(level)
        for about in kit.dimensions
        if (level := post.get(f"level-{about.id}"))
    }
    body["notes"] = plain_lines(post.get("notes", ""))
    return CardSave(body, _whole_number(post.get("base_revision", ""), "base_revision"), "")


def _level(text: str) -> float | str:
    """Return the chosen level; one that is none goes on to be refused by name."""
    if text == NOT_SEEN:
        return text
    try:
        return float(text)
    except ValueError:
        return text


def _whole_number(text: str, where: str) -> int:
    if not text.strip():
        return 0
    if not text.strip().isascii() or not text.strip().isdecimal() or len(text.strip()) > 9:
        raise CardError(f"{where}: must be a whole number of 0 or more")
    return int(text)
