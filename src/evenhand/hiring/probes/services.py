"""Choosing the follow-up to an answer: asked for by a page, decided by a worker, or given up.

The candidate never waits longer than `LIMIT`: where the choice is not there by then, they go on
without a follow-up, and that is recorded like any other choice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.probes.models import ProbeChoice
from evenhand.hiring.record.services import SYSTEM, record, subject_of
from evenhand.hiring.scoring.noting import note_components
from evenhand.hiring.sittings.digests import digest_of
from evenhand.hiring.sittings.models import Answer, Sitting
from evenhand.hiring.workers.models import Worker

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel, PanelResult
    from evenhand.judges.probing import Choice
    from evenhand.measure import Rating

log = logging.getLogger(__name__)

LIMIT: Final = timedelta(seconds=2)
"""How long a candidate may be kept waiting. Clocks of web and worker machines must agree to well
within it; where they do not, choices come too late and say so. So does one that is further in the
future than this: a clock that was set back keeps nobody waiting until it has caught up."""

OPEN: Final = (ProbeChoice.State.WAITING, ProbeChoice.State.READING)


def finish(*, sitting: Sitting, prompt: str, now: datetime) -> ProbeChoice | None:
    """Say that the candidate goes on from a prompt, and return what came of it so far.

    The first call of all tabs asks for the choice; later ones return the same. None where the
    opening asks no follow-ups, and as long as the answer is blank: they may come back to it.
    """
    if not sitting.application.opening.probes or prompt not in sitting.prompts:
        return None
    return look(sitting=sitting, prompt=prompt, now=now) or _ask_for(sitting, prompt, now)


def look(*, sitting: Sitting, prompt: str, now: datetime) -> ProbeChoice | None:
    """Return what came of the choice after a prompt so far; None where none was asked for.

    One that is not there in time is given up here.
    """
    choice = ProbeChoice.objects.filter(sitting=sitting, prompt=prompt).first()
    if choice is not None and choice.is_open and abs(now - choice.asked_at) >= LIMIT:
        _decide(choice, ProbeChoice.State.NONE, ProbeChoice.Reason.TOO_LATE, now)
        choice.refresh_from_db()
    return choice


def _ask_for(sitting: Sitting, prompt: str, now: datetime) -> ProbeChoice | None:
    answer = Answer.objects.filter(sitting=sitting, prompt=prompt).first()
    if answer is None or not answer.text.strip():
        return None
    if not Sitting.objects.filter(pk=sitting.pk, state=Sitting.State.STARTED).exists():
        return None
    asked = ProbeChoice(sitting=sitting, prompt=prompt, asked_at=now)
    ProbeChoice.objects.bulk_create([asked], ignore_conflicts=True)
    choice = ProbeChoice.objects.get(sitting=sitting, prompt=prompt)
    if choice.is_open and not Worker.objects.exists():
        _decide(choice, ProbeChoice.State.NONE, ProbeChoice.Reason.NO_WORKER, now)
        choice.refresh_from_db()
    return choice


def take_waiting() -> ProbeChoice | None:
    """Take the choice that has waited longest; of several workers one gets it."""
    waiting = ProbeChoice.objects.filter(state=ProbeChoice.State.WAITING).order_by("asked_at")
    for choice in waiting.select_related("sitting__application__opening")[:5]:
        if ProbeChoice.objects.filter(pk=choice.pk, state=ProbeChoice.State.WAITING).update(
            state=ProbeChoice.State.READING
        ):
            return choice
    return None


def choose_probe(choice: ProbeChoice, panel: AnyPanel, clock: Callable[[], datetime]) -> None:
    """Read the answer and decide, by the rule of `judges.probing`.

    Args:
        choice: taken by `take_waiting`.
        panel: the embedded one, whatever panel is to score the sitting.
        clock: tells the time; reading takes some.
    """
    from evenhand.judges.probing import choose
    from evenhand.measure import without_outliers

    if abs(clock() - choice.asked_at) >= LIMIT:
        _decide(choice, ProbeChoice.State.NONE, ProbeChoice.Reason.TOO_LATE, clock())
        return
    sitting = choice.sitting
    pack = pack_of(sitting.application.pack_id)
    prompt = pack.prompt(choice.prompt)
    answer = Answer.objects.get(sitting=sitting, prompt=choice.prompt)
    known = sitting.application.candidate.known
    result = panel.judge(prompt, answer.text, known=known)
    if all(score.abstained for score in result.scores):
        # A question that the judges leave to people: nobody knows what it has shown already.
        fail(choice, clock())
        return
    components = result.components or panel.components
    ratings, _left_out = without_outliers(_ratings(choice, result), components)
    chosen = choose(
        pack, prompt, result, ratings, components, minutes=_minutes_left(sitting, clock())
    )
    now = clock()
    if abs(now - choice.asked_at) >= LIMIT:
        _decide(choice, ProbeChoice.State.NONE, ProbeChoice.Reason.TOO_LATE, now)
        return
    with transaction.atomic():
        if _keep(choice, chosen, result, panel, answer, ratings, now):
            note_components(components.version, components, now)


def fail(choice: ProbeChoice, now: datetime) -> None:
    """Let the candidate go on without a follow-up: the answer could not be read."""
    _decide(choice, ProbeChoice.State.NONE, ProbeChoice.Reason.FAILED, now)


def note_shown(choice: ProbeChoice, now: datetime) -> None:
    """Keep when the follow-up was first seen."""
    ProbeChoice.objects.filter(pk=choice.pk, shown_at__isnull=True).update(shown_at=now)


def settle(sitting: Sitting, now: datetime) -> None:
    """Close what is undecided when a sitting is handed in; call it in that transaction."""
    for choice in ProbeChoice.objects.filter(sitting=sitting, state__in=OPEN):
        _decide(choice, ProbeChoice.State.NONE, ProbeChoice.Reason.HANDED_IN, now)


def _ratings(choice: ProbeChoice, result: PanelResult) -> list[Rating]:
    """Return the ratings of the sitting so far: those of the answers left before, and this one."""
    from evenhand.measure import Rating
    from evenhand.rubric.asking import WRITTEN

    me = str(choice.sitting.application_id)
    levels = {
        one.prompt: one.levels
        for one in ProbeChoice.objects.filter(sitting=choice.sitting).order_by("asked_at")
    }
    levels[choice.prompt] = levels_of(result)
    return [
        Rating(me, dimension, prompt, WRITTEN, judge, "model", level)
        for prompt, rows in levels.items()
        for dimension, judge, level in rows
    ]


def levels_of(result: PanelResult) -> list[list[object]]:
    """Return the judges' levels as they are kept: dimension, judge, level."""
    return [
        [verdict.dimension, verdict.judge, verdict.level]
        for score in result.scores
        for verdict in score.verdicts
        if verdict.level is not None
    ]


