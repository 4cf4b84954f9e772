"""What is known of the panel that reads for a pack version: the facts of its model card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from evenhand.hiring.anchors.models import RATERS, Anchor
from evenhand.hiring.calibration.choosing import came_with
from evenhand.hiring.calibration.models import FitInUse
from evenhand.hiring.judging.models import Activation
from evenhand.hiring.judging.queries import DEFAULT, last_run
from evenhand.hiring.judging.standing import Standing, WhyNot, standing_of
from evenhand.hiring.openings.models import PackVersion
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.people.models import Organisation
from evenhand.hiring.scoring.models import Reading
from evenhand.judges import bids, claims, faults
from evenhand.judges.attention import SHELF
from evenhand.judges.encoder import PACKAGE, PINNED
from evenhand.judges.errors import JudgeError
from evenhand.judges.learning import ATTENTION, embedded_in
from evenhand.judges.storing import read_named
from evenhand.judges.unread import is_read
from evenhand.rubric import Pack

ENCODER: Final = "all-MiniLM-L6-v2"
SHARES_ENCODER: Final = ("coverage", "embedding", "regression")
"""The embedded judges that look at sentence embeddings."""
READERS: Final = {"bids": bids.SHELF, "claims": claims.SHELF, "faults": faults.SHELF}
"""What reads beside the embedded judges and rates nothing."""


@dataclass(frozen=True)
class JudgeFacts:
    """One judge of the panel.

    Attributes:
        name: How its verdicts are signed.
        kind: `embedded`, `openai` or `anthropic`: the interface by which it is reached.
        model: What it runs; empty where it is code and parameters of its own.
        version: What names that model or its settings.
        host: Where it runs; empty for this machine.
        licence: SPDX name; empty where its provider's terms say so.
    """

    name: str
    kind: str
    model: str
    version: str
    host: str
    licence: str


@dataclass(frozen=True)
class Change:
    """A panel version that was made active, or the default that reads again without a gate."""

    at: datetime
    panel: str
    version: str
    passed: bool | None
    reason: str


@dataclass(frozen=True)
class Card:
    """The facts of a model card.

    Attributes:
        pack, pack_version, pack_hash, pack_licence: What it rates by.
        dimensions: Names of the dimensions, by id.
        golden_label: The sentence to show beside figures on the golden answers.
        golden_answers, golden_authors: What they are counted on.
        panel, panel_version: What reads; the version is empty until it went through a gate or read.
        judges: Its judges; none where people alone rate, or the panel is not described any more.
        beside: What reads beside embedded judges: it flags an answer or leaves it to people.
        components: Version of the measurement components in use.
        provisional: Whether those are not yet fitted to people measured here.
        fitted_at, fitted_on: When and to how many candidates; None for those the pack came with.
        read: Answers of this organisation that it has read.
        anchors: Answers of this organisation that two people rated too.
        gate: Its last gate's result, `evenhand-gate/1`; None where there was none.
        gate_at: When that ended.
        changes: What was made active, the latest first.
    """

    pack: str
    pack_version: str
    pack_hash: str
    pack_licence: str
    dimensions: dict[str, str]
    golden_label: str
    golden_answers: int
    golden_authors: int
    panel: str
    panel_version: str
    why_not: WhyNot
    judges: tuple[JudgeFacts, ...]
    beside: tuple[JudgeFacts, ...]
    components: str
    provisional: bool
    fitted_at: datetime | None
    fitted_on: int | None
    read: int
    anchors: int
    gate: dict[str, Any] | None
    gate_at: datetime | None
    changes: tuple[Change, ...]


def card_of(pack_version: PackVersion, organisation: Organisation) -> Card:
    """Return the facts about the active panel of a pack version.

    Raises:
        PackGone: the pack is missing from the store, or was changed there.
    """
    mine = organisation.pk
    pack, standing = pack_of(pack_version.pk), standing_of(pack_version.pk, mine)
    active = standing.active
    readings = Reading.objects.filter(
        answer__sitting__application__opening__organisation=organisation,
        answer__sitting__application__opening__is_example=False,
        answer__sitting__application__pack=pack_version,
        panel=active.name,
    )
    read_last = readings.order_by("-read_at").values_list("panel_version", flat=True).first()
    panel_version = active.version or read_last or ""
    made = Activation.objects.filter(pack=pack_version, organisation=mine)
    made = made.select_related("panel_version")
    fit = _fit(pack_version, panel_version, mine)
    latest = made.first()
    run = None
    if latest is not None and latest.ended_at is None:
        run = last_run(latest.panel_version_id, mine)
    if run is None:
        run = _gate_of(pack_version, active.name, panel_version, mine)
    own, judges = came_with(pack), _judges(pack, standing)
    return Card(
        pack=pack.name,
        pack_version=pack.version,
        pack_hash=pack.hash,
        pack_licence=pack.licence,
        dimensions={one.id: one.name for one in pack.dimensions},
        golden_label=pack.golden_label,
        golden_answers=len(pack.golden),
        golden_authors=len({one.author for one in pack.golden}),
        panel=active.name,
        panel_version=panel_version,
        why_not=standing.why_not,
        judges=judges,
        beside=_beside(judges),
        components=fit.fit.version if fit else own.version,
        provisional=fit.fit.provisional if fit else own.provisional,
        fitted_at=fit.fit.fitted_at if fit else None,
        fitted_on=fit.fit.candidates if fit else None,
        read=readings.filter(panel_version=panel_version).count(),
        anchors=_anchors(pack_version, organisation),
        gate=run.result if run else None,
        gate_at=run.ended_at if run else None,
        changes=tuple(change for one in made for change in _changes(one)),
    )


def _fit(pack_version: PackVersion, panel_version: str, organisation: UUID) -> FitInUse | None:
    used = FitInUse.objects.select_related("fit").filter(organisation=organisation)
    return used.filter(pack=pack_version, panel_version=panel_version).first()


def _gate_of(pack_version: PackVersion, panel: str, version: str, organisation: UUID) -> Any:
    """Return the last gate of a panel that reads without having been made active."""
    known = pack_version.panel_versions.filter(name=panel, version=version).first()
    return last_run(known.pk, organisation) if known else None


def _changes(one: Activation) -> list[Change]:
    """Return what an activation changed, the latest first: its end, where it has one, before it."""
    version = one.panel_version
    made = Change(one.at, version.name, version.version, one.passed, one.reason)
    if one.ended_at is None:
        return [made]
    return [Change(one.ended_at, DEFAULT, "", None, one.ended_reason), made]


def _anchors(pack_version: PackVersion, organisation: Organisation) -> int:
    """Return how many answers were drawn and rated by people, and so speak for the panel here."""
    return Anchor.objects.filter(
        answer__sitting__application__opening__organisation=organisation,
        answer__sitting__application__pack=pack_version,
        contested=False,
        locked__gte=RATERS,
    ).count()


def _judges(pack: Pack, standing: Standing) -> tuple[JudgeFacts, ...]:
    if standing.active.name == DEFAULT:
        return _embedded(pack)
    described = standing.config
    if described is None or not standing.reads:
        return ()
    asked = tuple(
        JudgeFacts(one.name, one.kind, one.model, one.hash, urlsplit(one.base_url).netloc, "")
        for one in described.judges
    )
    return asked + (_embedded(pack) if described.embedded else ())


def _embedded(pack: Pack) -> tuple[JudgeFacts, ...]:
    if not is_read(pack):
        return ()
    try:
        _, components = read_named(pack.root)
    except JudgeError:
        return ()
    encoder = _encoder()
    runs = dict.fromkeys(SHARES_ENCODER, (encoder, PINNED["onnx/model.onnx_data"]))
    runs[ATTENTION] = (f"{encoder}, its last layers taught to rate", SHELF.version)
    return tuple(
        JudgeFacts(name, DEFAULT, *runs.get(name, ("", "")), "", "Apache-2.0")
        for name in embedded_in(components)
    )


def _beside(judges: tuple[JudgeFacts, ...]) -> tuple[JudgeFacts, ...]:
    if not any(one.kind == DEFAULT for one in judges):
        return ()
    runs = f"{_encoder()}, and what was learnt with it"
    return tuple(
        JudgeFacts(name, DEFAULT, runs, shelf.version, "", "Apache-2.0")
        for name, shelf in READERS.items()
    )


def _encoder() -> str:
    try:
        return f"{ENCODER} ({PACKAGE} {version(PACKAGE)})"
    except PackageNotFoundError:
        return f"{ENCODER} ({PACKAGE})"
