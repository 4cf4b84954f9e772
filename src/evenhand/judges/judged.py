"""What of a pack its golden answers speak for: the part that the embedded judges may read.

Judges learn what a level is from answers that raters have rated. Where there are none, for a
question, a dimension or an indicator that is new in a version of the pack, nothing says how far a
judge can be trusted, so it reads nothing there: people do.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from evenhand.rubric import Dimension, GoldenAnswer, Pack, Prompt

FEWEST_AUTHORS = 8
"""Fewer people's answers say little of how well a judge reads those of others."""


def judged_part(pack: Pack) -> Pack:
    """Return the pack without what its golden answers do not speak for; itself where they do.

    Left are the pairs of prompt and dimension with rated answers by at least `FEWEST_AUTHORS`
    authors, and of each dimension the indicators that all its ratings mark.
    """
    marked = _marked(pack)
    pairs = _pairs(pack, marked)
    dimensions = tuple(
        _with_indicators(dimension, marked[dimension.id])
        for dimension in pack.dimensions
        if any(dimension.id in of for of in pairs.values())
    )
    prompts = tuple(
        _with_dimensions(prompt, pairs[prompt.id]) for prompt in pack.prompts if pairs[prompt.id]
    )
    golden = tuple(
        answer
        for answer in (_spoken_for(answer, pairs, marked) for answer in pack.golden)
        if answer.ratings
    )
    if (dimensions, prompts, golden) == (pack.dimensions, pack.prompts, pack.golden):
        return pack
    return replace(pack, dimensions=dimensions, prompts=prompts, golden=golden)


def judged_version(pack: Pack) -> str:
    """Name which part of a pack the judges read: hex SHA-256, empty where they read all of it.

    A calibration's numbers stand in the order of that part, so it fits no other.
    """
    judged = judged_part(pack)
    if judged is pack:
        return ""
    ids = [[d.id, *(i.id for i in d.indicators)] for d in judged.dimensions]
    ids += [[p.id, *p.dimensions] for p in judged.prompts]
    return hashlib.sha256(json.dumps(ids).encode()).hexdigest()


def _marked(pack: Pack) -> dict[str, frozenset[str]]:
    """Return by dimension the indicators that every rating on it marks."""
    found: dict[str, frozenset[str]] = {dimension.id: frozenset() for dimension in pack.dimensions}
    seen: set[str] = set()
    for answer in pack.golden:
        for rating in answer.ratings:
            marks = frozenset(rating.marks)
            known = found[rating.dimension]
            found[rating.dimension] = known & marks if rating.dimension in seen else marks
            seen.add(rating.dimension)
    return found


def _pairs(pack: Pack, marked: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    """Return by prompt the dimensions that enough authors' answers to it were rated on."""
    authors: dict[tuple[str, str], set[str]] = {}
    for answer in pack.golden:
        for rating in answer.ratings:
            authors.setdefault((answer.prompt, rating.dimension), set()).add(answer.author)
    return {
        prompt.id: [
            name
            for name in prompt.dimensions
            if marked[name] and len(authors.get((prompt.id, name), ())) >= FEWEST_AUTHORS
        ]
        for prompt in pack.prompts
    }


def _with_indicators(dimension: Dimension, marked: frozenset[str]) -> Dimension:
    left = tuple(indicator for indicator in dimension.indicators if indicator.id in marked)
    return dimension if left == dimension.indicators else replace(dimension, indicators=left)


def _with_dimensions(prompt: Prompt, names: list[str]) -> Prompt:
    if names == list(prompt.dimensions):
        return prompt
    return replace(prompt, dimensions={name: prompt.dimensions[name] for name in names})


def _spoken_for(
    answer: GoldenAnswer, pairs: Mapping[str, list[str]], marked: Mapping[str, frozenset[str]]
) -> GoldenAnswer:
    ratings = tuple(
        rating
        if rating.marks.keys() <= marked[rating.dimension]
        else replace(
            rating,
            marks={k: v for k, v in rating.marks.items() if k in marked[rating.dimension]},
        )
        for rating in answer.ratings
        if rating.dimension in pairs[answer.prompt]
    )
    return answer if ratings == answer.ratings else replace(answer, ratings=ratings)
