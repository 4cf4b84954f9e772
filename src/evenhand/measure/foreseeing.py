"""The joint distribution of a candidate's abilities and of the ratings that questions would bring.

Everything is Gaussian, so that what an answer would leave of the doubt is known before it is given
(van der Linden 1999, JEBS 24:398).

A probe follows a prompt's answer. Its rating is of an answer of its own, about the same story: half
of the luck of the prompt's answer (`KINSHIP`) is in it again, and in all other probes of that
prompt, so that asking on cannot average it out. Severity and halo of the interviewer are shared as
with any other question. How short a probe is, is in its aim.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from evenhand.measure import model
from evenhand.measure.components import Components
from evenhand.measure.options import Option
from evenhand.measure.posterior import posterior
from evenhand.measure.table import Array, Batch, Flags, Index, Table, tabulate
from evenhand.measure.values import MIDDLE, RaterKind, Rating

KINSHIP = 0.5
"""Share of the answer effect that a prompt's answer and those to its probes have in common."""


@dataclass(frozen=True, eq=False)
class Foreseen:
    """Abilities (D of them) and the ratings to come (Q), given the ratings there are.

    Attributes:
        mean: (D,) posterior mean ability, in scores.
        covariance: (D + Q, D + Q), abilities first.
        place: (O, M) for each option, the coordinates of its ratings, padded with 0.
        real: (O, M) False where padded.
        human: (D,) whether a human has rated the dimension.
        human_next: (O, D) whether a human would rate it in answer to the option.
    """

    mean: Array
    covariance: Array
    place: Index
    real: Flags
    human: Flags
    human_next: Flags

    def after_each(self, covariance: Array, options: Sequence[int]) -> Array:
        """Return the (len(options), D, D) covariances of ability after each of some options.

        Args:
            covariance: Of abilities and ratings to come, as it is now.
            options: Options that were not asked yet.
        """
        size, most = len(self.mean), self.place.shape[1]
        place, real = self.place[options], self.real[options]
        if not most:
            return np.repeat(covariance[None, :size, :size], len(options), axis=0)
        both = real[:, :, None] & real[:, None, :]
        inner = np.where(both, covariance[place[:, :, None], place[:, None, :]], np.eye(most))
        cross = np.where(real[:, :, None], covariance[place, :size], 0.0)
        fall = np.swapaxes(cross, 1, 2) @ np.linalg.solve(inner, cross)
        return np.asarray(covariance[:size, :size] - fall)

    def given(self, covariance: Array, option: int) -> Array:
        """Return the covariance of everything, given the ratings of one option."""
        return conditioned(covariance, self.place[option][self.real[option]])


def foresee(
    ratings: Sequence[Rating], components: Components, options: Sequence[Option]
) -> Foreseen:
    """Condition abilities and the ratings to come on the ratings of one candidate.

    People who rated the candidate in a round go on rating in it; further ones are strangers. Model
    judges to come are those that rated the candidate, then others of the components.

    Raises:
        MeasureError: If a dimension is unknown.
    """
    asked, aim, rows = _to_come(ratings, components, options)
    size = len(components.dimensions)
    table = tabulate([*ratings, *asked], components.dimensions)
    seen = int(table.reading[: len(ratings)].max()) + 1 if ratings else 0
    known = posterior(ratings, components, candidates=("nobody",))
    most = max((len(row) for row in rows), default=0)
    place = np.zeros((len(options), most), dtype=np.intp)
    for number, row in enumerate(rows):
        place[number, : len(row)] = row
    real = np.arange(most) < np.array([len(row) for row in rows], dtype=np.intp)[:, None]
    human_next = np.array(
        [
            [o.rater_kind == "human" and o.dimensions.get(d, 0) > 0 for d in components.dimensions]
            for o in options
        ],
        dtype=np.bool_,
    ).reshape(len(options), size)
    return Foreseen(
        known.mean[0],
        _joint(table, seen, np.array(aim), ratings, components, options),
        place + np.where(real, size, 0),
        real,
        known.human[0],
        human_next,
    )


def conditioned(covariance: Array, seen: Index) -> Array:
    """Return a covariance of everything given the coordinates at `seen`."""
    if not len(seen):
        return covariance
    cross = covariance[:, seen]
    weight = np.linalg.solve(covariance[np.ix_(seen, seen)], cross.T)
    return np.asarray(covariance - cross @ weight)