def _minutes_left(sitting: Sitting, now: datetime) -> float:
    """Return the time left as it would be without an extension: a follow-up's minutes grow too."""
    if sitting.ends_at is None:
        return 0.0
    return (sitting.ends_at - now).total_seconds() / 60 / float(sitting.time_factor)


def _keep(
    choice: ProbeChoice,
    chosen: Choice,
    result: PanelResult,
    panel: AnyPanel,
    answer: Answer,
    ratings: Sequence[Rating],
    now: datetime,
) -> bool:
    components = result.components or panel.components
    choice.probe = chosen.probe or ""
    choice.weighed = [asdict(one) for one in chosen.weighed]
    choice.levels = levels_of(result)
    choice.panel_version = panel.version
    facts = {
        "answer": str(answer.pk),
        "revision": answer.revision,
        "sha256": digest_of(answer.text, answer.salt),
        "panel": panel.name,
        "panel_version": panel.version,
        "components": components.version,
        "ratings": [[r.dimension, r.task, r.rater, float(r.level)] for r in ratings],
        "weighed": choice.weighed,
    }
    state = ProbeChoice.State.ASKED if chosen.probe else ProbeChoice.State.NONE
    return _decide(
        choice, state, ProbeChoice.Reason(chosen.reason), now, facts, f"panel:{panel.version}"
    )


def _decide(
    choice: ProbeChoice,
    state: ProbeChoice.State,
    reason: ProbeChoice.Reason,
    now: datetime,
    facts: Mapping[str, object] | None = None,
    actor: str = SYSTEM,
) -> bool:
    """Decide, unless somebody else was first; True for the one call that did it."""
    milliseconds = round((now - choice.asked_at).total_seconds() * 1000)
    with transaction.atomic():
        taken = ProbeChoice.objects.filter(pk=choice.pk, state__in=OPEN).update(
            state=state,
            reason=reason,
            probe=choice.probe if state == ProbeChoice.State.ASKED else "",
            weighed=choice.weighed,
            levels=choice.levels,
            panel_version=choice.panel_version,
            decided_at=now,
        )
        if not taken:
            return False
        told: dict[str, object] = {
            "prompt": choice.prompt,
            "reason": reason.value,
            "milliseconds": milliseconds,
            **(facts or {}),
        }
        if state == ProbeChoice.State.ASKED:
            told["probe"] = choice.probe
        action = "probe.chosen" if state == ProbeChoice.State.ASKED else "probe.none"
        record(action, subject_of(choice.sitting), actor=actor, facts=told, now=now)
    return True
