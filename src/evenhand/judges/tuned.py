"""Tell clauses of some kinds by the encoder itself, its last layers changed to tell them.

The embedding was learnt for what a text is about. Who is spoken to, and what for, is a small part
of it. The last layers are changed by matrices of low rank (Hu et al. 2021, section 4), learnt from
examples (`tuning`): a few hundred kilobytes that are added to the pinned weights when they are
loaded. It is fixed once learnt, as what `telling` tells is; it costs a forward pass of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.encoder import MiniLM
from evenhand.judges.weights import matrix, read_weights

Array = NDArray[np.float64]
Part = tuple[int, str]
Change = tuple[NDArray[np.float32], NDArray[np.float32]]

SCALE = 20.0
"""What unit vectors are stretched by before they are weighed, so that all is learnt at one rate."""


@dataclass(frozen=True, eq=False)
class Tuned:
    """The encoder with changed weights, and what weighs its vectors.

    Attributes:
        changes: Of a layer's part, (in, rank) and (rank, out), whose product is added to its
            matrix.
        weights: (WIDTH, kinds) of a vector.
        offset: (kinds,) added.
        threads: Of one forward pass.
    """

    changes: Mapping[Part, Change]
    weights: NDArray[np.float32]
    offset: NDArray[np.float32]
    threads: int = 2

    @cached_property
    def encoder(self) -> MiniLM:
        """The encoder, loaded when it is first asked."""
        return MiniLM(self.threads, changed_weights(self.changes))

    def scores(self, said: Sequence[str]) -> Array:
        """Return how much each clause is of each kind, (clauses, kinds): logits."""
        vectors = self.encoder.encode(said)
        found: Array = SCALE * vectors @ self.weights.astype(np.float64) + self.offset
        return found

    def arrays(self) -> dict[str, Any]:
        """Return it as arrays for a file."""
        kept = {"tuned-weights": self.weights, "tuned-offset": self.offset}
        return {**kept, **flat_changes(self.changes)}


def tuned_from_arrays(kept: Mapping[str, Any]) -> Tuned:
    """Read what `Tuned.arrays` gave.

    Raises:
        KeyError, ValueError: something is missing, or is no such array.
    """
    return Tuned(changes_from(kept), kept["tuned-weights"], kept["tuned-offset"])


def changed_weights(changes: Mapping[Part, Change]) -> dict[str, NDArray[np.float32]]:
    """Return the matrices that are changed, by their names, as they are then."""
    whole = read_weights()
    return {
        matrix(*part): whole[matrix(*part)] + into @ out for part, (into, out) in changes.items()
    }


def flat_changes(changes: Mapping[Part, Change]) -> dict[str, Any]:
    """Return changes as arrays for a file, in half precision."""
    return {
        f"tuned-{side}-{layer}-{part}": one.astype(np.float16)
        for (layer, part), change in changes.items()
        for side, one in zip(("into", "out"), change, strict=True)
    }


def changes_from(kept: Mapping[str, Any]) -> dict[Part, Change]:
    """Read what `flat_changes` gave.

    Raises:
        KeyError, ValueError: something is missing, or is no such array.
    """
    changes = {}
    for name in kept:
        if name.startswith("tuned-into-"):
            layer, part = name.removeprefix("tuned-into-").split("-")
            sides = (kept[name], kept[f"tuned-out-{layer}-{part}"])
            changes[int(layer), part] = (sides[0].astype(np.float32), sides[1].astype(np.float32))
    return changes
