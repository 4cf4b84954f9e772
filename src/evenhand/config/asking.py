"""What `evenhand focus` does: a file of ratings in, a plan for one candidate out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evenhand.measure import (
    Components,
    Option,
    Plan,
    Rating,
    default_components,
    fit,
    focus,
    options_of_file,
    ratings_of,
    read_ratings_csv,
    without_outliers,
)
from evenhand.rubric import Pack, live_questions, load_pack


def plan_from_file(
    ratings: Path,
    *,
    candidate: str,
    minutes: float,
    bar: float | None,
    sure: float,
    target_sd: float | None,
    pack: Path | None,
) -> tuple[dict[str, Any], Iterator[str]]:
    """Fit the components to a whole file and plan for one of its candidates.

    With a pack, its calibration is where the fit starts, its live prompts and probes are what may
    be asked, and its weights make the overall level. Without one, see `options_of_file`.

    Returns:
        The plan as JSON holds it, and as lines for a person.

    Raises:
        ValueError: If a file or an argument is unusable, or nobody rated the candidate.
    """
    rows = read_ratings_csv(ratings)
    own = ratings_of(rows, candidate)
    weights: Mapping[str, float] | None = None
    if pack is None:
        fitted = fit(rows)
        options = options_of_file(rows, candidate, fitted.components.dimensions)
    else:
        loaded = load_pack(pack)
        fitted = fit(rows, _start(loaded))
        options = _options(loaded, rows, candidate)
        weights = None if bar is None else loaded.weights
    counted, outliers = without_outliers(own, fitted.components)
    plan = focus(
        counted, fitted.components, options, minutes,
        target_sd=target_sd, bar=bar, sure=sure, weights=weights,
    )  # fmt: skip
    notes = [*fitted.notes, *(outlier.says() for outlier in outliers)]
    figures = _figures(candidate, minutes, plan, fitted.components, notes)
    return figures, _lines(candidate, minutes, plan, notes)


def _start(pack: Pack) -> Components:
    shipped = pack.root / "calibration" / "components.json"
    if shipped.is_file():
        return Components.from_json(shipped.read_text(encoding="utf-8"))
    return default_components(dimension.id for dimension in pack.dimensions)


def _options(pack: Pack, rows: list[Rating], candidate: str) -> list[Option]:
    questions = live_questions(
        pack,
        asked={row.task for row in rows if row.candidate == candidate},
        elsewhere={row.task for row in rows},
    )
    return [Option(**vars(question)) for question in questions]


def _figures(
    candidate: str, minutes: float, plan: Plan, components: Components, notes: list[str]
) -> dict[str, Any]:
    return {
        "candidate": candidate,
        "minutes": minutes,
        "planned_minutes": plan.minutes,
        "goal": plan.goal,
        "plan": [asdict(step) for step in plan],
        "stopped": plan.stopped,
        "why": plan.why,
        "assumes": plan.assumes,
        "sure_now": plan.sure_now,
        "sure_after": plan.sure_after,
        "provisional": components.provisional,
        "notes": notes,
    }


def _lines(candidate: str, minutes: float, plan: Plan, notes: list[str]) -> Iterator[str]:
    yield f"{candidate}: {plan.minutes:g} of {minutes:g} minutes planned"
    for number, step in enumerate(plan, 1):
        follows = f", after {step.follows}" if step.follows else ""
        yield (
            f"{number:3}. {step.task} ({step.round}{follows}): {step.minutes:g} min, "
            f"to minute {step.minutes_so_far:g}, gain {step.gain_per_minute:.3g} a minute"
        )
        yield f"     {step.reason}"
    yield plan.why
    if plan.sure_now is not None and plan.sure_after is not None:
        yield f"On the right side of the bar: {plan.sure_now:.2f} now, {plan.sure_after:.2f} after."
    yield plan.assumes
    yield from notes
