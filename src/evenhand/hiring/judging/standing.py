"""Whether the active panel reads: it does while it is set up as it went through its gate.

The worker sees it as it loads a panel (`queries.load_tried`). Whoever tells people which judges
read, and where answers go, asks here, so that pages and notices name nobody who was not tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from evenhand.hiring.errors import HiringError
from evenhand.hiring.judging.queries import DEFAULT, ActivePanel, active_panel
from evenhand.hiring.openings.models import PackVersion
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.panels.models import DescribedJudge
from evenhand.hiring.panels.queries import (
    check_variable,
    environ_for,
    panels_described,
    panels_of_file,
    panels_of_page,
    setup_of,
)
from evenhand.judges.errors import JudgeError

if TYPE_CHECKING:
    from evenhand.judges.llm.config import PanelConfig

WhyNot = Literal["", "gone", "broken", "changed"]


@dataclass(frozen=True)
class Standing:
    """An active panel, and whether it reads.

    Attributes:
        active: What somebody made active, or the default.
        config: How it is described now; None for the default and where it is not described.
        why_not: Empty where it reads. Else the embedded judges read in its place: it is described
            no more (`gone`), cannot be loaded as it is (`broken`), or is no longer what went
            through its gate (`changed`).
    """

    active: ActivePanel
    config: PanelConfig | None = None
    why_not: WhyNot = ""

    @property
    def reads(self) -> bool:
        """Whether it is this panel that reads."""
        return not self.why_not

    @property
    def reader(self) -> str:
        """The name of the panel that reads."""
        return self.active.name if self.reads else DEFAULT


def standing_of(pack_hash: str, organisation: UUID) -> Standing:
    """Return an organisation's active panel of a pack version, and whether it reads."""
    active = active_panel(pack_hash, organisation)
    if active.name == DEFAULT:
        return Standing(active)
    config = panels_described(organisation).get(active.name)
    if config is None:
        return Standing(active, None, "gone")
    now = _version_now(pack_hash, active, organisation, setup_of(organisation))
    if not now:
        return Standing(active, config, "broken")
    return Standing(active, config, "" if now == active.version else "changed")


def stood_in_for(organisation: UUID, *, judge: str = "", panel: str = "") -> list[str]:
    """Return the active panels with this judge, or of this name, that do not read as they are."""
    packs = PackVersion.objects.filter(activations__organisation=organisation).distinct()
    found = (standing_of(pack.pk, organisation) for pack in packs)
    names = {
        one.active.name
        for one in found
        if not one.reads and (one.active.name == panel or judge in _judges(one.config))
    }
    return sorted(names)


def _judges(config: PanelConfig | None) -> set[str]:
    return {judge.name for judge in config.judges} if config else set()


@lru_cache(maxsize=64)
def _version_now(pack_hash: str, active: ActivePanel, organisation: UUID, setup: str) -> str:
    """Return the version that a panel has as it is set up; empty where it cannot be loaded.

    It is kept by what a worker keeps the panel itself by: what is active, and what is set up.
    """
    from evenhand.judges.versioning import version_described

    try:
        return version_described(pack_of(pack_hash), _config(active.name, organisation))
    except (JudgeError, HiringError):
        return ""


def _config(name: str, organisation: UUID) -> PanelConfig:
    """Return a panel that can be loaded, as far as this process can tell.

    A key of the file of panels may be a variable of the worker's alone, so none is looked for.

    Raises:
        JudgeError: the file of panels has faults, or a judge of the page is not valid any more.
        PanelError: a key of the page cannot be used any more.
    """
    of_file = panels_of_file()
    if name in of_file:
        return of_file[name]
    config = panels_of_page(organisation)[name]
    names = [judge.name for judge in config.judges]
    described = list(DescribedJudge.objects.filter(organisation=organisation, name__in=names))
    for judge in described:
        check_variable(judge)
    environ_for(described)
    return config
