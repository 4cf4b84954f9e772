"""Cases as arrays: what each judge sees of them, and what is known of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.cases import Case
from evenhand.judges.coverage import Rows, join_rows, rows_of
from evenhand.judges.reading import Reading
from evenhand.judges.references import References
from evenhand.judges.relevance import similarities
from evenhand.judges.whole import Inputs, pooled, wide_features
from evenhand.rubric import Pack

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Axes:
    """The named axes of a pack: what an index stands for.

    Attributes:
        pairs: Every (prompt, dimension) that is asked.
        dimensions: Their ids.
        indicators: Index of each indicator by id.
        flags: (indicators,) which are red flags.
        questions: (prompts by name) unit vectors of the prompts' texts.
    """

    pairs: list[tuple[str, str]]
    dimensions: list[str]
    indicators: dict[str, int]
    flags: Mask
    questions: dict[str, Array]


def axes_of(pack: Pack, questions: Array) -> Axes:
    """Name the axes; `questions` are the (prompts, WIDTH) vectors of the prompts' texts."""
    indicators = [i for d in pack.dimensions for i in d.indicators]
    return Axes(
        [(prompt.id, name) for prompt in pack.prompts for name in prompt.dimensions],
        [dimension.id for dimension in pack.dimensions],
        {indicator.id: index for index, indicator in enumerate(indicators)},
        np.array([indicator.kind == "red_flag" for indicator in indicators]),
        {prompt.id: vector for prompt, vector in zip(pack.prompts, questions, strict=True)},
    )


@dataclass(frozen=True, eq=False)
class Sheet:
    """N answers on one dimension each, as the judges see them.

    Attributes:
        rows: For the coverage judge.
        inputs: For the judges that read the whole.
        about: (N, 3) similarities for relevance.
    """

    rows: Rows
    inputs: Inputs
    about: Array

    def take(self, keep: Mask) -> "Sheet":
        """Return some of the answers, numbered anew."""
        rows = self.rows.take(keep[self.rows.case])
        number = np.cumsum(keep) - 1
        renumbered = Rows(
            number[rows.case], rows.which, rows.dimension, rows.signal, rows.sense, rows.pooled
        )
        return Sheet(renumbered, self.inputs.take(keep), self.about[keep])


def sheet_of(
    pack: Pack, axes: Axes, references: References, read: Sequence[tuple[Reading, str, str]]
) -> Sheet:
    """Lay out readings, each with its prompt and dimension; none of them empty."""
    rows, wide, whole, about = [], [], [], []
    for case, (reading, prompt, name) in enumerate(read):
        dimension = pack.dimension(name)
        number = axes.dimensions.index(name)
        vector = pooled(reading)
        rows.append(rows_of(references, dimension, reading, vector, case, number, axes.indicators))
        wide.append(wide_features(references, dimension, reading))
        whole.append(vector)
        about.append(similarities(references, dimension, axes.questions[prompt], reading))
    inputs = Inputs(
        np.stack(whole),
        np.stack(wide),
        np.array([axes.pairs.index((prompt, name)) for _, prompt, name in read], dtype=np.intp),
        np.array([axes.dimensions.index(name) for _, _, name in read], dtype=np.intp),
    )
    return Sheet(join_rows(rows), inputs, np.stack(about))


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of N cases.

    Attributes:
        author: (N,) names; "" for a foil that is nobody's.
        level, noise: (N,) the raters' mean and its relative variance; 1 for a golden answer.
        mark: (R,) the raters' mean mark of each row.
        about: (N, 3) similarities of misplaced answers, and `misplaced`, (M,), their authors.
    """

    author: NDArray[np.str_]
    level: Array
    noise: Array
    mark: Array
    about: Array
    misplaced: NDArray[np.str_]

    @property
    def golden(self) -> Mask:
        """(N,) which cases raters have rated."""
        found: Mask = self.noise == 1.0
        return found


def lay_out(
    pack: Pack, axes: Axes, references: References, cases: Sequence[Case], elsewhere: Sequence[Case]
) -> tuple[Sheet, Known]:
    """Turn golden answers with foils, and misplaced answers, into arrays."""
    sheet = sheet_of(pack, axes, references, [(c.reading, c.prompt, c.dimension) for c in cases])
    about = [
        similarities(references, pack.dimension(c.dimension), axes.questions[c.prompt], c.reading)
        for c in elsewhere
    ]
    known = Known(
        np.array([c.author for c in cases]),
        np.array([c.level for c in cases]),
        np.array([c.noise for c in cases]),
        np.array([c.marks[i.id] for c in cases for i in pack.dimension(c.dimension).indicators]),
        np.stack(about) if about else np.zeros((0, 3)),
        np.array([c.author for c in elsewhere]),
    )
    return sheet, known
