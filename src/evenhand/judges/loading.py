"""Find a panel by its name: the embedded one, or one that a file describes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, overload

from evenhand.judges import panel as embedded_panel
from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.assembling import assemble_llm
from evenhand.judges.llm.caching import ReplyCache
from evenhand.judges.llm.config import PanelConfig, read_panels
from evenhand.judges.panel import EMBEDDED, Panel
from evenhand.judges.values import Flag, PanelResult
from evenhand.measure import Components
from evenhand.rubric import Pack, Prompt


class AnyPanel(Protocol):
    """What every panel can do; `Panel` and `LLMPanel` do."""

    @property
    def name(self) -> str:
        """How it is asked for."""
        ...

    @property
    def version(self) -> str:
        """Name judges and calibration together: hex SHA-256."""
        ...

    @property
    def judges(self) -> tuple[str, ...]:
        """Names of its judges."""
        ...

    @property
    def components(self) -> Components:
        """The components of the measurement model, fitted to all authors."""
        ...

    @property
    def provisional(self) -> tuple[str, ...]:
        """Names of its judges that no calibration on this pack speaks for."""
        ...

    @property
    def sends_to(self) -> frozenset[tuple[str, str]]:
        """Hosts and models that answers are sent to."""
        ...

    def close(self) -> None:
        """End what it has begun; it is not used any more."""
        ...

    def flags(self, prompt: Prompt, given: str) -> tuple[Flag, ...]:
        """Return what a person should look at, without asking a judge."""
        ...

    def judge(
        self,
        prompt: Prompt,
        given: str,
        *,
        confidence: float = 0.9,
        known: Sequence[str] = (),
    ) -> PanelResult:
        """Rate one answer on every dimension of its prompt; `known` names whoever wrote it."""
        ...

    def judge_all(
        self, answers: Iterable[tuple[Prompt, str]], *, confidence: float = 0.9
    ) -> Iterator[PanelResult]:
        """Rate answers in their order."""
        ...


@overload
def load_panel(pack: Pack, *, threads: int = 2) -> Panel: ...


@overload
def load_panel(
    pack: Pack,
    name: str,
    *,
    threads: int = 2,
    panels: Path | None = None,
    environ: Mapping[str, str] | None = None,
    cache: ReplyCache | None = None,
) -> AnyPanel: ...


def load_panel(
    pack: Pack,
    name: str = EMBEDDED,
    *,
    threads: int = 2,
    panels: Path | None = None,
    environ: Mapping[str, str] | None = None,
    cache: ReplyCache | None = None,
) -> AnyPanel:
    """Load a panel of a pack.

    Args:
        pack: What it rates by.
        name: `embedded`, or a panel of the file.
        threads: Threads of one forward pass of the embedded judges.
        panels: The file that describes panels of LLM judges.
        environ: Where their keys are looked up; none without it.
        cache: Where what they said is kept; nothing is kept without it.

    Raises:
        JudgeError: the name is unknown, the file has faults, a key is not set, or the weights or
            the calibration of the embedded judges are missing, broken or made from something else.
    """
    if name == EMBEDDED:
        return embedded_panel.load_panel(pack, threads=threads)
    described = read_panels(panels) if panels is not None else {}
    if name not in described:
        known = ", ".join([EMBEDDED, *described])
        where = f"in {panels}" if panels else "without a file of panels"
        raise JudgeError(f'panel "{name}" is not known {where} (known: {known})')
    return load_described(pack, described[name], environ or {}, threads=threads, cache=cache)


def load_described(
    pack: Pack,
    config: PanelConfig,
    environ: Mapping[str, str],
    *,
    threads: int = 2,
    cache: ReplyCache | None = None,
) -> AnyPanel:
    """Load a panel of LLM judges as it is described; see `load_panel`."""
    embedded = embedded_panel.load_panel(pack, threads=threads) if config.embedded else None
    return assemble_llm(pack, config, environ, embedded=embedded, cache=cache)
