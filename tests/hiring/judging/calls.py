"""Kept calls, written row by row."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from evenhand.hiring.judging.spending import month_of
from evenhand.hiring.models import Application, JudgeCall, JudgeSkip


def call(application: Application, at: datetime, **given: object) -> JudgeCall:
    """Keep a call made for somebody: 1000 tokens read, 100 written, 0.001460 paid, 2 seconds."""
    fields = {
        "call": uuid4().hex,
        "dimension": "eval_discipline",
        "judge": "mid",
        "model": "mid-1",
        "prompt_tokens": 1000,
        "cached_tokens": 600,
        "output_tokens": 100,
        "picos": 1_460_000_000,
        "microseconds": 2_000_000,
        "retries": 0,
        "cache_hit": False,
        "outcome": "ok",
        "abstained": False,
        "answer": application.sitting.answers.order_by("prompt").first(),
    }
    return JudgeCall.objects.create(
        opening=application.opening, at=at, month=month_of(at),
        **{"application": None if "kind" in given else application.pk, **fields, **given},
    )  # fmt: skip


def hit(application: Application, at: datetime, of: JudgeCall) -> JudgeCall:
    """Keep an answer of the cache in place of a call."""
    return call(
        application, at, prompt_tokens=0, cached_tokens=0, output_tokens=0, picos=0,
        microseconds=0, cache_hit=True, judge=of.judge, spared=of.call,
        spared_prompt_tokens=of.prompt_tokens, spared_cached_tokens=of.cached_tokens,
        spared_output_tokens=of.output_tokens, spared_picos=of.picos,
    )  # fmt: skip


def skip(application: Application, at: datetime, judge: str, cause: str = "clear") -> JudgeSkip:
    """Keep that a judge was not asked."""
    return JudgeSkip.objects.create(
        opening=application.opening, application=application.pk, at=at, month=month_of(at),
        dimension="eval_discipline", judge=judge, cause=cause, reason="clear of the bar",
    )  # fmt: skip
