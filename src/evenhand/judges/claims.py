"""Can the panel tell whether what an answer claims holds, and whether it says anything at all?

The embedded judges judge by nearness and by form: a claim that is confident and wrong, or a
sentence of the trade without sense, lies as near to the rubric as a true one. What such claims are
like is learnt from bits of answers that are wrong or senseless, or no more than learned or
polished, or about something else altogether, against bits that are right, however plain, put in the
same manner by the same writers (`claims.jsonl`), and against what people answered. An answer that
is as a whole, or in some stretch, more like the first than nearly all answers are is left to
people. It lowers no level, and says nothing about whoever wrote it.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from evenhand.judges.clauses import split_clauses, words
from evenhand.judges.doubt import ASTRAY, HOLLOW, UNSOUND, standardised, usual_means
from evenhand.judges.encoder import Encoder
from evenhand.judges.lessons import Example, Lesson, Shelf, Size, load_examples, make_lesson
from evenhand.judges.normalise import normalise
from evenhand.judges.reading import MIN_WORDS, Reading
from evenhand.judges.telling import Array, Telling, from_arrays
from evenhand.rubric import Pack

SHELF = Shelf(
    Path(__file__).with_name("claims.jsonl"), Path(__file__).with_name("claims.npz"), "claims"
)
REASONS = {
    UNSOUND: ("wrong", "senseless"),
    HOLLOW: ("learned", "hollow", "filler", "opener"),
    ASTRAY: ("astray",),
}
"""Why an answer is left to people, and the kinds of examples that it is then like."""
RIGHT = ("sound", "plain")
"""Kinds of examples that hold: to the point, or thin and modest."""
WHY = {kind: why for why, kinds in REASONS.items() for kind in kinds}
"""The reason that each other kind stands for."""
STRETCH = 4
"""Clauses in a row that are looked at together: what was put into an answer shows there."""
SIZE = Size(examples=3500, answers=2000, noise=2.0)
SHARES = ((0.06, 0.06), (0.03, 0.025), (0.02, 0.015))
"""Shares of answers by people left out that lie over the bounds of the whole and of the worst
stretch, for each reason. The first are the largest, since some of those people were asked to be
confident and wrong."""


@dataclass(frozen=True, eq=False)
class Claims:
    """What tells claims that hold from others.

    Attributes:
        telling: Of clauses; its kinds are `REASONS`, in their order.
        usual: (reasons, 3) of the scores of people's answers: see `doubt.usual_means`.
        bounds: (reasons, 2) over which of its `measures` an answer is left to people.
    """

    telling: Telling
    usual: Array
    bounds: Array

    def reason(self, reading: Reading) -> str | None:
        """Return why an answer should be left to people; None where nothing speaks for it.

        Args:
            reading: Of an answer; not empty.
        """
        said = [clause.text for clause in reading.clauses]
        over = measures(self.telling.scores(reading.vectors, said), self.usual) > self.bounds
        return next((why for why, one in zip(REASONS, over, strict=True) if one.any()), None)


def measures(scores: Array, usual: Array) -> Array:
    """Return what an answer is judged by, (kinds, 2): its whole, and its worst stretch.

    The whole is the mean in the deviations that an answer of its length has, so that a short one is
    left to people no sooner than a long one. A stretch is the mean of `STRETCH` clauses in a row,
    or of all where there are fewer.

    Args:
        scores: (clauses, kinds) in reading order; at least one clause.
        usual: (kinds, 3) what is usual of people's answers.
    """
    length = min(STRETCH, len(scores))
    total = np.cumsum(np.vstack([np.zeros(scores.shape[1]), scores]), axis=0)
    stretches = (total[length:] - total[:-length]) / length
    found: Array = np.stack([standardised(scores, usual), stretches.max(axis=0)], axis=1)
    return found


def load() -> list[Example]:
    """Return the examples, see `lessons.load_examples`."""
    return load_examples(SHELF.examples, {*RIGHT, *WHY})


def prepare_lesson(pack: Pack, encoder: Encoder) -> Lesson:
    """Embed the examples, and the rated samples of a pack.

    All samples count as right, those that were rated low too: they are what weak answers are like,
    and those are to be read and not left to people.
    """
    return make_lesson(load(), tuple(REASONS.values()), pack, _clauses, encoder)


def _clauses(text: str) -> list[str]:
    plain = normalise(text).text
    return [one.text for one in split_clauses(plain) if len(words(one.text)) >= MIN_WORDS]


def learn(lesson: Lesson, seed: int = 0) -> Claims:
    """Learn what claims are like, and from which means on to leave an answer to people."""
    told = list(SIZE.held_out(lesson, seed))
    usual = usual_means(told)
    each = np.stack([measures(scores, usual) for scores in told])
    bounds = [
        [np.quantile(each[:, kind, at], 1 - share) for at, share in enumerate(shares)]
        for kind, shares in enumerate(SHARES)
    ]
    return Claims(SIZE.learn(lesson, seed), usual, np.array(bounds))


def save_claims(claims: Claims) -> None:
    """Write down what was learnt."""
    SHELF.save(**claims.telling.arrays(), usual=claims.usual, bounds=claims.bounds)


@cache
def load_claims() -> Claims:
    """Read what was learnt.

    Raises:
        JudgeError: it is missing, or was learnt from other examples.
    """
    return SHELF.load(lambda kept: Claims(from_arrays(kept), kept["usual"], kept["bounds"]))
