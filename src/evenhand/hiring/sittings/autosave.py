"""Keeps what a candidate types: the one hot path, and the one place with SQL of its own.

A save says which revision it builds on. Where that is no longer the current one, two tabs have
written, and neither text is dropped: what came second is kept aside, and the person chooses.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from evenhand.hiring.errors import NotStarted, PromptUnknown, TextTooLong, TimeOver
from evenhand.hiring.probes.queries import followed_by
from evenhand.hiring.record.services import record, subject_of
from evenhand.hiring.sittings.digests import digest_of
from evenhand.hiring.sittings.models import GRACE, Answer, KeptAside, Sitting, new_salt

MAX_CHARACTERS: Final = 200_000
_MAX_TAB = 40

# One statement, so that of two saves with the same base exactly one is written.
_WRITE = """
    INSERT INTO hiring_answer (id, sitting_id, prompt, follows, text, revision, salt, saved_at)
    VALUES (%s, %s, %s, %s, %s, 1, %s, %s)
    ON CONFLICT (sitting_id, prompt) DO UPDATE
        SET text = excluded.text,
            revision = hiring_answer.revision + 1,
            saved_at = excluded.saved_at
        WHERE hiring_answer.revision = %s
    RETURNING id, revision, salt
"""
_KEEP_ASIDE = """
    INSERT INTO hiring_keptaside (answer_id, why, tab, text, salt, kept_at)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (answer_id, why, tab) WHERE why IN ('conflict', 'late') DO UPDATE
        SET text = excluded.text, salt = excluded.salt, kept_at = excluded.kept_at
"""


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
    tab: str
    now: datetime


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
    incoming = _Incoming(sitting, prompt, follows, storable(text), tab[:_MAX_TAB], now)
    with transaction.atomic():
        if _is_open(sitting, now):
            return _save(incoming, base_revision, replace)
        _keep_late(incoming)
    raise TimeOver(
        _("The time is over. What you wrote after that is kept and shown beside your answer.")
    )


def storable(text: str) -> str:
    """Return the text without what no database holds: NUL and halves of surrogate pairs."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _is_open(sitting: Sitting, now: datetime) -> bool:
    # The lock keeps PostgreSQL from handing the sitting in between this look and the write. SQLite
    # knows no row locks and needs none: its transactions begin with the lock on the whole database.
    locked = Sitting.objects.select_for_update(no_key=True).get(pk=sitting.pk)
    if locked.state == Sitting.State.READY or locked.ends_at is None:
        raise NotStarted(_("Your assessment has not begun; open your link and begin it first."))
    return locked.state == Sitting.State.STARTED and now < locked.ends_at + GRACE


def _save(incoming: _Incoming, base_revision: int, replace: bool) -> Saved | Conflict:
    before = Answer.objects.filter(sitting=incoming.sitting, prompt=incoming.prompt).first()
    if before is not None and before.text == incoming.text:
        # Sent again after a lost reply, or the same in both tabs: there is nothing to write.
        return Saved(before.revision, before.saved_at)
    written = _write(incoming, base_revision)
    if written is None:
        current = Answer.objects.get(sitting=incoming.sitting, prompt=incoming.prompt)
        _keep_aside(current, KeptAside.Why.CONFLICT, incoming)
        return Conflict(current.revision, current.text)
    answer_id, revision, salt = written
    if replace and before is not None:
        _keep_replaced(before, incoming)
    record(
        "answer.saved",
        subject_of(incoming.sitting),
        actor=_actor(incoming),
        facts={
            "answer": str(answer_id),
            "prompt": incoming.prompt,
            "revision": revision,
            "sha256": digest_of(incoming.text, salt),
        },
        now=incoming.now,
    )
    return Saved(revision, incoming.now)


def _write(incoming: _Incoming, base_revision: int) -> tuple[uuid.UUID, int, str] | None:
    """Insert or update the answer; None where `base_revision` is not the current one."""
    values = {
        "id": uuid.uuid4(),
        "sitting": incoming.sitting.pk,
        "prompt": incoming.prompt,
        "follows": incoming.follows,
        "text": incoming.text,
        "salt": new_salt(),
        "saved_at": incoming.now,
    }
    field = Answer._meta.get_field
    with connection.cursor() as cursor:
        row = [
            field(name).get_db_prep_save(value, connection)  # type: ignore[union-attr]
            for name, value in values.items()
        ]
        cursor.execute(_WRITE, [*row, base_revision])
        found = cursor.fetchone()
    if found is None:
        return None
    answer_id, revision, salt = found
    return answer_id if isinstance(answer_id, uuid.UUID) else uuid.UUID(answer_id), revision, salt


def _keep_replaced(before: Answer, incoming: _Incoming) -> None:
    _keep_aside(before, KeptAside.Why.REPLACED, incoming, text=before.text)
    # What this tab had in conflict is the answer now.
    KeptAside.objects.filter(
        answer=before, why=KeptAside.Why.CONFLICT, tab=incoming.tab, text=incoming.text
    ).delete()


def _keep_late(incoming: _Incoming) -> None:
    key = {"sitting": incoming.sitting, "prompt": incoming.prompt}
    empty = Answer(**key, follows=incoming.follows, saved_at=incoming.now)
    Answer.objects.bulk_create([empty], ignore_conflicts=True)
    answer = Answer.objects.get(**key)
    if incoming.text not in ("", answer.text):
        _keep_aside(answer, KeptAside.Why.LATE, incoming)


def _keep_aside(
    answer: Answer, why: KeptAside.Why, incoming: _Incoming, text: str | None = None
) -> None:
    kept, salt = incoming.text if text is None else text, new_salt()
    values = {
        "answer": answer.pk,
        "why": why.value,
        "tab": incoming.tab,
        "text": kept,
        "salt": salt,
        "kept_at": incoming.now,
    }
    field = KeptAside._meta.get_field
    with connection.cursor() as cursor:
        row = [
            field(name).get_db_prep_save(value, connection)  # type: ignore[union-attr]
            for name, value in values.items()
        ]
        cursor.execute(_KEEP_ASIDE, row)
    record(
        "answer.kept_aside",
        subject_of(incoming.sitting),
        actor=_actor(incoming),
        facts={"answer": str(answer.pk), "why": why.value, "sha256": digest_of(kept, salt)},
        now=incoming.now,
    )


def _actor(incoming: _Incoming) -> str:
    return f"candidate:{incoming.sitting.application_id}"
