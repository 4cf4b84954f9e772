"""Is a clause a bid: does it speak to or of the rating, in whatever words?

`addressing` and `forgery` know kinds of words and forms; who writes past them is not seen. Here
sense and manner decide: a Gaussian process on what a clause is about (its embedding) and on how it
is put (runs of words), learnt from examples of orders, pleas, praise of oneself, appeals to
authority, forged verdicts and turns (`bids.jsonl`), against honest sentences that come close to
them and against what people answered. It is fixed once learnt, so that the same text is flagged
each time. A flag sends the answer to a person and never changes a score.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.clauses import Clause, split_clauses, words
from evenhand.judges.encoder import Encoder
from evenhand.judges.errors import JudgeError
from evenhand.judges.normalise import normalise
from evenhand.judges.phrases import Phrases, known_phrases
from evenhand.judges.quoting import blank_reported
from evenhand.judges.reading import MIN_WORDS, Reading
from evenhand.judges.samples import RATED, load_rated
from evenhand.rubric import Pack

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

EXAMPLES = Path(__file__).with_name("bids.jsonl")
LEARNT = Path(__file__).with_name("bids.npz")
HONEST = "honest"
"""The kind of example that only sounds like a bid."""
SLOPE, STRAIGHT = 1.0, 0.5
"""The kernel on embeddings: Gaussian in the distance of two clauses, and a part that is linear."""
PUT = 2.0
"""What runs of words weigh in the kernel."""
NOISE = 0.5
EXAMPLE_PLACES, ANSWER_PLACES = 4000, 1000
"""Clauses of examples and of answers that the process is written down with (a subset of regressors:
Quinonero-Candela and Rasmussen 2005, section 5)."""
FALSE_SHARE = 0.0075
"""Answers by people left out, none of them an attack, that are flagged: of the 2 in 100 that all
flags together may hit, what screening's own leave."""
JITTER = 1e-4


@dataclass(frozen=True, eq=False)
class Bids:
    """What tells bids from answers.

    Attributes:
        places: (m, WIDTH) unit vectors that clauses are compared with.
        weights: (m,) of the process.
        phrases: The runs of words that are known.
        put: (runs,) what each weighs.
        bound: From which score on a clause is a bid.
    """

    places: Array
    weights: Array
    phrases: Phrases
    put: Array
    bound: float

    def scores(self, vectors: Array, said: Sequence[str]) -> Array:
        """Return how much like a bid each clause is, (clauses,): about -1 to 1.

        Args:
            vectors: (clauses, WIDTH) unit vectors.
            said: The clauses.
        """
        about: Array = _kernel(vectors, self.places) @ self.weights
        put: Array = self.phrases.vectors(said) @ self.put
        return about + put

    def find(self, text: str, reading: Reading, encoder: Encoder) -> str | None:
        """Return the clause of a text that is most like a bid, if it is one.

        Args:
            text: Screened.
            reading: Of it; what it has embedded is not embedded again.
            encoder: What embeds the rest: copied clauses, and those that quote something.
        """
        said = [clause.text for clause in spoken_clauses(text)]
        if not said:
            return None
        known = {c.text: v for c, v in zip(reading.clauses, reading.vectors, strict=True)}
        rest = [one for one in dict.fromkeys(said) if one not in known]
        known |= dict(zip(rest, encoder.encode(rest), strict=True)) if rest else {}
        scores = self.scores(np.stack([known[one] for one in said]), said)
        most = int(scores.argmax())
        return said[most] if scores[most] > self.bound else None


def _kernel(a: Array, b: Array) -> Array:
    along = a @ b.T
    covariance: Array = np.exp(-SLOPE * (2 - 2 * along)) + STRAIGHT * along
    return covariance


@dataclass(frozen=True, eq=False)
class Lesson:
    """Clauses to learn from.

    Attributes:
        said: The N clauses.
        vectors: (N, WIDTH) unit vectors.
        bid: (N,) which are part of a bid.
        answer: (N,) which are from answers; the rest are examples.
        text: (N,) index of the text that each is from.
        voice: (texts,) who wrote it: all that one person wrote is left out together.
    """

    said: Sequence[str]
    vectors: Array
    bid: Mask
    answer: Mask
    text: NDArray[np.intp]
    voice: NDArray[np.str_]

    def clauses(self, chosen: Mask) -> list[str]:
        """Return some of the clauses."""
        return [one for one, taken in zip(self.said, chosen, strict=True) if taken]


def load_examples(file: Path = EXAMPLES) -> list[tuple[str, str, str]]:
    """Return the examples: (writer, kind, text) of each.

    Raises:
        JudgeError: a line is not {"writer", "kind", "text"}.
    """
    found = []
    for number, line in enumerate(
        file.read_text(encoding="utf-8").rstrip("\n").split("\n"), start=1
    ):
        try:
            row = json.loads(line)
            found.append((str(row["writer"]), str(row["kind"]), str(row["text"])))
        except (ValueError, KeyError, TypeError) as error:
            raise JudgeError(f'{file}:{number}: must be {{"writer", "kind", "text"}}') from error
    return found


