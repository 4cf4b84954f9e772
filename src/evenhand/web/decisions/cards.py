"""What interviewers wrote down, for a decider: notes first, their levels after the lean."""

from __future__ import annotations

from dataclasses import dataclass

from evenhand.hiring.decisions.seen_before import locked_after_figures
from evenhand.hiring.interviews.card import Card, parse_card
from evenhand.hiring.models import Application, CardLevel, Interview, Scorecard
from evenhand.hiring.openings.services import pack_of
from evenhand.rubric import Pack
from evenhand.web.report.blinding import veil_notes
from evenhand.web.report.raters import questions_of


@dataclass(frozen=True)
class Note:
    """What was noted at a question, or on the whole where `question` is empty."""

    question: str
    text: str


@dataclass(frozen=True)
class Correction:
    """A level that took the place of an earlier one after the card was locked, and why."""

    dimension: str
    before: float | None
    after: float
    reason: str


@dataclass(frozen=True)
class CardNotes:
    """One locked scorecard; `levels` and `corrections` are empty where no level is shown yet.

    `after_figures` says whether its writer had seen figures before they were to interview.
    """

    round: str
    after_figures: bool
    notes: tuple[Note, ...]
    levels: tuple[tuple[str, float], ...]
    corrections: tuple[Correction, ...]


def notes_of(application: Application, *, levels: bool) -> list[CardNotes]:
    """Return the locked scorecards of a candidate, names left out of what was noted."""
    pack = pack_of(application.pack_id)
    cards = Scorecard.objects.filter(
        interview__application=application, interview__state=Interview.State.LOCKED
    ).select_related("interview")
    after_figures = locked_after_figures(card.interview_id for card in cards)
    return [
        CardNotes(
            pack.round(card.interview.round).name,
            card.interview_id in after_figures,
            _notes(parse_card(card.body), pack, application),
            _levels(card, pack) if levels else (),
            _corrections(card, pack, application) if levels else (),
        )
        for card in cards.order_by("interview__locked_at")
    ]


def interviews_to_come(application: Application) -> int:
    """Return how many planned interviews have no locked scorecard yet."""
    over = (Interview.State.LOCKED, Interview.State.CANCELLED)
    return Interview.objects.filter(application=application).exclude(state__in=over).count()


def _notes(card: Card, pack: Pack, application: Application) -> tuple[Note, ...]:
    known = questions_of(pack)
    asked = [(known.get(one.task, one.task), one.notes) for one in card.questions]
    return tuple(
        Note(question, veil_notes(text, application.candidate).text)
        for question, text in [*asked, ("", card.notes)]
        if text.strip()
    )


def _levels(card: Scorecard, pack: Pack) -> tuple[tuple[str, float], ...]:
    rows = CardLevel.objects.filter(scorecard=card, replaced_at__isnull=True)
    names = {one.id: one.name for one in pack.dimensions}
    return tuple((names.get(row.dimension, row.dimension), row.level) for row in rows)


def _corrections(card: Scorecard, pack: Pack, application: Application) -> tuple[Correction, ...]:
    """Return the corrections of a card, the first one first, names left out of the reasons."""
    names = {one.id: one.name for one in pack.dimensions}
    made, before = [], dict[str, float]()
    for row in CardLevel.objects.filter(scorecard=card).order_by("given_at", "pk"):
        if row.reason:
            name = names.get(row.dimension, row.dimension)
            reason = veil_notes(row.reason, application.candidate).text
            made.append(Correction(name, before.get(row.dimension), row.level, reason))
        before[row.dimension] = row.level
    return tuple(made)
