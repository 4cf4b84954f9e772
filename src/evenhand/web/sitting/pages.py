"""What the pages of a running and of a finished sitting show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from evenhand.hiring.probes.models import ProbeChoice
from evenhand.hiring.probes.queries import choices_of
from evenhand.hiring.probes.reading import probe_named
from evenhand.hiring.sittings.models import Answer, KeptAside
from evenhand.rubric import Probe, Prompt
from evenhand.web.sitting.seat import Seat


@dataclass(frozen=True)
class Question:
    """One question of a sitting with the answer saved so far.

    Attributes:
        number: Its place; a follow-up has that of the question before it.
        prompt: What is asked.
        address: Its page.
        follow_up: What was asked after it, if anything was.
        leads_on: Where a script asks what comes next; empty where that is sure.
        choosing: The same for whoever jumps elsewhere, who is stopped by a new follow-up alone.
    """

    number: int
    prompt: Prompt | Probe
    minutes: int
    answer: Answer | None
    address: str
    follow_up: Question | None = None
    leads_on: str = ""
    choosing: str = ""

    @property
    def is_follow_up(self) -> bool:
        """Whether this follows another question."""
        return isinstance(self.prompt, Probe)

    @property
    def name(self) -> str:
        """How it is called where its text is not shown."""
        if self.is_follow_up:
            return _("Follow-up to question %(number)s") % {"number": self.number}
        return _("Question %(number)s") % {"number": self.number}

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
    """Return the questions of a sitting in order, each with its follow-up."""
    answers = seat.answers()
    choices = choices_of(seat.sitting)
    questions = []
    for number, prompt in enumerate(seat.prompts, start=1):
        choice = choices.get(prompt.id)
        follow_up = None
        if choice is not None and choice.probe:
            probe = probe_named(seat.pack, choice.probe)
            follow_up = Question(
                number=number,
                prompt=probe,
                minutes=seat.minutes_for(probe),
                answer=answers.get(probe.id),
                address=reverse("sitting-follow-up", args=[seat.token, number]),
            )
        asks = reverse("sitting-finish", args=[seat.token, number])
        undecided = seat.opening.probes and (choice is None or choice.is_open)
        questions.append(
            Question(
                number=number,
                prompt=prompt,
                minutes=seat.minutes_for(prompt),
                answer=answers.get(prompt.id),
                address=reverse("sitting-prompt", args=[seat.token, number]),
                follow_up=follow_up,
                leads_on=asks if undecided or follow_up is not None else "",
                choosing=asks if undecided or _is_new(choice) else "",
            )
        )
    return questions


def _is_new(choice: ProbeChoice | None) -> bool:
    return choice is not None and bool(choice.probe) and choice.shown_at is None


def with_follow_ups(questions: Iterable[Question]) -> list[Question]:
    """Return questions and follow-ups in the order in which they are read."""
    return [
        part
        for question in questions
        for part in (question, question.follow_up)
        if part is not None
    ]


def own_copy(seat: Seat) -> str:
    """Return the candidate's own copy of a sitting as plain text."""
    parts = [seat.opening.title, ""]
    for question in with_follow_ups(questions_of(seat)):
        parts += [question.name, question.prompt.text, "", question.text or _("(no answer)"), ""]
        for kept in question.kept_aside():
            note = _("Also kept (%(why)s):") % {"why": kept.get_why_display()}
            parts += [note, kept.text, ""]
    return "\n".join(parts)
