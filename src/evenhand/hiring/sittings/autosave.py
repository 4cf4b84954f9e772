"""Keeps what a candidate types: the one hot path, with SQL of its own (`rows`).

A save says which revision it builds on. Where that is no longer the current one, two tabs have
written, and neither text is dropped: what came second is kept aside, and the person chooses.

Saves that are made at the same moment are written in one transaction, since the entry of each in
the ledger waits for the one before: together they wait once.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from evenhand.hiring.at_rest.fields import columns
from evenhand.hiring.errors import (
    HiringError,
    LinkWithdrawn,
    NotStarted,
    PromptUnknown,
    TextTooLong,
    TimeOver,
)
from evenhand.hiring.openings.links import Link, open_invitation, unknown_link
from evenhand.hiring.probes.queries import followed_by
from evenhand.hiring.record.services import Event, record_all, subject_of
from evenhand.hiring.sittings.digests import digest_of
from evenhand.hiring.sittings.gathering import Gathering
from evenhand.hiring.sittings.models import GRACE, Answer, KeptAside, Sitting
from evenhand.hiring.sittings.rows import (
    NewText,
    Place,
    answers_at,
    live_links,
    locked_sittings,
    write,
)

MAX_CHARACTERS: Final = 200_000
_MAX_TAB = 40

_KEEP_ASIDE = """
    INSERT INTO hiring_keptaside (answer_id, why, tab, text, salt, kept_at)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (answer_id, why, tab) WHERE why IN ('conflict', 'late') DO UPDATE
        SET text = excluded.text, salt = excluded.salt, kept_at = excluded.kept_at
"""

MOST_TABS = 50
"""Tabs whose texts are kept beside an answer, each in its place; all further ones share one, since
a tab is whatever a browser says it is, and a link can be written to long after handing in."""


@dataclass(frozen=True)
class Saved:
    """The text is the answer now, or was before; with the sitting as it was then."""

    revision: int
    saved_at: datetime
    sitting: Sitting = field(compare=False, repr=False)


@dataclass(frozen=True)
class Conflict:
    """Another tab wrote in the meantime: its text and revision. What came now is kept aside."""

    revision: int
    text: str


@dataclass(frozen=True)
class _Incoming:
    """One save, with the invitation that it came by where it came by a link."""

    sitting: uuid.UUID
    invitation: uuid.UUID | None
    prompt: str
    text: str
    base_revision: int
    tab: str
    replace: bool
    now: datetime

    @property
    def place(self) -> Place:
        return self.sitting, self.prompt


@dataclass(frozen=True)
class _Found:
    """A save that is listened to, with what stands where it goes."""

    save: _Incoming
    sitting: Sitting
    follows: str
    answer: Answer | None
    late: TimeOver | None

    @property
    def is_there(self) -> bool:
        """Whether this is saved already: sent again, or the same in two tabs."""
        return self.answer is not None and self.answer.text == self.save.text

    @property
    def new(self) -> NewText:
        save = self.save
        return NewText(save.place, self.follows, save.text, save.base_revision + 1)

    def event(self, action: str, answer: uuid.UUID, text: str, salt: str, **more: object) -> Event:
        return Event(
            action,
            subject_of(self.sitting),
            f"candidate:{self.sitting.application_id}",
            {"answer": str(answer), **more, "sha256": digest_of(text, salt)},
        )


Outcome = Saved | Conflict | HiringError


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
        LinkUnknown: the sitting is not there any more.
    """
    return _said(
        _gathered(_Incoming(sitting.pk, None, prompt, text, base_revision, tab, replace, now))
    )


def save_by_link(
    *,
    link: Link,
    prompt: str,
    text: str,
    base_revision: int,
    tab: str,
    replace: bool,
    now: datetime,
) -> Saved | Conflict:
    """Save as `save` does, in the sitting that a personal link opens.

    The link is looked at in the transaction of the save, so one that was revoked keeps nothing.

    Raises:
        LinkUnknown, LinkExpired, LinkRevoked: as `open_invitation` does; nothing is kept.
        LinkWithdrawn: its candidate has withdrawn; nothing is kept.
        TextTooLong, TimeOver, NotStarted, PromptUnknown: as `save` does.
    """
    outcome = _gathered(
        _Incoming(link.sitting, link.invitation, prompt, text, base_revision, tab, replace, now)
    )
    if isinstance(outcome, HiringError):
        # What is wrong with the link is said first, and by whoever knows whom to ask.
        invitation = open_invitation(link.token, now)
        if invitation.application.withdrawn_at is not None:
            raise LinkWithdrawn(
                _("You have withdrawn, so nothing more is saved. Your link lets you take it back."),
                invitation.application.opening,
            )
    return _said(outcome)


def _gathered(save: _Incoming) -> Outcome:
    if len(save.text) > MAX_CHARACTERS:
        return TextTooLong(
            _("An answer may have %(most)s characters, this has %(count)s. Shorten it to save it.")
            % {"most": f"{MAX_CHARACTERS:,}", "count": f"{len(save.text):,}"}
        )
    return _gathering.do(replace(save, text=storable(save.text), tab=storable(save.tab)[:_MAX_TAB]))


