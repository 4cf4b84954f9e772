"""Two ways to get a reading out of a model: one JSON object, or a question for each indicator."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from evenhand.judges.llm.calling import Asked
from evenhand.judges.llm.client import Completion, Request
from evenhand.judges.llm.config import JudgeConfig
from evenhand.judges.llm.parsing import (
    LEVELS,
    LONGEST_QUOTE,
    Claim,
    Draw,
    read_draw,
    yes_over_no,
)
from evenhand.judges.llm.prompting import check, copy_out, structured
from evenhand.judges.llm.recalling import Form, Recaller
from evenhand.judges.llm.values import Call
from evenhand.judges.values import Mark
from evenhand.judges.verdicts import distribution_of
from evenhand.rubric import Dimension, Indicator, Pack, Prompt

PARTLY, CLEARLY = 1.0, 3.0
"""Cuts on yes over no between marks 0, 1 and 2. Small models say yes too easily: facts that were
there got 3.3 to 4.5 and facts that were not -0.5 to 1.1 from a model of 1.5 billion parameters."""
DRAWS, WARM = 3, 0.7
"""How often a judge is drawn whose log-probabilities do not come, and the temperature of the draws
after the first where the judge's own is 0, at which all would be alike."""
FLAG_WEIGHT = 0.5
STEEPNESS = 0.5
CAP = 8.0
SPREAD = 0.8
"""How far off a checklist's level is taken to be before anything is known of the judge."""


@dataclass(frozen=True)
class Gathered:
    """What a judge said, with the calls that it took; no draws go with a reason."""

    draws: tuple[Draw, ...]
    calls: tuple[Call, ...]
    reason: str | None


def gather(
    ask: Recaller,
    judge: JudgeConfig,
    pack: Pack,
    prompt: Prompt,
    dimension: Dimension,
    text: str,
    code: str,
) -> Gathered:
    """Ask one judge about one answer on one dimension, in the judge's style."""
    if judge.style == "checklist":
        return _checklist(ask, prompt, dimension, text, code)
    request = structured(judge, pack, prompt, dimension, text, code)
    return _structured(ask, judge, dimension, request)


def draw_part(number: int) -> str:
    """Name the request for draw number 0, 1, ..."""
    return f"draw{number}"


def draw_form(dimension: Dimension) -> Form[Draw]:
    """Return how a structured reply is read and kept."""
    return Form(lambda reply: read_draw(reply, dimension), plain_draw, draw_of)


def _structured(
    ask: Recaller, judge: JudgeConfig, dimension: Dimension, request: Request
) -> Gathered:
    """Draw until log-probabilities say how sure the judge is, or as often as configured.

    Where they were asked for and did not come, a lone draw would be taken for certainty: then it is
    drawn `DRAWS` times at least, with chance in it. Half of the draws have to succeed.
    """
    form = draw_form(dimension)
    draws: list[Draw] = []
    calls: list[Call] = []
    reason, wanted = None, judge.draws
    while len(calls) < wanted:
        asked = ask.ask(draw_part(len(calls)), request, form)
        calls.append(asked.call)
        if asked.value is None:
            reason = asked.reason
            if 2 * (len(calls) - len(draws)) > wanted:
                return Gathered((), tuple(calls), reason)
            continue
        draws.append(asked.value)
        if asked.value.sure:
            break
        if judge.logprobs:
            wanted = max(judge.draws, DRAWS)
            request = replace(request, temperature=judge.temperature or WARM)
    return Gathered(tuple(draws), tuple(calls), None if draws else reason)


def _checklist(
    ask: Recaller, prompt: Prompt, dimension: Dimension, text: str, code: str
) -> Gathered:
    """Ask about each indicator, and for words wherever the mark is above 0.

    The first question that gets no reply ends it: the rest would fare no better.
    """
    calls: list[Call] = []
    claims: dict[str, Claim] = {}
    odds: dict[str, float] = {}
    for number, indicator in enumerate(dimension.indicators):
        request = check(prompt, indicator, text, code)
        asked: Asked[float | None] = ask.ask(f"check{number}", request, _ODDS)
        calls.append(asked.call)
        if asked.reason is not None:
            return Gathered((), tuple(calls), asked.reason)
        claims[indicator.id] = Claim(None, "")
        if asked.value is None:
            continue
        odds[indicator.id] = asked.value
        mark = mark_of(asked.value)
        if mark:
            copied = ask.ask(f"copy{number}", copy_out(prompt, indicator, text, code), _PASSAGE)
            calls.append(copied.call)
            if copied.reason is not None:
                return Gathered((), tuple(calls), copied.reason)
        claims[indicator.id] = Claim(mark, (copied.value or "") if mark else "")
    if not any(i.kind == "strong" and i.id in odds for i in dimension.indicators):
        return Gathered((), tuple(calls), "the model said neither yes nor no")
    level = checklist_level(dimension.indicators, odds)
    return Gathered((Draw(claims, distribution_of(level, SPREAD), True),), tuple(calls), None)


def plain_draw(draw: Draw) -> dict[str, Any]:
    """Return a draw as JSON holds it."""
    return {
        "claims": {name: [claim.mark, claim.quote] for name, claim in draw.claims.items()},
        "distribution": list(draw.distribution),
        "sure": draw.sure,
    }


def draw_of(found: Any) -> Draw:
    """Read a draw back.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is not of the form of `plain_draw`.
    """
    distribution = tuple(float(chance) for chance in found["distribution"])
    if len(distribution) != len(LEVELS):
        raise ValueError("not a draw")
    claims = {name: Claim(mark, str(quote)) for name, (mark, quote) in found["claims"].items()}
    return Draw(claims, distribution, bool(found["sure"]))


def _odds(completion: Completion) -> float | None:
    return yes_over_no(completion.written)


def _passage(completion: Completion) -> str:
    """Take the first line; the last word may be cut where the reply was."""
    line = completion.text.strip().split("\n")[0]
    return line[:LONGEST_QUOTE]


def _kept_odds(kept: Any) -> float | None:
    return None if kept is None else float(kept)


_ODDS: Form[float | None] = Form(_odds, lambda odds: odds, _kept_odds)
_PASSAGE: Form[str] = Form(_passage, lambda words: words, str)


def mark_of(odds: float) -> Mark:
    """Turn yes over no into a mark."""
    return int(odds >= PARTLY) + int(odds >= CLEARLY)


def checklist_level(indicators: tuple[Indicator, ...], odds: Mapping[str, float]) -> float:
    """Return a level from yes over no of the indicators that were answered.

    The mean over strong indicators, less half the mean over red flags, through a logistic curve
    that does not end at either side; a judge's calibration does the rest.
    """
    at: dict[str, list[float]] = {"strong": [], "red_flag": []}
    for indicator in indicators:
        if indicator.id in odds:
            centred = odds[indicator.id] - (PARTLY + CLEARLY) / 2
            at[indicator.kind].append(float(np.clip(centred, -CAP, CAP)))
    flags = max(float(np.mean(at["red_flag"])), 0.0) if at["red_flag"] else 0.0
    evidence = float(np.mean(at["strong"])) - FLAG_WEIGHT * flags
    return 1 + 4 / (1 + math.exp(-STEEPNESS * evidence))
