"""The panel: judges used together, joined by the measurement model."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from evenhand.judges import attention, bids, claims, faults
from evenhand.judges.ahead import each_ahead
from evenhand.judges.attention import attention_for
from evenhand.judges.bids import Bids
from evenhand.judges.calibration import EVERYBODY, Calibration, Fitted
from evenhand.judges.cases import foreign_sentences
from evenhand.judges.claims import Claims
from evenhand.judges.doubt import BESIDE, CLAIMS, RESTS
from evenhand.judges.encoder import Encoder, MiniLM
from evenhand.judges.errors import JudgeError, OutdatedError
from evenhand.judges.faults import Faults
from evenhand.judges.joining import join_levels
from evenhand.judges.judged import judged_part, judged_version
from evenhand.judges.layout import Axes, axes_of, sheet_of
from evenhand.judges.learning import ATTENTION, LOWEST, embedded_in
from evenhand.judges.reading import Array, Reading, keep_to_subject, read
from evenhand.judges.references import (
    References,
    references_of,
    sentences_of,
    subject_of,
)
from evenhand.judges.samples import extras_version
from evenhand.judges.screening import INJECTION, injection, screen
from evenhand.judges.storing import read as read_calibration
from evenhand.judges.unread import is_outdated
from evenhand.judges.values import AnswerScore, Flag, PanelResult, Screened, Verdict
from evenhand.judges.verdicts import (
    HELD,
    cut_marks,
    ground,
    nothing_verdicts,
    unmarked,
    unread,
    whole_verdict,
)
from evenhand.measure import Components
from evenhand.rubric import Dimension, Pack, Prompt

EMBEDDED = "embedded"
NOTHING_SD, NOTHING_HIGH = 0.1, 1.25
"""What is left open about an answer that says nothing."""


@dataclass(frozen=True, eq=False)
class Panel:
    """Judges of one pack, ready to rate.

    Attributes:
        name: How the panel is asked for.
        version: Names judges, weights and calibration together: hex SHA-256.
        judges: Their names.
        judged: What of the pack they read; they abstain on the rest.
    """

    name: str
    version: str
    judges: tuple[str, ...]
    pack: Pack
    judged: Pack
    encoder: Encoder
    calibration: Calibration
    references: References
    axes: Axes
    bids: Bids
    claims: Claims
    faults: Faults

    @property
    def provisional(self) -> tuple[str, ...]:
        """Names of judges that no calibration speaks for: none, it was not loaded without one."""
        return ()

    @property
    def sends_to(self) -> frozenset[tuple[str, str]]:
        """Hosts and models that answers are sent to: none, it reads on this machine."""
        return frozenset()

    def close(self) -> None:
        """End what it has begun: nothing."""

    @property
    def components(self) -> Components:
        """The shipped components of the measurement model, fitted to all authors."""
        return self.calibration.without[EVERYBODY].components

    def subject(self, prompt: Prompt) -> Array:
        """Return what an answer to a prompt is about: (sentences, WIDTH) unit vectors."""
        return subject_of(self.judged, prompt, self.references, self.axes.questions[prompt.id])

    def blind_to(self, author: str) -> "Panel":
        """Return the panel as it is without what an author wrote, for texts made of that."""
        return replace(self, calibration=self.calibration.blind_to(author))

    def judge(
        self,
        prompt: Prompt,
        given: str,
        *,
        confidence: float = 0.9,
        known: Sequence[str] = (),
    ) -> PanelResult:
        """Rate one answer on every dimension of its prompt.

        A golden answer is rated by parameters that were fitted without its author.

        Args:
            prompt: A prompt of the pack.
            given: The answer as the candidate gave it, any text at all.
            confidence: Nominal coverage of the intervals.
            known: The candidate's own name and address, which no judge is to see.

        Raises:
            JudgeError: the prompt is not of this pack.
        """
        ours = [one.id for one in self.pack.prompts]
        if prompt.id not in ours:
            listed = ", ".join(ours)
            raise JudgeError(
                f'prompt "{prompt.id}" is not in pack {self.pack.id} (known: {listed})'
            )
        foreign = foreign_sentences(self.pack, prompt)
        screened = screen(given, prompt.text, foreign[1:], known=known)
        reading = read(screened.text, foreign, self.encoder)
        fitted = self.calibration.fitted_for(given)
        heard = self._heard(screened, reading)
        scored = self._scores(fitted, prompt.id, reading, heard, screened, confidence)
        scores = tuple(
            scored.get(name) or unread(self.judges, self.pack.dimension(name), confidence)
            for name in prompt.dimensions
        )
        return PanelResult(
            prompt.id,
            self._flags(screened, heard),
            scores,
            redacted=screened.redacted,
            components=fitted.components,
        )

    def judge_all(
        self, answers: Iterable[tuple[Prompt, str]], *, confidence: float = 0.9
    ) -> Iterator[PanelResult]:
        """Rate answers in their order; see `judge`."""
        return each_ahead(lambda one: self.judge(*one, confidence=confidence), answers)

    def flags(self, prompt: Prompt, given: str) -> tuple[Flag, ...]:
        """Return what a person should look at, without rating anything; see `judge`."""
        foreign = foreign_sentences(self.pack, prompt)
        screened = screen(given, prompt.text, foreign[1:])
        reading = read(screened.text, foreign, self.encoder)
        return self._flags(screened, self._heard(screened, reading))

    def _heard(self, screened: Screened, reading: Reading) -> dict[str, float]:
        """Return how much each clause is a bid; nothing where screening has seen one already."""
        if any(flag.code == INJECTION for flag in screened.flags):
            return {}
        return self.bids.hear(screened.text, reading, self.encoder)

    def _flags(self, screened: Screened, heard: Mapping[str, float]) -> tuple[Flag, ...]:
        """Add words to or of the rating that screening, which knows forms alone, has not seen."""
        said = self.bids.find(heard)
        return screened.flags if said is None else (*screened.flags, injection(said))

    def _scores(
        self,
        fitted: Fitted,
        prompt: str,
        reading: Reading,
        heard: Mapping[str, float],
        screened: Screened,
        confidence: float,
    ) -> dict[str, AnswerScore]:
        """Score an answer on the dimensions that golden answers to its prompt speak for."""
        if prompt not in self.axes.questions:
            return {}
        asked = self.judged.prompt(prompt)
        whole, reading = reading, keep_to_subject(reading, self.subject(asked))
        dimensions = [self.judged.dimension(name) for name in asked.dimensions]
        if reading.empty:
            return {d.id: self._nothing(self.pack.dimension(d.id), confidence) for d in dimensions}
        # What is put aside as stray is looked at too: it may be no more than a part of what strays.
        found = self.faults.of([whole])[0]
        untold = fitted.doubt.fault(found) or self.claims.reason(reading)
        beside = self.bids.doubts(heard, reading)
        rest = reading.take(~beside) if beside.any() else None
        return {
            d.id: self._score(fitted, asked, d, (reading, rest), screened, untold, confidence)
            for d in dimensions
        }

    def _score(
        self,
        fitted: Fitted,
        prompt: Prompt,
        dimension: Dimension,
        readings: tuple[Reading, Reading | None],
        screened: Screened,
        untold: str | None,
        confidence: float,
    ) -> AnswerScore:
        """Score an answer on a dimension.

        `readings` are of the answer, and without what may be about the rating where there is such;
        `untold` says why what it claims is left to people.
        """
        reading, rest = readings
        read, soft = self._read(fitted, prompt, dimension, reading)
        levels, joined = join_levels(read, dimension.id, fitted.components, confidence)
        asked = self.axes.prompts.index(prompt.id)
        doubt = fitted.doubt.reason(asked, reading.vectors, levels, joined.level)
        if doubt is None and joined.level > CLAIMS:
            doubt = untold
        if doubt is None and rest is not None:
            without, _ = self._read(fitted, prompt, dimension, rest)
            _, lower = join_levels(without, dimension.id, fitted.components, confidence)
            doubt = BESIDE if joined.level - lower.level > RESTS else None
        if doubt is not None:
            return unread(self.judges, self.pack.dimension(dimension.id), confidence, doubt)
        verdicts = [
            self._coverage(fitted, dimension, reading, screened, soft, levels[0]),
            *(
                whole_verdict(judge, self.pack.dimension(dimension.id), level, float(spread))
                for judge, level, spread in zip(self.judges, levels, fitted.spread, strict=True)
                if judge != "coverage"
            ),
        ]
        verdicts = [
            replace(verdict, reason=HELD) if level < was else verdict
            for verdict, level, was in zip(verdicts, levels, read, strict=True)
        ]
        return AnswerScore.of(dimension.id, joined, confidence, tuple(verdicts))

    def _read(
        self, fitted: Fitted, prompt: Prompt, dimension: Dimension, reading: Reading
    ) -> tuple[list[float], Array]:
        """Return the level of each judge, and soft marks; level 1 where nothing is left to read."""
        if reading.empty:
            return [LOWEST] * len(self.judges), np.zeros(0)
        case = (reading, prompt.id, dimension.id)
        sheet = sheet_of(self.judged, self.axes, self.references, [case])
        found, soft = fitted.judges.read(self.axes, sheet, self.calibration.learnt)
        return found[0].tolist(), soft

    def _coverage(
        self,
        fitted: Fitted,
        dimension: Dimension,
        reading: Reading,
        screened: Screened,
        soft: Array,
        level: float,
    ) -> Verdict:
        marks = cut_marks(dimension, soft, fitted.judges.cuts)
        grounded, quotes = ground(dimension, marks, self.references, reading, screened)
        whole = whole_verdict("coverage", dimension, level, float(fitted.spread[0]))
        # An indicator that no golden answer marks is one that this judge cannot tell.
        every = {**unmarked(self.pack.dimension(dimension.id)), **grounded}
        claimed = sum(mark > 0 for mark in marks.values())
        return replace(
            whole,
            marks=every,
            quotes=quotes,
            reason=None,
            claimed=claimed,
            ungrounded=claimed - len(quotes),
        )

    def _nothing(self, dimension: Dimension, confidence: float) -> AnswerScore:
        verdicts = nothing_verdicts(self.judges, dimension)
        return AnswerScore(
            dimension.id, 1.0, NOTHING_SD, 1.0, NOTHING_HIGH, confidence, False, verdicts
        )


def load_panel(pack: Pack, name: str = EMBEDDED, *, threads: int = 2) -> Panel:
    """Load the panel of a pack; from then on linear algebra in this process has one thread.

    Args:
        pack: With a calibration beside its rubric.
        name: `embedded` is the one there is.
        threads: Threads of one forward pass.

    Raises:
        OutdatedError: the calibration was made by the code or with the weights of another release.
        JudgeError: the name is unknown, the weights are missing or not the pinned ones, or the
            calibration is missing, broken or made from something else.
    """
    if name != EMBEDDED:
        raise JudgeError(f'panel "{name}" is not known (known: {EMBEDDED})')
    if is_outdated(pack):
        # Before its numbers are read: another release may keep others.
        raise OutdatedError(
            f"{pack.root}: calibrated by another release; "
            f"run: python -m evenhand.judges calibrate {pack.root}"
        )
    # Its threads spin while they wait, on the processors that passes run on: with more than one of
    # them a panel is a quarter slower.
    threadpool_limits(limits=1, user_api="blas")
    encoder = MiniLM(threads)
    calibration = read_calibration(pack.root)
    judged = judged_part(pack)
    current = {
        "rubric, prompts or golden answers": (calibration.source_hash, pack.source_hash),
        "exemplars or samples": (calibration.extras, extras_version(judged)),
        "what golden answers speak for": (calibration.judged, judged_version(pack)),
    }
    changed = [what for what, (then, now) in current.items() if then != now]
    if changed:
        raise JudgeError(
            f"{pack.root}: {', '.join(changed)} changed since the calibration; "
            f"run: python -m evenhand.judges calibrate {pack.root}"
        )
    return assemble(pack, encoder, calibration, threads=threads)


def assemble(pack: Pack, encoder: Encoder, calibration: Calibration, *, threads: int = 2) -> Panel:
    """Put a panel together from a calibration in hand."""
    judged = judged_part(pack)
    made_from = (
        calibration.source_hash, calibration.extras, calibration.weights, calibration.code,
    )  # fmt: skip
    return Panel(
        EMBEDDED,
        embedded_version(made_from, calibration.without[EVERYBODY].components),
        calibration.judges,
        pack,
        judged,
        encoder,
        calibration,
        references_of(sentences_of(judged), calibration.sentences),
        axes_of(
            judged,
            calibration.questions,
            calibration.vocabulary,
            calibration.together,
            attention_for(judged, threads) if ATTENTION in calibration.judges else None,
        ),
        bids.load_bids(threads),
        claims.load_claims(),
        faults.load_faults(threads),
    )


def embedded_version(made_from: Iterable[str], components: Components) -> str:
    """Name the embedded judges: hex SHA-256.

    Args:
        made_from: Of their calibration: source hash, extras, weights and code, in this order.
        components: Those fitted to all authors.
    """
    shelves = (bids.SHELF, claims.SHELF, faults.SHELF)
    parts = [*made_from, components.version, *(shelf.version for shelf in shelves)]
    parts += [attention.SHELF.version] if ATTENTION in embedded_in(components) else []
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
