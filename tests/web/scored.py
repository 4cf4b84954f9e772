"""A sitting that was read and scored, written row by row: the judges themselves are not needed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.timezone import now as clock

from evenhand.hiring.models import (
    Answer,
    AnswerScore,
    Application,
    EstimateRow,
    KeptAside,
    Reading,
    Sitting,
    VerdictRow,
)
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.scoring.estimates import ratings_of
from evenhand.measure import Components, default_components, estimate
from evenhand.rubric import Dimension, Pack

JUDGES = ("coverage", "features", "whole")
TEXT = (
    "First I would write down what better means for the people who search. Then I would label "
    "four hundred real queries and compare both versions on them, query by query. After that I "
    "would run both side by side for two weeks and look at how often people search again."
)


def components_for(pack: Pack) -> Components:
    return default_components([d.id for d in pack.dimensions], JUDGES)


def score(
    application: Application,
    *,
    levels: Mapping[str, float | None] | None = None,
    text: str = TEXT,
    flags: list[dict[str, str]] | None = None,
    redacted: list[dict[str, object]] | None = None,
    now: datetime | None = None,
) -> Application:
    """Submit and score a sitting: `levels` are the judges', the same for every answer."""
    now = now or clock()
    levels = levels if levels is not None else {"coverage": 3.2, "features": 3.6, "whole": 4.4}
    pack = pack_of(application.opening.pack_id)
    sitting = application.sitting
    for prompt_id in sitting.prompts:
        answer, _ = Answer.objects.update_or_create(
            sitting=sitting, prompt=prompt_id, defaults={"text": text, "saved_at": now}
        )
        Reading.objects.create(
            answer=answer,
            panel="embedded",
            panel_version="f" * 64,
            flags=flags or [],
            flagged=len(flags or []),
            redacted=redacted or [],
            read_at=now,
        )
        for dimension_id in pack.prompt(prompt_id).dimensions:
            dimension = pack.dimension(dimension_id)
            for judge, level in levels.items():
                VerdictRow.objects.create(**_verdict(answer, dimension, judge, level, now))
            AnswerScore.objects.create(**_score(answer, dimension_id, levels))
    Sitting.objects.filter(pk=sitting.pk).update(
        state="scored",
        consented_at=now,
        started_at=now,
        submitted_at=now,
        scored_at=now,
        panel="embedded",
        panel_version="f" * 64,
    )
    components = components_for(pack)
    for one in estimate(
        ratings_of(application),
        components,
        bar=application.opening.bar,
        weights=pack.weights,
        candidates=[str(application.pk)],
    ):
        fields = {k: v for k, v in vars(one).items() if k not in ("candidate", "level_sd")}
        EstimateRow.objects.create(
            application=application,
            **fields,
            confidence=0.9,
            components_version=components.version,
            provisional=True,
            estimated_at=now,
        )
    return Application.objects.select_related("opening__pack", "sitting").get(pk=application.pk)


def keep_aside(application: Application, text: str) -> None:
    answer = application.sitting.answers.order_by("prompt")[0]
    KeptAside.objects.create(answer=answer, why="conflict", tab="t", text=text, kept_at=clock())


def _verdict(
    answer: Answer, dimension: Dimension, judge: str, level: float | None, now: datetime
) -> dict[str, Any]:
    told = level is not None
    marks = {i.id: (2, 1, 0)[n % 3] if told else None for n, i in enumerate(dimension.indicators)}
    whole = len(answer.text)
    spans = [(0, whole // 2), (whole // 3, whole)] if told and whole > 6 else []
    quotes = [
        {"indicator": indicator.id, "text": answer.text[start:end], "start": start, "end": end}
        for indicator, (start, end) in zip(dimension.indicators, spans, strict=False)
    ]
    return {
        "answer": answer,
        "dimension": dimension.id,
        "judge": judge,
        "level": level,
        "distribution": [0.05, 0.1, 0.35, 0.4, 0.1] if told else None,
        "marks": marks,
        "quotes": quotes,
        "reason": "" if told else "The answer is too short to tell.",
        "given_at": now,
    }


def _score(answer: Answer, dimension: str, levels: Mapping[str, float | None]) -> dict[str, Any]:
    told = [level for level in levels.values() if level is not None]
    figures: dict[str, float | None] = dict.fromkeys(("level", "sd", "low", "high"))
    if told:
        mean = sum(told) / len(told)
        figures = {"level": mean, "sd": 0.3, "low": max(mean - 0.5, 1), "high": min(mean + 0.5, 5)}
    return {"answer": answer, "dimension": dimension, "confidence": 0.9, **figures}
