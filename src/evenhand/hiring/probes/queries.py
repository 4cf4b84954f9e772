"""What was asked in a sitting: its prompts, and the probes that followed them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from evenhand.hiring.probes.models import ProbeChoice
from evenhand.hiring.sittings.models import Sitting


def followed_by(probes: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], str]:
    """Return which prompt each probe follows; those that were not asked are not among them.

    Args:
        probes: sittings by id, each with the id of what may be a probe that was asked there.
    """
    if not probes:
        return {}
    asked = ProbeChoice.objects.filter(
        sitting__in={sitting for sitting, _probe in probes}, state=ProbeChoice.State.ASKED
    )
    found = asked.values_list("sitting", "probe", "prompt")
    return {(sitting, probe): prompt for sitting, probe, prompt in found}


def asked_in(sitting: Sitting) -> list[tuple[str, str]]:
    """Return every question that was put, in order, with the prompt that it follows or ""."""
    chosen = ProbeChoice.objects.filter(sitting=sitting, state=ProbeChoice.State.ASKED)
    after = dict(chosen.values_list("prompt", "probe"))
    return [
        pair
        for prompt in sitting.prompts
        for pair in [(prompt, ""), *([(after[prompt], prompt)] if prompt in after else [])]
    ]


def choices_of(sitting: Sitting) -> dict[str, ProbeChoice]:
    """Return what was chosen after each prompt that the candidate went on from."""
    return {choice.prompt: choice for choice in sitting.probe_choices.all()}


def never_left(sitting: Sitting) -> dict[str, str]:
    """Return the prompts after which no choice was asked for, and why; none where that is off."""
    if not sitting.application.opening.probes:
        return {}
    left = set(sitting.probe_choices.values_list("prompt", flat=True))
    texts = {answer.prompt: answer.text for answer in sitting.answers.all()}
    return {
        prompt: "not_left" if texts.get(prompt, "").strip() else "blank"
        for prompt in sitting.prompts
        if prompt not in left
    }
