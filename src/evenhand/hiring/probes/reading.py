"""An answer and its follow-up, as judges and raters read them: together, as one answer.

A follow-up takes a fourth of the time of its prompt and asks for one thing. Rated on its own by the
anchors of a whole answer it would come out far too low (`bench/probe_choice.py` shows by how much);
read together with what it follows, what is rated stays an answer to the prompt.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Final

from evenhand.hiring.at_rest.cipher import SealBroken
from evenhand.hiring.openings.models import Application
from evenhand.hiring.sittings.models import Answer
from evenhand.rubric import Pack, Probe, Prompt

log = logging.getLogger(__name__)

SEAM: Final = "\n\n"
"""What stands between the answer and its follow-up where they are read."""


@dataclass(frozen=True)
class Whole:
    """What is read.

    Attributes:
        prompt: As it was put, the follow-up's question behind the prompt's.
        text: All that was written.
        follow_up: The answer to the follow-up; None where none was given.
    """

    prompt: Prompt
    text: str
    follow_up: Answer | None


def whole_of(answer: Answer, pack: Pack, follow_up: Answer | None) -> Whole:
    """Join an answer with its follow-up; one that was left blank changes nothing.

    Args:
        answer: To a prompt.
        pack: That of the opening.
        follow_up: The answer to the probe that followed, if one was asked.
    """
    prompt = pack.prompt(answer.prompt)
    if follow_up is None or not follow_up.text.strip():
        return Whole(prompt, answer.text, None)
    question = f"{prompt.text}\n\n{probe_named(pack, follow_up.prompt).text}"
    return Whole(replace(prompt, text=question), f"{answer.text}{SEAM}{follow_up.text}", follow_up)


def read_whole(answer: Answer, pack: Pack) -> Whole:
    """Join an answer with the follow-up that the database holds."""
    follow_up = Answer.objects.filter(sitting=answer.sitting_id, follows=answer.prompt).first()
    return whole_of(answer, pack, follow_up)


def texts_that_open(application: Application) -> list[str]:
    """Return every text that a judge may have read of one person's answers, where it can be opened.

    What judges replied about one that was damaged stands under the text's hash, sealed, and is not
    found without it; that keeps nobody here for good.
    """
    given = []
    for answer in Answer.objects.filter(sitting__application=application):
        try:
            if answer.text.strip():
                given.append(answer)
        except SealBroken:
            log.warning("answer %s cannot be opened: replies about it are not found", answer.pk)
    first = {answer.prompt: answer.text for answer in given if not answer.follows}
    joined = [f"{first.get(one.follows, '')}{SEAM}{one.text}" for one in given if one.follows]
    return [*first.values(), *joined]


def probe_named(pack: Pack, probe_id: str) -> Probe:
    """Return a probe of a pack by its id."""
    return next(probe for probe in pack.probes if probe.id == probe_id)
