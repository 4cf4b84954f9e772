"""The panel of a pack that no judge of this release was calibrated on: it leaves all to people.

Either none ever was, or those that were are of an earlier release. In place of the latter no others
read, for they would be other judges, which have to go through the gate with a version of their own.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence

from evenhand.judges.cases import foreign_sentences
from evenhand.judges.learning import JUDGES
from evenhand.judges.screening import screen
from evenhand.judges.storing import FACTS, FOLDER, is_of_another_release
from evenhand.judges.values import Flag, PanelResult, Screened
from evenhand.judges.verdicts import NOT_SPOKEN_FOR, unread
from evenhand.measure import Components, default_components
from evenhand.rubric import Pack, Prompt

NAME = "people"


def is_calibrated(pack: Pack) -> bool:
    """Return whether a pack has a calibration of the embedded judges, whatever it is worth."""
    return (pack.root / FOLDER / FACTS).is_file()


def is_outdated(pack: Pack) -> bool:
    """Return whether the embedded judges of a pack were calibrated by another release than this.

    Whether the rest of its calibration can be used is for whoever loads it to say.
    """
    try:
        facts = json.loads((pack.root / FOLDER / FACTS).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(facts, dict) and is_of_another_release(facts)


def is_read(pack: Pack) -> bool:
    """Return whether embedded judges of this release read a pack."""
    return is_calibrated(pack) and not is_outdated(pack)


def cold_start(pack: Pack) -> Components:
    """Return the components that levels of a pack are estimated with while no judge reads it."""
    return default_components([dimension.id for dimension in pack.dimensions], JUDGES)


class NoJudges:
    """Abstains on everything and looks no further than for what a person should see.

    Its components are those of the cold start, so that what people rate has wide intervals; or
    those that others were estimated with before.

    Args:
        pack: What is left to people.
        reason: Why, as the verdicts say it.
        components: None is a cold start.
    """

    name = NAME
    judges = JUDGES
    provisional = ()
    sends_to: frozenset[tuple[str, str]] = frozenset()

    def __init__(
        self, pack: Pack, reason: str = NOT_SPOKEN_FOR, components: Components | None = None
    ) -> None:
        self.pack = pack
        self.components = components or cold_start(pack)
        self._reason = reason
        parts = [NAME, pack.source_hash, *([components.version] if components else ())]
        self.version = hashlib.sha256("\n".join(parts).encode()).hexdigest()

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
            unread(JUDGES, self.pack.dimension(name), confidence, self._reason)
            for name in prompt.dimensions
        )
        return PanelResult(prompt.id, screened.flags, scores, redacted=screened.redacted)

    def _screened(self, prompt: Prompt, given: str, known: Sequence[str] = ()) -> Screened:
        return screen(given, prompt.text, foreign_sentences(self.pack, prompt)[1:], known=known)

    def judge_all(
        self, answers: Iterable[tuple[Prompt, str]], *, confidence: float = 0.9
    ) -> Iterator[PanelResult]:
        """Abstain on answers in their order."""
        return (self.judge(prompt, given, confidence=confidence) for prompt, given in answers)
