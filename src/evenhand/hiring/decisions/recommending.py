"""What the figures speak for: the rule behind "advance", "look closer" and "do not advance".

It informs a decision and makes none. With p = P(at or above the bar), advancing somebody costs, in
expectation, (1 - p) times what it costs to advance a person below the bar; not advancing costs p
times what it costs to turn a person above it away. Of these two the cheaper is recommended, which
is advancing from p = a / (a + r) up. Looking closer costs the interviewer's minutes, and leaves
less to be wrong about: what another interview is expected to save is known before it is held
(preposterior analysis: Raiffa and Schlaifer 1961, Applied Statistical Decision Theory, chapter 5).

Where little is known yet, the costs do not settle anything: as long as answers have removed less
than half of the doubt, only an interval that lies on one side of the bar speaks for that side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.special import ndtr, ndtri

Advises = Literal["advance", "look_closer", "not_advance"]
Because = Literal["cheapest", "thin", "tie"]
"""Why: the expected costs; too little is known yet; or both errors weigh exactly the same."""

HOUR: Final = 0.02
"""What an hour of an interviewer weighs, in wrong decisions (the mean of the two errors): fifty
hours are one. A convention that the pages state, not a finding."""
THIN: Final = 0.5
"""Share of the doubt before any answer up to which what is known is thin."""
_SURE: Final = 1e-9
_STEPS: Final = np.linspace(-8.0, 8.0, 801)
_WEIGHTS: Final = np.exp(-0.5 * _STEPS**2) / np.exp(-0.5 * _STEPS**2).sum()
"""A fixed grid: each of its points moves the same way with p, so that the rule does."""


@dataclass(frozen=True)
class Costs:
    """What the two errors cost, relative to each other; both above 0.

    Attributes:
        false_advance: Advancing somebody who is below the bar.
        false_reject: Turning somebody away who is at or above it.
    """

    false_advance: float = 1.0
    false_reject: float = 1.0

    @property
    def threshold(self) -> float:
        """P(at or above the bar) from which advancing is the cheaper error."""
        return self.false_advance / (self.false_advance + self.false_reject)

    @property
    def unit(self) -> float:
        """What one wrong decision costs on average over its two kinds."""
        return (self.false_advance + self.false_reject) / 2


@dataclass(frozen=True)
class Known:
    """What is known of somebody overall.

    Attributes:
        p_bar: Probability of being at or above the bar.
        side: The side of the bar that the whole interval lies on, if it does.
        reliability: Share of the doubt before any answer that the answers removed, 0 to 1.
    """

    p_bar: float
    side: Literal["above", "below", "open"]
    reliability: float


@dataclass(frozen=True)
class Look:
    """Another interview: what it takes, and the share of the remaining variance it would remove."""

    minutes: float
    narrowing: float


@dataclass(frozen=True)
class Recommendation:
    """What the figures speak for.

    Attributes:
        advises: The act.
        because: Why.
        advance: Expected cost of advancing now, in wrong decisions.
        not_advance: Expected cost of not advancing now.
        look_closer: Expected cost of another interview and the better choice after it; None where
            there is none to be held.
        threshold: P(at or above the bar) from which advancing costs less than not advancing.
        minutes: Those of the other interview.
    """

    advises: Advises
    because: Because
    advance: float
    not_advance: float
    look_closer: float | None
    threshold: float
    minutes: float


def recommend(known: Known, costs: Costs, look: Look | None = None) -> Recommendation:
    """Return what the figures speak for, by the least expected cost.

    Args:
        known: Of the person, overall.
        costs: Of the two errors.
        look: What may still be asked; None where nothing is left to ask.

    >>> likely = Known(0.8, "open", 0.7)
    >>> recommend(likely, Costs()).advises
    'advance'
    >>> recommend(likely, Costs(false_advance=9)).advises
    'not_advance'
    >>> recommend(likely, Costs(), Look(minutes=60, narrowing=0.4)).advises
    'look_closer'
    >>> recommend(Known(0.8, "open", 0.3), Costs()).because
    'thin'
    """
    p, a, r = known.p_bar, costs.false_advance / costs.unit, costs.false_reject / costs.unit
    advance, not_advance = a * (1 - p), r * p
    saved_a, saved_r = _saved(known.p_bar, a, r, look)
    price = HOUR * look.minutes / 60 if look else 0.0
    advises: Advises = "advance" if p > costs.threshold else "not_advance"
    because: Because = "cheapest"
    if look and saved_a > price and saved_r > price:
        advises = "look_closer"
    elif abs(p - costs.threshold) < _SURE:
        advises, because = "look_closer", "tie"
    elif known.reliability < THIN and known.side != _SIDE[advises]:
        advises, because = "look_closer", "thin"
    closer = None if look is None else advance - saved_a + price
    return Recommendation(
        advises, because, advance, not_advance, closer, costs.threshold, look.minutes if look else 0
    )


_SIDE: Final = {"advance": "above", "not_advance": "below"}


def _saved(p_bar: float, a: float, r: float, look: Look | None) -> tuple[float, float]:
    """Return what looking closer saves against advancing now, and against not advancing now.

    The probability after it, p', is Phi((z + sqrt(s) u) / sqrt(1 - s)), with z = Phi^-1(p), u
    standard normal and s the share of the variance that goes. Going for the cheaper act then saves
    (a - (a + r) p')+ against advancing and ((a + r) p' - a)+ against not advancing.
    """
    if look is None or look.narrowing <= 0:
        return 0.0, 0.0
    share = min(look.narrowing, 1 - _SURE)
    z = ndtri(min(max(p_bar, _SURE), 1 - _SURE))
    after = ndtr((z + np.sqrt(share) * _STEPS) / np.sqrt(1 - share))
    gap = a - (a + r) * after
    return (
        float(np.maximum(gap, 0) @ _WEIGHTS),
        float(np.maximum(-gap, 0) @ _WEIGHTS),
    )
