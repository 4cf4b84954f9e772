"""Teach the encoder to rate answers: what `attention` is made of. It needs JAX, see `tuning`.

Learnt from are the rated samples and traps of a pack, its foils, and `attention.jsonl`: further
answers and passages that language models wrote, with the levels and marks that they gave by the
rubric. None of them saw a golden answer, and no golden answer is learnt from. A passage is marked
on the one indicator that it was written for and on those that it was seen to show beside; on the
others of the dimension it is taken to show nothing, which counts less.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from evenhand.judges.attention import LOUD, MIDDLE, SHARP, SHELF, STEP, WINDOW, Attention
from evenhand.judges.cases import foil_cases
from evenhand.judges.clauses import split_clauses
from evenhand.judges.encoder import WIDTH, MiniLM
from evenhand.judges.errors import JudgeError
from evenhand.judges.normalise import normalise
from evenhand.judges.samples import RATED, TRAPS, load_rated, means_of
from evenhand.judges.tuning import DROP, Course, Float, Tree, above, all_weights
from evenhand.rubric import Pack

COURSE = Course(
    first=3,
    rank=8,
    rounds=4,
    tokens=2048,
    lengths=(24, 32, 48, 64, 96, 128, 160, 192, 256, 320, WINDOW),
)
PASSAGE = 0.3
"""What a passage or a foil counts beside an answer."""
UNSAID = 0.15
"""What a mark that nobody gave counts beside one that somebody did."""
MARKS = 9.0
"""As many marks as a dimension has count as much as its level."""


@dataclass(frozen=True)
class Taught:
    """A text to learn from.

    Attributes:
        prompt: What it answers.
        said: The text.
        levels: By dimension, where it is a whole answer.
        marks: By indicator, 0 to 2.
        weight: What it counts.
    """

    prompt: str
    said: str
    levels: Mapping[str, float]
    marks: Mapping[str, float]
    weight: float


def load_examples() -> Iterator[Taught]:
    """Read the answers and passages of its file.

    Raises:
        JudgeError: a line is not of their form.
    """
    lines = SHELF.examples.read_text(encoding="utf-8").rstrip("\n").split("\n")
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            levels = row.get("levels", {})
            weight = 1.0 if levels else PASSAGE
            yield Taught(row["prompt"], str(row["text"]), levels, row["marks"], weight)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            form = '{"writer", "prompt", "text", "marks"} and for an answer "levels"'
            raise JudgeError(f"{SHELF.examples}:{number}: must be {form}") from error


def gather(pack: Pack, encoder: MiniLM) -> list[Taught]:
    """Return all that is learnt from."""
    taught = list(load_examples())
    for row in (*load_rated(pack, RATED), *load_rated(pack, TRAPS)):
        found = list(means_of(row))
        levels = {name: level for name, level, _ in found}
        marks = {id: mark for _, _, of in found for id, mark in of.items()}
        taught.append(Taught(row["prompt"], row["text"], levels, marks, 1.0))
    for case in foil_cases(pack, encoder):
        said = "\n".join(clause.text for clause in case.reading.clauses)
        level = {case.dimension: case.level}
        taught.append(Taught(case.prompt, said, level, case.marks, PASSAGE))
    return [one for one in taught if split_clauses(one.said)]


def teach(pack: Pack, taught: list[Taught], seed: int = 0) -> Attention:
    """Learn to rate answers to the prompts of a pack.

    Raises:
        JudgeError: an example names what the pack does not have.
    """
    whole, known = all_weights(), _known(pack, taught)
    said = [_read(one.said) for one in taught]
    draw, key = np.random.default_rng(seed), jax.random.PRNGKey(seed)
    dimensions = [d.id for d in pack.dimensions]
    owner = np.repeat(np.arange(len(dimensions)), [len(d.indicators) for d in pack.dimensions])
    owned = np.eye(len(dimensions), dtype=np.float32)[owner]
    flags = [i.kind == "red_flag" for d in pack.dimensions for i in d.indicators]
    heads = {
        "heeds": np.zeros((WIDTH, len(owner)), np.float32),
        "shows": np.zeros((WIDTH, len(owner)), np.float32),
        "marks": np.zeros(len(owner), np.float32),
        "whole": np.zeros((WIDTH, len(dimensions)), np.float32),
        "worth": np.where(flags, -0.1, 0.1).astype(np.float32),
        "starts": np.zeros((len(pack.prompts), len(dimensions)), np.float32),
    }
    begun = COURSE.begin(draw), heads
    states = COURSE.states(said, whole)
    slope = partial(_slope, whole, owned)
    changes, learnt = COURSE.descend(states, begun, slope, known, draw, key)
    learnt["worth"] = learnt["worth"][:, None] * owned
    prompts = tuple(prompt.id for prompt in pack.prompts)
    return Attention(changes, learnt, prompts, tuple(dimensions))


def _read(said: str) -> str:
    """Return the clauses of a text, one after the other; what repeats or copies is left in."""
    return "\n".join(clause.text for clause in split_clauses(normalise(said).text))


def _known(pack: Pack, taught: list[Taught]) -> list[Float]:
    """Lay out what is known: prompts, levels and marks as steps, and what each of them counts.

    Raises:
        JudgeError: an example names what the pack does not have.
    """
    prompts = {prompt.id: place for place, prompt in enumerate(pack.prompts)}
    dimensions = {d.id: place for place, d in enumerate(pack.dimensions)}
    places = {i.id: n for n, i in enumerate(i for d in pack.dimensions for i in d.indicators)}
    beside = {i.id: [o.id for o in d.indicators] for d in pack.dimensions for i in d.indicators}
    asked = np.zeros((len(taught), len(prompts)), np.float32)
    aims = np.zeros((len(taught), len(dimensions) + len(places)), np.float32)
    counts = np.zeros_like(aims)
    for row, one in enumerate(taught):
        try:
            asked[row, prompts[one.prompt]] = 1
            for name, level in one.levels.items():
                aims[row, dimensions[name]] = (level - MIDDLE) / STEP
                counts[row, dimensions[name]] = one.weight
            unsaid = {other for name in one.marks for other in beside[name]} - set(one.marks)
            for name, mark in (*dict.fromkeys(unsaid, 0.0).items(), *one.marks.items()):
                at = len(dimensions) + places[name]
                aims[row, at] = mark - 1
                counts[row, at] = one.weight * (UNSAID if name in unsaid else 1) / MARKS
        except KeyError as error:
            raise JudgeError(f"{SHELF.examples.name}: pack {pack.id} has no {error}") from error
    return [asked, aims, counts]


def _loss(
    learnt: Tree,
    whole: Tree,
    owned: Tree,
    states: Tree,
    mask: Tree,
    rows: Tree,
    asked: Tree,
    aims: Tree,
    counts: Tree,
    drawn: Tree,
) -> Tree:
    """Return the mean squared error of levels and marks, in steps; as `Attention` gives them."""
    changes, heads = learnt
    states = above(changes, whole, states, mask)
    unit = states / jnp.linalg.norm(states, axis=2, keepdims=True)
    kept = jax.random.bernoulli(drawn, 1 - DROP, (len(unit), 1, WIDTH)) / (1 - DROP)
    unit = unit * kept
    heed = jax.nn.softmax(SHARP * unit @ heads["heeds"] + (1 - mask)[:, :, None] * -1e9, 1)
    marks = (heed * (LOUD * unit @ heads["shows"])).sum(1) + heads["marks"]
    mean = (unit * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
    levels = LOUD * mean @ heads["whole"] + (marks * heads["worth"]) @ owned
    found = jnp.concatenate([levels + asked @ heads["starts"], marks], 1)
    lost = ((found - aims) ** 2 * counts).sum(1)
    return (lost * rows).sum() / rows.sum()


_slope_of = jax.jit(jax.grad(_loss))


def _slope(whole: Tree, owned: Tree, learnt: Tree, *rest: Tree) -> Tree:
    return _slope_of(learnt, whole, owned, *rest)
