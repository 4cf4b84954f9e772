"""How far judges' errors differ from answer to answer: a moderated variance for each answer.

The scatter of the judges round their common reading of one answer says how hard that answer is to
read, but from two or three judges it says so badly. It is therefore pulled to the scatter that is
usual, by as much as the answers' scatters are alike (Smyth 2004, Stat. Appl. Genet. Mol. Biol.
3:3, section 4): A = (d0 + df s2 / s0) / (d0 + df).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, polygamma

from evenhand.measure.table import Array, Flags, Index

MOST_DF = 1e4
"""Prior degrees of freedom from which the answers' scatters are taken to be equal."""


@dataclass(frozen=True)
class Moderation:
    """How the variance of judges' errors follows from their scatter on the same answer.

    Attributes:
        prior_df: d0, the degrees of freedom that the usual scatter is worth.
        scale: s0, the usual scatter in units of the judges' noise.
        exponent: g of A**g, by which the error shared by judges follows the scatter; 0 is not.
    """

    prior_df: float
    scale: float
    exponent: float = 0.0

    def ambiguity(self, scatter: Array, df: Array) -> Array:
        """Return A of answers with these scatters; 1 where df is 0."""
        return np.asarray(
            (self.prior_df + df * scatter / self.scale) / (self.prior_df + df), dtype=np.float64
        )


def scatter(
    answer: Index, answers: int, error: Array, loading: Array, noise: Array, model: Flags
) -> tuple[Array, Array]:
    """Return the scatter of the judges on each answer, and its degrees of freedom.

    Args:
        answer: (N,) the answer that each reading is of; -1 for none.
        answers: Number of answers.
        error: (N,) reading minus what is expected of an average candidate.
        loading: (N,) loading of the judge.
        noise: (N,) variance of the judge's own error.
        model: (N,) whether the reading is a judge's.

    Returns:
        (answers,) mean squared standardised deviation from the answer's weighted mean, 1 on
        average; and (answers,) number of judges with any loading minus one, at least 0.
    """
    used = model & (loading != 0)
    at, weight = answer[used], 1 / noise[used]
    lam, off = loading[used], error[used]
    count = np.bincount(at, minlength=answers)
    total = np.bincount(at, lam**2 * weight, answers)
    pull = np.bincount(at, lam * off * weight, answers)
    squares = np.bincount(at, off**2 * weight, answers)
    df = np.maximum(count - 1, 0).astype(np.float64)
    left = np.maximum(squares - pull**2 / np.where(total > 0, total, 1), 0)
    return left / np.maximum(df, 1), df


def moderation_of(scatter: Array, df: Array) -> Moderation | None:
    """Match the first two moments of log scatter (Smyth 2004, section 6.2).

    Returns:
        None where the answers' scatters do not differ by more than chance, or are too few.
    """
    used = (df > 0) & (scatter > 0)
    if used.sum() < 2:
        return None
    half = df[used] / 2
    log = np.log(scatter[used]) - digamma(half) + np.log(half)
    excess = float(np.mean((log - log.mean()) ** 2) * len(log) / (len(log) - 1))
    excess -= float(np.mean(polygamma(1, half)))
    if excess <= 0:
        return None
    prior = 2 * _inverse_trigamma(excess)
    if prior > MOST_DF:
        return None
    scale = float(np.exp(log.mean() + digamma(prior / 2) - np.log(prior / 2)))
    return Moderation(prior, scale)


def _inverse_trigamma(value: float) -> float:
    """Solve trigamma(y) = value by Newton's method on its reciprocal (Smyth 2004, appendix)."""
    y = 0.5 + 1 / value
    for _ in range(50):
        found = float(polygamma(1, y))
        step = found * (1 - found / value) / float(polygamma(2, y))
        y += step
        if abs(step) < 1e-10 * y:
            break
    return y
