"""Is a clause a bid: does it speak to or of the rating, in whatever words?

`addressing` and `forgery` know kinds of words and forms; who writes past them is not seen. Here
sense and manner decide, by the weighted sum of two that err on different clauses: a Gaussian
process on what a clause is about (its embedding) and on how it is put (runs of words), and the
encoder itself with its last layers tuned. Both are learnt from examples of orders, pleas, praise of
oneself, appeals to authority, forged verdicts and turns (`bids.jsonl`), against honest sentences
that come close to them, against what people answered, and against what comes close to a bid in
further answers. They are fixed once learnt, so that the same text is flagged each time. A flag
sends the answer to a person and never changes a score.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from evenhand.judges import attention, claims, faults
from evenhand.judges.clauses import Clause, split_clauses, words
from evenhand.judges.doubt import UNSOUND
from evenhand.judges.encoder import Encoder
from evenhand.judges.lessons import Example, Lesson, Shelf, Size, load_examples, make_lesson
from evenhand.judges.normalise import normalise
from evenhand.judges.quoting import blank_reported
from evenhand.judges.reading import MIN_WORDS, Mask, Reading
from evenhand.judges.telling import Array, Telling, from_arrays
from evenhand.judges.tuned import Tuned, tuned_from_arrays
from evenhand.rubric import Pack

FURTHER = (attention.SHELF.examples, faults.SHELF.examples, claims.SHELF.examples)
"""Further answers, and passages and sentences of answers, that ask nobody for a rating."""
ANSWERING = {"", *claims.RIGHT, *claims.REASONS[UNSOUND]}
"""Their kinds, if they have one: what is hollow or astray asks for favour now and then."""
ANY_KIND = {*ANSWERING, *claims.WHY, "stuffed"}
SHELF = Shelf(
    Path(__file__).with_name("bids.jsonl"),
    Path(__file__).with_name("bids.npz"),
    "bids",
    beside=FURTHER,
)
HONEST = "honest"
"""The kind of example that is no bid, and mostly sounds like one."""
KINDS = ("order", "authority", "plea", "praise", "verdict", "turn")
SIZE = Size(examples=12000, answers=2000, noise=1.5)
FALSE_SHARE = 0.02
"""Answers by people left out, none of them an attack, that are flagged. A third of them are one
voice's compliments to whoever asks; of golden answers it is fewer, and all flags together may hit 2
in 100 of those."""
DOUBTFUL_SHARE = 0.2
"""The same, in which some clause may be a bid: what is read from it is not taken on trust."""
NEAR = -0.5
"""Score of the process up to which a clause is no bid and the tuned encoder is not asked: 93 in 100
clauses of golden answers lie there, and a pass of the encoder costs as much as all else."""
TOLD = 3.0
"""What the process counts beside the tuned encoder, whose scores are several times as wide. At 1
fewer pleas are seen, at 10 fewer appeals to authority; from 2 to 6 it hardly matters."""
Tune = Callable[[Sequence[str], Array, int], Tuned]
"""What tunes the encoder to clauses, (clauses, kinds) as in `Lesson.kind`, with a seed."""


@dataclass(frozen=True, eq=False)
class Bids:
    """What tells bids from answers.

    Attributes:
        telling: Of clauses; bids are its one kind.
        tuned: To the same.
        bound: From which score on a clause is a bid.
        doubtful: From which score on it may be one.
    """

    telling: Telling
    tuned: Tuned
    bound: float
    doubtful: float

    def margins(self, vectors: Array, said: Sequence[str]) -> Array:
        """Return how far over the bound each clause is, (clauses,): a bid above 0.

        Args:
            vectors: (clauses, WIDTH) unit vectors.
            said: The clauses.
        """
        return _scores(self.telling, self.tuned, vectors, said) - self.bound

    def hear(self, text: str, reading: Reading, encoder: Encoder) -> dict[str, float]:
        """Return how much each clause that a text says by itself is a bid.

        Args:
            text: Screened.
            reading: Of it; what it has embedded is not embedded again.
            encoder: What embeds the rest: copied clauses, and those that quote something.
        """
        said = list(dict.fromkeys(clause.text for clause in spoken_clauses(text)))
        if not said:
            return {}
        known = {c.text: v for c, v in zip(reading.clauses, reading.vectors, strict=True)}
        rest = [one for one in said if one not in known]
        known |= dict(zip(rest, encoder.encode(rest), strict=True)) if rest else {}
        vectors = np.stack([known[one] for one in said])
        scores = _scores(self.telling, self.tuned, vectors, said)
        return dict(zip(said, scores.tolist(), strict=True))

    def find(self, heard: Mapping[str, float]) -> str | None:
        """Return the clause that is most like a bid, if it is one."""
        most = max(heard, key=heard.__getitem__, default=None)
        return most if most is not None and heard[most] > self.bound else None

    def doubts(self, heard: Mapping[str, float], reading: Reading) -> Mask:
        """Return which clauses of a reading, (clauses,), may be bids."""
        scores = [heard.get(clause.text, -np.inf) for clause in reading.clauses]
        found: Mask = np.array(scores) > self.doubtful
        return found


def prepare_lesson(pack: Pack, encoder: Encoder) -> Lesson:
    """Embed the examples, the rated samples of a pack, and what comes near a bid in `FURTHER`.

    The process would take those for bids by the examples and the rated samples alone. What is far
    from any bid teaches nothing more.

    Raises:
        JudgeError: a file of examples is not of its form.
    """
    examples = load_examples(SHELF.examples, {HONEST, *KINDS})
    lesson = make_lesson(
        [*examples, *_further()],
        (KINDS,),
        pack,
        lambda text: [one.text for one in spoken_clauses(text)],
        encoder,
    )
    further = ~lesson.answer & (lesson.text >= len(examples))
    return _without_far(lesson, further, SIZE.learn(lesson.take(~further), 0))


def _further() -> Iterator[Example]:
    for file in FURTHER:
        for one in load_examples(file, ANY_KIND):
            if one.kind in ANSWERING:
                # Writers of different files may have the same name.
                yield Example(f"{file.stem}:{one.writer}", HONEST, one.text)


def _without_far(lesson: Lesson, some: Mask, telling: Telling) -> Lesson:
    """Return a lesson without those of some clauses, (N,) marked, that are far from any bid."""
    told, kept = lesson.take(some), ~some
    kept[some] = telling.scores(told.vectors, told.said)[:, 0] > NEAR
    return lesson.take(kept)


def spoken_clauses(text: str) -> list[Clause]:
    """Return the clauses of a text that are said by itself, not quoted or reported in it."""
    plain = blank_reported(normalise(text).text)
    return [one for one in split_clauses(plain) if len(words(one.text)) >= MIN_WORDS]


def _scores(telling: Telling, tuned: Tuned, vectors: Array, said: Sequence[str]) -> Array:
    """Return how much each clause is a bid, (clauses,): both scores added up, or -inf if not near.

    The sum sees more than either alone at the same share of false flags.
    """
    told = telling.scores(vectors, said)[:, 0]
    near = told > NEAR
    found = np.full(len(said), -np.inf)
    if near.any():
        asked = [said[one] for one in np.flatnonzero(near).tolist()]
        found[near] = TOLD * told[near] + tuned.scores(asked)[:, 0]
    return found


def learn(lesson: Lesson, tune: Tune, seed: int = 0) -> Bids:
    """Learn what a bid is, and over which score to say so."""
    worst = []
    for rest, told in lesson.halves():
        telling, tuned = _learn_both(rest, tune, seed)
        scores = _scores(telling, tuned, told.vectors, told.said)
        worst += [scores[told.text == text].max() for text in np.unique(told.text)]
    # Each is one of those that were seen, since between a score and -inf there is nothing.
    bound, doubtful = (
        max(float(np.quantile(worst, 1 - share, method="higher")), TOLD * NEAR)
        for share in (FALSE_SHARE, DOUBTFUL_SHARE)
    )
    return Bids(*_learn_both(lesson, tune, seed), bound, doubtful)


def _learn_both(lesson: Lesson, tune: Tune, seed: int) -> tuple[Telling, Tuned]:
    """Learn the process from all of a lesson, and tune the encoder to what is near a bid.

    It is asked about nothing else; the examples it is tuned to are all of them.
    """
    telling = SIZE.learn(lesson, seed)
    asked = _without_far(lesson, lesson.answer, telling)
    return telling, tune(asked.said, asked.kind, seed)


def save_bids(bids: Bids) -> None:
    """Write down what was learnt."""
    bounds = np.array([bids.bound, bids.doubtful])
    SHELF.save(**bids.telling.arrays(), bounds=bounds, **bids.tuned.arrays())


@cache
def load_bids(threads: int = 2) -> Bids:
    """Read what was learnt.

    Raises:
        JudgeError: it is missing, or was learnt from other examples.
    """
    bids = SHELF.load(
        lambda kept: Bids(from_arrays(kept), tuned_from_arrays(kept), *kept["bounds"].tolist())
    )
    return replace(bids, tuned=replace(bids.tuned, threads=threads))
