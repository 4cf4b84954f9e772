"""Keeps what a candidate types: the one hot path, and the one place with SQL of its own.

A save says which revision it builds on. Where that is no longer the current one, two tabs have
written, and neither text is dropped: what came second is kept aside, and the person chooses.

Saves that are made at the same moment are written in one transaction, since the entry of each in
the ledger waits for the one before: together they wait once.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from evenhand.hiring.at_rest.fields import columns
from evenhand.hiring.errors import NotStarted, PromptUnknown, SittingError, TextTooLong, TimeOver
from evenhand.hiring.probes.queries import followed_by
from evenhand.hiring.record.services import Event, record_all, subject_of
from evenhand.hiring.sittings.digests import digest_of
from evenhand.hiring.sittings.gathering import Gathering
from evenhand.hiring.sittings.models import GRACE, Answer, KeptAside, Sitting

MAX_CHARACTERS: Final = 200_000
_MAX_TAB = 40

# What the ORM would build anew each time costs more than all that the database does.
_SITTINGS = """
    SELECT id, state, started_at, minutes, time_factor FROM hiring_sitting
    WHERE id IN ({keys}) ORDER BY id{lock}
"""
_ANSWERS = "SELECT * FROM hiring_answer WHERE {places}"
# One statement, so that of two saves with the same base exactly one is written.
_WRITE = """
    INSERT INTO hiring_answer (id, sitting_id, prompt, follows, text, revision, salt, saved_at)
    VALUES {rows}
    ON CONFLICT (sitting_id, prompt) DO UPDATE
        SET text = excluded.text, revision = excluded.revision, saved_at = excluded.saved_at
        WHERE hiring_answer.revision = excluded.revision - 1
    RETURNING id, sitting_id, prompt, revision, salt
"""
_COLUMNS = ("id", "sitting", "prompt", "follows", "text", "revision", "salt", "saved_at")
_KEEP_ASIDE = """
    INSERT INTO hiring_keptaside (answer_id, why, tab, text, salt, kept_at)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (answer_id, why, tab) WHERE why IN ('conflict', 'late') DO UPDATE
        SET text = excluded.text, salt = excluded.salt, kept_at = excluded.kept_at
"""

MOST_TABS = 50
"""Tabs whose texts are kept beside an answer, each in its place; all further ones share one, since
a tab is whatever a browser says it is, and a link can be written to long after handing in."""

Place = tuple[uuid.UUID, str]
"""Whose sitting, and which question of it."""


@dataclass(frozen=True)
class Saved:
    """The text is the answer now."""

    revision: int
    saved_at: datetime


@dataclass(frozen=True)
class Conflict:
    """Another tab wrote in the meantime: its text and revision. What came now is kept aside."""

    revision: int
    text: str


@dataclass(frozen=True)
class _Incoming:
    sitting: Sitting
    prompt: str
    follows: str
    text: str
    base_revision: int
    tab: str
    replace: bool
    now: datetime

    @property
    def place(self) -> Place:
        return self.sitting.pk, self.prompt

    def event(self, action: str, answer: uuid.UUID, text: str, salt: str, **more: object) -> Event:
        return Event(
            action,
            subject_of(self.sitting),
            f"candidate:{self.sitting.application_id}",
            {"answer": str(answer), **more, "sha256": digest_of(text, salt)},
        )


Outcome = Saved | Conflict | SittingError


def save(
    *,
    sitting: Sitting,
    prompt: str,
    text: str,
    base_revision: int,
    tab: str,
    replace: bool,
    now: datetime,
) -> Saved | Conflict:
    """Save the text of one answer, to a prompt or to the probe that was asked, as it stands.

    `base_revision` is the one that the text builds on, 0 when nothing was saved yet; `tab` is a
    name that the browser gives each of its tabs. `replace` says that the person has seen both texts
    of a conflict and wants this one; the other is kept aside then.

    Raises:
        TextTooLong: nothing is kept here; the browser still has the text.
        TimeOver: the sitting is over; the text is kept beside the answer.
        NotStarted, PromptUnknown: nothing can be saved there.
    """
    if len(text) > MAX_CHARACTERS:
        raise TextTooLong(
            _("An answer may have %(most)s characters, this has %(count)s. Shorten it to save it.")
            % {"most": f"{MAX_CHARACTERS:,}", "count": f"{len(text):,}"}
        )
    follows = followed_by(sitting, prompt)
    if follows is None:
        raise PromptUnknown(_("This question is not part of your assessment."))
    text, tab = storable(text), tab[:_MAX_TAB]
    outcome = _gathering.do(
        _Incoming(sitting, prompt, follows, text, base_revision, tab, replace, now)
    )
    if isinstance(outcome, SittingError):
        raise outcome
    return outcome


def storable(text: str) -> str:
    """Return the text without what no database holds: NUL and halves of surrogate pairs."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _save_all(saves: Sequence[_Incoming]) -> list[Outcome]:
    """Save texts of different answers in one transaction, and return what became of each."""
    now = max(save.now for save in saves)
    with transaction.atomic():
        sittings, before = _locked(saves), _answers(saves)
        refused = {save.place: _refusal(sittings[save.sitting.pk], save.now) for save in saves}
        new = [s for s in saves if not refused[s.place] and not _is_there(s, before.get(s.place))]
        written = _write(new, now)
        events: list[Event] = []
        outcomes: list[Outcome] = []
        for save in saves:
            old, found = before.get(save.place), written.get(save.place)
            outcome, more = (
                _put(save, old, *found, now)
                if found is not None
                else _left_out(save, old, refused[save.place], now)
            )
            outcomes.append(outcome)
            events += more
        record_all(events, now=now)
    return outcomes