def _said(outcome: Outcome) -> Saved | Conflict:
    if isinstance(outcome, HiringError):
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
        looked = _look(saves)
        found = [one for one in looked if isinstance(one, _Found)]
        written = write([one.new for one in found if not (one.late or one.is_there)], now)
        ended = [
            (one, [])
            if isinstance(one, HiringError)
            else _put(one, *written[one.save.place], now)
            if one.save.place in written
            else _left_out(one, now)
            for one in looked
        ]
        record_all([event for _outcome, events in ended for event in events], now=now)
    return [outcome for outcome, _events in ended]


def _look(saves: Sequence[_Incoming]) -> list[_Found | HiringError]:
    """Lock the sittings, and return each save with what it meets, or why it is not listened to."""
    sittings = locked_sittings({save.sitting for save in saves})
    open_ = live_links({save.invitation for save in saves if save.invitation})
    places = [save.place for save in saves]
    follows = _follows(sittings, places)
    answers = answers_at(places)
    looked: list[_Found | HiringError] = []
    for save in saves:
        sitting = sittings.get(save.sitting)
        if sitting is None or (save.invitation and save.invitation not in open_):
            looked.append(unknown_link())
        elif save.place not in follows:
            looked.append(PromptUnknown(_("This question is not part of your assessment.")))
        elif sitting.state == Sitting.State.READY or sitting.ends_at is None:
            looked.append(
                NotStarted(_("Your assessment has not begun; open your link and begin it first."))
            )
        else:
            late = _too_late(sitting, sitting.ends_at, save.now)
            old = answers.get(save.place)
            looked.append(_Found(save, sitting, follows[save.place], old, late))
    return looked


def _follows(sittings: Mapping[uuid.UUID, Sitting], places: Sequence[Place]) -> dict[Place, str]:
    """Return which prompt each question follows, "" for a prompt; without those never put."""
    prompts = {
        place: ""
        for place in places
        if place[0] in sittings and place[1] in sittings[place[0]].prompts
    }
    return prompts | followed_by([place for place in places if place not in prompts])


def _too_late(sitting: Sitting, ends_at: datetime, now: datetime) -> TimeOver | None:
    if sitting.state == Sitting.State.STARTED and now < ends_at + GRACE:
        return None
    if now < ends_at:
        said = _(
            "Your answers are handed in. What you wrote after that is kept and shown beside them."
        )
    else:
        said = _(
            "The time is over. What you wrote after that is kept and shown beside your answer."
        )
    return TimeOver(said)


def _put(found: _Found, answer: uuid.UUID, salt: str, now: datetime) -> tuple[Outcome, list[Event]]:
    """Return what is said of a text that became the answer, and what is recorded."""
    save, revision = found.save, found.save.base_revision + 1
    saved = found.event(
        "answer.saved", answer, save.text, salt, prompt=save.prompt, revision=revision
    )
    replaced = _keep_replaced(found, found.answer, now) if save.replace and found.answer else []
    return Saved(revision, now, found.sitting), [*replaced, saved]


def _left_out(found: _Found, now: datetime) -> tuple[Outcome, list[Event]]:
    """Keep aside a text that did not become the answer, unless it is there already."""
    old = found.answer
    if found.late is not None:
        return found.late, _keep_late(found, now)
    if old is None:
        # Nothing but another version of the answer can be in the way of a write.
        raise RuntimeError(f"answer to {found.save.prompt}: neither written nor there")
    if found.is_there:
        return Saved(old.revision, old.saved_at, found.sitting), []
    aside = _keep_aside(found, old, KeptAside.Why.CONFLICT, found.save.text, now)
    return Conflict(old.revision, old.text), [aside]


def _keep_replaced(found: _Found, before: Answer, now: datetime) -> list[Event]:
    event = _keep_aside(found, before, KeptAside.Why.REPLACED, before.text, now)
    # What this tab had in conflict is the answer now.
    in_conflict = KeptAside.objects.filter(
        answer=before, why=KeptAside.Why.CONFLICT, tab=found.save.tab
    ).first()
    if in_conflict is not None and in_conflict.text == found.save.text:
        in_conflict.delete()
    return [event]


def _keep_late(found: _Found, now: datetime) -> list[Event]:
    save, answer = found.save, found.answer
    if answer is None:
        answer = Answer.objects.create(
            sitting=found.sitting, prompt=save.prompt, follows=found.follows, saved_at=now
        )
    if save.text in ("", answer.text):
        return []
    return [_keep_aside(found, answer, KeptAside.Why.LATE, save.text, now)]


def _keep_aside(
    found: _Found, answer: Answer, why: KeptAside.Why, text: str, now: datetime
) -> Event:
    tab = found.save.tab
    if why is not KeptAside.Why.REPLACED:
        others = KeptAside.objects.filter(answer=answer, why=why.value).exclude(tab__in=(tab, ""))
        tab = tab if others.count() < MOST_TABS else ""
    row = KeptAside(answer=answer, why=why.value, tab=tab, text=text, kept_at=now)
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP_ASIDE, columns(row, ("answer", "why", "tab", "text", "salt", "kept_at"))
        )
    return found.event("answer.kept_aside", answer.pk, text, row.salt, why=why.value)


_gathering = Gathering(_save_all, lambda save: save.place)
