"""The sentences an indicator is recognised by, and how near a clause comes to them."""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from evenhand.judges.encoder import Encoder
from evenhand.judges.errors import JudgeError
from evenhand.rubric import Pack, Prompt
from evenhand.rubric.parse import trusted_yaml

Array = NDArray[np.float64]

EXEMPLARS = "calibration/exemplars.yaml"


@dataclass(frozen=True, eq=False)
class References:
    """Embedded sentences for each indicator of a pack.

    Attributes:
        vectors: By indicator, (1 + exemplars, WIDTH); the rubric's own statement comes first.
        centre: By indicator, (2,) mean similarity of the other indicators' sentences.
        spread: By indicator, (2,) standard deviation of the same.
    """

    vectors: Mapping[str, Array]
    centre: Mapping[str, Array]
    spread: Mapping[str, Array]
    _last: threading.local = field(default_factory=threading.local, repr=False)

    def closeness(self, indicators: Sequence[str], clauses: Array) -> Array:
        """Return how much nearer each clause is than sentences about other things are.

        Two views: the statement and the nearest exemplar, each in standard deviations above what
        sentences written for other indicators reach.

        Args:
            indicators: Their ids.
            clauses: (clauses, WIDTH) unit vectors.

        Returns:
            (indicators, clauses, 2)
        """
        places = [self._place[name] for name in indicators]
        close: Array = self._to_all(clauses)[:, places].transpose(1, 0, 2)
        return close

    def near(self, indicators: Sequence[str], clauses: Array) -> Array:
        """Return the mean of both views of `closeness`, (indicators, clauses)."""
        near: Array = self.closeness(indicators, clauses).mean(2)
        return near

    def _to_all(self, clauses: Array) -> Array:
        """Compare clauses with all indicators, (clauses, indicators, 2), once in each thread."""
        known: tuple[Array | None, Array] = getattr(self._last, "answer", (None, clauses))
        if known[0] is clauses:
            return known[1]
        cosines = clauses @ self._sentences.T
        statement = cosines[:, self._starts]
        rest = np.maximum.reduceat(np.where(self._hidden, -2.0, cosines), self._starts, axis=1)
        both = np.stack([statement, rest], axis=2)
        close: Array = (both - self._centres) / self._spreads
        self._last.answer = (clauses, close)
        return close

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.vectors)}

    @cached_property
    def _sentences(self) -> Array:
        return np.concatenate(list(self.vectors.values()))

    @cached_property
    def _starts(self) -> NDArray[np.intp]:
        counts = [len(sentences) for sentences in self.vectors.values()]
        return np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.intp)

    @cached_property
    def _hidden(self) -> NDArray[np.bool_]:
        """(sentences,) statements, which are no exemplars unless they stand alone."""
        hidden = np.zeros(len(self._sentences), dtype=bool)
        hidden[self._starts] = [len(sentences) > 1 for sentences in self.vectors.values()]
        return hidden

    @cached_property
    def _centres(self) -> Array:
        return np.stack([self.centre[name] for name in self.vectors])

    @cached_property
    def _spreads(self) -> Array:
        return np.stack([self.spread[name] for name in self.vectors])


def _similarity(sentences: Array, clauses: Array) -> Array:
    cosines = clauses @ sentences.T
    rest = cosines[:, 1:] if sentences.shape[0] > 1 else cosines
    both: Array = np.stack([cosines[:, 0], rest.max(1)], axis=1)
    return both


@lru_cache(maxsize=4)
def parsed(text: str) -> Any:
    """Return what a file of a calibration says; it is shared, so nobody may change it.

    Loading a panel asks two or three times for each file, and each is parsed once.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    return trusted_yaml(text)


def sentences_of(pack: Pack) -> dict[str, list[str]]:
    """Return by indicator its statement, then the pack's exemplars, if it has any.

    Raises:
        JudgeError: the exemplars file is no mapping of known indicators to lists of sentences.
    """
    sentences = {i.id: [i.says] for d in pack.dimensions for i in d.indicators}
    file = pack.root / EXEMPLARS
    if not file.is_file():
        return sentences
    try:
        found = parsed(file.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise JudgeError(f"{file}: not readable as YAML: {error}") from error
    for indicator, lines in found.items():
        if indicator not in sentences:
            raise JudgeError(f"{file}: {indicator}: no such indicator in the rubric; remove it")
        if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
            raise JudgeError(f"{file}: {indicator}: must be a list of sentences")
        sentences[indicator].extend(lines)
    return sentences


def references_version(sentences: Mapping[str, list[str]]) -> str:
    """Name a set of sentences by content."""
    lines = [f"{name}\t{line}\n" for name in sorted(sentences) for line in sentences[name]]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def embed_sentences(sentences: Mapping[str, list[str]], encoder: Encoder) -> Array:
    """Embed the sentences of all indicators, end to end: (sentences, WIDTH) unit vectors."""
    return encoder.encode([line for lines in sentences.values() for line in lines])


def references_of(sentences: Mapping[str, list[str]], vectors: Array) -> References:
    """Tell sentences apart by indicator and measure how near unrelated ones come.

    Args:
        sentences: By indicator.
        vectors: Of them, as `embed_sentences` gives them.

    Raises:
        JudgeError: there are more or fewer vectors than sentences.
    """
    names = list(sentences)
    owner = np.repeat(np.arange(len(names)), [len(sentences[name]) for name in names])
    if len(owner) != len(vectors):
        raise JudgeError(f"{len(vectors)} vectors for {len(owner)} sentences of the rubric")
    by_name, centre, spread = {}, {}, {}
    for index, name in enumerate(names):
        by_name[name] = vectors[owner == index]
        others = _similarity(by_name[name], vectors[owner != index])
        centre[name] = others.mean(0)
        spread[name] = others.std(0)
    return References(by_name, centre, spread)


def subject_of(pack: Pack, prompt: Prompt, references: References, question: Array) -> Array:
    """Return what an answer to a prompt is about: (sentences, WIDTH) unit vectors.

    The question, and the sentences of every indicator of its dimensions.
    """
    indicators = [i.id for name in prompt.dimensions for i in pack.dimension(name).indicators]
    return np.concatenate([question[None], *(references.vectors[name] for name in indicators)])
