"""Lessons made up, for what learns to tell clauses apart."""

import numpy as np

from evenhand.judges.lessons import Lesson
from evenhand.judges.telling import Array


def unit_near(rng: np.random.Generator, middle: Array, count: int) -> Array:
    """Draw unit vectors near one, (count, len(middle))."""
    near = middle + 0.1 * rng.standard_normal((count, len(middle)))
    unit: Array = near / np.linalg.norm(near, axis=1, keepdims=True)
    return unit


def lesson_of(
    said: list[str], vectors: Array, examples: int, texts_of: int = 1, kinds: int = 1
) -> Lesson:
    """Make a lesson: the first clauses are examples of the kinds in turn, the rest are answers."""
    count = len(said)
    text = np.arange(count) // texts_of
    kind = np.full((count, kinds), -1.0)
    for at in range(examples):
        kind[at, at % kinds] = 1.0
    voices = np.array([f"v{n // 5}" for n in range(text[-1] + 1)])
    return Lesson(said, vectors, kind, np.arange(count) >= examples, text, voices)
