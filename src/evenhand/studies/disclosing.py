"""What of a count of people may be told, so that no one person can be worked out from it.

Two kinds of readers are thought of. One knows how many there are in all and takes away what is
told: so what is not told numbers at least `FEWEST` people together (complementary suppression;
Cox 1980, JASA 75:377). The other knows who had which result and holds tables of results against
each other: so a table is made only where every set of people who fared alike in all tables that
were made is as large as that, for no sum or difference of tables then reaches fewer people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from evenhand.studies.impact import FEWEST

Cell = tuple[str, str]


def hide(*parts: Mapping[str, int], hidden: Iterable[str] = ()) -> frozenset[str]:
    """Return the groups that are not told, the same ones in every part.

    Args:
        parts: people by group of each part; the same groups in each.
        hidden: groups that are not told in any case.

    Returns:
        Groups with fewer than `FEWEST` in any part, and the next smallest ones until what is not
        told numbers nobody, or `FEWEST` or more, in every part.

    >>> sorted(hide({"women": 30, "men": 40, "other": 3}))
    ['other', 'women']
    >>> hide({"women": 30, "men": 40})
    frozenset()
    """
    names = list(parts[0])
    found = set(hidden) & set(names)
    found |= {one for one in names if any(part[one] < FEWEST for part in parts)}
    while any(_few(sum(part[one] for one in found)) for part in parts):
        left = [one for one in names if one not in found]
        if not left:
            break
        found.add(min(left, key=lambda one: (min(part[one] for part in parts), one)))
    return frozenset(found)


def hide_crossed(
    cells: Mapping[Cell, int],
    rows: frozenset[str],
    columns: frozenset[str],
    hidden: Iterable[Cell] = (),
) -> frozenset[Cell]:
    """Return the cells of two crossed questions that are not told.

    Args:
        cells: people by group of the first and of the second question; every pair.
        rows: groups of the first question that are not told in its own table.
        columns: groups of the second one that are not.
        hidden: cells that are not told in any case.

    Returns:
        Cells with fewer than `FEWEST`, those of groups that are not told, and the next smallest
        ones until the sums of rows and columns give away none of them: none that is a few people,
        and no few people together in a row or column.

    >>> table = {("a", "x"): 20, ("a", "y"): 4, ("b", "x"): 30, ("b", "y"): 40}
    >>> sorted(hide_crossed(table, frozenset(), frozenset()))
    [('a', 'x'), ('a', 'y'), ('b', 'x'), ('b', 'y')]
    """
    found = {one for one, n in cells.items() if n < FEWEST or one[0] in rows or one[1] in columns}
    found |= set(hidden)
    lines = [{one for one in cells if one[0] == row} for row in {r for r, _ in cells} - rows]
    lines += [{one for one in cells if one[1] == col} for col in {c for _, c in cells} - columns]
    while gives_away(cells, lines, found):
        left = [one for one in cells if one not in found]
        if not left:
            break
        found.add(min(left, key=lambda one: (cells[one], one)))
    return frozenset(found)


def gives_away(cells: Mapping[Cell, int], lines: Iterable[set[Cell]], hidden: set[Cell]) -> bool:
    """Say whether known sums of lines give away a few people among the hidden cells.

    Counts are not negative, so where nobody is missing from a line its hidden cells are empty. What
    the remaining equations determine is found exactly: a cell is determined where no solution of
    the equations without their right-hand side moves it.
    """
    open_ = [line & hidden for line in lines]
    empty = {one for line in open_ if not sum(cells[c] for c in line) for one in line}
    open_ = [line - empty for line in open_]
    if any(_few(sum(cells[one] for one in line)) for line in open_):
        return True
    unknown = sorted(hidden - empty)
    if not unknown:
        return False
    equations = np.array([[float(one in line) for one in unknown] for line in open_ if line])
    if not equations.size:
        return False
    known = _determined(equations, unknown)
    if any(_few(cells[one]) for one in known):
        return True
    return any(_few(sum(cells[one] for one in line - known)) for line in open_)


def _determined(equations: NDArray[np.float64], unknown: Sequence[Cell]) -> set[Cell]:
    _, sizes, turned = np.linalg.svd(equations)
    free = turned[int((sizes > 1e-9).sum()) :]
    return {one for n, one in enumerate(unknown) if not (np.abs(free[:, n]) > 1e-9).any()}


def _few(people: int) -> bool:
    return 0 < people < FEWEST


def alike(people: Sequence[Mapping[str, Hashable]], stages: Iterable[str]) -> tuple[str, ...]:
    """Return the stages whose results may be told together, in the order of their weight.

    Args:
        people: each one's result in each stage.
        stages: the one that matters most first; a later one is left out where telling it would
            set fewer than `FEWEST` people apart.
    """
    told: tuple[str, ...] = ()
    for stage in stages:
        if is_told_apart(people, (*told, stage)):
            told = (*told, stage)
    return told


def is_told_apart(people: Sequence[Mapping[str, Hashable]], stages: Sequence[str]) -> bool:
    """Say whether everybody has enough others who fared alike in all these stages."""
    sets = Counter(tuple(one[stage] for stage in stages) for one in people)
    return all(count >= FEWEST for count in sets.values())