def _joint(
    table: Table,
    seen: int,
    aim: Array,
    ratings: Sequence[Rating],
    components: Components,
    options: Sequence[Option],
) -> Array:
    """Return the (D + Q, D + Q) covariance given the first `seen` rows of the table."""
    total = len(table.level)
    if not total:
        return components.psi
    batch = Batch(
        np.zeros(1, dtype=np.intp),
        np.arange(total, dtype=np.intp)[None],
        np.ones((1, total), dtype=np.bool_),
    )
    at = model.lines(table, batch, _facets(table, seen, ratings, components))
    spread = model.covariance(
        at, components.psi, components.style, components.shared, components.halo
    )[0]
    loading = at.loading[0][:, None] * at.loading[0]
    new = np.arange(total) >= seen
    # A less direct question adds luck to its answer, and error to each rating of it.
    blur = np.concatenate([np.zeros(seen), 1 / aim - 1])
    extra = blur * at.luck[0]
    same = table.cell[:, None] == table.cell
    spread += loading * np.where(same, np.minimum.outer(extra, extra), 0.0)
    spread[np.diag_indices(total)] += blur * at.noise[0]
    story = _stories(table, seen, options)
    kin = (story[:, None] == story) & (story >= 0) & ~same & (new | new[:, None])
    spread += loading * (KINSHIP * components.answer * kin)
    cross = model.with_ability(at, components.psi)[0]
    size = len(components.psi)
    joint = np.block([[components.psi, cross.T], [cross, spread]])
    kept = np.concatenate([np.arange(size), size + np.arange(seen, total)])
    return np.asarray(conditioned(joint, size + np.arange(seen))[np.ix_(kept, kept)])


def _facets(
    table: Table, seen: int, ratings: Sequence[Rating], components: Components
) -> model.Facets:
    """Look up facets; how ambiguous an answer is, is told by the ratings there are alone."""
    of = model.facets(table, replace(components, moderation=None))
    if components.moderation is None or not seen:
        return of
    known = model.facets(model.read(ratings, components), components)
    ambiguity, blur = of.ambiguity.copy(), of.blur.copy()
    ambiguity[:seen], blur[:seen] = known.ambiguity, known.blur
    read = {int(table.cell[row]): row for row in range(seen) if table.model[row]}
    for row in np.flatnonzero(table.model[seen:]) + seen:
        like = read.get(int(table.cell[row]), row)
        ambiguity[row], blur[row] = ambiguity[like], blur[like]
    return replace(of, ambiguity=ambiguity, blur=blur)


def _stories(table: Table, seen: int, options: Sequence[Option]) -> Index:
    """Return which prompt's story each row tells, by dimension; -1 where it tells none."""
    follows = {option.task: option.follows for option in options if option.follows}
    told: dict[tuple[str, str], int] = {}
    story = np.full(len(table.level), -1, dtype=np.intp)
    prompts = set(follows.values())
    for row, cell in enumerate(table.cell.tolist()):
        task, dimension = table.cells[cell]
        prompt = task if task in prompts else follows.get(task, "") if row >= seen else ""
        if prompt:
            story[row] = told.setdefault((prompt, dimension), len(told))
    return story


def _to_come(
    ratings: Sequence[Rating], components: Components, options: Sequence[Option]
) -> tuple[list[Rating], list[float], list[Index]]:
    """Return the ratings that options would bring (levels are never looked at), aims and places."""
    candidate = ratings[0].candidate if ratings else "nobody"
    asked: list[Rating] = []
    aim: list[float] = []
    rows: list[Index] = []
    for option in options:
        first = len(asked)
        names = _raters(option.rater_kind, option.round, option.raters, ratings, components)
        for dimension, weight in option.dimensions.items():
            components.index(dimension)
            for name in names if weight > 0 else ():
                to_come = (candidate, dimension, option.task, option.round, name, option.rater_kind)
                asked.append(Rating(*to_come, level=MIDDLE))
                aim.append(weight)
        rows.append(np.arange(first, len(asked), dtype=np.intp))
    return asked, aim, rows


def _raters(
    kind: RaterKind, met: str, count: int, ratings: Sequence[Rating], components: Components
) -> list[str]:
    """Return who will rate: those who do already, then strangers."""
    here = [
        r.rater for r in ratings if r.rater_kind == kind and (kind == "model" or r.round == met)
    ]
    if kind == "model":
        here += components.judges
    names = list(dict.fromkeys(here))[:count]
    known = {rating.rater for rating in ratings}
    for number in range(count - len(names)):
        name = f"rater {number} to come"
        while name in known or name in components.raters or name in components.judges:
            name += "'"
        names.append(name)
    return names
