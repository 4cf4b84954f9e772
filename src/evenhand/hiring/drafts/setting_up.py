"""Setting an opening up, step by step; each step is kept as it is given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.drafts.models import OpeningDraft, PackDraft
from evenhand.hiring.drafts.services import begin_draft
from evenhand.hiring.errors import DraftError
from evenhand.hiring.openings.models import Opening, PackVersion
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.openings.services import create_opening
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import record, subject_of


def begin_setup(
    *, given: Mapping[str, object], pack: PackVersion, by: User, now: datetime
) -> OpeningDraft:
    """Begin to set an opening up, with what was given first and the pack that is offered."""
    with transaction.atomic():
        made = OpeningDraft.objects.create(
            organisation=by.organisation, given=dict(given), pack=pack, by=by, at=now
        )
        facts = {"pack": pack.hash}
        record("opening_draft.begun", subject_of(made), actor=f"user:{by.pk}", facts=facts, now=now)
    return made


def keep_given(
    *, draft: OpeningDraft, given: Mapping[str, object], by: User, now: datetime
) -> None:
    """Keep what a step gave; what other steps gave stays.

    Raises:
        DraftError: the opening was made meanwhile.
    """
    with transaction.atomic():
        found = _open(draft, by, now)
        kept = {**found.given, **given}
        OpeningDraft.objects.filter(pk=found.pk).update(given=kept)
        _note(found, by, now)
    draft.given = kept


def take_pack(*, draft: OpeningDraft, pack: PackVersion, by: User, now: datetime) -> None:
    """Take a pack version as it is; a changed one that was begun here stays in the list of packs.

    Raises:
        DraftError: the opening was made meanwhile.
    """
    with transaction.atomic():
        found = _open(draft, by, now)
        OpeningDraft.objects.filter(pk=found.pk).update(pack=pack, pack_draft=None)
        _note(found, by, now)
    draft.refresh_from_db()


def change_pack(*, draft: OpeningDraft, by: User, now: datetime) -> PackDraft:
    """Begin to change the pack of an opening that is set up; returns the draft that was begun.

    Raises:
        DraftError: the opening was made meanwhile.
        PackGone: the pack is missing from the store.
    """
    with transaction.atomic():
        found = _open(draft, by, now)
        pack_draft = found.pack_draft
        if pack_draft is None or pack_draft.state == PackDraft.State.DONE:
            base = pack_draft.version if pack_draft and pack_draft.version else found.pack
            pack_draft = begin_draft(base=base, by=by, now=now)
            OpeningDraft.objects.filter(pk=found.pk).update(pack_draft=pack_draft)
            _note(found, by, now)
    draft.refresh_from_db()
    return pack_draft


def pack_to_open(draft: OpeningDraft) -> PackVersion | None:
    """Return the version that the opening would get; None while its changed pack is unpublished."""
    return draft.pack if draft.pack_draft is None else draft.pack_draft.version


def open_now(*, draft: OpeningDraft, by: User, now: datetime) -> Opening:
    """Make the opening. A second click returns the one that the first made.

    Raises:
        DraftError: its changed pack is not published yet.
        FieldError: says which field holds what cannot be kept.
    """
    with transaction.atomic():
        # The update takes the row's lock: of two clicks, the second sees what the first made.
        OpeningDraft.objects.filter(pk=draft.pk).update(at=now)
        found = OpeningDraft.objects.select_related("opening", "pack", "pack_draft__version").get(
            pk=draft.pk
        )
        if found.opening is not None:
            return found.opening
        pack = pack_to_open(found)
        if pack is None:
            raise DraftError(_("The changed pack is not published yet, so nothing can open on it."))
        given = {"bar": pack_of(pack.hash).bar, **found.given}
        made = create_opening(pack=pack, by=by, now=now, **given)
        OpeningDraft.objects.filter(pk=found.pk).update(opening=made)
    return made


def drop_setup(*, draft: OpeningDraft, by: User, now: datetime) -> None:
    """Drop what was given so far.

    Raises:
        DraftError: the opening was made meanwhile.
    """
    with transaction.atomic():
        found = _open(draft, by, now)
        subject = subject_of(found)
        found.delete()
        actor = f"user:{by.pk}"
        record("opening_draft.dropped", subject, actor=actor, facts={}, now=now)


def _open(draft: OpeningDraft, by: User, now: datetime) -> OpeningDraft:
    mine = OpeningDraft.objects.filter(pk=draft.pk, opening__isnull=True)
    if not mine.update(by=by, at=now):
        raise DraftError(_("This opening was made already; change it on its own page."))
    return OpeningDraft.objects.select_related("pack", "pack_draft__version").get(pk=draft.pk)


def _note(draft: OpeningDraft, by: User, now: datetime) -> None:
    record("opening_draft.saved", subject_of(draft), actor=f"user:{by.pk}", facts={}, now=now)
