"""From a draft to a pack version in the store: the files, and the judges that learn them."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from evenhand.hiring.drafts.models import PackDraft
from evenhand.hiring.judging.queries import DEFAULT
from evenhand.hiring.judging.services import ask_for_gate
from evenhand.hiring.openings.models import PackVersion
from evenhand.hiring.openings.packs import pack_of, take_in_pack
from evenhand.hiring.record.services import record, subject_of
from evenhand.rubric import Pack, load_pack
from evenhand.rubric.files import read_files
from evenhand.rubric.writing import Body

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
Calibrate = Callable[[Pack, Progress], None]
"""Writes a calibration into the folder of a pack; raises JudgeError where it cannot be."""

CALIBRATED = "calibration/embedded.json"
"""The file that a pack has whose judges are calibrated."""
CARRIED, LEARNT, PEOPLE = "carried over", "learnt", "left to people"
"""How a version came by its judges."""


def files_of(draft: PackDraft) -> dict[str, bytes]:
    """Return the files of the version that a draft becomes, with a calibration where one fits.

    Raises:
        PackError: the draft has faults, one line each.
        PackGone: the version that it was made from is missing from the store.
    """
    return files_from(draft.base_id, draft.body)


def files_from(base_hash: str, body: Body) -> dict[str, bytes]:
    """Return the same for a body that was made from the version of that hash."""
    from evenhand.judges.inheriting import successor

    old = pack_of(base_hash)
    files, _faults = read_files(old.root)
    return successor(files, old, body, body.get("same", ()))


def make_carried(draft: PackDraft, files: Mapping[str, bytes], now: datetime) -> None:
    """Publish a draft whose files hold a calibration that fits; call it in a transaction."""
    with _folder(files) as folder:
        version = take_in_pack(folder, now=now)
    _done(draft, version, CARRIED, now)


def make_learnt(draft_id: str, calibrate: Calibrate, clock: Callable[[], datetime]) -> None:
    """Let the judges learn a draft that was handed to them, and publish it.

    It may run twice, after a crash: a draft that came to an end is left alone. Where the golden
    answers that are left are too few to learn from, it is published for people alone to rate.

    Args:
        draft_id: of a draft that was asked for.
        calibrate: writes a calibration into a folder, and is told whom to tell of its steps.
        clock: learning takes a minute.
    """
    from evenhand.judges import JudgeError

    waiting = (PackDraft.State.ASKED, PackDraft.State.LEARNING)
    mine = PackDraft.objects.filter(pk=draft_id, state__in=waiting)
    if not mine.update(state=PackDraft.State.LEARNING, steps_done=0):
        return
    draft = PackDraft.objects.get(pk=draft_id)

    def progress(done: int, of: int) -> None:
        PackDraft.objects.filter(pk=draft.pk).update(steps_done=done, steps_of=of)

    try:
        with _folder(files_of(draft)) as folder:
            how = LEARNT
            try:
                calibrate(load_pack(folder), progress)
            except JudgeError as error:
                log.info("draft %s is left to people: %s", draft.pk, error)
                how = PEOPLE
            with transaction.atomic():
                version = take_in_pack(folder, now=clock())
                if _done(draft, version, how, clock()) and how == LEARNT:
                    # The sweep finds it: what has learnt other texts is held to the same limits.
                    ask_for_gate(pack=version, panel=DEFAULT, by=draft.by, now=clock())
    except Exception as error:  # whatever it is, whoever waits for the draft is told
        _failed(draft, f"{type(error).__name__}: {error}", clock())


def make_for_people(draft: PackDraft, now: datetime) -> None:
    """Publish a draft without judges; call it in a transaction."""
    with _folder(files_of(draft)) as folder:
        version = take_in_pack(folder, now=now)
    _done(draft, version, PEOPLE, now)


@contextmanager
def _folder(files: Mapping[str, bytes]) -> Iterator[Path]:
    settings.PACK_STORE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.PACK_STORE, prefix=".making-") as made:
        for name, content in files.items():
            path = Path(made) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield Path(made)


def _done(draft: PackDraft, version: PackVersion, how: str, now: datetime) -> bool:
    unpublished = PackDraft.objects.filter(pk=draft.pk).exclude(state=PackDraft.State.DONE)
    if not unpublished.update(state=PackDraft.State.DONE, version=version, error="", at=now):
        return False
    facts = {
        "pack": version.hash,
        "version": version.version,
        "instead_of": draft.base_id,
        "judges": how,
        "same": list(draft.body.get("same", ())),
    }
    actor = f"user:{draft.by_id}"
    record("pack.published", subject_of(draft), actor=actor, facts=facts, now=now)
    return True


def _failed(draft: PackDraft, why: str, now: datetime) -> None:
    log.warning("draft %s could not be learnt: %s", draft.pk, why)
    with transaction.atomic():
        taken = PackDraft.objects.filter(pk=draft.pk, state=PackDraft.State.LEARNING).update(
            state=PackDraft.State.FAILED, error=" ".join(why.split())[:500], at=now
        )
        if taken:
            actor = f"user:{draft.by_id}"
            record("pack_draft.failed", subject_of(draft), actor=actor, facts={}, now=now)