def _put(
    save: _Incoming, old: Answer | None, answer: uuid.UUID, revision: int, salt: str, now: datetime
) -> tuple[Outcome, list[Event]]:
    """Return what is said of a text that became the answer, and what is recorded."""
    facts = {"prompt": save.prompt, "revision": revision}
    saved = save.event("answer.saved", answer, save.text, salt, **facts)
    replaced = _keep_replaced(old, save, now) if save.replace and old is not None else []
    return Saved(revision, now), [*replaced, saved]


def _left_out(
    save: _Incoming, old: Answer | None, refusal: SittingError | None, now: datetime
) -> tuple[Outcome, list[Event]]:
    """Keep aside a text that did not become the answer, unless it is there already."""
    if isinstance(refusal, TimeOver):
        return refusal, _keep_late(save, old, now)
    if refusal is not None:
        return refusal, []
    if old is None:
        # Nothing but another version of the answer can be in the way of a write.
        raise RuntimeError(f"answer to {save.prompt}: neither written nor there")
    if _is_there(save, old):
        return Saved(old.revision, old.saved_at), []
    aside = _keep_aside(old, KeptAside.Why.CONFLICT, save, now)
    return Conflict(old.revision, old.text), [aside]


def _locked(saves: Sequence[_Incoming]) -> dict[uuid.UUID, Sitting]:
    # The lock keeps PostgreSQL from handing a sitting in between this look and the write; in one
    # order, so that no two transactions wait for each other. SQLite knows no row locks and needs
    # none: its transactions begin with the lock on the whole database.
    keys = [columns(one, ("id",))[0] for one in {s.sitting.pk: s.sitting for s in saves}.values()]
    lock = " FOR NO KEY UPDATE" if connection.features.has_select_for_update else ""
    query = _SITTINGS.format(keys=", ".join(["%s"] * len(keys)), lock=lock)
    return {row.pk: row for row in Sitting.objects.raw(query, keys)}


def _answers(saves: Sequence[_Incoming]) -> dict[Place, Answer]:
    values: list[Any] = []
    for save in saves:
        values += [*columns(save.sitting, ("id",)), save.prompt]
    places = " OR ".join(["sitting_id = %s AND prompt = %s"] * len(saves))
    rows = Answer.objects.raw(_ANSWERS.format(places=places), values)
    return {(row.sitting_id, row.prompt): row for row in rows}


def _refusal(sitting: Sitting, now: datetime) -> SittingError | None:
    if sitting.state == Sitting.State.READY or sitting.ends_at is None:
        return NotStarted(_("Your assessment has not begun; open your link and begin it first."))
    if sitting.state == Sitting.State.STARTED and now < sitting.ends_at + GRACE:
        return None
    if now < sitting.ends_at:
        said = _(
            "Your answers are handed in. What you wrote after that is kept and shown beside them."
        )
    else:
        said = _(
            "The time is over. What you wrote after that is kept and shown beside your answer."
        )
    return TimeOver(said)


def _is_there(save: _Incoming, answer: Answer | None) -> bool:
    """Tell whether this is saved already: sent again, or the same in two tabs."""
    return answer is not None and answer.text == save.text


def _write(saves: Sequence[_Incoming], now: datetime) -> dict[Place, tuple[uuid.UUID, int, str]]:
    """Insert or update answers; those whose base is not the current revision are not among them."""
    if not saves:
        return {}
    values: list[Any] = []
    for save in saves:
        row = Answer(
            sitting=save.sitting,
            prompt=save.prompt,
            follows=save.follows,
            text=save.text,
            revision=save.base_revision + 1,
            saved_at=now,
        )
        values += columns(row, _COLUMNS)
    rows = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s)"] * len(saves))
    with connection.cursor() as cursor:
        cursor.execute(_WRITE.format(rows=rows), values)
        return {
            (_uuid(sitting), prompt): (_uuid(answer), revision, salt)
            for answer, sitting, prompt, revision, salt in cursor.fetchall()
        }


def _uuid(value: uuid.UUID | str) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)


def _keep_replaced(before: Answer, save: _Incoming, now: datetime) -> list[Event]:
    event = _keep_aside(before, KeptAside.Why.REPLACED, save, now, text=before.text)
    # What this tab had in conflict is the answer now.
    in_conflict = KeptAside.objects.filter(
        answer=before, why=KeptAside.Why.CONFLICT, tab=save.tab
    ).first()
    if in_conflict is not None and in_conflict.text == save.text:
        in_conflict.delete()
    return [event]


def _keep_late(save: _Incoming, answer: Answer | None, now: datetime) -> list[Event]:
    if answer is None:
        answer = Answer.objects.create(
            sitting=save.sitting, prompt=save.prompt, follows=save.follows, saved_at=now
        )
    if save.text in ("", answer.text):
        return []
    return [_keep_aside(answer, KeptAside.Why.LATE, save, now)]


def _keep_aside(
    answer: Answer, why: KeptAside.Why, save: _Incoming, now: datetime, text: str | None = None
) -> Event:
    kept, tab = save.text if text is None else text, save.tab
    if why is not KeptAside.Why.REPLACED:
        others = KeptAside.objects.filter(answer=answer, why=why.value).exclude(tab__in=(tab, ""))
        tab = tab if others.count() < MOST_TABS else ""
    row = KeptAside(answer=answer, why=why.value, tab=tab, text=kept, kept_at=now)
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP_ASIDE, columns(row, ("answer", "why", "tab", "text", "salt", "kept_at"))
        )
    return save.event("answer.kept_aside", answer.pk, kept, row.salt, why=why.value)


_gathering = Gathering(_save_all, lambda save: save.place)
