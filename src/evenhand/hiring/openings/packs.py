"""The pack store: every pack version that an opening was made from, as it was then."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.errors import PackGone
from evenhand.hiring.openings.models import Opening, PackVersion
from evenhand.hiring.record.services import SYSTEM, record
from evenhand.rubric import Pack, PackError, load_pack, shipped_pack


def offered_pack() -> Path:
    """Return the folder of the pack that new openings are offered: the one set, or the shipped."""
    return Path(settings.PACK) if settings.PACK else shipped_pack()


def offered_version() -> PackVersion | None:
    """Return the version of the offered pack; None while it was not taken in, or has faults."""
    try:
        return PackVersion.objects.filter(pk=load_pack(offered_pack()).hash).first()
    except PackError:
        return None


def take_in_offered(*, now: datetime) -> PackVersion:
    """Take in the pack that new openings are offered.

    Raises:
        PackError: it has faults, or its judges were calibrated on other content than it has now, or
            by another release.
    """
    from evenhand.judges.unread import is_outdated

    pack = load_pack(offered_pack())
    facts = pack.root / "calibration" / "embedded.json"
    when = ""
    if is_outdated(pack):
        when = "by an earlier release"
    elif facts.is_file() and json.loads(facts.read_bytes())["source_hash"] != pack.source_hash:
        when = "before the pack was changed"
    if when:
        raise PackError(
            [f"{facts}: calibrated {when}; run: python -m evenhand.judges calibrate {pack.root}"]
        )
    return take_in_pack(pack.root, now=now)


def take_in_pack(folder: Path, *, now: datetime) -> PackVersion:
    """Check a pack, copy it into the pack store under its hash, and return its version.

    Taking the same content in again changes nothing.

    Raises:
        PackError: the pack has faults; names each with its file and place.
    """
    pack = load_pack(folder)
    stored = settings.PACK_STORE / pack.hash
    if not stored.exists():
        _copy(folder, stored, pack.hash)
    with transaction.atomic():
        version, is_new = PackVersion.objects.get_or_create(
            hash=pack.hash,
            defaults={
                "pack_id": pack.id,
                "version": pack.version,
                "name": pack.name,
                "taken_in_at": now,
            },
        )
        if is_new:
            record(
                "pack.taken_in",
                f"pack:{pack.hash}",
                actor=SYSTEM,
                facts={"id": pack.id, "version": pack.version},
                now=now,
            )
    return version


def _copy(folder: Path, stored: Path, wanted: str) -> None:
    """Copy a pack so that it stands in the store whole or not at all."""
    stored.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=stored.parent, prefix=".taking-in-") as workplace:
        copy = Path(workplace) / "pack"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        if load_pack(copy).hash != wanted:
            raise PackError([f"{folder}: changed while it was read; try again"])
        try:
            os.rename(copy, stored)
        except OSError:
            # Another process took the same content in at the same moment.
            if not stored.exists():
                raise


@lru_cache(maxsize=16)
def pack_of(version_hash: str) -> Pack:
    """Open a pack version from the store, checking that it is still what its hash says.

    Raises:
        PackGone: its folder is missing or was changed.
    """
    stored = settings.PACK_STORE / version_hash
    try:
        pack = load_pack(stored)
    except PackError as error:
        raise PackGone(
            _("The pack in %(folder)s cannot be opened.") % {"folder": stored}
        ) from error
    if pack.hash != version_hash:
        raise PackGone(
            _("The pack in %(folder)s was changed; put the original back.") % {"folder": stored}
        )
    return pack


def packs_sat(opening: Opening) -> list[Pack]:
    """Open the versions that people of an opening sit, the latest first; its own where none do."""
    sat = PackVersion.objects.filter(applications__opening=opening).distinct()
    hashes = list(sat.order_by("-taken_in_at", "hash").values_list("hash", flat=True))
    return [pack_of(one) for one in hashes or [opening.pack_id]]
