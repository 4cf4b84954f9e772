"""An encoder that embeds nothing twice, as that is most of what a panel costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, wraps
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.attention import Attention, load_attention
from evenhand.judges.encoder import WIDTH, MiniLM
from evenhand.judges.faults import Faults, load_faults

_made: Final = cache(MiniLM)
_known: Final[dict[str, NDArray[np.float64]]] = {}


def remembering_attention() -> Callable[..., list[NDArray[np.float64]]]:
    """Return what the attention judge does, but for texts that it has read in this process."""
    read = Attention.earned
    known: dict[tuple[str, ...], NDArray[np.float64]] = {}

    @wraps(read)
    def earned(judge: Attention, said: Sequence[tuple[str, ...]]) -> list[NDArray[np.float64]]:
        if judge is not load_attention(judge.threads):
            return read(judge, said)
        new = [one for one in dict.fromkeys(said) if one not in known]
        known.update(zip(new, read(judge, new) if new else (), strict=True))
        return [known[one] for one in said]

    return earned


class Remembering:
    """The real encoder; what any of them has embedded in this process none embeds again."""

    def __init__(self, threads: int = 2) -> None:
        self.inner = _made(threads)

    @property
    def version(self) -> str:
        return self.inner.version

    def encode(self, texts: Sequence[str]) -> NDArray[np.float64]:
        new = [text for text in dict.fromkeys(texts) if text not in _known]
        if new:
            _known.update(zip(new, self.inner.encode(new), strict=True))
        return np.array([_known[text] for text in texts]).reshape(-1, WIDTH)


def remembering_faults() -> Callable[..., NDArray[np.float64]]:
    """Return what tells faults, but for texts that it has read in this process."""
    read = Faults.found
    known: dict[tuple[str, ...], NDArray[np.float64]] = {}

    @wraps(read)
    def found(faults: Faults, said: Sequence[tuple[str, ...]]) -> NDArray[np.float64]:
        if faults is not load_faults(faults.threads):
            return read(faults, said)
        new = [one for one in dict.fromkeys(said) if one not in known]
        known.update(zip(new, read(faults, new) if new else (), strict=True))
        return np.array([known[one] for one in said])

    return found
