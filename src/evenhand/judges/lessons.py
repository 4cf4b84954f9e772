"""What `telling` learns from: examples that writers made for it, and what people answered."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.encoder import Encoder
from evenhand.judges.errors import JudgeError
from evenhand.judges.samples import RATED, load_rated
from evenhand.judges.telling import Array, Telling, learn_telling
from evenhand.rubric import Pack

Mask = NDArray[np.bool_]
Learnt = TypeVar("Learnt")


class Example(NamedTuple):
    """A few words that somebody wrote as an example of a kind."""

    writer: str
    kind: str
    text: str


def load_examples(file: Path, kinds: Collection[str]) -> list[Example]:
    """Return the examples of a file; the kind of a line that names none is "".

    Raises:
        JudgeError: a line is not {"writer", "kind", "text"}, or its kind is none of `kinds`.
    """
    found = []
    lines = file.read_text(encoding="utf-8").rstrip("\n").split("\n")
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            found.append(Example(str(row["writer"]), str(row.get("kind", "")), str(row["text"])))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise JudgeError(f'{file}:{number}: must be {{"writer", "kind", "text"}}') from error
        if found[-1].kind not in kinds:
            listed = ", ".join(sorted(kinds))
            raise JudgeError(f'{file}:{number}: kind "{found[-1].kind}" is none of {listed}')
    return found


@dataclass(frozen=True, eq=False)
class Lesson:
    """Clauses to learn from.

    Attributes:
        said: The N clauses.
        vectors: (N, WIDTH) unit vectors.
        kind: (N, kinds) 1 for a clause of an example that is of the kind, -1 for any other.
        answer: (N,) which are from answers; the rest are examples.
        text: (N,) index of the text that each is from.
        voice: (texts,) who wrote it: all that one person wrote is left out together.
    """

    said: Sequence[str]
    vectors: Array
    kind: Array
    answer: Mask
    text: NDArray[np.intp]
    voice: NDArray[np.str_]

    def take(self, chosen: Mask) -> "Lesson":
        """Return some of the clauses."""
        return Lesson(
            [one for one, taken in zip(self.said, chosen, strict=True) if taken],
            self.vectors[chosen],
            self.kind[chosen],
            self.answer[chosen],
            self.text[chosen],
            self.voice,
        )

    def halves(self) -> Iterator[tuple["Lesson", "Lesson"]]:
        """Yield the lesson without half of the people who wrote the answers, and their answers."""
        people = sorted(set(self.voice[np.unique(self.text[self.answer])].tolist()))
        half = self.by(people[::2])
        for left_out in (self.answer & half, self.answer & ~half):
            yield self.take(~left_out), self.take(left_out)

    def by(self, voices: Collection[str]) -> Mask:
        """Return which clauses, (N,), are by some voices."""
        found: Mask = np.isin(self.voice, list(voices))[self.text]
        return found


def make_lesson(
    examples: Sequence[Example],
    kinds: Sequence[Collection[str]],
    pack: Pack,
    clauses: Callable[[str], list[str]],
    encoder: Encoder,
) -> Lesson:
    """Embed examples and the rated samples of a pack, clause by clause.

    No golden answer is learnt from: what is told of those is reported.

    Args:
        examples: With the kinds that each column of `Lesson.kind` stands for.
        kinds: Of each column, the kinds of examples that count.
        pack: Whose rated samples are of no kind.
        clauses: What of a text is learnt from.
        encoder: What embeds it.
    """
    texts = [(one.writer, one.text) for one in examples]
    texts += [(row["author"], row["text"]) for row in load_rated(pack, RATED)]
    said = [clauses(text) for _, text in texts]
    of = np.repeat(np.arange(len(texts)), [len(one) for one in said])
    flat = [clause for one in said for clause in one]
    kind = np.full((len(texts), len(kinds)), -1.0)
    for at, example in enumerate(examples):
        kind[at, [example.kind in counted for counted in kinds]] = 1.0
    return Lesson(
        flat,
        encoder.encode(flat),
        kind[of],
        of >= len(examples),
        of,
        np.array([voice for voice, _ in texts]),
    )


@dataclass(frozen=True)
class Size:
    """How much is learnt from a lesson.

    Attributes:
        examples, answers: How many clauses of each the process is written down with.
        noise: Variance of what is said of one clause.
    """

    examples: int
    answers: int
    noise: float

    def learn(self, lesson: Lesson, seed: int) -> Telling:
        """Learn from all of a lesson; `seed` draws what the process is written down with."""
        draw = np.random.default_rng(seed)
        among = (np.flatnonzero(~lesson.answer), np.flatnonzero(lesson.answer))
        places = np.concatenate(
            [
                draw.choice(one, min(most, len(one)), replace=False)
                for one, most in zip(among, (self.examples, self.answers), strict=True)
            ]
        )
        return learn_telling(lesson.vectors, lesson.said, lesson.kind, places, self.noise)

    def held_out(self, lesson: Lesson, seed: int) -> Iterator[Array]:
        """Yield the scores of each answer of a lesson, (clauses, kinds).

        They are by a process that was learnt from half of the people who wrote the answers, and
        tells those of the other half.
        """
        for rest, told in lesson.halves():
            scores = self.learn(rest, seed).scores(told.vectors, told.said)
            yield from (scores[told.text == text] for text in np.unique(told.text))


@dataclass(frozen=True)
class Shelf:
    """Where something that was learnt is kept, beside the examples that it was learnt from.

    Attributes:
        examples: A file of lines.
        learnt: A file of arrays.
        command: Which command of `python -m evenhand.judges` learns it anew.
        beside: Further files that it was learnt from.
    """

    examples: Path
    learnt: Path
    command: str
    beside: tuple[Path, ...] = ()

    @property
    def version(self) -> str:
        """What was learnt, named by its hex SHA-256."""
        return hashlib.sha256(self.learnt.read_bytes()).hexdigest()

    def save(self, **arrays: Any) -> None:
        """Write down what was learnt, as arrays by their names."""
        version = self._examples_version()
        np.savez_compressed(self.learnt, allow_pickle=False, **arrays, examples=version)

    def load(self, make: Callable[[Mapping[str, Any]], Learnt]) -> Learnt:
        """Return what `make` makes of what was learnt.

        Raises:
            JudgeError: it is missing, or was learnt from other examples.
        """
        remedy = f"run: python -m evenhand.judges {self.command} packs/production-ml-engineer"
        try:
            with np.load(self.learnt, allow_pickle=False) as kept:
                found = make(kept)
                examples = str(kept["examples"])
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            wrong = f"{self.learnt.name}: missing or broken ({error})"
            raise JudgeError(f"{wrong}; {remedy}") from error
        if examples != self._examples_version():
            raise JudgeError(f"{self.learnt.name}: learnt from other examples; {remedy}")
        return found

    def _examples_version(self) -> str:
        every = b"".join(file.read_bytes() for file in (self.examples, *self.beside))
        return hashlib.sha256(every).hexdigest()
