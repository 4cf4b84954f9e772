"""Kept calls, written row by row."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from evenhand.hiring.judging.gate_calls import GateCalls
from evenhand.hiring.judging.services import ask_for_gate
from evenhand.hiring.judging.spending import month_of
from evenhand.hiring.models import Application, GateRun, JudgeCall, JudgeSkip, Opening


def call(application: Application, at: datetime, /, **given: object) -> JudgeCall:
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
        "host": "llm.example",
        "sent": 1,
        "abstained": False,
        "answer": application.sitting.answers.order_by("prompt").first(),
        "opening": application.opening,
        "application": None if given.get("kind") == "canary" else application.pk,
    }
    return JudgeCall.objects.create(at=at, month=month_of(at), **{**fields, **given})


def golden_call(run: GateRun, person: Application, at: datetime, **given: object) -> JudgeCall:
    """Keep a gate's call about a golden answer, which is nobody's; `person` only writes the row."""
    nobody = {"opening": None, "application": None, "answer": None}
    return call(person, at, kind="gate", gate_run=run, **nobody, **given)


def hit(application: Application, at: datetime, of: JudgeCall) -> JudgeCall:
    """Keep an answer of the cache in place of a call."""
    return call(
        application, at, prompt_tokens=0, cached_tokens=0, output_tokens=0, picos=0,
        microseconds=0, cache_hit=True, host="", sent=0, judge=of.judge, spared=of.call,
        spared_prompt_tokens=of.prompt_tokens, spared_cached_tokens=of.cached_tokens,
        spared_output_tokens=of.output_tokens, spared_picos=of.picos,
    )  # fmt: skip


def gate_calls(opening: Opening, at: datetime) -> GateCalls:
    """Return what keeps the calls of a gate of an opening's pack, which was asked for."""
    run = ask_for_gate(pack=opening.pack, panel=uuid4().hex, by=opening.created_by, now=at)
    return GateCalls(run, lambda: at)


def skip(application: Application, at: datetime, judge: str, cause: str = "clear") -> JudgeSkip:
    """Keep that a judge was not asked."""
    return JudgeSkip.objects.create(
        opening=application.opening, application=application.pk, at=at, month=month_of(at),
        dimension="eval_discipline", judge=judge, cause=cause, reason="clear of the bar",
    )  # fmt: skip
