"""Teach the encoder to rate answers (`attention`) and to tell faults (`faults`). It needs JAX.

Levels are learnt from the rated samples and traps of a pack, its foils, and `attention.jsonl`:
further answers and passages that language models wrote, with the levels and marks that they gave by
the rubric. None of them saw a golden answer, and no golden answer is learnt from. A passage is
marked on the one indicator that it was written for and on those that it was seen to show beside; on
the others of the dimension it is taken to show nothing, which counts less.

Faults are learnt from all that and from what has them: answers that are wrong throughout, each
beside one by the same voice that is right, and senseless, hollow or stray ones (`faults.jsonl`);
and the examples of `claims.jsonl`, put together to texts of their own and put into rated answers.
The encoder that tells them learns levels beside, so that it knows what an answer is; what it rates
is not used, since one that learnt levels alone rates better (r 0.91 against 0.88, by itself).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from evenhand.judges import claims, faults
from evenhand.judges.attention import LOUD, MIDDLE, SHARP, SHELF, STEP, WINDOW, Attention
from evenhand.judges.cases import foil_cases
from evenhand.judges.clauses import split_clauses
from evenhand.judges.doubt import FAULTS
from evenhand.judges.encoder import WIDTH, MiniLM
from evenhand.judges.errors import JudgeError
from evenhand.judges.faults import Faults
from evenhand.judges.learning import LOWEST
from evenhand.judges.normalise import normalise
from evenhand.judges.samples import RATED, TRAPS, load_rated, means_of
from evenhand.judges.tuned import Change, Part
from evenhand.judges.tuning import DROP, Course, Float, Tree, above, all_weights
from evenhand.rubric import Pack

COURSE = Course(
    first=3,
    rank=8,
    rounds=4,
    tokens=2048,
    lengths=(24, 32, 48, 64, 96, 128, 160, 192, 256, 320, WINDOW),
)
FAULT_COURSE = replace(COURSE, rounds=3)
PASSAGE = 0.3
"""What a passage or a foil counts beside an answer."""
UNSAID = 0.15
"""What a mark that nobody gave counts beside one that somebody did."""
MARKS = 9.0
"""As many marks as a dimension has count as much as its level."""
FAULT = 0.3
"""What it counts whether a text has one of `FAULTS`, beside its level."""
LACED = 0.5
"""What the level counts of a rated answer that something was put into."""
TOGETHER = {
    **{"sound": 5, "plain": 5, "wrong": 5, "senseless": 6, "learned": 6, "hollow": 6},
    **{"filler": 7, "opener": 7, "astray": 1},
}
"""How many examples of a kind make a text; each is used once."""
PUT_IN = 150
"""Into how many rated answers texts with each of `FAULTS` are put, and texts with none."""
HOST_WORDS = 170
"""Words of such a rated answer at most, so that both are read to their end."""
STUFFED = "stuffed"
"""The rubric's words and little else: what that is worth is for the level to say."""
FAULTLESS = dict.fromkeys(FAULTS, False)
_OF_SIGNS = ("heeds", "shows", "marks")
"""The heads whose last axis is the indicators and, after them, `FAULTS`."""


@dataclass(frozen=True)
class Taught:
    """A text to learn from.

    Attributes:
        prompt: What it answers.
        said: The text.
        levels: By dimension, where it is a whole answer.
        marks: By indicator, 0 to 2.
        weight: What levels and marks count.
        faults: Whether it has `FAULTS`, as far as that is known.
    """

    prompt: str
    said: str
    levels: Mapping[str, float]
    marks: Mapping[str, float]
    weight: float
    faults: Mapping[str, bool] = field(default_factory=dict)


def load_examples(file: Path) -> Iterator[Taught]:
    """Read answers and passages.

    Raises:
        JudgeError: a line is not of their form.
    """
    lines = file.read_text(encoding="utf-8").rstrip("\n").split("\n")
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            levels = row.get("levels", {})
            weight = 1.0 if levels else PASSAGE
            known = _faults(row.get("kind", "sound")) if levels else {}
            yield Taught(row["prompt"], str(row["text"]), levels, row["marks"], weight, known)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            form = '{"writer", "prompt", "text", "marks"}, for an answer "levels" and maybe "kind"'
            raise JudgeError(f"{file}:{number}: must be {form}") from error


