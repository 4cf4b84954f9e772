"""Files of answers in, lines of scores out: what `evenhand score` does.

In: a JSON object a line, {"id", "prompt", "text"}. Out: an object for each (answer, dimension).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evenhand.judges.canary import check_canary
from evenhand.judges.errors import JudgeInputError
from evenhand.judges.loading import AnyPanel
from evenhand.judges.values import AnswerScore, Flag, Verdict
from evenhand.rubric import Pack

FIELDS = ("id", "prompt", "text")
LEFT_OUT = "left out: far above the other judges"


@dataclass(frozen=True)
class AnswerLine:
    """One answer of a file; `number` counts lines from 1."""

    number: int
    id: str
    prompt: str
    text: str


def read_answers(path: Path, pack: Pack) -> list[AnswerLine]:
    """Read a file of answers; empty lines are passed over.

    Raises:
        JudgeInputError: with every fault of the file, one line each: file, line number, field.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise JudgeInputError((f"{path}: cannot be read: {error.strerror}",)) from error
    answers: list[AnswerLine] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    known = [prompt.id for prompt in pack.prompts]
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        found, fault = _parse(line, known)
        if fault is None and found["id"] in seen:
            fault = f'id: "{found["id"]}" is already on line {seen[found["id"]]}'
        if fault is not None:
            faults.append(f"{path.name}:{number}: {fault}")
            continue
        seen[found["id"]] = number
        answers.append(AnswerLine(number, found["id"], found["prompt"], found["text"]))
    if faults:
        raise JudgeInputError(tuple(faults))
    return answers


def _parse(line: bytes, known: list[str]) -> tuple[dict[str, str], str | None]:
    """Return the fields of a line, or the first fault in it."""
    try:
        value: Any = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return {}, f"not UTF-8 at byte {error.start + 1}"
    except (json.JSONDecodeError, RecursionError) as error:
        column = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        return {}, f"not JSON{column}"
    if not isinstance(value, dict):
        return {}, f"not an object with the fields {', '.join(FIELDS)}"
    for field in FIELDS:
        if field not in value:
            return {}, f"{field}: is missing"
        if not isinstance(value[field], str):
            return {}, f"{field}: must be text, not {type(value[field]).__name__}"
    if not value["id"].strip():
        return {}, "id: is empty"
    if value["prompt"] not in known:
        return {}, f'prompt: "{value["prompt"]}" is not in the pack (known: {", ".join(known)})'
    return value, None


def score_lines(
    lines: Sequence[AnswerLine], pack: Pack, panel: AnyPanel, confidence: float = 0.9
) -> Iterator[dict[str, Any]]:
    """Yield one JSON-ready object for each (answer, dimension), in order."""
    answers = ((pack.prompt(line.prompt), line.text) for line in lines)
    results = panel.judge_all(answers, confidence=confidence)
    for line, result in zip(lines, results, strict=True):
        failures = check_canary(panel, [pack.prompt(line.prompt)], datetime.now(UTC))
        canary = tuple(failure.flag() for failure in failures)
        for score in result.scores:
            yield score_json(line.id, line.prompt, score, result.flags + canary)


def score_json(id: str, prompt: str, score: AnswerScore, flags: tuple[Flag, ...]) -> dict[str, Any]:
    """Return one output line as an object; a judge that was left out says so as its reason."""
    return {
        "id": id,
        "prompt": prompt,
        "dimension": score.dimension,
        "level": score.level,
        "sd": score.sd,
        "low": score.low,
        "high": score.high,
        "confidence": score.confidence,
        "abstained": score.abstained,
        "flags": [flag.code for flag in flags],
        "verdicts": [
            _verdict_json(verdict, left_out=verdict.judge in score.left_out)
            for verdict in score.verdicts
        ],
    }


def _verdict_json(verdict: Verdict, *, left_out: bool) -> dict[str, Any]:
    return {
        "judge": verdict.judge,
        "level": verdict.level,
        "abstained": verdict.abstained,
        "reason": LEFT_OUT if left_out else verdict.reason,
        "marks": dict(verdict.marks),
        "quotes": [asdict(quote) for quote in verdict.quotes],
    }
