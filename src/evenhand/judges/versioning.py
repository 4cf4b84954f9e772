"""Which version a panel of LLM judges would be, without its weights, its keys and any connection.

Whoever tells candidates who is asked has to know whether a panel is still what went through its
gate, in a process that reads no answer and may not have the keys.
"""

from contextlib import closing
from dataclasses import dataclass
from typing import cast

from evenhand.judges.calibration import CODE_VERSION, EVERYBODY
from evenhand.judges.errors import JudgeError
from evenhand.judges.learning import embedded_in
from evenhand.judges.llm.assembling import assemble_llm
from evenhand.judges.llm.config import PanelConfig
from evenhand.judges.panel import Panel, embedded_version
from evenhand.judges.storing import read_named
from evenhand.measure import Components
from evenhand.rubric import Pack


@dataclass(frozen=True)
class _Fitted:
    components: Components


@dataclass(frozen=True)
class _Calibration:
    without: dict[str, _Fitted]


@dataclass(frozen=True)
class _Named:
    """Of the embedded judges what names them; they can rate nothing."""

    version: str
    calibration: _Calibration
    judges: tuple[str, ...]


def version_described(pack: Pack, config: PanelConfig) -> str:
    """Return the version that a described panel has once it is loaded: hex SHA-256.

    Raises:
        JudgeError: it could not be loaded: a calibration is missing, broken or of other code.
    """
    embedded = cast(Panel, _embedded(pack)) if config.embedded else None
    # A panel is named by no key.
    no_keys = {judge.key_env: "none" for judge in config.judges if judge.key_env}
    with closing(assemble_llm(pack, config, no_keys, embedded=embedded)) as panel:
        return panel.version


def _embedded(pack: Pack) -> _Named:
    made_from, components = read_named(pack.root)
    if made_from[-1] != CODE_VERSION:
        raise JudgeError(f"{pack.root}: judges' code changed since the calibration")
    without = {EVERYBODY: _Fitted(components)}
    version = embedded_version(made_from, components)
    return _Named(version, _Calibration(without), embedded_in(components))
