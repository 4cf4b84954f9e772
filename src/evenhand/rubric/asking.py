"""What an interviewer may ask next: the prompts and probes of a pack's live rounds.

The first prompts of the live rounds, in the order of the loop, are the common core: asked of
everyone, whatever else is chosen. Of prompts that stand in for each other one is asked. A probe
stands after any prompt of its dimension; it is put after one that the person was asked.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from .pack import Pack, Probe, Prompt

CORE = 3
"""How many prompts of the live rounds are asked of everyone."""
WRITTEN = "async"
"""The round that nobody sits in on; all others are live."""


@dataclass(frozen=True)
class Question:
    """A prompt or probe that may be asked; the fields are those of `evenhand.measure.Option`.

    Attributes:
        task: The prompt or probe.
        dimensions: What the answer is judged on, each with how squarely the question aims at it.
            That is its share for a prompt. How much a question tells is taken to be in proportion
            to its minutes (Spearman 1910 and Brown 1910, Brit. J. Psychol. 3), so for a probe it is
            its part of the minutes that the prompt it follows has for the dimension.
        minutes: How long it takes.
        round: Where it is asked.
        core: Its place, from 1, in the common core; 0 outside.
        follows: For a probe, the prompt it follows; otherwise empty.
    """

    task: str
    dimensions: Mapping[str, float]
    minutes: float
    round: str
    core: int = 0
    follows: str = ""


def live_questions(
    pack: Pack, *, asked: Collection[str] = (), elsewhere: Collection[str] = ()
) -> list[Question]:
    """Return the prompts and probes of the live rounds.

    Args:
        pack: The pack.
        asked: Prompts and probes that the person was asked, in any round. Of prompts that stand in
            for each other such a one is kept; such a probe is left out.
        elsewhere: What other people of the opening were asked: this tells its variant.
    """
    prompts = _one_of_each(pack, asked, elsewhere)
    live = [round_ for round_ in pack.rounds if round_.id != WRITTEN]
    order = [prompts[id] for round_ in live for id in round_.prompts if id in prompts]
    questions = [
        Question(p.id, p.dimensions, p.minutes, p.round, core=place if place <= CORE else 0)
        for place, p in enumerate(order, 1)
    ]
    if not live:
        return []
    of = {indicator.id: d.id for d in pack.dimensions for indicator in d.indicators}
    for probe in pack.probes:
        dimension = of[probe.indicator]
        shows = [prompt for prompt in prompts.values() if dimension in prompt.dimensions]
        if shows and probe.id not in asked:
            prompt = max(shows, key=lambda one: (one.id in asked, one.dimensions[dimension]))
            met = prompt.round
            if met == WRITTEN:
                met = next((r.id for r in live if dimension in r.dimensions), live[0].id)
            questions.append(_after(prompt, probe, dimension, met))
    return questions


def _after(prompt: Prompt, probe: Probe, dimension: str, met: str) -> Question:
    aim = probe.minutes / (prompt.minutes * prompt.dimensions[dimension])
    return Question(probe.id, {dimension: min(aim, 1.0)}, probe.minutes, met, follows=prompt.id)


def _one_of_each(
    pack: Pack, asked: Collection[str], elsewhere: Collection[str]
) -> dict[str, Prompt]:
    groups: dict[tuple[object, ...], list[Prompt]] = {}
    # Of those that stand in for each other, the one that the loop names first.
    place = {id: n for n, id in enumerate(id for one in pack.rounds for id in one.prompts)}
    for prompt in sorted(pack.prompts, key=lambda one: place[one.id]):
        alike = (prompt.round, frozenset(prompt.dimensions))
        groups.setdefault(alike if prompt.variant else (prompt.id,), []).append(prompt)
    chosen = (
        max(group, key=lambda one: (one.id in asked, one.id in elsewhere))
        for group in groups.values()
    )
    return {prompt.id: prompt for prompt in chosen}
