"""What the pages of a running and of a finished sitting show."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from evenhand.hiring.sittings.models import Answer, KeptAside
from evenhand.rubric import Prompt
from evenhand.web.sitting.seat import Seat


@dataclass(frozen=True)
class Question:
    """One question of a sitting with the answer saved so far."""

    number: int
    prompt: Prompt
    minutes: int
    answer: Answer | None

    @property
    def text(self) -> str:
        """The answer as last saved."""
        return "" if self.answer is None else self.answer.text

    @property
    def revision(self) -> int:
        """The revision of the saved answer; 0 before the first save."""
        return 0 if self.answer is None else self.answer.revision

    @property
    def words(self) -> int:
        """How many words stand in the answer."""
        return len(self.text.split())

    def kept_aside(self) -> list[KeptAside]:
        """Return the other versions of this answer that were kept."""
        if self.answer is None:
            return []
        return [each for each in self.answer.kept_aside.all() if each.text != self.text]


def questions_of(seat: Seat) -> list[Question]:
    """Return the questions of a sitting in order."""
    answers = seat.answers()
    return [
        Question(
            number=number,
            prompt=prompt,
            minutes=seat.minutes_for(prompt),
            answer=answers.get(prompt.id),
        )
        for number, prompt in enumerate(seat.prompts, start=1)
    ]


def own_copy(seat: Seat) -> str:
    """Return the candidate's own copy of a sitting as plain text."""
    parts = [seat.opening.title, ""]
    for question in questions_of(seat):
        heading = _("Question %(number)s") % {"number": question.number}
        parts += [heading, question.prompt.text, "", question.text or _("(no answer)"), ""]
        for kept in question.kept_aside():
            note = _("Also kept (%(why)s):") % {"why": kept.get_why_display()}
            parts += [note, kept.text, ""]
    return "\n".join(parts)
