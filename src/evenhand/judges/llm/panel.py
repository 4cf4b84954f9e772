"""The panel of LLM judges, with the embedded judges or without, joined by the measurement model."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

from evenhand.judges.calibration import EVERYBODY, text_key
from evenhand.judges.cases import foreign_sentences
from evenhand.judges.errors import JudgeError
from evenhand.judges.llm import grounding, prompting
from evenhand.judges.llm.asking import Heard, Question, ask_in_turn, ask_one
from evenhand.judges.llm.budget import Allowance
from evenhand.judges.llm.judge import LLMJudge, screened_for
from evenhand.judges.llm.routing import Rule, Stakes, by_cost
from evenhand.judges.llm.values import Cause, Decision
from evenhand.judges.llm.widths import no_narrower
from evenhand.judges.panel import NOTHING_HIGH, NOTHING_SD, Panel
from evenhand.judges.reading import own_clauses
from evenhand.judges.values import AnswerScore, Flag, PanelResult, Screened, Verdict
from evenhand.judges.verdicts import NOTHING, nothing_verdicts
from evenhand.measure import Components, answer_level, default_components, expected_sd
from evenhand.rubric import Dimension, Pack, Prompt

AHEAD = 2
"""Answers asked about before their turn, for each request that may be in flight: enough to keep
every judge busy, few enough for memory to stay flat."""
NO_STAKES = Stakes()


@dataclass(frozen=True)
class _Cheap:
    """Verdicts of the embedded judges by dimension, empty where there are none, and flags."""

    verdicts: Mapping[str, tuple[Verdict, ...]]
    flags: tuple[Flag, ...]


@dataclass(frozen=True)
class _Begun:
    """An answer that judges are reading; `cheap` is None where the embedded judges have yet to."""

    prompt: Prompt
    screened: Screened
    empty: bool
    confidence: float
    known: Sequence[str]
    cheap: _Cheap | None
    heard: Mapping[str, Sequence["Future[Heard]"]]


class LLMPanel:
    """Judges of one pack, ready to rate. Asks several at once; to be closed after use.

    Attributes:
        name: How the panel is asked for.
        version: Names judges, prompts and calibrations together: hex SHA-256.
        judges: Their names, the embedded ones first.
        pack: What it rates by.
        provisional: Names of the judges that no calibration on this pack speaks for.
        rule: When an LLM judge is asked; None: each is asked about every answer.
    """

    def __init__(
        self,
        name: str,
        pack: Pack,
        judges: Sequence[LLMJudge],
        embedded: Panel | None,
        rule: Rule | None = None,
    ) -> None:
        self.name, self.pack, self.rule = name, pack, rule
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

    @property
    def sends_to(self) -> frozenset[tuple[str, str]]:
        """Hosts and models that answers are sent to."""
        configs = (judge.config for judge in self._llm)
        return frozenset((urlsplit(config.base_url).netloc, config.model) for config in configs)

    def close(self) -> None:
        """End the threads and close the connections; what has not begun is not asked."""
        for judge in self._llm:
            judge.stop()
        self._threads.shutdown(cancel_futures=True)
        for judge in self._llm:  # now that no thread can open another
            judge.close()

    def blind_to(self, author: str) -> "LLMPanel":
        """Return the panel as it is without what an author wrote; it shares the connections."""
        judges = [judge.blind_to(author) for judge in self._llm]
        embedded = self._embedded.blind_to(author) if self._embedded else None
        return LLMPanel(self.name, self.pack, judges, embedded, self.rule)

    @property
    def components(self) -> Components:
        """The components of the measurement model, fitted to all authors."""
        return self._components(EVERYBODY)

    def flags(self, prompt: Prompt, given: str) -> tuple[Flag, ...]:
        """Return what a person should look at; it needs no LLM judge."""
        if self._embedded is not None:
            return self._embedded.flags(prompt, given)
        return screened_for(self.pack, prompt, given).flags

    def judge(
        self,
        prompt: Prompt,
        given: str,
        *,
        confidence: float = 0.9,
        known: Sequence[str] = (),
        stakes: Stakes = NO_STAKES,
        period: str = "",
    ) -> PanelResult:
        """Rate one answer on every dimension of its prompt.

        A golden answer is rated by parameters that were fitted without its author.

        Args:
            prompt: A prompt of the pack.
            given: The answer as the candidate gave it, any text at all.
            confidence: Nominal coverage of the intervals.
            known: The candidate's own name and address, which no judge is to see.
            stakes: The opening's bar, where the person stands, and the budget.
            period: The name of one in which a text of ours is put to every judge, whatever routing
                says; of what was said of it before, only what was said in the period counts.

        Raises:
            JudgeError: the prompt is not of this pack.
        """
        return self._finish(self._begin(prompt, given, confidence, stakes, period, known))

    def judge_all(
        self,
        answers: Iterable[tuple[Prompt, str]],
        *,
        confidence: float = 0.9,
        stakes: Stakes = NO_STAKES,
    ) -> Iterator[PanelResult]:
        """Rate answers in their order, asking about the next ones meanwhile; see `judge`."""
        begun: deque[_Begun] = deque()
        for prompt, given in answers:
            begun.append(self._begin(prompt, given, confidence, stakes))
            if len(begun) > self._ahead:
                yield self._finish(begun.popleft())
        while begun:
            yield self._finish(begun.popleft())

    def _begin(
        self,
        prompt: Prompt,
        given: str,
        confidence: float,
        stakes: Stakes,
        period: str = "",
        known: Sequence[str] = (),
    ) -> _Begun:
        ours = [one.id for one in self.pack.prompts]
        if prompt.id not in ours:
            raise JudgeError(
                f'prompt "{prompt.id}" is not in pack {self.pack.id} (known: {", ".join(ours)})'
            )
        screened = screened_for(self.pack, prompt, given, known)
        if not own_clauses(screened.text, foreign_sentences(self.pack, prompt)):
            return _Begun(prompt, screened, True, confidence, known, None, {})
        # Who is asked in turn hangs on what was said before; else all read at the same time.
        rule = None if period else self.rule
        order = self._order(stakes, rule)
        cheap = self._cheap(prompt, screened, confidence, known) if order else None
        heard = {}
        for name in prompt.dimensions:
            question = Question(
                self.pack,
                prompt,
                self.pack.dimension(name),
                screened,
                stakes,
                cheap.verdicts[name] if cheap else (),
                partial(self._score, name, given=given, confidence=confidence),
                partial(self._narrowing, name, self._blind_to(given)),
                period,
            )
            heard[name] = self._ask(question, order, rule)
        return _Begun(prompt, screened, False, confidence, known, cheap, heard)

    def _order(self, stakes: Stakes, rule: Rule | None) -> tuple[str, ...]:
        """Return in what turn judges are asked about an answer; nothing where all are at once.

        Past the soft limit it matters whether anybody else gives a level, with routing or without.
        """
        if rule is not None:
            return rule.order
        if stakes.ruling.allowance is Allowance.CHEAP_ONLY:
            return by_cost({judge.name: judge.config.price for judge in self._llm})
        return ()

    def _ask(
        self, question: Question, order: Sequence[str], rule: Rule | None
    ) -> list["Future[Heard]"]:
        if not order:
            return [self._threads.submit(ask_one, one, question) for one in self._llm]
        by_name = {judge.name: judge for judge in self._llm}
        ordered = [by_name[name] for name in order]
        return [self._threads.submit(ask_in_turn, ordered, rule, question)]

    def _cheap(
        self, prompt: Prompt, screened: Screened, confidence: float, known: Sequence[str]
    ) -> _Cheap:
        if self._embedded is None:
            return _Cheap(dict.fromkeys(prompt.dimensions, ()), screened.flags)
        found = self._embedded.judge(prompt, screened.given, confidence=confidence, known=known)
        return _Cheap({one.dimension: one.verdicts for one in found.scores}, found.flags)

    def _finish(self, begun: _Begun) -> PanelResult:
        prompt, screened, confidence = begun.prompt, begun.screened, begun.confidence
        if begun.empty:
            scores = tuple(
                self._nothing(self.pack.dimension(name), confidence) for name in prompt.dimensions
            )
            whole = Heard((), (), self._none_asked(prompt))
            return self._result(begun, screened.flags, scores, whole)
        cheap = begun.cheap or self._cheap(prompt, screened, confidence, begun.known)
        heard = {
            name: Heard.together([Heard(), *(future.result() for future in futures)])
            for name, futures in begun.heard.items()
        }
        join = partial(self._score, given=screened.given, confidence=confidence)
        scores = tuple(
            join(name, (*verdicts, *heard[name].verdicts))
            for name, verdicts in cheap.verdicts.items()
        )
        return self._result(begun, cheap.flags, scores, Heard.together([Heard(), *heard.values()]))

    def _result(
        self,
        begun: _Begun,
        flags: tuple[Flag, ...],
        scores: tuple[AnswerScore, ...],
        heard: Heard,
    ) -> PanelResult:
        screened = begun.screened
        return PanelResult(
            begun.prompt.id,
            flags,
            scores,
            heard.calls,
            screened.redacted,
            heard.decisions,
            self._blind_to(screened.given),
        )

    def _none_asked(self, prompt: Prompt) -> tuple[Decision, ...]:
        return tuple(
            Decision(name, judge.name, False, Cause.EMPTY, NOTHING)
            for name in prompt.dimensions
            for judge in self._llm
        )

    def _score(
        self, dimension: str, verdicts: tuple[Verdict, ...], *, given: str, confidence: float
    ) -> AnswerScore:
        levels = {verdict.judge: verdict.level for verdict in verdicts}
        if all(level is None for level in levels.values()):
            return AnswerScore(dimension, None, None, None, None, confidence, True, verdicts)
        found = answer_level(levels, dimension, self._blind_to(given), confidence=confidence)
        return AnswerScore.of(dimension, found, confidence, verdicts)

    def _narrowing(
        self, dimension: str, components: Components, verdicts: Sequence[Verdict], judge: str
    ) -> float:
        """Return the share of an answer's width that one more judge may be expected to take off.

        One that nothing was measured of takes off only what its sitting here has added.
        """
        if judge in self.provisional and self._measured():
            return 0.0
        heard = [verdict.judge for verdict in verdicts if verdict.level is not None]
        wide = expected_sd(heard, dimension, components)
        return 1 - expected_sd([*heard, judge], dimension, components) / wide

    def _nothing(self, dimension: Dimension, confidence: float) -> AnswerScore:
        verdicts = nothing_verdicts(self.judges, dimension)
        return AnswerScore(
            dimension.id, 1.0, NOTHING_SD, 1.0, NOTHING_HIGH, confidence, False, verdicts
        )

    def _blind_to(self, given: str) -> Components:
        """Return the components that an answer is rated with: its author is unknown to them."""
        return self._components(self._authors.get(text_key(given), EVERYBODY))

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
            joined = replace(
                base,
                judges={**base.judges, **known},
                provisional=base.provisional or bool(self.provisional),
                source=f"{base.source}; LLM judges: " + ", ".join(map(self._said, self._llm)),
            )
            heard = self._measured()
            self._known[author] = (
                no_narrower(joined, heard, self.provisional)
                if heard and self.provisional
                else joined
            )
        return self._known[author]

    def _measured(self) -> list[tuple[str, ...]]:
        """Return the sets of calibrated judges that may be heard: an LLM judge may abstain."""
        calibrated = tuple(one.name for one in self._llm if one.calibration is not None)
        if self._embedded is None:
            return [(name,) for name in calibrated] + [calibrated] * bool(calibrated)
        return [self._embedded_names, (*self._embedded_names, *calibrated)]

    def _said(self, judge: LLMJudge) -> str:
        if judge.calibration is None:
            return f"{judge.name} provisional"
        return f"{judge.name} on {judge.calibration.answers} golden verdicts"

    def _version(self) -> str:
        parts = [prompting.VERSION, grounding.VERSION, self.pack.source_hash]
        parts += [self.components.version]
        parts += [self._embedded.version] if self._embedded else []
        parts += [str(self.rule)] if self.rule else []
        for judge in self._llm:
            fit = judge.calibration.without[EVERYBODY] if judge.calibration else None
            parts.append(f"{judge.name}\t{judge.config.hash}\t{fit}")
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()
