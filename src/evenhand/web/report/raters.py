"""The rounds that a report rests on: who rated in each, counted, and what people gave."""

from __future__ import annotations

from collections.abc import Sequence

from evenhand.measure import Rating
from evenhand.rubric import Pack

from . import words
from .material import Material
from .shape import PersonRating, RoundPart


def rounds_of(material: Material) -> tuple[RoundPart, ...]:
    """Return the rounds with ratings that count, in the order of the loop.

    Models' ratings stand beside the answers they read; people's stand here, since a live round
    leaves no answer to read.
    """
    people = people_in(material.ratings)
    questions = questions_of(material.pack)
    parts = []
    for one in material.pack.rounds:
        ratings = [rating for rating in material.ratings if rating.round == one.id]
        raters = {(rating.rater_kind, rating.rater) for rating in ratings}
        if not ratings:
            continue
        models = sum(kind == "model" for kind, _ in raters)
        parts.append(
            RoundPart(
                id=one.id,
                name=one.name,
                models=models,
                people=len(raters) - models,
                says=words.rated(models, len(raters) - models),
                ratings=tuple(
                    PersonRating(
                        dimension=rating.dimension,
                        name=material.pack.dimension(rating.dimension).name,
                        task=rating.task,
                        question=questions.get(rating.task, rating.task),
                        rater=people[rating.rater],
                        level=rating.level,
                    )
                    for rating in ratings
                    if rating.rater_kind == "human"
                ),
            )
        )
    return tuple(parts)


def people_in(ratings: Sequence[Rating]) -> dict[str, str]:
    """Return what the people who rated are called: a report names nobody."""
    raters = dict.fromkeys(one.rater for one in ratings if one.rater_kind == "human")
    return {rater: words.person(number) for number, rater in enumerate(raters, start=1)}


def questions_of(pack: Pack) -> dict[str, str]:
    """Return the words of prompts and probes, and the names of role plays, by id."""
    asked = {prompt.id: prompt.text for prompt in pack.prompts}
    asked |= {probe.id: probe.text for probe in pack.probes}
    return asked | {scene.id: scene.name for scene in pack.role_plays}
