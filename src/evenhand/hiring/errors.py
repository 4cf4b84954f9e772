"""What the domain refuses, as one small tree; each message is shown to a person as it is.

HiringError
├── FieldError            a field of a form holds what cannot be kept
├── PackGone              an opening's pack is missing from the pack store, or was changed there
├── WouldErase            other days would erase people at once, and nobody confirmed that
├── TeamError             somebody cannot be given this role, or lose it
├── DraftError            a draft of a pack does not allow this
│   └── DraftChanged      somebody else changed the same part meanwhile
├── Withdrawn             the candidate has withdrawn, so nothing more is planned or decided
├── AlreadyApplied        this e-mail address is in the opening already
├── SheetError            an uploaded CSV file cannot be taken; says every line that is wrong
│   └── CandidatesFileError   that file is a list of candidates
├── LinkError             a personal link does not open
│   ├── LinkUnknown, LinkExpired, LinkRevoked
│   ├── LinkUsed          the sitting behind it is over, so it cannot be begun again
│   └── LinkWithdrawn     its candidate has withdrawn, so nothing more is written
├── MailNotSent           the link stands, but its e-mail could not be handed over
├── SittingError          a sitting does not allow this
│   ├── ConsentMissing, NotStarted, PromptUnknown
│   ├── NoticeMoved       a later notice is not the one that was answered any more
│   ├── TimeOver          came too late; what was written is kept beside the answer
│   └── TextTooLong
├── FitError              a fit is not there, or cannot be put in use
├── GateError             a panel cannot be tried, or cannot become active
├── DriftError            an alarm of the drift watch cannot be closed like this, or is closed
├── PanelError            a judge or a panel cannot be described or reached like this
├── BudgetError           limits that cannot be kept to
├── AnchorError           a drawn answer cannot be rated like this
├── InterviewError        an interview does not allow this
│   ├── CardError         a scorecard's body cannot be read; one line names the place
│   ├── CardUnfinished    something is missing before it can be locked; one line says what
│   └── CardLocked        it is locked; what came later is kept beside it
├── DecisionError         a lean or a decision cannot be made like this, or not any more
│   ├── FiguresMoved      what was estimated changed while it was read
│   └── DecidedMeanwhile  somebody else decided first; what came second is kept as a proposal
├── OpinionError          whether somebody would be advanced cannot be said like this
├── AlreadySettled        an accommodation request was answered by somebody else
├── ScheduleError         an interview cannot be at this time
│   ├── ToConfirm         it can, once somebody who knows what speaks against it says so
│   └── ChangedMeanwhile  somebody else was quicker
├── FeedUnknown           a calendar feed does not open
├── ApiKeyError           a key of the API
│   ├── KeyRefused        it cannot be made like this
│   ├── KeyUnknown        it is none, or was taken back
│   └── KeySpent          it has made its calls of this minute
├── CosignatureError      there is no such checkpoint, or it changed meanwhile
├── LedgerKeyError        no new key can sign the ledger
├── CheckedLately         the whole ledger was checked a moment ago
└── LedgerEmpty           nothing is recorded yet, so there is nothing to export
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evenhand.hiring.decisions.models import Decision
    from evenhand.hiring.openings.erasing import Leaving
    from evenhand.hiring.openings.models import Opening


class HiringError(ValueError):
    """Any rule of the domain that was broken; the message is written for the person who did."""


class FieldError(HiringError):
    """A field holds what cannot be kept."""


class PackGone(HiringError):
    """A pack version cannot be opened from the pack store."""


class PackUntried(HiringError):
    """A pack version changes what judges read, and nobody has tried it or said why it is used."""


class WouldErase(HiringError):
    """Other days would erase people at the next sweep.

    Attributes:
        leaving: who would go.
    """

    def __init__(self, message: str, leaving: Sequence[Leaving]) -> None:
        self.leaving = leaving
        super().__init__(message)


class TeamError(HiringError):
    """Somebody cannot be given this role, or cannot lose it."""


class DraftError(HiringError):
    """A draft does not allow this."""


class DraftChanged(DraftError):
    """Somebody else changed the same part of a draft meanwhile."""


class Withdrawn(HiringError):
    """The candidate has withdrawn."""


class AlreadyApplied(HiringError):
    """This e-mail address is in the opening already."""


class SheetError(HiringError):
    """An uploaded CSV file cannot be taken.

    Attributes:
        faults: one line for each fault, such as `line 3: ...`.
    """

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(self.faults))


class CandidatesFileError(SheetError):
    """A list of candidates cannot be read."""


class LinkError(HiringError):
    """A personal link does not open.

    Attributes:
        opening: what the link was for, so that a page can say whom to ask; None where unknown.
    """

    def __init__(self, message: str, opening: Opening | None = None) -> None:
        self.opening = opening
        super().__init__(message)


class LinkUnknown(LinkError):
    """The token was not signed here, or its invitation is gone."""


class LinkExpired(LinkError):
    """The link was not used in time."""


class LinkRevoked(LinkError):
    """The link was taken back, or replaced by a newer one."""


class LinkUsed(LinkError):
    """The sitting behind the link is over."""


class LinkWithdrawn(LinkError):
    """The candidate behind the link has withdrawn."""


class MailNotSent(HiringError):
    """An e-mail could not be handed to the mail server."""


class SittingError(HiringError):
    """A sitting does not allow this."""


class ConsentMissing(SittingError):
    """A sitting cannot begin without consent."""


class NotStarted(SittingError):
    """Nothing can be saved or handed in before the sitting has begun."""


class PromptUnknown(SittingError):
    """The prompt is not one of this sitting."""


class NoticeMoved(SittingError):
    """What somebody answered to is not what they would be told now."""


class TimeOver(SittingError):
    """The text came too late to be the answer, and is kept beside it."""


class TextTooLong(SittingError):
    """The text is longer than an answer may be."""


class FitError(HiringError):
    """A fit is not there, or cannot be put in use."""


class GateError(HiringError):
    """A panel cannot be tried, or cannot become active."""


class DriftError(HiringError):
    """An alarm of the drift watch cannot be closed like this, or not any more."""


class PanelError(HiringError):
    """A judge or a panel cannot be described, or reached, like this.

    Attributes:
        faults: where what was described is at fault, each by key and in words; an empty key is the
            name.
    """

    def __init__(self, message: str, faults: Sequence[tuple[str, str]] = ()) -> None:
        self.faults = faults
        super().__init__(message)


class BudgetError(HiringError):
    """Limits that cannot be kept to."""


class AnchorError(HiringError):
    """A drawn answer cannot be rated like this, or not any more."""


class InterviewError(HiringError):
    """An interview does not allow this."""


class CardError(InterviewError):
    """A scorecard's body cannot be read."""


