"""Climbing the log posterior: EM steps, every second one lengthened.

Plain EM creeps along directions that the data say little about. Two of its steps show how fast it
creeps, and so how far it would go (SQUAREM, Varadhan & Roland 2008, Scand. J. Stat. 35:335, scheme
S3). A leap that lands lower is taken back, so that the log posterior never falls.
"""

from dataclasses import dataclass, replace

import numpy as np

from evenhand.measure.effects import Effects
from evenhand.measure.em import FLOOR, SCALARS, Parameters, Problem, Sums, maximise
from evenhand.measure.em import with_exponent as learn_exponent
from evenhand.measure.expecting import expect
from evenhand.measure.table import Array

LONGEST = 64.0
"""A leap goes at most this many times as far as the step it lengthens."""


@dataclass(frozen=True, eq=False)
class Climb:
    """Where a climb ended.

    Attributes:
        parameters, effects: At the end.
        trace: Log posterior of each set of parameters that was kept, in order.
        converged: Whether the last EM step raised it by less than the tolerance.
    """

    parameters: Parameters
    effects: Effects
    trace: tuple[float, ...]
    converged: bool


@dataclass(frozen=True, eq=False)
class _Point:
    parameters: Parameters
    sums: Sums
    effects: Effects
    height: float


def climb(of: Problem, start: Parameters, *, tolerance: float, most: int) -> Climb:
    """Climb from `start` until an EM step gains less than `tolerance`, or `most` E-steps are done.

    The exponent is learnt along the way where the problem has answers that fix it.
    """
    here = _at(of, start)
    trace, done = [here.height], 1
    while done < most:
        first = _at(of, _step(of, here))
        done += 1
        trace.append(first.height)
        if first.height - here.height < tolerance:
            return Climb(first.parameters, first.effects, tuple(trace), True)
        if done >= most:
            here = first
            break
        second = _step(of, first)
        leap = _leap(here.parameters, first.parameters, second)
        landed = _at(of, leap)
        done += 1
        if not landed.height >= first.height:
            landed = _at(of, second)
            done += 1
        here = landed
        trace.append(here.height)
    return Climb(here.parameters, here.effects, tuple(trace), False)


def _at(of: Problem, parameters: Parameters) -> _Point:
    return _Point(parameters, *expect(of, parameters))


def _step(of: Problem, point: _Point) -> Parameters:
    after = maximise(of, point.parameters, point.effects, point.sums)
    if not of.anchored.any():
        return after
    chosen = learn_exponent(of, point.parameters, point.sums)
    if chosen.exponent == point.parameters.exponent:
        return after
    return replace(
        after, exponent=chosen.exponent, sizes={**after.sizes, "shared": chosen.sizes["shared"]}
    )


def _leap(start: Parameters, first: Parameters, second: Parameters) -> Parameters:
    """Extrapolate two EM steps; variances in logarithms, psi as the logarithm of its Cholesky."""
    x, y, z = _vector(start), _vector(first), _vector(second)
    step, bend = y - x, z - 2 * y + x
    if not np.any(bend):
        return second
    stretch = float(np.clip(np.linalg.norm(step) / np.linalg.norm(bend), 1.0, LONGEST))
    return _parameters(x + 2 * stretch * step + stretch**2 * bend, second)


def _vector(of: Parameters) -> Array:
    root = np.linalg.cholesky(of.psi)
    below = root[np.tril_indices(len(root), -1)]
    sizes = np.log([of.sizes[name] for name in SCALARS])
    return np.concatenate([sizes, np.log(of.noise), of.loading, np.log(np.diag(root)), below])


def _parameters(vector: Array, like: Parameters) -> Parameters:
    judges, size = len(like.noise), len(like.psi)
    ends = np.cumsum([len(SCALARS), judges, judges, size])
    sizes, noise, loading, diagonal, below = np.split(vector, ends)
    root = np.zeros_like(like.psi)
    root[np.tril_indices(size, -1)] = below
    root[np.diag_indices(size)] = np.exp(np.clip(diagonal, -20, 20))
    return replace(
        like,
        psi=root @ root.T,
        sizes={
            name: max(float(np.exp(min(value, 20.0))), FLOOR)
            for name, value in zip(SCALARS, sizes, strict=True)
        },
        noise=np.maximum(np.exp(np.minimum(noise, 20.0)), FLOOR),
        loading=loading,
    )
