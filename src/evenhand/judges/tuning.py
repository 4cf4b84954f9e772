"""Change the encoder's last layers so that they tell something: `tuned` and `attention`.

The network is written down once more for JAX, which differentiates it; nothing else needs JAX, and
it is installed only to learn anew (`requirements-bench.lock`). Layers under the first of a course
stay as they are and are run once. In those above, a matrix of low rank is added to each linear part
and nothing else is changed (Hu et al. 2021, section 4.1), so that a few thousand examples do not
unlearn what the encoder knows.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
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

RATE, WARM, LEAST = 1e-3, 0.05, 0.02
"""The largest step, the share of steps until it is reached, and the smallest part of it at last."""
DROP = 0.1
"""Share of a vector's numbers left out at random while learning."""
SURE = 0.95
"""What is said of a clause of a kind, in place of 1: not every clause of an example is of it."""
Float = NDArray[np.float32]
Tree = Any
"""Arrays in dictionaries and tuples, as JAX takes them."""
Slope = Callable[..., Tree]


@dataclass(frozen=True)
class Course:
    """How something is learnt.

    Attributes:
        first: The first layer that is changed.
        rank: Of the matrices that are added.
        rounds: How often each example is learnt from.
        tokens: Padded tokens in a step.
        lengths: What examples are padded to: each length is compiled by itself.
    """

    first: int
    rank: int
    rounds: int
    tokens: int
    lengths: tuple[int, ...]

    def begin(self, draw: np.random.Generator) -> dict[Part, Change]:
        """Return matrices whose product is nothing yet."""
        changes: dict[Part, Change] = {}
        for layer in range(self.first, LAYERS):
            for part, (into, out) in LINEAR.items():
                drawn = draw.normal(0, into**-0.5, (into, self.rank)).astype(np.float32)
                changes[layer, part] = drawn, np.zeros((self.rank, out), np.float32)
        return changes

    def states(self, said: Sequence[str], whole: Tree) -> list[NDArray[np.float16]]:
        """Return each text as it stands before the first layer, (tokens, WIDTH)."""
        tokenizer = Tokenizer.from_file(str(find_weights() / "tokenizer.json"))
        tokenizer.enable_truncation(self.lengths[-1])
        tokenizer.no_padding()
        tokens = [np.array(one.ids)[:, None] for one in tokenizer.encode_batch(list(said))]
        found: list[Any] = [None] * len(tokens)
        for batch in self.batches(tokens, None):
            ids, mask = self.pad([tokens[one] for one in batch])
            below = _below(whole, ids[:, :, 0].astype(np.int32), mask, self.first)
            states = np.asarray(below, np.float16)
            for row, one in enumerate(batch):
                found[one] = states[row, : len(tokens[one])]
        return found

    def batches(
        self, texts: Sequence[NDArray[Any]], draw: np.random.Generator | None
    ) -> Iterator[list[int]]:
        """Yield indices of texts of about one length; in no order of length where one draws."""
        order = np.arange(len(texts)) if draw is None else draw.permutation(len(texts))
        waiting: dict[int, list[int]] = {}
        made = []
        for one in order.tolist():
            length = self._length(len(texts[one]))
            waiting.setdefault(length, []).append(one)
            if len(waiting[length]) == self._rows(length):
                made.append(waiting.pop(length))
        made += waiting.values()
        yield from made if draw is None else (made[one] for one in draw.permutation(len(made)))

    def pad(self, texts: Sequence[NDArray[Any]]) -> tuple[Float, Float]:
        """Return texts of about one length, (rows, length, ...), and their mask, (rows, length)."""
        length = self._length(max(map(len, texts)))
        held = np.zeros((self._rows(length), length, texts[0].shape[1]), np.float32)
        mask = np.zeros(held.shape[:2], np.float32)
        mask[:, 0] = 1
        for row, one in enumerate(texts):
            held[row, : len(one)], mask[row, : len(one)] = one, 1
        return held, mask

    def descend(
        self,
        states: Sequence[NDArray[np.float16]],
        learnt: Tree,
        slope: Slope,
        known: Sequence[Float],
        draw: np.random.Generator,
        key: Tree,
    ) -> Tree:
        """Learn from examples and return what was learnt.

        Args:
            states: Each example before the first layer.
            learnt: What is begun with.
            slope: Of what is lost by some rows, given what is learnt, states, mask, which rows
                count, what is known of each row, and what draws.
            known: Arrays whose first axis is the examples'.
            draw: Draws when each example is learnt from.
            key: Draws what is left out.
        """
        moments = jax.tree.map(lambda one: (jnp.zeros_like(one), jnp.zeros_like(one)), learnt)
        steps = [batch for _ in range(self.rounds) for batch in self.batches(states, draw)]
        for number, batch in enumerate(steps, start=1):
            key, drawn = jax.random.split(key)
            held, mask = self.pad([states[one] for one in batch])
            counts = (np.arange(len(held)) < len(batch)).astype(np.float32)
            spare = [(0, len(held) - len(batch))]
            about = [np.pad(one[batch], spare + [(0, 0)] * (one.ndim - 1)) for one in known]
            down = slope(learnt, held, mask, counts, *about, drawn)
            learnt, moments = _step(learnt, moments, down, number, _rate(number / len(steps)))
        return jax.tree.map(np.asarray, learnt)

    def _length(self, tokens: int) -> int:
        return next(one for one in self.lengths if tokens <= one)

    def _rows(self, length: int) -> int:
        return max(self.tokens // length, 8)


CLAUSES = Course(
    first=3, rank=8, rounds=3, tokens=1024, lengths=(12, 16, 24, 32, 48, 64, 96, 128, MAX_TOKENS)
)


def tune(said: Sequence[str], kind: NDArray[np.float64], seed: int) -> Tuned:
    """Learn from some clauses.

    Args:
        said: The N clauses.
        kind: (N, kinds) 1 for a clause of the kind, -1 for any other.
        seed: Draws what is begun with, left out, and learnt from when.
    """
    whole = all_weights()
    states = CLAUSES.states(said, whole)
    draw, key = np.random.default_rng(seed), jax.random.PRNGKey(seed)
    kinds = kind.shape[1]
    begun = (
        CLAUSES.begin(draw),
        np.zeros((WIDTH, kinds), np.float32),
        np.zeros(kinds, np.float32),
    )
    aims = np.where(kind > 0, SURE, 1 - SURE).astype(np.float32)
    slope = partial(_slope, whole)
    changes, weights, offset = CLAUSES.descend(states, begun, slope, [aims], draw, key)
    return Tuned(changes, weights, offset)


def all_weights() -> Tree:
    """Return the encoder's weights for JAX."""
    return {name: jnp.asarray(one) for name, one in read_weights().items()}


def _run_below(whole: Tree, tokens: Tree, mask: Tree, first: int) -> Tree:
    """Return tokens, (rows, length), as they stand before a layer."""
    begun = whole[WORDS][tokens] + whole[PLACES][: tokens.shape[1]] + whole[SEGMENTS][0]
    states = _norm(begun, whole, -1, "embeddings")
    for layer in range(first):
        states = _layer(states, mask, layer, whole, {})
    return states


_below = jax.jit(_run_below, static_argnums=3)


def above(changes: Tree, whole: Tree, states: Tree, mask: Tree) -> Tree:
    """Return tokens, (rows, length, WIDTH), as they leave the last layer.

    `states` stand before the first of the layers that are changed.
    """
    for layer in range(min(layer for layer, _ in changes), LAYERS):
        states = _layer(states, mask, layer, whole, changes)
    return states


def _vectors(changes: Tree, whole: Tree, states: Tree, mask: Tree) -> Tree:
    """Return unit vectors of clauses."""
    states = above(changes, whole, states, mask)
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
    learnt: Tree, whole: Tree, states: Tree, mask: Tree, counts: Tree, aim: Tree, drawn: Tree
) -> Tree:
    """Return the mean cross entropy of the clauses that count."""
    changes, weights, offset = learnt
    vectors = _vectors(changes, whole, states, mask)
    kept = jax.random.bernoulli(drawn, 1 - DROP, vectors.shape) / (1 - DROP)
    logits = SCALE * (vectors * kept) @ weights + offset
    lost = jnp.logaddexp(0, logits) - aim * logits
    return (lost * counts[:, None]).sum() / counts.sum()


_slope_of = jax.jit(jax.grad(_loss))


def _slope(whole: Tree, learnt: Tree, *rest: Tree) -> Tree:
    return _slope_of(learnt, whole, *rest)


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
