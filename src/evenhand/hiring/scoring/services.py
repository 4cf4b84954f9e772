"""Scoring a sitting: answers are read by the panel, then the person's levels are estimated.

Both acts may run twice, after a crash or at the same time: the second run changes nothing.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.calibration.choosing import used_for
from evenhand.hiring.errors import SittingError
from evenhand.hiring.judging.accounts import call_facts
from evenhand.hiring.judging.canaries import canary_flags
from evenhand.hiring.judging.models import JudgeCall
from evenhand.hiring.judging.spending import (
    drop_calls,
    forget_replies,
    keep_calls,
    keep_skips,
    note_limits,
    purse_of,
)
from evenhand.hiring.openings.models import Opening
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.openings.services import lock
from evenhand.hiring.probes.reading import Whole, read_whole
from evenhand.hiring.record.services import record, subject_of
from evenhand.hiring.scoring.estimates import estimate_people, keep_estimates, ratings_of
from evenhand.hiring.scoring.facts import components_of, estimate_facts, reading_facts
from evenhand.hiring.scoring.left_to_people import ask_people, doubt_flags
from evenhand.hiring.scoring.models import AnswerScore, Reading, VerdictRow
from evenhand.hiring.scoring.noting import note_components
from evenhand.hiring.scoring.stakes import stakes_of
from evenhand.hiring.sittings.models import Answer, Sitting

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel, PanelResult


def answers_in_order(sitting_id: uuid.UUID | str) -> list[str]:
    """Return the ids of a sitting's answers in the order in which they were asked."""
    sitting = Sitting.objects.get(pk=sitting_id)
    by_prompt = {answer.prompt: str(answer.pk) for answer in sitting.answers.all()}
    return [by_prompt[prompt] for prompt in sitting.prompts]


def read_answer(answer_id: uuid.UUID | str, panel: AnyPanel, now: datetime) -> None:
    """Let the panel read one answer, with its follow-up, and keep its verdicts and scores.

    One that was read is left alone, and so is one of a sitting that another panel reads by now.

    Args:
        answer_id: an answer to a prompt of a sitting that was handed in.
        panel: the judges; their work happens outside the transaction.
        now: the moment of the verdicts.

    Raises:
        SittingError: the answer may still change.
    """
    answer = Answer.objects.select_related(
        "sitting__application__opening", "sitting__application__candidate"
    ).get(pk=answer_id)
    sitting = answer.sitting
    if sitting.state in (Sitting.State.READY, Sitting.State.STARTED):
        raise SittingError(_("The answer is not handed in yet, so it cannot be read."))
    is_read = Reading.objects.filter(answer=answer).exists()
    if is_read or sitting.panel_version not in ("", panel.version):
        return
    application = sitting.application
    pack = pack_of(application.pack_id)
    whole = read_whole(answer, pack)
    result = _judged(panel, whole, answer, application.opening, now)
    # They are paid for, whatever becomes of the reading and of the worker from here on.
    calls = _account(answer, whole.text, result, now)
    canary = canary_flags(panel, application, pack.prompt(answer.prompt), now)
    doubts = doubt_flags(result)
    flags = [
        {"code": flag.code, "detail": flag.detail} for flag in (*result.flags, *canary, *doubts)
    ]
    with transaction.atomic():
        is_new = False
        if _hold(sitting):
            _reading, is_new = Reading.objects.get_or_create(
                answer=answer,
                defaults={
                    "panel": panel.name,
                    "panel_version": panel.version,
                    "flags": flags,
                    "flagged": len(flags),
                    "redacted": [asdict(one) for one in result.redacted],
                    "read_at": now,
                },
            )
        if is_new:
            _keep(answer, whole, result, panel, now)
            if doubts:
                ask_people(answer, now)
        elif calls:
            drop_calls(JudgeCall.objects.filter(application=application.pk, call__in=calls))
    if not is_new and not Sitting.objects.filter(pk=sitting.pk).exists():
        # They were erased while judges read: what these said since lies in files again.
        opening, known = application.opening, application.candidate.known
        forget_replies([whole.text], opening.organisation_id, known)


def _hold(sitting: Sitting) -> bool:
    """Hold the row of a sitting, so that its reading does not begin anew now.

    Where it did since the sitting was looked at, what this panel made of it is not kept.
    """
    version = sitting.panel_version
    # An update that changes nothing takes the row's lock, on either database.
    same = Sitting.objects.filter(pk=sitting.pk, panel_version=version)
    return bool(same.update(panel_version=version))


