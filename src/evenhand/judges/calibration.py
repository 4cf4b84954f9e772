"""Calibrate the panel on a pack's golden answers: on all authors, and without each of them.

The parameters without an author are what that author's golden answers are rated by, so that no
golden answer is ever rated by a judge that has seen its author.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.attention import attention_for
from evenhand.judges.cases import FOIL_NOISE, Case, foil_cases, golden_cases, misplaced_cases
from evenhand.judges.clauses import words
from evenhand.judges.combine import fit_components
from evenhand.judges.commonplaces import embed_commonplaces
from evenhand.judges.doubt import FAULTS, Doubt, fit_doubt
from evenhand.judges.encoder import Encoder
from evenhand.judges.errors import JudgeError
from evenhand.judges.faults import load_faults
from evenhand.judges.judged import FEWEST_AUTHORS, judged_part, judged_version
from evenhand.judges.layout import Axes, Known, Sheet, axes_of, lay_out
from evenhand.judges.learning import ANYWHERE, JUDGES, KINDS, Judges, embedded_in, fit_judges
from evenhand.judges.marking import Learnt
from evenhand.judges.normalise import normalise
from evenhand.judges.reading import keep_to_subject
from evenhand.judges.references import embed_sentences, references_of, sentences_of, subject_of
from evenhand.judges.samples import (
    extras_version,
    pack_vocabulary,
    rated_cases,
    sample_cases,
)
from evenhand.judges.together import MOMENTS, Together, fit_together
from evenhand.judges.wording import Vocabulary
from evenhand.measure import Components
from evenhand.rubric import Pack

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

CODE_VERSION = "15"
"""Raise it with every change that makes an old calibration wrong."""
EVERYBODY = ""
"""The name of the parameters fitted to all authors."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """The panel fitted to one set of authors.

    Attributes:
        judges: Their parameters.
        components: How their levels are joined.
        spread: (judges,) standard deviation of each one's error on authors left out.
        doubt: When they cannot stand behind their reading.
    """

    judges: Judges
    components: Components
    spread: Array
    doubt: Doubt


@dataclass(frozen=True, eq=False)
class Calibration:
    """What `calibrate` finds.

    Attributes:
        without: Parameters by the author left out; `EVERYBODY` for none.
        learnt: The answers learnt from.
        together: In which directions it is told what they say together.
        sentences: (sentences, WIDTH) vectors of the rubric's sentences and the exemplars.
        questions: (prompts, WIDTH) vectors of the prompts' texts.
        vocabulary: The stems that are looked for.
        authors: Author by the key of each golden text.
        source_hash, extras, weights, code: What it was made from.
        judged: Which part of the pack it is of; empty for all of it.
    """

    without: Mapping[str, Fitted]
    learnt: Learnt
    together: Together
    sentences: Array
    questions: Array
    vocabulary: Vocabulary
    authors: Mapping[str, str]
    source_hash: str
    extras: str
    weights: str
    code: str = CODE_VERSION
    judged: str = ""

    @property
    def judges(self) -> tuple[str, ...]:
        """Their names, in the order of their levels."""
        return embedded_in(self.without[EVERYBODY].components)

    def fitted_for(self, text: str) -> Fitted:
        """Return the parameters to rate a text by: the author left out where it is golden."""
        return self.without[self.authors.get(text_key(text), EVERYBODY)]

    def blind_to(self, author: str) -> "Calibration":
        """Return it as if nobody had ever seen what an author wrote, whatever is rated."""
        fitted = self.without.get(author, self.without[EVERYBODY])
        return replace(self, without={**self.without, EVERYBODY: fitted}, authors={})


@lru_cache(maxsize=256)
def text_key(text: str) -> str:
    """Name a text by its words, so that white space, case and punctuation make no difference."""
    return hashlib.sha256(" ".join(words(normalise(text).text)).encode()).hexdigest()[:32]


@dataclass(frozen=True, eq=False)
class Material:
    """A pack's golden answers as arrays, ready to fit.

    `sentences` are the vectors of what the rubric says, `vectors` the clauses' of each case,
    `commonplaces` what is always said, `faults` what golden cases have of each (NaN for others).
    """

    axes: Axes
    sentences: Array
    sheet: Sheet
    known: Known
    vectors: tuple[Array, ...]
    commonplaces: Array
    faults: Array


def prepare(pack: Pack, encoder: Encoder) -> Material:
    """Read the golden answers of a pack.

    Raises:
        JudgeError: there are too few authors to learn from.
    """
    authors = {answer.author for answer in pack.golden}
    if len(authors) < FEWEST_AUTHORS:
        raise JudgeError(
            f"pack {pack.id}: golden answers by {len(authors)} authors; "
            f"calibration needs at least {FEWEST_AUTHORS}"
        )
    sentences = sentences_of(pack)
    said = as_kept(embed_sentences(sentences, encoder))
    references = references_of(sentences, said)
    golden = golden_cases(pack, encoder)
    questions = as_kept(encoder.encode([prompt.text for prompt in pack.prompts]))
    others = [*sample_cases(pack, encoder), *rated_cases(pack, encoder)]
    cases = [*golden, *foil_cases(pack, encoder), *others]
    subjects = {
        prompt.id: subject_of(pack, prompt, references, asked)
        for prompt, asked in zip(pack.prompts, questions, strict=True)
    }
    read = [replace(c, reading=keep_to_subject(c.reading, subjects[c.prompt])) for c in cases]
    whole = [c.reading for c, kept in zip(cases, read, strict=True) if not kept.reading.empty]
    cases = [case for case in read if not case.reading.empty]
    axes = axes_of(pack, questions, pack_vocabulary(pack), _together(cases), attention_for(pack))
    sheet, known = lay_out(pack, axes, references, cases, misplaced_cases(pack, golden, encoder))
    vectors = tuple(case.reading.vectors for case in cases)
    faults = np.full((len(cases), len(FAULTS)), np.nan)
    faults[known.golden] = load_faults(2).of([whole[at] for at in np.flatnonzero(known.golden)])
    return Material(axes, said, sheet, known, vectors, embed_commonplaces(encoder), faults)


def as_kept(vectors: Array) -> Array:
    """Return vectors in the half precision that a file keeps them in, so that both say the same."""
    return vectors.astype(np.float16).astype(np.float64)


def _together(cases: Sequence[Case]) -> Together:
    """Find the directions in which answers vary, without golden authors where others suffice."""
    others = [one.reading.vectors for one in cases if not one.author and one.noise < FOIL_NOISE]
    enough = len(others) >= MOMENTS
    return fit_together(others if enough else [one.reading.vectors for one in cases])


def fit_without(pack: Pack, material: Material, author: str) -> Fitted:
    """Fit the panel to all authors but one; `EVERYBODY` leaves nobody out."""
    axes, sheet, known = material.axes, material.sheet, material.known
    keep = np.ones(len(known.level), dtype=bool)
    if author != EVERYBODY:
        keep = known.author != author
    judges, levels = fit_judges(axes, sheet, known, keep)
    golden = keep & known.golden
    found, truth = levels[golden], known.level[golden]
    # People rate what the judges do not read too: the components know every dimension.
    names = [dimension.id for dimension in pack.dimensions]
    place = np.array([names.index(name) for name in axes.dimensions], dtype=np.intp)
    judged_by = JUDGES if axes.attention else ANYWHERE
    components = fit_components(
        judged_by,
        names,
        found,
        truth,
        place[sheet.inputs.dimension[golden]],
        known.author[golden],
        f"golden answers of pack {pack.id} {pack.version}, cross-fitted by author; "
        "model-written, model-rated",
        [KINDS[name] for name in judged_by],
    )
    doubt = fit_doubt(
        np.stack([axes.questions[prompt] for prompt in axes.prompts]),
        material.commonplaces,
        sheet.inputs.pooled,
        sheet.inputs.prompt,
        keep & known.answers,
        known.author,
        golden,
        material.vectors,
        levels,
        material.faults,
    )
    return Fitted(judges, components, np.sqrt(((found - truth[:, None]) ** 2).mean(0)), doubt)


def calibrate(
    pack: Pack, encoder: Encoder, progress: Callable[[str], None] | None = None
) -> Calibration:
    """Calibrate the embedded panel on a pack. Pure: the same pack gives the same calibration.

    Args:
        pack: With golden answers by at least `FEWEST_AUTHORS` authors.
        encoder: What embeds the clauses.
        progress: Told of each step in a few words.

    Raises:
        JudgeError: there are too few authors.
    """
    tell = progress or (lambda _: None)
    tell(f"reading {len(pack.golden)} golden answers")
    judged = judged_part(pack)
    material = prepare(judged, encoder)
    authors = sorted({answer.author for answer in judged.golden})
    without = {}
    for number, author in enumerate((EVERYBODY, *authors)):
        tell(f"fitting {number + 1} of {len(authors) + 1}")
        without[author] = fit_without(pack, material, author)
    return Calibration(
        without,
        Learnt(material.sheet.rows, material.sheet.inputs),
        material.axes.together,
        material.sentences,
        np.stack(list(material.axes.questions.values())),
        material.axes.vocabulary,
        {text_key(answer.text): answer.author for answer in judged.golden},
        pack.source_hash,
        extras_version(judged),
        encoder.version,
        judged=judged_version(pack),
    )
