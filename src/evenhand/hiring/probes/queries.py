"""What was asked in a sitting: its prompts, and the probes that followed them."""

from __future__ import annotations

from evenhand.hiring.probes.models import ProbeChoice
from evenhand.hiring.sittings.models import Sitting


def followed_by(sitting: Sitting, prompt: str) -> str | None:
    """Return which prompt a question follows: "" for a prompt itself, None where neither was put.

    Args:
        sitting: whose.
        prompt: the id of a prompt, or of a probe that may have been asked.
    """
    if prompt in sitting.prompts:
        return ""
    asked = ProbeChoice.objects.filter(sitting=sitting, probe=prompt, state=ProbeChoice.State.ASKED)
    return asked.values_list("prompt", flat=True).first()


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