def _account(answer: Answer, text: str, result: PanelResult, now: datetime) -> list[str]:
    """Keep the calls that a reading took, and return their names."""
    if not result.calls:
        return []
    with transaction.atomic():
        # Whoever was erased, or is read anew, has no answer that they belong to.
        calls = keep_calls(answer, text, result, now, dropped=not _hold(answer.sitting))
        note_limits(answer.sitting.application.opening, now)
    return calls


def _judged(
    panel: AnyPanel, whole: Whole, answer: Answer, opening: Opening, now: datetime
) -> PanelResult:
    """Let the panel judge; one that asks models is told where the person stands, and the budget."""
    from evenhand.judges.llm.panel import LLMPanel

    application = answer.sitting.application
    confidence, known = opening.confidence, application.candidate.known
    if not isinstance(panel, LLMPanel):
        return panel.judge(whole.prompt, whole.text, confidence=confidence, known=known)
    stakes = stakes_of(application, panel, ratings_of(application), purse_of(opening, now))
    return panel.judge(whole.prompt, whole.text, confidence=confidence, known=known, stakes=stakes)


def _keep(
    answer: Answer, whole: Whole, result: PanelResult, panel: AnyPanel, now: datetime
) -> None:
    VerdictRow.objects.bulk_create(
        VerdictRow(
            answer=answer,
            dimension=verdict.dimension,
            judge=verdict.judge,
            level=verdict.level,
            distribution=None if verdict.distribution is None else list(verdict.distribution),
            marks=dict(verdict.marks),
            quotes=[
                {"indicator": q.indicator, "text": q.text, "start": q.start, "end": q.end}
                for q in verdict.quotes
            ],
            claimed=verdict.claimed,
            ungrounded=verdict.ungrounded,
            reason=verdict.reason or "",
            given_at=now,
        )
        for score in result.scores
        for verdict in score.verdicts
    )
    AnswerScore.objects.bulk_create(
        AnswerScore(
            answer=answer,
            dimension=score.dimension,
            level=score.level,
            sd=score.sd,
            low=score.low,
            high=score.high,
            confidence=score.confidence,
        )
        for score in result.scores
    )
    components = components_of(result, panel)
    note_components(components.version, components, now)
    skipped = [one for one in result.decisions if not one.asked]
    keep_skips(answer, skipped, now)
    record(
        "answer.read",
        subject_of(answer.sitting),
        actor=f"panel:{panel.version}",
        facts={**reading_facts(answer, whole, result, panel), **call_facts(answer, skipped)},
        now=now,
    )


def estimate_sitting(sitting_id: uuid.UUID | str, panel: AnyPanel, now: datetime) -> None:
    """Estimate the person's levels from all answers, and mark the sitting as scored.

    The estimate is made with the components that the others' in the opening were made with. Where
    another panel reads by now, it is left to that one; where the candidate has withdrawn, none is
    made.

    Raises:
        SittingError: an answer was not read yet.
    """
    sitting = Sitting.objects.select_related("application__opening").get(pk=sitting_id)
    unread = sitting.answers.filter(follows="", reading__isnull=True).count()
    if unread:
        raise SittingError(_("%(count)s answers are not read yet.") % {"count": unread})
    opening, me = sitting.application.opening, str(sitting.application_id)
    pack = pack_of(sitting.application.pack_id)
    with transaction.atomic():
        lock(opening)
        # Read under the lock: what people rated meanwhile is in it.
        ratings = ratings_of(sitting.application)
        taken = Sitting.objects.filter(
            pk=sitting.pk,
            state=Sitting.State.SUBMITTED,
            panel_version__in=("", panel.version),
            application__withdrawn_at__isnull=True,
        ).update(state=Sitting.State.SCORED, scored_at=now)
        if not taken:
            return
        made_with = used_for(sitting.application, panel)
        made = estimate_people(
            opening, ratings, made_with.components, weights=pack.weights, candidates=[me]
        )
        keep_estimates(opening, made.estimates, made_with, now)
        note_components(made_with.version, made_with.components, now)
        record(
            "sitting.scored",
            subject_of(sitting),
            actor=f"panel:{panel.version}",
            facts={
                **estimate_facts(opening, pack, panel.name, made_with, made),
                "application": me,
            },
            now=now,
        )