def _faults(kind: str) -> Mapping[str, bool]:
    """Return what is known of a text of some kind: one that is wrong may be hollow as well.

    Raises:
        KeyError: there is no such kind.
    """
    if kind in claims.RIGHT:
        return FAULTLESS
    return {} if kind == STUFFED else {claims.WHY[kind]: True}


def gather(pack: Pack, encoder: MiniLM) -> list[Taught]:
    """Return all that levels are learnt from."""
    return _worth_reading([*load_examples(SHELF.examples), *_samples(pack), *_foils(pack, encoder)])


def gather_faults(pack: Pack, encoder: MiniLM, seed: int = 0) -> list[Taught]:
    """Return all that faults are learnt from; `seed` draws what is put together and into what."""
    answers = [*load_examples(SHELF.examples), *load_examples(faults.SHELF.examples)]
    samples = _samples(pack)
    hosts = [one for one in samples if one.faults]
    made = _from_claims(pack, hosts, np.random.default_rng(seed))
    return _worth_reading([*answers, *samples, *made, *_foils(pack, encoder)])


def _worth_reading(taught: list[Taught]) -> list[Taught]:
    return [one for one in taught if split_clauses(one.said)]


def _samples(pack: Pack) -> list[Taught]:
    """Return the rated samples of a pack, without faults, and its traps, of which nobody knows."""
    rated = [_rated(row, FAULTLESS) for row in load_rated(pack, RATED)]
    return [*rated, *(_rated(row, {}) for row in load_rated(pack, TRAPS))]


def _foils(pack: Pack, encoder: MiniLM) -> Iterator[Taught]:
    for case in foil_cases(pack, encoder):
        said = "\n".join(clause.text for clause in case.reading.clauses)
        level = {case.dimension: case.level}
        yield Taught(case.prompt, said, level, case.marks, PASSAGE)


def _rated(row: dict[str, Any], known: Mapping[str, bool]) -> Taught:
    found = list(means_of(row))
    levels = {name: level for name, level, _ in found}
    marks = {id: mark for _, _, of in found for id, mark in of.items()}
    return Taught(row["prompt"], row["text"], levels, marks, 1.0, known)


def _from_claims(
    pack: Pack, rated: Sequence[Taught], draw: np.random.Generator
) -> Iterator[Taught]:
    """Put the examples of claims together to texts, and some of those into rated answers."""
    made = _texts(draw)
    for known, texts in made:
        for text in texts:
            prompt = pack.prompts[draw.integers(len(pack.prompts))]
            levels = {} if known == FAULTLESS else dict.fromkeys(prompt.dimensions, LOWEST)
            yield Taught(prompt.id, text, levels, {}, 1.0, known)
    hosts = [one for one in rated if len(one.said.split()) <= HOST_WORDS]
    for known, texts in made:
        for text in draw.choice(np.array(texts), min(PUT_IN, len(texts)), replace=False):
            host = hosts[draw.integers(len(hosts))]
            both = "\n\n".join(draw.permutation(np.array([host.said, text])).tolist())
            yield Taught(host.prompt, both, host.levels, {}, LACED, known)


def _texts(draw: np.random.Generator) -> list[tuple[Mapping[str, bool], list[str]]]:
    """Return texts made of examples of claims, with what is known of them."""
    found: dict[str, list[str]] = {}
    for example in claims.load():
        found.setdefault(example.kind, []).append(example.text)
    made: dict[str, list[str]] = {}
    for kind, said in found.items():
        mixed, size = [said[at] for at in draw.permutation(len(said)).tolist()], TOGETHER[kind]
        texts = [" ".join(mixed[at : at + size]) for at in range(0, len(mixed), size)]
        made.setdefault(claims.WHY.get(kind, ""), []).extend(texts)
    return [({why: True} if why else FAULTLESS, texts) for why, texts in made.items()]


