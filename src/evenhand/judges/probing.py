"""Which follow-up to ask after an answer in writing: one rule, the same for everyone.

Of the pack's probes those come in question whose indicator belongs to a dimension of the prompt and
is not clearly shown in the answer yet. Each is foreseen as a short answer about the same story
(`measure.foreseeing`), judged by the judges that read the answer, with the aim

    a = u(mark) * min(1, minutes of the probe / (minutes of the prompt * share of the dimension)),

where u is how open the mark leaves the indicator (`OPEN`). With V the posterior covariance of the
person's abilities given all ratings of the sitting so far, a probe gains

    g = sum over dimensions d of log(V_dd before / V_dd after)

nats, which is `measure.focus` with one question to ask, and does not depend on what is answered.
The largest gain by the minute is asked; of equal ones the first of the pack. Nothing is asked of an
answer that says nothing, on a dimension that the judges leave to people, where the time that is
left is too short, or below `LEAST`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from evenhand.judges.values import Mark, PanelResult
from evenhand.measure import Components, Option, Rating
from evenhand.measure.aims import Narrow
from evenhand.measure.foreseeing import Foreseen, foresee
from evenhand.rubric import Pack, Probe, Prompt
from evenhand.rubric.asking import WRITTEN

OPEN: Final[Mapping[Mark, float]] = {0: 0.45, 1: 0.67, None: 0.67}
"""How open an indicator is after an answer: the variance of the raters' mark of a whole answer once
the panel has marked its first two thirds, over the variance before. Measured by
`bench/probe_choice.py` on six authors. A mark of 2 is shown: there is nothing to ask. A mark above
0 that no quote stands behind (None) counts as partly shown."""
LEAST: Final = 0.005
"""Nats by the minute that a follow-up must gain: half a per cent of a variance."""
_DIGITS: Final = 9
"""Gains that agree to so many digits of the largest are equal."""

Reason = Literal["tells_most", "blank", "no_time", "all_shown", "little_gain"]


@dataclass(frozen=True)
class Weighed:
    """A probe that came in question.

    Attributes:
        mark: What the panel said of its indicator.
        gain: Expected fall of the summed log posterior variance, in nats.
        per_minute: The same by the minute.
    """

    probe: str
    indicator: str
    dimension: str
    mark: Mark
    gain: float
    per_minute: float


@dataclass(frozen=True)
class Choice:
    """What is asked after an answer, and why; `probe` is None where nothing is.

    Attributes:
        weighed: All that came in question, the one that gains most first.
    """

    probe: str | None
    reason: Reason
    weighed: tuple[Weighed, ...] = ()


def choose(
    pack: Pack,
    prompt: Prompt,
    result: PanelResult,
    ratings: Sequence[Rating],
    components: Components,
    *,
    minutes: float,
) -> Choice:
    """Choose the follow-up to an answer.

    Args:
        pack: Whose probes may be asked.
        prompt: What was answered.
        result: What the panel said of the answer.
        ratings: Of one person: those of earlier answers of the sitting and those of this one.
        components: Parameters of the measurement model.
        minutes: The time left, an agreed extension taken out of it.

    Raises:
        MeasureError: a rating does not fit the components.
    """
    if any(flag.code == "empty" for flag in result.flags):
        return Choice(None, "blank")
    marks = marks_of(result)
    left = {score.dimension for score in result.scores if score.abstained}
    asked = [d for d in prompt.dimensions if d not in left]
    dimension = {i.id: d for d in asked for i in pack.dimension(d).indicators}
    known = [probe for probe in pack.probes if probe.indicator in dimension]
    open_ = [probe for probe in known if marks.get(probe.indicator) in OPEN]
    if not open_:
        return Choice(None, "all_shown")
    fitting = [probe for probe in open_ if probe.minutes <= minutes]
    if not fitting:
        return Choice(None, "no_time")
    judges = max(len({r.rater for r in ratings if r.task == prompt.id}), 1)
    options = [
        _option(probe, prompt, dimension[probe.indicator], marks.get(probe.indicator), judges)
        for probe in fitting
    ]
    gains = _gains(foresee(ratings, components, options))
    weighed = [
        Weighed(
            probe.id,
            probe.indicator,
            dimension[probe.indicator],
            marks.get(probe.indicator),
            gain,
            gain / probe.minutes,
        )
        for probe, gain in zip(fitting, gains, strict=True)
    ]
    return _most(weighed)


def marks_of(result: PanelResult) -> dict[str, Mark]:
    """Return the panel's mark of each indicator: the highest that a judge stands behind.

    Who only asks what nobody has seen yet wastes nobody's time. None where no judge could tell.
    """
    found: dict[str, Mark] = {}
    for score in result.scores:
        for verdict in score.verdicts:
            for indicator, mark in verdict.marks.items():
                before = found.get(indicator)
                found[indicator] = mark if before is None else max(before, mark or 0)
    return found


def _option(probe: Probe, prompt: Prompt, dimension: str, mark: Mark, judges: int) -> Option:
    part = min(probe.minutes / (prompt.minutes * prompt.dimensions[dimension]), 1.0)
    return Option(
        probe.id,
        {dimension: OPEN[mark] * part},
        probe.minutes,
        WRITTEN,
        "model",
        judges,
        follows=prompt.id,
    )


def _gains(seen: Foreseen) -> list[float]:
    size = len(seen.mean)
    before = seen.covariance[:size, :size]
    after = seen.after_each(seen.covariance, range(len(seen.place)))
    return [float(gain) for gain in Narrow().gains(before, after, seen.human)]


def _most(weighed: Sequence[Weighed]) -> Choice:
    """Take the largest gain by the minute; the sort is stable, so the pack's order breaks ties."""
    most = max(one.per_minute for one in weighed)
    if most < LEAST:
        return Choice(None, "little_gain", tuple(weighed))
    # Rounding must not decide between equals.
    ranked = sorted(weighed, key=lambda one: -round(one.per_minute / most, _DIGITS))
    return Choice(ranked[0].probe, "tells_most", tuple(ranked))
