"""The panel of a pack that no judge was calibrated on: it abstains, and leaves all to people."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from evenhand.judges.cases import foreign_sentences
from evenhand.judges.learning import JUDGES
from evenhand.judges.screening import screen
from evenhand.judges.storing import FACTS, FOLDER
from evenhand.judges.values import Flag, PanelResult, Screened
from evenhand.judges.verdicts import unread
from evenhand.measure import Components, default_components
from evenhand.rubric import Pack, Prompt

NAME = "people"


def is_calibrated(pack: Pack) -> bool:
    """Return whether a pack has a calibration of the embedded judges, whatever it is worth."""
    return (pack.root / FOLDER / FACTS).is_file()


def cold_start(pack: Pack) -> Components:
    """Return the components that levels of a pack are estimated with while no judge reads it."""
    return default_components([dimension.id for dimension in pack.dimensions], JUDGES)


class NoJudges:
    """Abstains on everything and looks no further than for what a person should see.

    Its components are those of the cold start, so that what people rate has wide intervals.
    """

    name = NAME
    judges = JUDGES
    provisional = ()
    sends_to: frozenset[tuple[str, str]] = frozenset()

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.version = hashlib.sha256(f"{NAME}\n{pack.source_hash}".encode()).hexdigest()
        self.components = cold_start(pack)

    def close(self) -> None:
        """End what it has begun: nothing."""

    def flags(self, prompt: Prompt, given: str) -> tuple[Flag, ...]:
        """Return what a person should look at: what screening sees."""
        return self._screened(prompt, given).flags

    def judge(
        self,
        prompt: Prompt,
        given: str,
        *,
        confidence: float = 0.9,
        known: Sequence[str] = (),
    ) -> PanelResult:
        """Abstain on every dimension of the prompt."""
        screened = self._screened(prompt, given, known)
        scores = tuple(
            unread(JUDGES, self.pack.dimension(name), confidence) for name in prompt.dimensions
        )
        return PanelResult(prompt.id, screened.flags, scores, redacted=screened.redacted)

    def _screened(self, prompt: Prompt, given: str, known: Sequence[str] = ()) -> Screened:
        return screen(given, prompt.text, foreign_sentences(self.pack, prompt)[1:], known=known)

    def judge_all(
        self, answers: Iterable[tuple[Prompt, str]], *, confidence: float = 0.9
    ) -> Iterator[PanelResult]:
        """Abstain on answers in their order."""
        return (self.judge(prompt, given, confidence=confidence) for prompt, given in answers)
