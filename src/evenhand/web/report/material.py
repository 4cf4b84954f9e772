"""What a report is built from, read from the database in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from evenhand.hiring.agreements.offers import ASKED, NOT_SENT
from evenhand.hiring.calibration.choosing import Origin, origin_of
from evenhand.hiring.models import (
    Answer,
    AnswerScore,
    Application,
    EstimateRow,
    KeptAside,
    LedgerEntry,
    ProbeChoice,
    Reading,
    Sitting,
    VerdictRow,
)
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.probes.queries import choices_of
from evenhand.hiring.scoring.estimates import ratings_of
from evenhand.hiring.scoring.readers import Readers, readers_of
from evenhand.hiring.sittings.agreed import AGREED, DECLINED
from evenhand.measure import Outlier, Rating, without_outliers
from evenhand.rubric import Pack

_NOT_SHOWN: Final = ("answer.saved", "application.viewed", ASKED, NOT_SENT)


@dataclass(frozen=True)
class AnswerMaterial:
    """One answer with all that was said of it; `reading` is None before it was read.

    Attributes:
        follow_up: The answer to the follow-up, if one was asked.
        follow_up_aside: Text kept beside that.
        choice: What came of the question whether to ask one; None where it was not put.
    """

    answer: Answer
    reading: Reading | None
    verdicts: tuple[VerdictRow, ...]
    scores: tuple[AnswerScore, ...]
    aside: tuple[KeptAside, ...]
    follow_up: Answer | None
    follow_up_aside: tuple[KeptAside, ...]
    choice: ProbeChoice | None


@dataclass(frozen=True)
class Material:
    """The rows behind one report.

    Attributes:
        ratings: Those that the estimates rest on.
        left_out: Judges' ratings that do not count, being far above the other judges'.
        origin: That of the estimates.
        readers: Which panel read, and why no other.
    """

    application: Application
    sitting: Sitting
    pack: Pack
    answers: tuple[AnswerMaterial, ...]
    estimates: tuple[EstimateRow, ...]
    ratings: tuple[Rating, ...]
    left_out: tuple[Outlier, ...]
    origin: Origin
    readers: Readers
    events: tuple[LedgerEntry, ...]


def gather(application: Application) -> Material:
    """Read everything that the report on an application shows.

    Args:
        application: With its opening and its sitting.
    """
    sitting = application.sitting
    rows = sitting.answers.select_related("reading").prefetch_related(
        "verdicts", "scores", "kept_aside"
    )
    # Before they are handed in they are drafts.
    answers = {row.prompt: row for row in rows} if sitting.is_handed_in else {}
    after = {row.follows: row for row in answers.values() if row.follows}
    choices = choices_of(sitting)
    pack = pack_of(application.pack_id)
    estimates = tuple(application.estimates.filter(superseded_at__isnull=True))
    version = estimates[0].components_version if estimates else ""
    origin = origin_of(pack, version, application.opening.organisation_id)
    ratings: Sequence[Rating] = ratings_of(application)
    left_out: Sequence[Outlier] = ()
    if origin.components is not None:
        ratings, left_out = without_outliers(ratings, origin.components)
    events = _events(sitting, tuple(answers.values()))
    return Material(
        application=application,
        sitting=sitting,
        pack=pack,
        answers=tuple(
            _of(answers[prompt], after.get(prompt), choices.get(prompt))
            for prompt in sitting.prompts
            if prompt in answers
        ),
        estimates=estimates,
        ratings=tuple(ratings),
        left_out=tuple(left_out),
        origin=origin,
        readers=readers_of(sitting, events),
        events=events,
    )


def _of(answer: Answer, follow_up: Answer | None, choice: ProbeChoice | None) -> AnswerMaterial:
    return AnswerMaterial(
        answer=answer,
        reading=getattr(answer, "reading", None),
        verdicts=tuple(answer.verdicts.all()),
        scores=tuple(answer.scores.all()),
        aside=tuple(answer.kept_aside.all()),
        follow_up=follow_up,
        follow_up_aside=tuple(follow_up.kept_aside.all()) if follow_up else (),
        choice=choice,
    )


def _events(sitting: Sitting, answers: Sequence[Answer]) -> tuple[LedgerEntry, ...]:
    subjects = [
        f"application:{sitting.application_id}",
        f"sitting:{sitting.pk}",
        *(f"answer:{answer.pk}" for answer in answers),
    ]
    cards = [
        f"interview:{pk}" for pk in sitting.application.interviews.values_list("pk", flat=True)
    ]
    entries = LedgerEntry.objects.filter(
        Q(subject__in=subjects) | Q(subject__in=cards, action__in=("card.locked", "card.corrected"))
    ).order_by("seq")
    # Saves are left out: how somebody typed is no business of a decider's. So is what they said to
    # a later notice, for a no is to count for nothing. Views are left out: a report must not become
    # another one by being looked at.
    return tuple(entries.exclude(action__in=(*_NOT_SHOWN, AGREED, DECLINED)))
