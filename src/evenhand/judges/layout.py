"""Cases as arrays: what each judge sees of them, and what is known of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.attention import Attention
from evenhand.judges.cases import TRAP_NOISE, Case
from evenhand.judges.coverage import Rows, join_rows, rows_of
from evenhand.judges.reading import Reading
from evenhand.judges.references import References
from evenhand.judges.relevance import MEASURES, similarities
from evenhand.judges.together import Together
from evenhand.judges.whole import Inputs, pooled, wide_features
from evenhand.judges.wording import Vocabulary
from evenhand.rubric import Pack

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

TEXT_GROUPS = 12
"""Foils and written samples are left out a twelfth at a time, all cases of one text together."""
ENOUGH = 12
"""Words of the candidate's own from which on a text can earn all that it is read as. With fewer
nothing is shown, and what the judges say of an opening phrase is hardly more than a guess."""


@dataclass(frozen=True, eq=False)
class Axes:
    """The named axes of a pack: what an index stands for.

    Attributes:
        prompts, dimensions: Their ids.
        indicators: Index of each indicator by id.
        flags: (indicators,) which are red flags.
        questions: (prompts by name) unit vectors of the prompts' texts.
        vocabulary: The stems that are looked for.
        together: In which directions it is told what is said together.
        attention: The judge that reads with the encoder itself; None where it does not know what
            is asked.
    """

    prompts: list[str]
    dimensions: list[str]
    indicators: dict[str, int]
    flags: Mask
    questions: dict[str, Array]
    vocabulary: Vocabulary
    together: Together
    attention: Attention | None


def axes_of(
    pack: Pack,
    questions: Array,
    vocabulary: Vocabulary,
    together: Together,
    attention: Attention | None,
) -> Axes:
    """Name the axes; `questions` are the (prompts, WIDTH) vectors of the prompts' texts."""
    indicators = [i for d in pack.dimensions for i in d.indicators]
    return Axes(
        [prompt.id for prompt in pack.prompts],
        [dimension.id for dimension in pack.dimensions],
        {indicator.id: index for index, indicator in enumerate(indicators)},
        np.array([indicator.kind == "red_flag" for indicator in indicators]),
        {prompt.id: vector for prompt, vector in zip(pack.prompts, questions, strict=True)},
        vocabulary,
        together,
        attention,
    )


@dataclass(frozen=True, eq=False)
class Sheet:
    """N answers on one dimension each, as the judges see them.

    Attributes:
        rows: For the coverage judge.
        inputs: For the judges that read the whole.
        about: (N, MEASURES) similarities for relevance.
        attended: (N,) levels by the attention judge; NaN where it is none or was not asked.
        earnable: (N,) the share, 0 to 1, of what lies above level 1 that so many words can earn.
    """

    rows: Rows
    inputs: Inputs
    about: Array
    attended: Array
    earnable: Array


def sheet_of(
    pack: Pack,
    axes: Axes,
    references: References,
    read: Sequence[tuple[Reading, str, str]],
    attend: Sequence[bool] | None = None,
) -> Sheet:
    """Lay out readings, each with its prompt and dimension; none of them empty.

    `attend` says which of them the attention judge reads, where those are not all.
    """
    rows, wide, whole, together, said, about = [], [], [], [], [], []
    for case, (reading, prompt, name) in enumerate(read):
        dimension = pack.dimension(name)
        number = axes.dimensions.index(name)
        rows.append(rows_of(references, dimension, reading, case, number, axes.indicators))
        wide.append(wide_features(references, dimension, reading))
        whole.append(pooled(reading))
        together.append(axes.together.of(reading.vectors))
        said.append(axes.vocabulary.vector(clause.text for clause in reading.clauses))
        asked = pack.prompt(prompt)
        about.append(similarities(references, pack, asked, dimension, axes.questions, reading))
    inputs = Inputs(
        np.stack(whole),
        np.stack(together),
        np.stack(said),
        np.stack(wide),
        np.array([axes.prompts.index(prompt) for _, prompt, _ in read], dtype=np.intp),
        np.array([axes.dimensions.index(name) for _, _, name in read], dtype=np.intp),
    )
    attended = np.full(len(read), np.nan)
    if axes.attention is not None:
        at = np.flatnonzero(np.ones(len(read)) if attend is None else attend)
        attended[at] = axes.attention.levels([read[case] for case in at.tolist()])
    earnable = np.array([min(reading.words / ENOUGH, 1.0) for reading, _, _ in read])
    return Sheet(join_rows(rows), inputs, np.stack(about), attended, earnable)


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of N cases.

    Attributes:
        author: (N,) names; "" for what no golden author wrote.
        group: (N,) what must be left out together: an author, a voice, or one text.
        level, noise: (N,) the raters' mean and its relative variance; 1 for a golden answer.
        mark: (R,) the raters' mean mark of each row.
        about: (M, MEASURES) similarities of misplaced answers.
        misplaced: (M,) their authors.
    """

    author: NDArray[np.str_]
    group: NDArray[np.str_]
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

    @property
    def answers(self) -> Mask:
        """(N,) which cases answer their question, whoever wrote them; not traps and foils."""
        found: Mask = self.noise < TRAP_NOISE
        return found


def lay_out(
    pack: Pack, axes: Axes, references: References, cases: Sequence[Case], elsewhere: Sequence[Case]
) -> tuple[Sheet, Known]:
    """Turn golden answers with foils, and misplaced answers, into arrays."""
    sheet = sheet_of(
        pack,
        axes,
        references,
        [(c.reading, c.prompt, c.dimension) for c in cases],
        # Those of golden answers alone are compared with what raters said.
        [c.golden for c in cases],
    )
    about = [
        similarities(
            references,
            pack,
            pack.prompt(c.prompt),
            pack.dimension(c.dimension),
            axes.questions,
            c.reading,
        )
        for c in elsewhere
    ]
    texts: dict[str, int] = {}
    for case in cases:
        texts.setdefault(_text(case), len(texts))
    known = Known(
        np.array([c.author for c in cases]),
        np.array([_group(c, texts) for c in cases]),
        np.array([c.level for c in cases]),
        np.array([c.noise for c in cases]),
        np.array([c.marks[i.id] for c in cases for i in pack.dimension(c.dimension).indicators]),
        np.stack(about) if about else np.zeros((0, MEASURES)),
        np.array([c.author for c in elsewhere]),
    )
    return sheet, known


def _text(case: Case) -> str:
    return "\n".join(clause.text for clause in case.reading.clauses)


def _group(case: Case, texts: dict[str, int]) -> str:
    return case.author or case.voice or f"text {texts[_text(case)] % TEXT_GROUPS}"