def prepare_lesson(pack: Pack, encoder: Encoder) -> Lesson:
    """Embed the examples and the rated samples of a pack, clause by clause.

    No golden answer is learnt from: what is flagged among them is reported.
    """
    texts = [(kind != HONEST, False, writer, text) for writer, kind, text in load_examples()]
    texts += [(False, True, row["author"], row["text"]) for row in load_rated(pack, RATED)]
    clauses = [spoken_clauses(text) for *_, text in texts]
    of = np.repeat(np.arange(len(texts)), [len(one) for one in clauses])
    bid, answer = (np.array([one[n] for one in texts], dtype=bool) for n in (0, 1))
    said = [clause.text for one in clauses for clause in one]
    return Lesson(
        said,
        encoder.encode(said),
        bid[of],
        answer[of],
        of,
        np.array([voice for _, _, voice, _ in texts]),
    )


def spoken_clauses(text: str) -> list[Clause]:
    """Return the clauses of a text that are said by itself, not quoted or reported in it."""
    plain = blank_reported(normalise(text).text)
    return [one for one in split_clauses(plain) if len(words(one.text)) >= MIN_WORDS]


def learn(lesson: Lesson, seed: int = 0) -> Bids:
    """Learn what a bid is, and from which score on to say so.

    The bound is the one over which `FALSE_SHARE` of answers have a clause, scored by a process that
    was learnt from half of the people who wrote them and rates the other half.
    """
    voices = sorted(set(lesson.voice[np.unique(lesson.text[lesson.answer])].tolist()))
    half = np.isin(lesson.voice, voices[::2])[lesson.text]
    worst = []
    for left_out in (half, ~half):
        held = lesson.answer & left_out
        found = _fit(lesson, ~held, seed)
        scores = found.scores(lesson.vectors[held], lesson.clauses(held))
        of = lesson.text[held]
        worst += [float(scores[of == text].max()) for text in np.unique(of)]
    bound = float(np.quantile(worst, 1 - FALSE_SHARE))
    return replace(_fit(lesson, np.ones(len(lesson.text), dtype=bool), seed), bound=bound)


def _fit(lesson: Lesson, keep: Mask, seed: int) -> Bids:
    """Learn from some clauses; no bound is set."""
    draw = np.random.default_rng(seed)
    drawn = np.concatenate(
        [
            draw.choice(among, min(most, len(among)), replace=False)
            for among, most in (
                (np.flatnonzero(keep & ~lesson.answer), EXAMPLE_PLACES),
                (np.flatnonzero(keep & lesson.answer), ANSWER_PLACES),
            )
        ]
    )
    places, phrases = _as_kept(lesson.vectors[drawn]), known_phrases(lesson.clauses(keep))
    runs = phrases.vectors(lesson.clauses(keep))
    there = phrases.vectors([lesson.said[at] for at in drawn])
    along = _kernel(lesson.vectors[keep], places) + PUT * (runs @ there.T).toarray()
    prior = _kernel(places, places) + PUT * (there @ there.T).toarray()
    prior += JITTER * np.eye(len(places))
    bid = np.where(lesson.bid[keep], 1.0, -1.0)
    weights = np.linalg.solve(along.T @ along + NOISE * prior, along.T @ bid)
    # The part of the kernel on runs is linear, so that its places come to one weight for each run.
    return Bids(places, weights, phrases, PUT * (there.T @ weights), np.inf)


def _as_kept(places: Array) -> Array:
    """Round places to half precision, as the file keeps them: weights hold for those alone."""
    kept = places.astype(np.float16).astype(np.float64)
    unit: Array = kept / np.linalg.norm(kept, axis=1, keepdims=True)
    return unit


def bids_version() -> str:
    """Name what was learnt: hex SHA-256."""
    return hashlib.sha256(LEARNT.read_bytes()).hexdigest()


def _examples_version() -> str:
    return hashlib.sha256(EXAMPLES.read_bytes()).hexdigest()


def save_bids(bids: Bids) -> None:
    """Write what was learnt beside this module."""
    np.savez_compressed(
        LEARNT,
        allow_pickle=False,
        places=bids.places.astype(np.float16),
        weights=bids.weights,
        runs="\n".join(bids.phrases.place),
        rarity=bids.phrases.rarity,
        put=bids.put.astype(np.float32),
        bound=bids.bound,
        examples=_examples_version(),
    )


@cache
def load_bids() -> Bids:
    """Read what was learnt.

    Raises:
        JudgeError: it is missing, or was learnt from other examples.
    """
    remedy = "run: python -m evenhand.judges bids packs/production-ml-engineer"
    try:
        with np.load(LEARNT, allow_pickle=False) as kept:
            runs = str(kept["runs"]).split("\n")
            phrases = Phrases({run: at for at, run in enumerate(runs)}, kept["rarity"])
            found = Bids(
                _as_kept(kept["places"]),
                kept["weights"],
                phrases,
                kept["put"].astype(np.float64),
                float(kept["bound"]),
            )
            examples = str(kept["examples"])
    except (OSError, ValueError, KeyError) as error:
        raise JudgeError(f"{LEARNT.name}: missing or broken ({error}); {remedy}") from error
    if examples != _examples_version():
        raise JudgeError(f"{LEARNT.name}: learnt from other examples; {remedy}")
    return found
