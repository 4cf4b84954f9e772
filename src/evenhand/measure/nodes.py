"""What a fit reads, boiled down: an answer as its judges read it together, or one human reading.

Given the judges' parameters, their readings of one answer bear on it through one weighted mean
alone; how they scatter round it bears on the judges. So a candidate has one node for each answer
that judges read and one for each human reading, whatever the size of the panel.
"""

from dataclasses import dataclass

import numpy as np

from evenhand.measure.effects import Layout, Pairs
from evenhand.measure.table import Array, Flags, Index, Table, grouped

ENTRIES = 150_000
"""Most entries of a block's covariance matrices: what fits into a processor's cache."""


@dataclass(frozen=True, eq=False)
class Nodes:
    """M nodes: A answers read by judges, then H human readings.

    Attributes:
        candidate, cell, dimension: (M,) indices.
        person: (M,) which of the layout's people read it; -1 for answers.
        circle: (M,) as in the table; -1 for answers.
        panel: (A, J) levels; 0 where a judge gave none.
        given: (A, J) whether a judge gave one.
        level: (H,) human levels.
    """

    candidate: Index
    cell: Index
    dimension: Index
    person: Index
    circle: Index
    panel: Array
    given: Flags
    level: Array

    @property
    def answers(self) -> int:
        """Number A of answers read by judges."""
        return len(self.panel)


def nodes(table: Table, of: Layout) -> Nodes:
    """Boil a table down."""
    model = table.model
    keys, answer = np.unique(
        (table.candidate * len(table.cells) + table.cell)[model], return_inverse=True
    )
    column = np.full(len(table.raters), -1)
    column[of.judges] = np.arange(len(of.judges))
    column[of.people] = np.arange(len(of.people))
    panel = np.zeros((len(keys), len(of.judges)))
    given = np.zeros(panel.shape, dtype=np.bool_)
    panel[answer, column[table.rater[model]]] = table.level[model]
    given[answer, column[table.rater[model]]] = True
    candidate, cell = np.divmod(keys, len(table.cells))
    dimension = np.zeros(len(table.cells), dtype=np.intp)
    dimension[table.cell] = table.dimension
    none = np.full(len(keys), -1)
    return Nodes(
        candidate=np.concatenate([candidate, table.candidate[~model]]),
        cell=np.concatenate([cell, table.cell[~model]]),
        dimension=np.concatenate([dimension[cell], table.dimension[~model]]),
        person=np.concatenate([none, column[table.rater[~model]]]),
        circle=np.concatenate([none, table.circle[~model]]),
        panel=panel,
        given=given,
        level=table.level[~model],
    )


@dataclass(frozen=True, eq=False)
class Block:
    """B candidates with P nodes each, and the effects they meet; padding is not `real`.

    Attributes:
        node: (B, P) indices; 0 where padded.
        real: (B, P).
        dimensions: (B, P, P) code d * D + d' of two nodes' dimensions.
        cell, models, circle: (B, P, P) whether two nodes are of one answer, are both answers as
            judges read them, share a halo.
        common: (B, g) places in the common vector, the J judges first; repeated where padded.
        people: (B, h) places among people.
        pair: (B, h, h) places among the pairs of people.
        design: (B, P, g + h) of the effects; the judges' columns are set by each step.
    """

    node: Index
    real: Flags
    dimensions: Index
    cell: Flags
    models: Flags
    circle: Flags
    common: Index
    people: Index
    pair: Index
    design: Array


def blocks(of: Nodes, where: Layout, candidates: int) -> tuple[list[Block], Pairs]:
    """Group the nodes by candidate."""
    drafts = [
        _draft(of, where, batch.row, batch.real)
        for batch in grouped(of.candidate, candidates, ENTRIES)
        if batch.row.shape[1]
    ]
    count = max(len(where.people), 1)
    keys = [draft.people[:, :, None] * count + draft.people[:, None, :] for draft in drafts]
    # Everybody is paired with themselves, met or not, so that the diagonal is whole.
    alone = np.arange(len(where.people)) * (count + 1)
    met = np.unique(np.concatenate([alone, *(key.ravel() for key in keys)]))
    met = met if len(where.people) else alone
    pairs = Pairs(*np.divmod(met, count))
    found = [
        Block(**{**vars(draft), "pair": np.searchsorted(met, key)})
        for draft, key in zip(drafts, keys, strict=True)
    ]
    return found, pairs


def _draft(of: Nodes, where: Layout, node: Index, real: Flags) -> Block:
    """Return a block whose pairs of people are not numbered yet."""
    both = real[:, :, None] & real[:, None, :]
    cell, circle = of.cell[node], np.where(real, of.circle[node], -1)
    model = node < of.answers
    dimension = of.dimension[node]
    first, human = len(where.judges), real & ~model
    shared, place = _distinct(
        np.stack([first + dimension, first + where.dimensions + cell], axis=2), real
    )
    people, person = _distinct(of.person[node][:, :, None], human)
    judges = np.broadcast_to(np.arange(first), (len(node), first))
    common = np.concatenate([judges, shared], axis=1)
    design = np.zeros((*node.shape, common.shape[1] + people.shape[1]))
    b, p = np.nonzero(real)
    design[b, p, first + place[b, p, 0]] = 1.0
    design[b, p, first + place[b, p, 1]] = -1.0
    b, p = np.nonzero(human)
    design[b, p, common.shape[1] + person[b, p, 0]] = -1.0
    return Block(
        node=node,
        real=real,
        dimensions=dimension[:, :, None] * where.dimensions + dimension[:, None, :],
        cell=both & (cell[:, :, None] == cell[:, None, :]),
        models=both & model[:, :, None] & model[:, None, :],
        circle=both & (circle[:, :, None] == circle[:, None, :]) & (circle >= 0)[:, :, None],
        common=common,
        people=people,
        pair=np.empty(0, dtype=np.intp),
        design=design,
    )


def _distinct(ids: Index, real: Flags) -> tuple[Index, Index]:
    """Number the ids (B, P, k) that occur in each row's real places.

    Returns:
        (B, n) the distinct ids, padded with one of them or 0; and (B, P, k) where each id stands.
    """
    flat = np.where(real[:, :, None], ids, -1).reshape(len(ids), -1)
    order = np.argsort(flat, axis=1, kind="stable")
    ranked = np.take_along_axis(flat, order, axis=1)
    new = np.concatenate([ranked[:, :1] >= 0, ranked[:, 1:] != ranked[:, :-1]], axis=1)
    position = np.maximum(np.cumsum(new, axis=1) - 1, 0)
    place = np.empty_like(position)
    np.put_along_axis(place, order, position, axis=1)
    if not real.any():
        return np.zeros((len(ids), 0), dtype=np.intp), place.reshape(ids.shape)
    found = np.zeros((len(ids), int(position.max()) + 1), dtype=np.intp)
    np.put_along_axis(found, position, np.maximum(ranked, 0), axis=1)
    return found, place.reshape(ids.shape)