def teach(pack: Pack, taught: list[Taught], seed: int = 0) -> Attention:
    """Learn to rate answers to the prompts of a pack.

    Raises:
        JudgeError: an example names what the pack does not have.
    """
    # Of faults nothing is to be learnt here, not even that there are none.
    changes, learnt = _learn(COURSE, pack, [replace(one, faults={}) for one in taught], seed)
    of_indicators = {name: learnt[name][..., : -len(FAULTS)] for name in _OF_SIGNS}
    dimensions = [d.id for d in pack.dimensions]
    worth = learnt["worth"][: -len(FAULTS), None] * _owned(pack)[: -len(FAULTS)]
    heads = {**learnt, **of_indicators, "worth": worth}
    return Attention(changes, heads, tuple(prompt.id for prompt in pack.prompts), tuple(dimensions))


def teach_faults(pack: Pack, taught: list[Taught], seed: int = 0) -> Faults:
    """Learn to tell faults.

    Raises:
        JudgeError: an example names what the pack does not have.
    """
    changes, learnt = _learn(FAULT_COURSE, pack, taught, seed)
    return Faults(changes, {name: learnt[name][..., -len(FAULTS) :] for name in _OF_SIGNS})


def _owned(pack: Pack) -> Float:
    """Return which dimension each sign counts for, (signs, dimensions): a fault for none."""
    counts = [len(d.indicators) for d in pack.dimensions]
    owned = np.repeat(np.eye(len(counts), dtype=np.float32), counts, axis=0)
    return np.concatenate([owned, np.zeros((len(FAULTS), len(counts)), np.float32)])


def _learn(
    course: Course, pack: Pack, taught: list[Taught], seed: int
) -> tuple[dict[Part, Change], dict[str, Float]]:
    """Learn levels, marks and faults; return the changes of the encoder, and the heads."""
    whole, known = all_weights(), _known(pack, taught)
    said = [_read(one.said) for one in taught]
    draw, key = np.random.default_rng(seed), jax.random.PRNGKey(seed)
    owned = _owned(pack)
    signs, dimensions = owned.shape
    flags = [i.kind == "red_flag" for d in pack.dimensions for i in d.indicators]
    worth = np.append(np.where(flags, -0.1, 0.1), np.zeros(len(FAULTS)))
    heads = {
        "heeds": np.zeros((WIDTH, signs), np.float32),
        "shows": np.zeros((WIDTH, signs), np.float32),
        "marks": np.zeros(signs, np.float32),
        "whole": np.zeros((WIDTH, dimensions), np.float32),
        "worth": worth.astype(np.float32),
        "starts": np.zeros((len(pack.prompts), dimensions), np.float32),
    }
    begun = course.begin(draw), heads
    states = course.states(said, whole)
    slope = partial(_slope, whole, owned)
    found: tuple[dict[Part, Change], dict[str, Float]] = course.descend(
        states, begun, slope, known, draw, key
    )
    return found


def _read(said: str) -> str:
    """Return the clauses of a text, one after the other; what repeats or copies is left in."""
    return "\n".join(clause.text for clause in split_clauses(normalise(said).text))


def _known(pack: Pack, taught: list[Taught]) -> list[Float]:
    """Lay out what is known: prompts; levels, marks, faults as steps; what each of them counts.

    Raises:
        JudgeError: an example names what the pack does not have.
    """
    prompts = {prompt.id: place for place, prompt in enumerate(pack.prompts)}
    dimensions = {d.id: place for place, d in enumerate(pack.dimensions)}
    places = {i.id: n for n, i in enumerate(i for d in pack.dimensions for i in d.indicators)}
    beside = {i.id: [o.id for o in d.indicators] for d in pack.dimensions for i in d.indicators}
    asked = np.zeros((len(taught), len(prompts)), np.float32)
    aims = np.zeros((len(taught), len(dimensions) + len(places) + len(FAULTS)), np.float32)
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
            for fault, has in one.faults.items():
                at = len(dimensions) + len(places) + FAULTS.index(fault)
                aims[row, at], counts[row, at] = (1 if has else -1), FAULT
        except KeyError as error:
            raise JudgeError(f"an example names {error}, which pack {pack.id} has not") from error
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
    """Return the mean squared error of levels, marks and faults, as `Attention` gives them."""
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
