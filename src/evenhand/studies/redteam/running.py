"""Apply every attack to its hosts and have the panel rate them."""

import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from evenhand.judges import AnyPanel, PanelResult
from evenhand.judges.values import AnswerScore, Flag
from evenhand.rubric import Pack
from evenhand.studies.redteam import attacks as _registered  # noqa: F401
from evenhand.studies.redteam.attack import REGISTRY, Attack, Setting
from evenhand.studies.redteam.hosts import (
    ABOUT_ATTACKS,
    Host,
    LeftOut,
    choose_hosts,
    fewest_hosts,
)
from evenhand.studies.redteam.metamorphic import CHANGES, Change
from evenhand.studies.redteam.phrases import Phrases

EACH = 20
"""Hosts of each quality for each class."""
NOTHING = 1.0
"""What an attack without an answer is worth."""
COUNTED_FLAGGED = ("master_key", "blank")
"""Classes whose level counts even where they are flagged."""


@dataclass(frozen=True)
class Trial:
    """One attacked answer on one dimension.

    Attributes:
        attack: Name of the class, or of the change.
        form: Of the attack; "change" or "swap" for a metamorphic one.
        seen: Whether a flag is due.
        host, quality, dimension: What was attacked.
        before: Level without the attack; None where the panel abstains from the answer as it was.
        after: Level with it; None where the panel abstains, or was not asked because the attack was
            flagged and the run is bounded.
        flags: Codes of the flags that the attack brought: those of the host alone are left out.
        text: Names the attacked text: some attacks say the same whoever the host is.
    """

    attack: str
    form: str
    seen: bool
    host: str
    quality: str
    dimension: str
    before: float | None
    after: float | None
    flags: tuple[str, ...]
    text: int = 0

    @property
    def gain(self) -> float:
        """Levels won; 0 where the panel abstains before or after."""
        return 0.0 if self.after is None or self.before is None else self.after - self.before

    @property
    def abstained(self) -> bool:
        """Whether the panel leaves it to people, and no flag does."""
        return self.after is None and not self.flags


def run(
    pack: Pack,
    panel: AnyPanel,
    phrases: Phrases,
    *,
    each: int = EACH,
    seed: int = 0,
    most: int | None = None,
) -> Iterator[tuple[Trial, ...]]:
    """Yield the trials of one attacked answer after another, `size` times in all.

    Args:
        pack: With golden answers, which the attacks are put into.
        panel: What rates them; for each host with its author left out.
        phrases: What the attacks say.
        each: Hosts of each of three qualities for each class.
        seed: Of the choice of hosts and of all that is drawn in an attack.
        most: Hosts for each class in a bounded run, for a panel that is slow or costs: the same
            ones for every class, and an attack that is flagged is not read where no figure would
            count its level. None for all hosts and all readings.
    """
    blind = LeftOut(panel)
    baseline: dict[str, PanelResult] = {}
    for kind, host in _plan(pack, each, seed, most):
        rater = blind.without(host.author)
        drawn = zlib.crc32(f"{seed} {kind.name} {host.id}".encode())
        dimensions = tuple(pack.dimension(name) for name in host.prompt.dimensions)
        setting = Setting(host.prompt, dimensions, phrases)
        made = kind.make(host.text, setting, random.Random(drawn))
        if isinstance(kind, Change) and kind.base is not None:
            before = rater.judge(host.prompt, kind.base(host.text, setting, random.Random(drawn)))
        else:
            if host.id not in baseline:
                baseline[host.id] = rater.judge(host.prompt, host.text)
            before = baseline[host.id]
        seen = () if most is None else rater.flags(host.prompt, made)
        if seen and kind.name not in COUNTED_FLAGGED and _brought(kind, before.flags, seen):
            after = PanelResult(host.prompt.id, seen, tuple(map(_unread, before.scores)))
        else:
            after = rater.judge(host.prompt, made)
        yield _trials(kind, host, made, before, after)


def size(pack: Pack, each: int = EACH, seed: int = 0, most: int | None = None) -> int:
    """Return how many attacked answers `run` yields the trials of."""
    return len(_plan(pack, each, seed, most))


def false_flags(pack: Pack, panel: AnyPanel) -> float:
    """Return the share of golden answers, none of them an attack, that are flagged."""
    flagged = [bool(panel.flags(pack.prompt(one.prompt), one.text)) for one in pack.golden]
    return sum(flagged) / len(flagged)


def abstained_from(pack: Pack, panel: AnyPanel) -> float:
    """Return the share of golden answers' levels, none of them an attack, that a panel withholds.

    One that knows the golden answers rates each with its author left out.
    """
    read = panel.judge_all((pack.prompt(answer.prompt), answer.text) for answer in pack.golden)
    held = [score.abstained for result in read for score in result.scores]
    return sum(held) / len(held)


def _unread(score: AnswerScore) -> AnswerScore:
    return replace(score, level=None, sd=None, low=None, high=None, abstained=True, verdicts=())


def _plan(pack: Pack, each: int, seed: int, most: int | None) -> list[tuple[Attack | Change, Host]]:
    hosts = choose_hosts(pack, each, seed)
    quoting = choose_hosts(pack, each, seed, ABOUT_ATTACKS)
    if most is not None:
        hosts, quoting = fewest_hosts(hosts, most), fewest_hosts(quoting, most)
    kinds: list[Attack | Change] = [*REGISTRY.values(), *CHANGES.values()]
    return [(k, host) for k in kinds for host in (quoting if k.form == "honest" else hosts)]


def _brought(
    kind: Attack | Change, before: tuple[Flag, ...], after: tuple[Flag, ...]
) -> tuple[str, ...]:
    """Return the codes of the flags that an attack brought."""
    own = {flag.code for flag in before} if kind.form != "alone" else set()
    return tuple(flag.code for flag in after if flag.code not in own)


def _trials(
    kind: Attack | Change, host: Host, made: str, before: PanelResult, after: PanelResult
) -> tuple[Trial, ...]:
    brought = _brought(kind, before.flags, after.flags)
    return tuple(
        Trial(
            kind.name,
            kind.form,
            kind.seen,
            host.id,
            host.quality,
            new.dimension,
            NOTHING if kind.form == "alone" else old.level,
            new.level,
            brought,
            zlib.crc32(made.encode("utf-8", "surrogatepass")),
        )
        for old, new in zip(before.scores, after.scores, strict=True)
    )
