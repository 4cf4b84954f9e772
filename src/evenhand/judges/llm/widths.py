"""How wide intervals stay where a judge sits on a panel that nothing was measured of.

Whether intervals hold what they promise was measured with the calibrated judges alone. One more
judge makes the measurement model surer, by a size that was assumed and that no golden answer has
borne out. So its level may move a score, but no interval gets narrower than without it.
"""

from collections.abc import Sequence
from dataclasses import replace

from evenhand.measure import Components, expected_sd


def no_narrower(
    joined: Components, measured: Sequence[Sequence[str]], unmeasured: Sequence[str]
) -> Components:
    """Return components under which judges that nothing was measured of narrow no interval.

    Every half-width is multiplied by what the unmeasured judges take off an answer's, at most. A
    person's interval loses less by them than an answer's, since the rest of its variance stays.

    Args:
        joined: With a facet for every judge.
        measured: Sets of calibrated judges that may be heard together.
        unmeasured: The others, all of which may be heard too.
    """
    taken_off = max(
        expected_sd(heard, dimension, joined)
        / expected_sd((*heard, *unmeasured), dimension, joined)
        for heard in measured
        for dimension in joined.dimensions
    )
    factor = max(taken_off, 1.0)
    return replace(
        joined,
        conformal=joined.conformal * factor,
        conformal_rated=joined.conformal_rated * factor,
    )
