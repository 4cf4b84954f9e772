"""How each round of the loop narrowed the intervals: the estimate as it stood after each of them.

All of them are made with the components of the estimate that counts, so that what differs between
two rounds is what was rated in the second.
"""

from __future__ import annotations

from evenhand.measure import estimate

from .material import Material
from .shape import Interval, Narrowed


def narrowed(material: Material) -> dict[str, tuple[Narrowed, ...]]:
    """Return the intervals round by round, by dimension, `overall` included.

    A dimension has a line for each round that somebody was rated in, also where none of the ratings
    were on it: dimensions tell of each other. Empty where no live round was rated.
    """
    components = material.origin.components
    rounds = [
        round_
        for round_ in material.pack.rounds
        if any(rating.round == round_.id for rating in material.ratings)
    ]
    if components is None or not any(one.id != "async" for one in rounds):
        return {}
    opening, me = material.application.opening, str(material.application.pk)
    found: dict[str, list[Narrowed]] = {}
    so_far: set[str] = set()
    for round_ in rounds:
        so_far.add(round_.id)
        made = estimate(
            [rating for rating in material.ratings if rating.round in so_far],
            components,
            bar=opening.bar,
            confidence=opening.confidence,
            weights=material.pack.weights,
            candidates=[me],
        )
        for one in made:
            rated = sum(
                rating.round == round_.id and rating.dimension == one.dimension
                for rating in material.ratings
            )
            found.setdefault(one.dimension, []).append(
                Narrowed(
                    round=round_.id,
                    name=round_.name,
                    ratings=rated,
                    level=Interval(one.mean, one.sd, one.low, one.high),
                )
            )
    return {name: tuple(lines) for name, lines in found.items()}
