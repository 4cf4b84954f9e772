"""Changing a pack: every write to a draft, from its beginning to its publication."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from evenhand.hiring.drafts.making import CALIBRATED, files_of, make_carried, make_for_people
from evenhand.hiring.drafts.models import PackDraft
from evenhand.hiring.drafts.queries import versions_open_to
from evenhand.hiring.errors import DraftChanged, DraftError
from evenhand.hiring.openings.models import PackVersion
from evenhand.hiring.openings.packs import offered_version, pack_of
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import record, subject_of
from evenhand.rubric.editing import next_version, put_version
from evenhand.rubric.writing import Body, body_of

Piece = Callable[[Body], object]
Edit = Callable[[Body], Body]

_TRIES = 5


def begin_draft(*, base: PackVersion, by: User, now: datetime) -> PackDraft:
    """Begin the next version of a pack.

    Raises:
        PackGone: the version is missing from the store, or was changed there.
    """
    body = {**body_of(pack_of(base.hash)), "same": []}
    with transaction.atomic():
        draft = PackDraft.objects.create(
            organisation=by.organisation, base=base, body=body, by=by, at=now
        )
        facts = {"pack": base.hash}
        record("pack_draft.begun", subject_of(draft), actor=f"user:{by.pk}", facts=facts, now=now)
    return draft


def seen(piece: object) -> str:
    """Name what an editor was shown of a draft, so that a change that came between is noticed."""
    return sha256(json.dumps(piece, sort_keys=True).encode()).hexdigest()[:32]


def change_draft(
    *, draft: PackDraft, piece: Piece, was: str, edit: Edit, by: User, now: datetime
) -> PackDraft:
    """Change a piece of a draft, unless somebody else has changed the same piece meanwhile.

    Two people who change different pieces both get their way.

    Args:
        draft: what is changed.
        piece: the part of the body that the editor was shown.
        was: `seen` of that part as it was shown.
        edit: returns the changed body.
        by: who changes it.
        now: the moment.

    Raises:
        DraftChanged: the piece is no longer what was shown; nothing was written.
        DraftError: it is not being edited any more.
        UnknownIdError: the piece was removed meanwhile.
    """
    for _attempt in range(_TRIES):
        found = PackDraft.objects.get(pk=draft.pk)
        if held := found.held:
            raise DraftError(held)
        if seen(piece(found.body)) != was:
            raise DraftChanged(
                _("%(who)s changed this part while you wrote. Nothing of yours is lost: it stands "
                  "below. Save again to put it over theirs, or open the page anew to see theirs.")
                % {"who": found.by}
            )  # fmt: skip
        body = edit(found.body)
        if body == found.body:
            return found
        with transaction.atomic():
            mine = PackDraft.objects.filter(
                pk=found.pk, revision=found.revision, state=PackDraft.State.EDITING
            )
            if not mine.update(body=body, revision=F("revision") + 1, by=by, at=now):
                continue
            found.refresh_from_db()
            facts = {"revision": found.revision, "sha256": seen(body)}
            actor = f"user:{by.pk}"
            record("pack_draft.changed", subject_of(found), actor=actor, facts=facts, now=now)
            return found
    raise DraftChanged(_("Many people are changing this draft right now. Save again."))


def publish(*, draft: PackDraft, by: User, now: datetime, for_people: bool = False) -> PackDraft:
    """Make a draft a version of its pack, or hand it to the judges where they have to learn it.

    Whoever calls this enqueues the learning on commit where the state says that it was asked for; a
    sweep finds what was missed.

    Args:
        draft: what is published as it stands now.
        by: who publishes.
        now: the moment.
        for_people: leaves all reading to people, where the judges could not learn it.

    Raises:
        PackError: it has faults, one line each.
        DraftError: nothing was changed, not even the judges' release, or it is published already.
        DraftChanged: somebody changed it at the same moment.
        PackGone: the version before is missing from the store.
    """
    from evenhand.judges.unread import is_outdated

    found = PackDraft.objects.get(pk=draft.pk)
    if found.state not in (PackDraft.State.EDITING, PackDraft.State.FAILED):
        raise DraftError(_("This draft was published already."))
    before = {**body_of(pack_of(found.base_id)), "same": found.body["same"]}
    # Judges of an earlier release learn the same anew.
    if found.body == before and not is_outdated(pack_of(found.base_id)):
        raise DraftError(_("Nothing was changed yet, so there is no new version to publish."))
    offered = offered_version()
    # What others made of the same pack, and how they numbered it, is not known here.
    ours = versions_open_to(found.organisation, offered.hash if offered else "")
    taken = ours.filter(pack_id=found.body["pack"]["id"])
    version = next_version(before["pack"]["version"], set(taken.values_list("version", flat=True)))
    found.body = put_version(found.body, version)
    found.by = by
    files = files_of(found)
    with transaction.atomic():
        mine = PackDraft.objects.filter(pk=found.pk, revision=found.revision, state=found.state)
        if not mine.update(
            body=found.body, revision=F("revision") + 1, state=PackDraft.State.ASKED, by=by, at=now,
            steps_done=0, steps_of=0, error="",
        ):  # fmt: skip
            raise DraftChanged(_("Somebody changed this draft at the same moment. Look again."))
        facts = {"pack": found.base_id, "version": version, "for_people": for_people}
        record("pack_draft.asked", subject_of(found), actor=f"user:{by.pk}", facts=facts, now=now)
        if for_people:
            make_for_people(found, now)
        elif CALIBRATED in files:
            make_carried(found, files, now)
    found.refresh_from_db()
    return found


def take_back(*, draft: PackDraft, by: User, now: datetime) -> None:
    """Go on editing a draft that the judges did not begin to learn, or could not.

    Raises:
        DraftError: they have begun, or it is published.
    """
    with transaction.atomic():
        mine = PackDraft.objects.filter(
            pk=draft.pk, state__in=(PackDraft.State.ASKED, PackDraft.State.FAILED)
        )
        if not mine.update(state=PackDraft.State.EDITING, by=by, at=now, error=""):
            raise DraftError(_("The judges are at it, or it is published: it stands as it is."))
        actor = f"user:{by.pk}"
        record("pack_draft.taken_back", subject_of(draft), actor=actor, facts={}, now=now)


def discard(*, draft: PackDraft, by: User, now: datetime) -> None:
    """Drop a draft with all that was written in it.

    Raises:
        DraftError: it is published, or with the judges.
    """
    with transaction.atomic():
        subject = subject_of(draft)
        open_ = (PackDraft.State.EDITING, PackDraft.State.FAILED)
        # An update takes the row's lock: of discarding and publishing at once, one is told.
        if not PackDraft.objects.filter(pk=draft.pk, state__in=open_).update(at=now):
            raise DraftError(_("It is published or with the judges, so it cannot be dropped."))
        PackDraft.objects.filter(pk=draft.pk).delete()
        record("pack_draft.dropped", subject, actor=f"user:{by.pk}", facts={}, now=now)


def marked_same(body: Body, id: str, same: bool) -> Body:
    """Return a body that says of a dimension or prompt whether only its wording changed."""
    others = [one for one in body["same"] if one != id]
    return {**body, "same": sorted([*others, id] if same else others)}


def dimension_piece(id: str) -> Piece:
    """Return what the page of a dimension shows of a body."""

    def piece(body: Body) -> object:
        own = next((d for d in body["dimensions"] if d["id"] == id), None)
        indicators = {i["id"] for i in own["indicators"]} if own else set()
        probes = [p for p in body["probes"] if p["indicator"] in indicators]
        return [own, probes, id in body["same"]]

    return piece


def prompt_piece(id: str) -> Piece:
    """Return what the page of a prompt shows of a body."""

    def piece(body: Body) -> object:
        own = next((p for p in body["prompts"] if p["id"] == id), None)
        return [own, id in body["same"]]

    return piece


def rounds_piece(body: Body) -> Any:
    """Return what the page of rounds and weights shows of a body."""
    return [body["rounds"], body["pack"]]


def whole(body: Body) -> object:
    """Return which entries a body has: what adding and removing looks at."""
    return [[one["id"] for one in body[sheet]] for sheet in ("dimensions", "prompts")]
