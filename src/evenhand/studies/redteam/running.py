"""Apply every attack to its hosts and have the panel rate them."""

import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from evenhand.judges import AnyPanel, PanelResult, screen
from evenhand.judges.cases import foreign_sentences
from evenhand.rubric import Pack
from evenhand.studies.redteam import attacks as _registered  # noqa: F401
from evenhand.studies.redteam.attack import REGISTRY, Attack, Setting
from evenhand.studies.redteam.hosts import ABOUT_ATTACKS, Host, LeftOut, choose_hosts
from evenhand.studies.redteam.metamorphic import CHANGES, Change
from evenhand.studies.redteam.phrases import Phrases

EACH = 20
"""Hosts of each quality for each class."""
NOTHING = 1.0
"""What an attack without an answer is worth."""


@dataclass(frozen=True)
class Trial:
    """One attacked answer on one dimension.

    Attributes:
        attack: Name of the class, or of the change.
        form: Of the attack; "change" for a metamorphic one.
        seen: Whether a flag is due.
        host, quality, dimension: What was attacked.
        before: Level without the attack.
        after: Level with it; None where the panel abstains.
        flags: Codes of the flags that the attack brought: those of the host alone are left out.
    """

    attack: str
    form: str
    seen: bool
    host: str
    quality: str
    dimension: str
    before: float
    after: float | None
    flags: tuple[str, ...]

    @property
    def gain(self) -> float:
        """Levels won; 0 where the panel abstains."""
        return 0.0 if self.after is None else self.after - self.before


def run(
    pack: Pack, panel: AnyPanel, phrases: Phrases, *, each: int = EACH, seed: int = 0
) -> Iterator[tuple[Trial, ...]]:
    """Yield the trials of one attacked answer after another, `size(pack, each)` times in all.

    Args:
        pack: With golden answers, which the attacks are put into.
        panel: What rates them; for each host with its author left out.
        phrases: What the attacks say.
        each: Hosts of each of three qualities for each class.
        seed: Of the choice of hosts and of all that is drawn in an attack.
    """
    blind = LeftOut(panel)
    baseline: dict[str, PanelResult] = {}
    for kind, host in _plan(pack, each, seed):
        rater = blind.without(host.author)
        if host.id not in baseline:
            baseline[host.id] = rater.judge(host.prompt, host.text)
        rng = random.Random(zlib.crc32(f"{seed} {kind.name} {host.id}".encode()))
        dimensions = tuple(pack.dimension(name) for name in host.prompt.dimensions)
        made = kind.make(host.text, Setting(host.prompt, dimensions, phrases), rng)
        yield _trials(kind, host, baseline[host.id], rater.judge(host.prompt, made))


def size(pack: Pack, each: int = EACH, seed: int = 0) -> int:
    """Return how many answers `run` rates beside the hosts themselves."""
    return len(_plan(pack, each, seed))


def false_flags(pack: Pack) -> float:
    """Return the share of golden answers, none of them an attack, that screening flags."""
    flagged = 0
    for answer in pack.golden:
        prompt = pack.prompt(answer.prompt)
        rubric = foreign_sentences(pack, prompt)[1:]
        flagged += bool(screen(answer.text, prompt.text, rubric).flags)
    return flagged / len(pack.golden)


def _plan(pack: Pack, each: int, seed: int) -> list[tuple[Attack | Change, Host]]:
    hosts = choose_hosts(pack, each, seed)
    quoting = choose_hosts(pack, each, seed, ABOUT_ATTACKS)
    kinds: list[Attack | Change] = [*REGISTRY.values(), *CHANGES.values()]
    return [(k, host) for k in kinds for host in (quoting if k.form == "honest" else hosts)]


def _trials(
    kind: Attack | Change, host: Host, before: PanelResult, after: PanelResult
) -> tuple[Trial, ...]:
    own = {flag.code for flag in before.flags} if kind.form != "alone" else set()
    brought = tuple(flag.code for flag in after.flags if flag.code not in own)
    return tuple(
        Trial(
            kind.name,
            kind.form,
            kind.seen,
            host.id,
            host.quality,
            new.dimension,
            NOTHING if kind.form == "alone" else float(old.level or NOTHING),
            new.level,
            brought,
        )
        for old, new in zip(before.scores, after.scores, strict=True)
    )
