"""Which panel is active, and how it is loaded."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings

from evenhand import judges
from evenhand.hiring.at_rest.files import SealedFiles
from evenhand.hiring.calibration.choosing import came_with
from evenhand.hiring.errors import PanelError
from evenhand.hiring.judging.models import Activation, GateRun
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.panels.models import DescribedJudge, DescribedPanel
from evenhand.hiring.panels.queries import config_of, environ_for, panels_of_file, panels_of_page
from evenhand.judges.errors import OutdatedError
from evenhand.judges.loading import load_described
from evenhand.judges.unread import NoJudges, is_calibrated, is_outdated
from evenhand.judges.verdicts import OUTDATED

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel
    from evenhand.judges.llm.caching import FolderCache, ReplyCache
    from evenhand.rubric import Pack

log = logging.getLogger(__name__)

DEFAULT: Final = "embedded"
"""The panel of a pack for which nobody has made another one active."""


@dataclass(frozen=True)
class ActivePanel:
    """The panel that reads for a pack; `version` is empty for the default, which had no gate."""

    name: str
    version: str


def active_panel(pack_hash: str, organisation: UUID) -> ActivePanel:
    """Return the panel that an organisation made active last for a pack, or the default.

    It is the default too where that activation was ended.
    """
    mine = Activation.objects.filter(pack_id=pack_hash, organisation=organisation)
    last = mine.select_related("panel_version").first()
    if last is None or last.ended_at is not None:
        return ActivePanel(DEFAULT, "")
    return ActivePanel(last.panel_version.name, last.panel_version.version)


def load_active(
    pack_hash: str, active: ActivePanel, *, organisation: UUID, threads: int
) -> AnyPanel:
    """Load an organisation's active panel, or the default where it is no longer what was tried.

    A pack that came without a calibration has no judges: people rate its answers. So they do where
    the calibration is of an earlier release, and no sitting waits for one that does not come.

    Raises:
        JudgeError: the default panel cannot be loaded either.
        PackGone: the pack is missing from the store, or was changed there.
    """
    tried = load_tried(pack_hash, active, organisation=organisation, threads=threads)
    if tried is not None:
        return tried
    pack = pack_of(pack_hash)
    if not is_calibrated(pack):
        return NoJudges(pack)
    if is_outdated(pack):
        log.warning("the judges of pack %s are of an earlier release; people read", pack_hash[:12])
        return NoJudges(pack, OUTDATED, came_with(pack))
    return judges.load_panel(pack, DEFAULT, threads=threads)


def load_tried(
    pack_hash: str, active: ActivePanel, *, organisation: UUID, threads: int
) -> AnyPanel | None:
    """Load the panel that somebody made active; None where the default reads, which the log says.

    Judges that were changed since their gate read nothing before they went through another one; the
    default reads instead, so that no sitting waits for it.

    Raises:
        PackGone: the pack is missing from the store, or was changed there.
    """
    if active.name == DEFAULT:
        return None
    try:
        panel = load_named(
            pack_of(pack_hash),
            active.name,
            organisation=organisation,
            threads=threads,
            cache=replies_of(organisation),
        )
    except judges.JudgeError as error:
        log.warning("panel %s cannot be loaded (%s); %s reads", active.name, error, DEFAULT)
        return None
    if panel.version == active.version:
        return panel
    panel.close()
    log.warning(
        "panel %s is %s and not %s, which went through the gate; %s reads",
        active.name,
        panel.version[:12],
        active.version[:12],
        DEFAULT,
    )
    return None


def replies_of(organisation: UUID) -> FolderCache:
    """Return where an organisation's replies are kept: none is answered from what another paid."""
    from evenhand.judges.llm.caching import FolderCache

    return FolderCache(settings.JUDGE_REPLIES / organisation.hex, SealedFiles())


def load_named(
    pack: Pack, name: str, *, organisation: UUID, threads: int, cache: ReplyCache | None = None
) -> AnyPanel:
    """Load a panel as it is set up now; keys come from the environment of this process.

    Args:
        pack: what it rates by.
        name: the default, or a panel of the file of panels or of the page; the file comes first.
        organisation: whose panels of the page are meant; those of others are not there.
        threads: of the embedded judges.
        cache: where replies are kept; a gate's answers nothing, so that it sees what a repeat
            changes.

    Raises:
        JudgeError: it is not known or not set up, in words for whoever can mend that.
    """
    try:
        return _load_named(pack, name, organisation=organisation, threads=threads, cache=cache)
    except OutdatedError as error:
        # A pack of the store is calibrated by nobody: it would be another one than its name says.
        raise judges.JudgeError(
            "the embedded judges of this version are of an earlier release, and read nothing; "
            "let openings take up a newer version of the pack"
        ) from error


def _load_named(
    pack: Pack, name: str, *, organisation: UUID, threads: int, cache: ReplyCache | None
) -> AnyPanel:
    if name == DEFAULT:
        return judges.load_panel(pack, DEFAULT, threads=threads)
    mine = DescribedPanel.objects.filter(organisation=organisation, name=name)
    if not mine.exists() or name in panels_of_file():
        return judges.load_panel(
            pack, name, threads=threads, panels=settings.PANELS_FILE, environ=os.environ,
            cache=cache,
        )  # fmt: skip
    config = panels_of_page(organisation)[name]
    names = [judge.name for judge in config.judges]
    described = list(DescribedJudge.objects.filter(organisation=organisation, name__in=names))
    try:
        for judge in described:
            config_of(judge)
        environ = environ_for(described)
    except PanelError as error:
        raise judges.JudgeError(str(error)) from error
    return load_described(pack, config, environ, threads=threads, cache=cache)


def last_run(panel_version_id: int, organisation: UUID) -> GateRun | None:
    """Return an organisation's latest gate of a panel version that came to an end."""
    done = GateRun.objects.filter(
        panel_version_id=panel_version_id, organisation=organisation, state=GateRun.State.DONE
    )
    return done.order_by("-ended_at").first()


def gates_waiting(asked_before: datetime) -> list[str]:
    """Return the ids of the gates that were asked for before a moment and were not begun."""
    waiting = GateRun.objects.filter(state=GateRun.State.WAITING, asked_at__lt=asked_before)
    return [str(run_id) for run_id in waiting.values_list("pk", flat=True)]
