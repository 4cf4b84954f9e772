"""Teach the encoder's last layers to tell clauses of some kinds: what `tuned` is made of.

The network is written down once more for JAX, which differentiates it; nothing else needs JAX, and
it is installed only to learn anew (`requirements-bench.lock`). Layers under `FIRST` stay as they
are and are run once. In those above, a matrix of low rank is added to each linear part and nothing
else is changed (Hu et al. 2021, section 4.1), so that a few thousand examples do not unlearn what
the encoder knows.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from evenhand.judges.encoder import MAX_TOKENS, WIDTH, find_weights
from evenhand.judges.tuned import SCALE, Change, Part, Tuned
from evenhand.judges.weights import (
    HEADS,
    LAYERS,
    LINEAR,
    PLACES,
    SEGMENTS,
    WORDS,
    bias,
    matrix,
    norm,
    read_weights,
)

FIRST = 3
"""The first layer that is changed."""
RANK = 8
ROUNDS = 3
"""How often each clause is learnt from."""
RATE, WARM, LEAST = 1e-3, 0.05, 0.02
"""The largest step, the share of steps until it is reached, and the smallest part of it at last."""
DROP = 0.1
"""Share of a vector's numbers left out at random while learning."""
SURE = 0.95
"""What is said of a clause of a kind, in place of 1: not every clause of an example is of it."""
TOKENS = 1024
"""Padded tokens in a step."""
LENGTHS = (12, 16, 24, 32, 48, 64, 96, 128, MAX_TOKENS)
"""What clauses are padded to: each length is compiled by itself."""

Float = NDArray[np.float32]
Tree = Any
"""Arrays in dictionaries and tuples, as JAX takes them."""


def tune(said: Sequence[str], kind: NDArray[np.float64], seed: int) -> Tuned:
    """Learn from some clauses.

    Args:
        said: The N clauses.
        kind: (N, kinds) 1 for a clause of the kind, -1 for any other.
        seed: Draws what is begun with, left out, and learnt from when.
    """
    whole = {name: jnp.asarray(one) for name, one in read_weights().items()}
    states = _states(said, whole)
    draw, key = np.random.default_rng(seed), jax.random.PRNGKey(seed)
    learnt = _begin(draw, kind.shape[1])
    moments = jax.tree.map(lambda one: (jnp.zeros_like(one), jnp.zeros_like(one)), learnt)
    steps = [batch for _ in range(ROUNDS) for batch in _batches(states, draw)]
    aims = np.where(kind > 0, SURE, 1 - SURE).astype(np.float32)
    for number, batch in enumerate(steps, start=1):
        key, drawn = jax.random.split(key)
        held, mask = _pad([states[one] for one in batch])
        aim = np.zeros((len(held), kind.shape[1]), np.float32)
        aim[: len(batch)] = aims[batch]
        counts = (np.arange(len(held)) < len(batch)).astype(np.float32)
        slope = _slope(learnt, whole, held, mask, aim, counts, drawn)
        learnt, moments = _step(learnt, moments, slope, number, _rate(number / len(steps)))
    changes, weights, offset = jax.tree.map(np.asarray, learnt)
    return Tuned(changes, weights, offset)


def _begin(draw: np.random.Generator, kinds: int) -> Tree:
    """Return what is learnt as it begins: matrices whose product is nothing, and a blank head."""
    changes: dict[Part, Change] = {}
    for layer in range(FIRST, LAYERS):
        for part, (into, out) in LINEAR.items():
            drawn = draw.normal(0, into**-0.5, (into, RANK)).astype(np.float32)
            changes[layer, part] = drawn, np.zeros((RANK, out), np.float32)
    return changes, np.zeros((WIDTH, kinds), np.float32), np.zeros(kinds, np.float32)


