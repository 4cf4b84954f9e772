"""The encoder's weights as arrays, so that some of them can be changed.

The package keeps them end to end in one file of 32-bit floats whose hash is pinned. That pins
their order too, which stands here.
"""

from collections.abc import Iterator, Mapping
from math import prod

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.encoder import WIDTH, find_weights

Weights = Mapping[str, NDArray[np.float32]]

LAYERS, HEADS, INNER = 6, 12, 4 * WIDTH
"""Of the network: its layers, the heads of attention in each, and the width in a layer's middle."""
WORDS, SEGMENTS, PLACES = (
    f".model.embeddings.{of}_embeddings.weight" for of in ("word", "token_type", "position")
)
"""What a token begins with, for its word, its segment and its place."""
LINEAR = {
    **{f"attn.{name}_proj": (WIDTH, WIDTH) for name in "qkvo"},
    "mlp.fc1": (WIDTH, INNER),
    "mlp.fc2": (INNER, WIDTH),
}
"""The linear parts of a layer and the shape of each, (in, out)."""


def matrix(layer: int, part: str) -> str:
    """Name the matrix of a linear part of a layer."""
    return f"model.layers.{layer}.{part}.MatMul.weight"


def bias(layer: int, part: str) -> str:
    """Name what a linear part of a layer adds."""
    return f"model.layers.{layer}.{part}.Add.bias"


def norm(layer: int, after: str) -> tuple[str, str]:
    """Name the weight and the bias of a layer's norm; layer -1 is what stands before the first."""
    of = f"model.layers.{layer}.{after}_norm_layernorm"
    return f"{of}.weight", f"{of}.bias"


def read_weights() -> Weights:
    """Return all weights by their names, as views of the file that cost no memory until used.

    Raises:
        JudgeError: the weights are missing or differ from what was pinned.
    """
    file = find_weights() / "onnx" / "model.onnx_data"
    found, at = {}, 0
    for name, shape in _layout():
        found[name] = np.memmap(file, np.float32, "r", at, shape)
        at += 4 * prod(shape)
    return found


def _layout() -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the name and shape of each array in the order of the file."""
    yield from ((WORDS, (30522, WIDTH)), (SEGMENTS, (2, WIDTH)), (PLACES, (512, WIDTH)))
    yield from ((name, (WIDTH,)) for name in norm(-1, "embeddings"))
    *attention, out, first, last = LINEAR
    for layer in range(LAYERS):
        yield from ((matrix(layer, part), LINEAR[part]) for part in attention)
        yield from ((bias(layer, part), LINEAR[part][1:]) for part in attention)
        yield from ((matrix(layer, out), LINEAR[out]), (bias(layer, out), LINEAR[out][1:]))
        yield from ((name, (WIDTH,)) for name in norm(layer, "attention_output"))
        for part in (first, last):
            yield from ((matrix(layer, part), LINEAR[part]), (bias(layer, part), LINEAR[part][1:]))
        yield from ((name, (WIDTH,)) for name in norm(layer, "mlp_output"))
