"""Where the embedded judges cannot stand behind their reading, and leave the answer to people.

They judge by nearness and by form, and four things tell where that says little. A text whose
clauses come hardly nearer to what others answered to this question than to what they answered to
another could stand under any of them, however fluent, specific or sure of itself. So could one that
comes hardly nearer to it than to what is always said (`commonplaces`). Naming what was asked brings
a text no nearer: the question's own direction is taken out first. Judges of different kinds
that are far apart cannot all be right: form and matter come apart. And an encoder that has learnt
it tells what is wrong, hollow or astray (`faults`). Two more are told elsewhere: by what is claimed
(`claims`), and where a level rests on words that may be a bid (`bids`).

How near and how far is learnt from golden answers by authors left out, so that of answers like
those at most a known share is left to people (split conformal: Vovk, Gammerman and Shafer 2005).
Few clauses tell less surely where they lie than many. That is allowed for, so that a short answer
is left to people for that no sooner than a long one. It says nothing about whoever wrote the
answer. A reading next to the lowest level claims nothing that would have to be stood behind, and
stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.values import AnswerScore
from evenhand.judges.verdicts import OUTDATED

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Mask = NDArray[np.bool_]

LEAD_SHARES = (0.01, 0.01)
"""Shares of golden answers left to people since they lead little over answers to other questions,
and since they lead little over commonplaces."""
APART_SHARE = 0.01
"""The same since judges are far apart."""
FAULT_SHARE = 0.01
"""The same since one of `FAULTS` is more than in nearly all of them: 4 % together."""
LEAST_BETWEEN = 0.02
"""Part of the variance of leads that is taken to lie between answers, however much clauses vary."""
NOTHING = 1e-6
CLAIMS = 1.25
"""Level from which on a reading claims something."""
RESTS = 0.25
"""Levels that a reading would lie lower without some clauses, over which it rests on them."""
ELSEWHERE = (
    "the models cannot stand behind their reading, since what is said would fit other questions "
    "nearly as well: a person should read this answer"
)
APART = (
    "the models cannot stand behind their reading, since they differ far more than they usually "
    "do: a person should read this answer"
)
UNSOUND = (
    "the models cannot tell whether what is claimed holds and hangs together: a person should read "
    "this answer"
)
HOLLOW = (
    "the models cannot tell what is said beneath the manner in which it is put: a person should "
    "read this answer"
)
ASTRAY = (
    "the models cannot tell what this has to do with what was asked: a person should read this "
    "answer"
)
BESIDE = (
    "the models cannot tell whether some of this answers the question or speaks of the answer, and "
    "their reading rests on it: a person should read this answer"
)
FAULTS = (UNSOUND, HOLLOW, ASTRAY)
"""What a text may be that cannot be read as an answer; in the order that `faults` has learnt."""
DOUBTS = frozenset((*FAULTS, ELSEWHERE, APART, BESIDE, OUTDATED))
"""Reasons of an abstention that ask for a person."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What clauses are compared with: unit vectors of WIDTH each.

    Attributes:
        questions: (prompts, WIDTH) what is asked.
        centres: (prompts, WIDTH) the middle of what was answered to each.
        commonplaces: (kinds, WIDTH) what is always said.
    """

    questions: Array
    centres: Array
    commonplaces: Array

    def leads(self, prompt: int, vectors: Array) -> Array:
        """Return how far clauses lead, (clauses, 2): over other questions, over commonplaces.

        The cosine with the one centre less that with the nearest rival, after what points to the
        question is taken out of all of them; infinity where there is no rival.
        """
        asked = self.questions[prompt]
        said = _without(vectors, asked)
        own = said @ _without(self.centres[[prompt]], asked)[0]
        rivals = (np.delete(self.centres, prompt, axis=0), self.commonplaces)
        nearest = [(said @ _without(r, asked).T).max(axis=1, initial=-np.inf) for r in rivals]
        lead: Array = own[:, None] - np.stack(nearest, axis=1)
        return lead


@dataclass(frozen=True, eq=False)
class Doubt:
    """When the panel abstains.

    Attributes:
        ground: What clauses are compared with.
        usual: (2, 3) of each lead (see `Ground.leads`) the mean over answers, its variance between
            answers and that between the clauses of one.
        least_lead: (2,) standardised lead under which it does; minus infinity for never.
        most_spread: Standard deviation of the levels over which it does; infinity for never.
        most_fault: How much of one of `FAULTS` it may have; infinity for any.
    """

    ground: Ground
    usual: Array
    least_lead: Array
    most_spread: float
    most_fault: float

    def reason(
        self, prompt: int, vectors: Array, levels: Sequence[float], level: float
    ) -> str | None:
        """Return why the panel cannot stand behind its reading; None where it can.

        Args:
            prompt: Index of what was asked.
            vectors: (clauses, WIDTH) unit vectors of the answer; at least one.
            levels: By each judge.
            level: By all of them together.
        """
        if level <= CLAIMS:
            return None
        leads = self.ground.leads(prompt, vectors)
        if (standardised(leads, self.usual) < self.least_lead).any():
            return ELSEWHERE
        return APART if float(np.std(levels)) > self.most_spread else None

    def fault(self, found: Array) -> str | None:
        """Return the fault that an answer has more of than nearly all answers have.

        `found` is how much it has of each, (faults,).
        """
        return FAULTS[int(found.argmax())] if found.max() > self.most_fault else None


def doubts_of(scores: Iterable[AnswerScore]) -> tuple[str, ...]:
    """Return why the panel leaves an answer to people, each reason once; nothing where it does not.

    A dimension to which another judge gave a level is not left to them.
    """
    reasons = [v.reason for score in scores if score.abstained for v in score.verdicts]
    return tuple(dict.fromkeys(reason for reason in reasons if reason in DOUBTS))


def _without(vectors: Array, direction: Array) -> Array:
    """Take a direction out of vectors, and make what is left unit vectors again."""
    rest = vectors - np.outer(vectors @ direction, direction)
    unit: Array = rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), NOTHING)
    return unit


def standardised(leads: Array, usual: Array) -> Array:
    """Return the means of an answer's clauses, (k,), in the deviations that one of its length has.

    Args:
        leads: (clauses, k) of its clauses.
        usual: (k, 3) mean, variance between answers, variance between clauses.
    """
    middle, between, within = usual.T
    z: Array = (leads.mean(axis=0) - middle) / np.sqrt(between + within / len(leads))
    return z


def usual_means(leads: Sequence[Array]) -> Array:
    """Return what is usual among answers, (k, 3): see `standardised`."""
    # Without a rival every lead is infinite, and none is ever too small.
    leads = [np.where(np.isfinite(one), one, 0.0) for one in leads]
    means = np.stack([one.mean(axis=0) for one in leads])
    share = np.mean([1 / len(one) for one in leads])
    several = [one.var(axis=0, ddof=1) for one in leads if len(one) > 1]
    within = np.mean(several, axis=0) if several else np.zeros(means.shape[1])
    total = means.var(axis=0)
    between = np.maximum(total - share * within, LEAST_BETWEEN * total) + NOTHING
    return np.stack([means.mean(axis=0), between, within], axis=1)


def centres_of(pooled: Array, prompt: Index, keep: Mask, prompts: int) -> Array:
    """Return the middle of some answers to each prompt: (prompts, WIDTH) unit vectors.

    Args:
        pooled: (N, WIDTH) sums of clause vectors, of any length each.
        prompt: (N,) what each answers.
        keep: (N,) which count; at least one for each prompt.
        prompts: How many prompts there are.
    """
    unit = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
    middle = np.stack([unit[keep & (prompt == one)].mean(axis=0) for one in range(prompts)])
    centres: Array = middle / np.linalg.norm(middle, axis=1, keepdims=True)
    return centres


def fit_doubt(
    questions: Array,
    commonplaces: Array,
    pooled: Array,
    prompt: Index,
    answers: Mask,
    author: NDArray[np.str_],
    golden: Mask,
    vectors: Sequence[Array],
    levels: Array,
    faults: Array,
) -> Doubt:
    """Learn from golden answers how near they come to their question and how far judges differ.

    The leads of each are taken with centres without its author.

    Args:
        questions: (prompts, WIDTH) unit vectors of what is asked.
        commonplaces: (kinds, WIDTH) unit vectors of what is always said.
        pooled: (N, WIDTH) sums of clause vectors.
        prompt: (N,) what each answers.
        answers: (N,) which of them answer their question, and are to be learnt from.
        author: (N,) whose each is.
        golden: (N,) which of them are golden answers to be learnt from.
        vectors: N arrays of clause vectors, (clauses, WIDTH); those of golden answers are read.
        levels: (N, judges) levels of the golden ones, by judges that had not seen the author.
        faults: (N, faults) how much the golden ones have of each of `FAULTS`.
    """

    def ground(keep: Mask) -> Ground:
        centres = centres_of(pooled, prompt, keep, len(questions))
        return Ground(questions, centres, commonplaces)

    blind = {name: ground(answers & (author != name)) for name in np.unique(author[golden])}
    found = np.flatnonzero(golden).tolist()
    leads = [blind[author[at]].leads(int(prompt[at]), vectors[at]) for at in found]
    usual = usual_means(leads)
    claims = levels[golden].mean(axis=1) > CLAIMS
    z = np.stack([standardised(one, usual) for one in leads])[claims]
    return Doubt(
        ground(answers),
        usual,
        np.array([_outermost(z[:, n], share) for n, share in enumerate(LEAD_SHARES)]),
        -_outermost(-levels[golden][claims].std(axis=1), APART_SHARE),
        -_outermost(-faults[golden][claims].max(axis=1), FAULT_SHARE),
    )


def _outermost(values: Array, share: float) -> float:
    """Return the bound under which another value like these lies with at most a probability.

    Minus infinity where there are too few of them to say so.
    """
    rank = int(share * (len(values) + 1))
    return float(np.sort(values)[rank - 1]) if rank else -float("inf")