def _states(said: Sequence[str], whole: Tree) -> list[NDArray[np.float16]]:
    """Return each clause as it stands before layer `FIRST`, (tokens, WIDTH)."""
    tokenizer = Tokenizer.from_file(str(find_weights() / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    tokens = [np.array(one.ids)[:, None] for one in tokenizer.encode_batch(list(said))]
    found: list[Any] = [None] * len(tokens)
    for batch in _batches(tokens, None):
        ids, mask = _pad([tokens[one] for one in batch])
        states = np.asarray(_below(whole, ids[:, :, 0].astype(np.int32), mask), np.float16)
        for row, one in enumerate(batch):
            found[one] = states[row, : len(tokens[one])]
    return found


def _batches(
    clauses: Sequence[NDArray[Any]], draw: np.random.Generator | None
) -> Iterator[list[int]]:
    """Yield indices of clauses of about one length; in no order of length where one draws."""
    order = np.arange(len(clauses)) if draw is None else draw.permutation(len(clauses))
    waiting: dict[int, list[int]] = {}
    made = []
    for one in order.tolist():
        length = _length(len(clauses[one]))
        waiting.setdefault(length, []).append(one)
        if len(waiting[length]) == _rows(length):
            made.append(waiting.pop(length))
    made += waiting.values()
    yield from made if draw is None else (made[one] for one in draw.permutation(len(made)))


def _length(tokens: int) -> int:
    return next(one for one in LENGTHS if tokens <= one)


def _rows(length: int) -> int:
    return max(TOKENS // length, 8)


def _pad(clauses: Sequence[NDArray[Any]]) -> tuple[Float, Float]:
    """Return clauses of about one length, (rows, length, …), and their mask, (rows, length)."""
    length = _length(max(map(len, clauses)))
    held = np.zeros((_rows(length), length, clauses[0].shape[1]), np.float32)
    mask = np.zeros(held.shape[:2], np.float32)
    mask[:, 0] = 1
    for row, one in enumerate(clauses):
        held[row, : len(one)], mask[row, : len(one)] = one, 1
    return held, mask


def _run_below(whole: Tree, tokens: Tree, mask: Tree) -> Tree:
    """Return tokens, (rows, length), as they stand before layer `FIRST`."""
    begun = whole[WORDS][tokens] + whole[PLACES][: tokens.shape[1]] + whole[SEGMENTS][0]
    states = _norm(begun, whole, -1, "embeddings")
    for layer in range(FIRST):
        states = _layer(states, mask, layer, whole, {})
    return states


_below = jax.jit(_run_below)


def _above(changes: Tree, whole: Tree, states: Tree, mask: Tree) -> Tree:
    """Return unit vectors of clauses that stand before layer `FIRST`."""
    for layer in range(FIRST, LAYERS):
        states = _layer(states, mask, layer, whole, changes)
    mean = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
    return mean / jnp.linalg.norm(mean, axis=1, keepdims=True)


def _layer(states: Tree, mask: Tree, layer: int, whole: Tree, changes: Tree) -> Tree:
    rows, length, _ = states.shape

    def line(part: str, into: Tree) -> Tree:
        found = into @ whole[matrix(layer, part)] + whole[bias(layer, part)]
        if (layer, part) in changes:
            one, other = changes[layer, part]
            found += (into @ one) @ other
        return found

    query, key, value = (
        line(f"attn.{one}_proj", states).reshape(rows, length, HEADS, -1).transpose(0, 2, 1, 3)
        for one in "qkv"
    )
    near = query @ key.transpose(0, 1, 3, 2) / np.sqrt(WIDTH / HEADS)
    heeded = jax.nn.softmax(near + (1 - mask)[:, None, None] * -1e9, -1) @ value
    joined = heeded.transpose(0, 2, 1, 3).reshape(rows, length, WIDTH)
    states = _norm(states + line("attn.o_proj", joined), whole, layer, "attention_output")
    inner = jax.nn.gelu(line("mlp.fc1", states), approximate=False)
    return _norm(states + line("mlp.fc2", inner), whole, layer, "mlp_output")


def _norm(states: Tree, whole: Tree, layer: int, after: str) -> Tree:
    weight, added = norm(layer, after)
    centred = states - states.mean(-1, keepdims=True)
    deviation = jnp.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
    return centred / deviation * whole[weight] + whole[added]


def _loss(
    learnt: Tree, whole: Tree, states: Tree, mask: Tree, aim: Tree, counts: Tree, drawn: Tree
) -> Tree:
    """Return the mean cross entropy of the clauses that count."""
    changes, weights, offset = learnt
    vectors = _above(changes, whole, states, mask)
    kept = jax.random.bernoulli(drawn, 1 - DROP, vectors.shape) / (1 - DROP)
    logits = SCALE * (vectors * kept) @ weights + offset
    lost = jnp.logaddexp(0, logits) - aim * logits
    return (lost * counts[:, None]).sum() / counts.sum()


_slope = jax.jit(jax.grad(_loss))


def _rate(share: float) -> float:
    """Return the size of a step when a share of all has been taken: up, and down in a cosine."""
    if share < WARM:
        return RATE * share / WARM
    down = 0.5 * (1 + np.cos(np.pi * (share - WARM) / (1 - WARM)))
    return float(RATE * (LEAST + (1 - LEAST) * down))


def _adam(learnt: Tree, moments: Tree, slope: Tree, number: int, rate: float) -> tuple[Tree, Tree]:
    """Take a step of Adam (Kingma and Ba 2015, algorithm 1)."""

    def moved(one: Tree, kept: Tree, down: Tree) -> Tree:
        first, second = 0.9 * kept[0] + 0.1 * down, 0.999 * kept[1] + 0.001 * down**2
        ahead = first / (1 - 0.9**number) / (jnp.sqrt(second / (1 - 0.999**number)) + 1e-8)
        return one - rate * ahead, (first, second)

    leaves, shape = jax.tree.flatten(learnt)
    kept = shape.flatten_up_to(moments)
    new = [moved(*three) for three in zip(leaves, kept, jax.tree.leaves(slope), strict=True)]
    return shape.unflatten([one for one, _ in new]), shape.unflatten([two for _, two in new])


_step = jax.jit(_adam)
