"""Who would change sides of the bar with another panel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evenhand.judges import PanelResult
from evenhand.measure import Components, Rating, estimate, without_outliers

ROUND = "async"
"""Answers that a panel reads are given in this round."""


@dataclass(frozen=True)
class Standing:
    """Where a candidate stands on a dimension, or overall: the level, and P(level >= bar)."""

    candidate: str
    dimension: str
    level: float
    p_bar: float


@dataclass(frozen=True)
class Flip:
    """A candidate whose level crosses the bar; `before` and `after` are levels."""

    candidate: str
    dimension: str
    before: float
    after: float
    p_before: float
    p_after: float


def ratings_from(candidate: str, prompt: str, result: PanelResult) -> list[Rating]:
    """Return the levels of one reading as rows of measurement; abstentions are not there."""
    return [
        Rating(candidate, verdict.dimension, prompt, ROUND, verdict.judge, "model", verdict.level)
        for score in result.scores
        for verdict in score.verdicts
        if verdict.level is not None
    ]


def standings(
    ratings: Sequence[Rating],
    components: Components,
    *,
    bar: float,
    weights: Mapping[str, float],
    candidates: Sequence[str] = (),
) -> list[Standing]:
    """Estimate where everybody stands.

    Args:
        ratings: of all candidates, a person's among them where there are any.
        components: of the panel that gave them.
        bar: the level that P refers to.
        weights: of the dimensions in `overall`.
        candidates: who is to be estimated; without it, everybody with a rating.
    """
    # As in scoring: a judge's level far above the others' does not count.
    kept, _ = without_outliers(ratings, components)
    found = estimate(kept, components, bar=bar, weights=weights, candidates=candidates)
    return [Standing(one.candidate, one.dimension, one.mean, one.p_bar) for one in found]


def flips(before: Iterable[Standing], after: Iterable[Standing], bar: float) -> tuple[Flip, ...]:
    """Return who changes sides of the bar, those who fall below it first, then by how far.

    A dimension that stands on one side only is passed over: there is nothing to compare.
    """
    known = {(one.candidate, one.dimension): one for one in before}
    changed = [
        Flip(new.candidate, new.dimension, old.level, new.level, old.p_bar, new.p_bar)
        for new in after
        if (old := known.get((new.candidate, new.dimension))) is not None
        if (old.level >= bar) != (new.level >= bar)
    ]
    return tuple(sorted(changed, key=lambda one: (one.after - one.before, one.candidate)))
