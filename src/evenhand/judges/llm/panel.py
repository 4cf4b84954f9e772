"""The panel of LLM judges, with the embedded judges or without, joined by the measurement model."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from evenhand.judges.calibration import EVERYBODY, text_key
from evenhand.judges.cases import foreign_sentences
from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.judge import LLMJudge, Rated
from evenhand.judges.llm.prompting import VERSION
from evenhand.judges.panel import NOTHING_HIGH, NOTHING_SD, Panel
from evenhand.judges.reading import own_clauses
from evenhand.judges.screening import screen
from evenhand.judges.values import AnswerScore, PanelResult, Screened, Verdict
from evenhand.judges.verdicts import nothing_verdicts
from evenhand.measure import Components, answer_level, default_components
from evenhand.rubric import Dimension, Pack, Prompt

AHEAD = 2
"""Answers asked about before their turn, for each request that may be in flight: enough to keep
every judge busy, few enough for memory to stay flat."""


@dataclass(frozen=True)
class _Begun:
    """An answer that judges are reading."""

    prompt: Prompt
    screened: Screened
    empty: bool
    confidence: float
    rated: Mapping[str, Sequence["Future[Rated]"]]


class LLMPanel:
    """Judges of one pack, ready to rate. Asks several at once; to be closed after use.

    Attributes:
        name: How the panel is asked for.
        version: Names judges, prompts and calibrations together: hex SHA-256.
        judges: Their names, the embedded ones first.
        pack: What it rates by.
        provisional: Names of the judges that no calibration on this pack speaks for.
    """

    def __init__(
        self, name: str, pack: Pack, judges: Sequence[LLMJudge], embedded: Panel | None
    ) -> None:
        self.name, self.pack = name, pack
        self._llm, self._embedded = tuple(judges), embedded
        self._embedded_names = embedded.judges if embedded else ()
        self.judges = (*self._embedded_names, *(judge.name for judge in judges))
        self.provisional = tuple(judge.name for judge in judges if judge.calibration is None)
        self._authors = {text_key(answer.text): answer.author for answer in pack.golden}
        self._known: dict[str, Components] = {}
        self.version = self._version()
        in_flight = sum(judge.config.concurrency for judge in judges)
        self._ahead = AHEAD * max(judge.config.concurrency for judge in judges)
        self._threads = ThreadPoolExecutor(in_flight, thread_name_prefix="judge")

    def close(self) -> None:
        """End the threads and close the connections; what has not begun is not asked."""
        for judge in self._llm:
            judge.close()
        self._threads.shutdown(cancel_futures=True)

    @property
    def components(self) -> Components:
        """The components of the measurement model, fitted to all authors."""
        return self._components(EVERYBODY)

    def judge(self, prompt: Prompt, given: str, *, confidence: float = 0.9) -> PanelResult:
        """Rate one answer on every dimension of its prompt.

        A golden answer is rated by parameters that were fitted without its author.

        Args:
            prompt: A prompt of the pack.
            given: The answer as the candidate gave it, any text at all.
            confidence: Nominal coverage of the intervals.

        Raises:
            JudgeError: the prompt is not of this pack.
        """
        return self._finish(self._begin(prompt, given, confidence))

    def judge_all(
        self, answers: Iterable[tuple[Prompt, str]], *, confidence: float = 0.9
    ) -> Iterator[PanelResult]:
        """Rate answers in their order, asking about the next ones meanwhile."""
        begun: deque[_Begun] = deque()
        for prompt, given in answers:
            begun.append(self._begin(prompt, given, confidence))
            if len(begun) > self._ahead:
                yield self._finish(begun.popleft())
        while begun:
            yield self._finish(begun.popleft())

    def _begin(self, prompt: Prompt, given: str, confidence: float) -> _Begun:
        known = [one.id for one in self.pack.prompts]
        if prompt.id not in known:
            raise JudgeError(
                f'prompt "{prompt.id}" is not in pack {self.pack.id} (known: {", ".join(known)})'
            )
        foreign = foreign_sentences(self.pack, prompt)
        screened = screen(given, prompt.text, foreign[1:])
        empty = not own_clauses(screened.text, foreign)
        rated = {
            name: [
                self._threads.submit(
                    judge.rate, self.pack, prompt, self.pack.dimension(name), screened
                )
                for judge in ([] if empty else self._llm)
            ]
            for name in prompt.dimensions
        }
        return _Begun(prompt, screened, empty, confidence, rated)

    def _finish(self, begun: _Begun) -> PanelResult:
        given, confidence = begun.screened.given, begun.confidence
        found: dict[str, tuple[Verdict, ...]] = dict.fromkeys(begun.prompt.dimensions, ())
        if self._embedded is not None:
            scores = self._embedded.judge(begun.prompt, given, confidence=confidence).scores
            found = {score.dimension: score.verdicts for score in scores}
        rated = {name: [f.result() for f in futures] for name, futures in begun.rated.items()}
        scores = tuple(
            self._nothing(self.pack.dimension(name), confidence)
            if begun.empty
            else self._score(
                name, (*verdicts, *(one.verdict for one in rated[name])), given, confidence
            )
            for name, verdicts in found.items()
        )
        calls = tuple(call for name in found for one in rated[name] for call in one.calls)
        screened = begun.screened
        return PanelResult(begun.prompt.id, screened.flags, scores, calls, screened.redacted)

    def _score(
        self, dimension: str, verdicts: tuple[Verdict, ...], given: str, confidence: float
    ) -> AnswerScore:
        levels = {verdict.judge: verdict.level for verdict in verdicts}
        if all(level is None for level in levels.values()):
            return AnswerScore(dimension, None, None, None, None, confidence, True, verdicts)
        components = self._components(self._authors.get(text_key(given), EVERYBODY))
        found = answer_level(levels, dimension, components, confidence=confidence)
        return AnswerScore.of(dimension, found, confidence, verdicts)

    def _nothing(self, dimension: Dimension, confidence: float) -> AnswerScore:
        verdicts = nothing_verdicts(self.judges, dimension)
        return AnswerScore(
            dimension.id, 1.0, NOTHING_SD, 1.0, NOTHING_HIGH, confidence, False, verdicts
        )

    def _components(self, author: str) -> Components:
        """Return the components that know nothing of an author."""
        if author not in self._known:
            names = [dimension.id for dimension in self.pack.dimensions]
            base = default_components(names)
            if self._embedded is not None:
                base = self._embedded.calibration.without[author].components
            facets = {
                judge.name: judge.calibration.facet(author) if judge.calibration else None
                for judge in self._llm
            }
            known = {name: facet or base.default_judge for name, facet in facets.items()}
            self._known[author] = replace(
                base,
                judges={**base.judges, **known},
                provisional=base.provisional or bool(self.provisional),
                source=f"{base.source}; LLM judges: " + ", ".join(map(self._said, self._llm)),
            )
        return self._known[author]

    def _said(self, judge: LLMJudge) -> str:
        if judge.calibration is None:
            return f"{judge.name} provisional"
        return f"{judge.name} on {judge.calibration.answers} golden verdicts"

    def _version(self) -> str:
        parts = [VERSION, self.pack.source_hash, self.components.version]
        parts += [self._embedded.version] if self._embedded else []
        for judge in self._llm:
            fit = judge.calibration.without[EVERYBODY] if judge.calibration else None
            parts.append(f"{judge.name}\t{judge.config.hash}\t{fit}")
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()
