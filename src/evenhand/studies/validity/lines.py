"""A validity study as lines for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from evenhand.studies.telling import told
from evenhand.studies.validity.study import FEWEST, FEWEST_BOTH, Found, Validity

CLAIMS = {
    "rejected": "that it explains 80 % of this outcome's true variance: rejected by these data",
    "open": "that it explains 80 % of this outcome's true variance: these data cannot tell",
    "untested": "that it explains 80 % of this outcome's true variance: not tested here (give "
    "--reliability, and see that there are enough people)",
}


def lines_of(result: Validity) -> Iterator[str]:
    """Yield the study, predictor by predictor, with what its size supports."""
    yield f"outcome {result.outcome}: {result.people} people; intervals at {result.confidence:.0%}"
    yield ""
    yield "correlation with the outcome"
    for one in result.found:
        yield from _found(one)
    if result.compared:
        yield ""
        yield "among those with both: change in R²"
    for each in result.compared:
        yield (
            f"  {each.kind} {each.name} ({each.people} people): r {told(each.r_signal)}, the score "
            f"{told(each.r_score)}"
        )
        yield f"    the score adds    {told(each.score_adds, '.3f')}"
        yield f"    the signal adds   {told(each.signal_adds, '.3f')}"
    yield ""
    yield f"of the score it has been claimed {CLAIMS[result.claim]}"
    yield f"A correlation is told from {FEWEST} people on, what one adds from {FEWEST_BOTH}."


def _found(one: Found) -> Iterator[str]:
    yield f"  {one.kind} {one.name}: {told(one.r)} of {one.people} people"
    if one.r.value is None or one.r.low is None or one.r.high is None:
        return
    ends = [one.r.low**2, one.r.high**2]
    least = 0.0 if one.r.low < 0 < one.r.high else min(ends)
    yield f"    {one.r.value**2:.0%} of the variance ({least:.0%} to {max(ends):.0%})"
    if one.u is None:
        yield "    range: everyone has an outcome, so nothing is restricted"
    else:
        yield (
            f"    range: the spread among all {one.everyone} is {one.u:.2f} times that among these;"
            f" over everyone r would be {told(one.corrected)}, if people were chosen by this alone"
        )
