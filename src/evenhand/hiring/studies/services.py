"""Saying whether somebody would be advanced, and who was right: every write of the studies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from evenhand.hiring.errors import OpinionError, SheetError
from evenhand.hiring.openings.models import Application, Opening
from evenhand.hiring.people.models import User
from evenhand.hiring.record.models import LedgerEntry
from evenhand.hiring.record.services import record, subject_of
from evenhand.hiring.sheets import fault, shortened
from evenhand.hiring.studies.decisions_file import DecisionRow, read_decisions_file
from evenhand.hiring.studies.importing import BATCH, Imported, record_import
from evenhand.hiring.studies.models import AdvanceOpinion, DisagreementNote, Outcome
from evenhand.hiring.studies.naming import known_in
from evenhand.hiring.studies.outcomes_file import OutcomeRow, read_outcomes_file

WITHOUT_SCORES: Final = {
    "opinion", "accommodation", "evidence", "interview", "interviews", "scorecard",
}  # fmt: skip
"""What pages about a candidate that show no score are called in the record of views."""


def give_opinion(
    *, application: Application, advance: bool, sure: int | None, by: User, now: datetime
) -> AdvanceOpinion:
    """Lock whether a person would have advanced a candidate.

    Whether they were shown a score of this candidate before is read off the record of views, and
    kept with it: such an opinion is not blind, and stays out of the study.

    Args:
        application: of the candidate, whose answers are handed in.
        advance: whether they would.
        sure: how sure they are, 0 to 100; None where they do not say.
        by: whose opinion it is.
        now: the moment.

    Raises:
        OpinionError: they gave one before, or the answers are not handed in.
    """
    if not application.sitting.is_handed_in:
        raise OpinionError(_("The answers are not handed in yet."))
    if sure is not None and not 0 <= sure <= 100:
        raise OpinionError(_("How sure you are lies between 0 and 100."))
    blind = not has_seen_score(by, application)
    try:
        with transaction.atomic():
            opinion = AdvanceOpinion.objects.create(
                application=application,
                judge=by,
                advance=advance,
                sure=sure,
                blind=blind,
                source=AdvanceOpinion.Source.COLLECTED,
                at=now,
            )
            facts = {"advance": advance, "sure": sure, "blind": blind}
            subject = subject_of(application)
            record("opinion.given", subject, actor=f"user:{by.pk}", facts=facts, now=now)
    except IntegrityError:
        raise OpinionError(
            _("You have said already whether you would advance this candidate; it is not changed.")
        ) from None
    return opinion


def has_seen_score(user: User, application: Application) -> bool:
    """Return whether this person may have been shown a score of this candidate, by the record.

    Every page about a single candidate counts, but for those that are known to show no score.
    """
    viewed = LedgerEntry.objects.filter(
        subject=subject_of(application), action="application.viewed", actor=f"user:{user.pk}"
    )
    shown = {facts["what"] for facts in viewed.values_list("facts", flat=True)}
    return not shown <= WITHOUT_SCORES


def import_decisions(
    *, opening: Opening, data: bytes, blind: bool, by: User, now: datetime
) -> Imported:
    """Take in decisions from a CSV file: all of it, or nothing.

    A decision that is there already is left alone; one that says otherwise is a fault, for what a
    person decided is not changed.

    Args:
        opening: whose candidates the file names.
        data: the file.
        blind: whether it is vouched for that they were made without sight of a score.
        by: who imports them.
        now: the moment.

    Raises:
        SheetError: says every line that is wrong.
    """
    rows = read_decisions_file(data, known_in(opening))
    with transaction.atomic():
        new = _new_decisions(opening, rows)
        AdvanceOpinion.objects.bulk_create(
            (
                AdvanceOpinion(
                    application_id=row.application,
                    label=row.label,
                    advance=row.advance,
                    sure=row.sure,
                    blind=blind,
                    source=AdvanceOpinion.Source.IMPORTED,
                    at=row.at or now,
                )
                for row in new
            ),
            batch_size=BATCH,
        )
        done = Imported(len(new), len(rows) - len(new))
        record_import("opinions.imported", opening, data, done, by, now, blind=blind)
    return done


def import_outcomes(*, opening: Opening, data: bytes, by: User, now: datetime) -> Imported:
    """Take in outcomes from a CSV file: all of it, or nothing; as with decisions.

    Raises:
        SheetError: says every line that is wrong.
    """
    rows = read_outcomes_file(data, known_in(opening))
    with transaction.atomic():
        new = _new_outcomes(opening, rows)
        Outcome.objects.bulk_create(
            (
                Outcome(
                    application_id=row.application,
                    name=row.name,
                    rater=row.rater,
                    value=row.value,
                    at=now,
                )
                for row in new
            ),
            batch_size=BATCH,
        )
        done = Imported(len(new), len(rows) - len(new))
        record_import("outcomes.imported", opening, data, done, by, now)
    return done


def say_who_was_right(
    *, application: Application, right: str, note: str, by: User, now: datetime
) -> DisagreementNote:
    """Keep who was right about a candidate on whom a person and the panel differ.

    The note's text stays out of the record, which says only that there is one.
    """
    with transaction.atomic():
        made = DisagreementNote.objects.create(
            application=application, right=right, note=note.strip(), by=by, at=now
        )
        facts = {"right": right, "noted": bool(made.note)}
        subject = subject_of(application)
        record("disagreement.settled", subject, actor=f"user:{by.pk}", facts=facts, now=now)
    return made


def _new_decisions(opening: Opening, rows: Sequence[DecisionRow]) -> list[DecisionRow]:
    there = {
        (application, label): (advance, sure)
        for application, label, advance, sure in AdvanceOpinion.objects.filter(
            application__opening=opening, judge__isnull=True
        ).values_list("application", "label", "advance", "sure")
    }
    said = _("judge: %(label)s decided otherwise on this candidate in an earlier file")
    faults = [
        fault(row.line, said % {"label": row.label})
        for row in rows
        if there.get((row.application, row.label), (row.advance, row.sure))
        != (row.advance, row.sure)
    ]
    if faults:
        raise SheetError(shortened(faults))
    return [row for row in rows if (row.application, row.label) not in there]


def _new_outcomes(opening: Opening, rows: Sequence[OutcomeRow]) -> list[OutcomeRow]:
    there = {
        (application, name, rater): value
        for application, name, rater, value in Outcome.objects.filter(
            application__opening=opening
        ).values_list("application", "name", "rater", "value")
    }
    faults = [
        fault(row.line, _("value: was another one in an earlier file, and is not changed"))
        for row in rows
        if there.get(row.key, row.value) != row.value
    ]
    if faults:
        raise SheetError(shortened(faults))
    return [row for row in rows if row.key not in there]