class CardUnfinished(InterviewError):
    """Something is missing before a scorecard can be locked."""


class CardLocked(InterviewError):
    """The scorecard is locked, so it is changed by a visible correction alone."""


class DecisionError(HiringError):
    """A lean or a decision cannot be made like this, or not any more."""


class FiguresMoved(DecisionError):
    """The estimates changed while somebody was deciding by them."""


class DecidedMeanwhile(DecisionError):
    """Somebody else decided first.

    Attributes:
        first: what they decided.
    """

    def __init__(self, message: str, first: Decision) -> None:
        self.first = first
        super().__init__(message)


class OpinionError(HiringError):
    """Whether somebody would be advanced cannot be said like this, or not any more."""


class FeedbackError(HiringError):
    """Feedback cannot be released to this candidate, or not now."""


class ContestError(HiringError):
    """This cannot be contested, or not any more."""


class AlreadySettled(HiringError):
    """The accommodation request was answered before."""


class ScheduleError(HiringError):
    """An interview cannot be at this time; nothing was changed."""


class ToConfirm(ScheduleError):
    """A time can be set once a person confirms it.

    Attributes:
        lines: what speaks against it, one line each.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = list(lines)
        super().__init__(" ".join(self.lines))


class ChangedMeanwhile(ScheduleError):
    """What was to be changed is no longer as it was seen."""


class FeedUnknown(HiringError):
    """The address of a calendar feed was not signed here, or is not in use any more."""


class ApiKeyError(HiringError):
    """A key of the API."""


class KeyRefused(ApiKeyError):
    """A key cannot be made like this."""


class KeyUnknown(ApiKeyError):
    """What was shown is no key, or one that was taken back."""


class KeySpent(ApiKeyError):
    """A key has made as many calls as it may for now."""


class CosignatureError(HiringError):
    """There is no such checkpoint, or it changed meanwhile."""


class LedgerKeyError(HiringError):
    """No new key can sign the ledger as things stand."""


class CheckedLately(HiringError):
    """The whole ledger was checked a moment ago, or is being checked now."""


class LedgerEmpty(HiringError):
    """There is nothing to export."""
