"""What a candidate may be told of anew: the models that the panel asks now, where they are others.

Nobody needs to answer. Without a yes, judges that run on this machine read in the panel's place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from evenhand.hiring.judging.outside import endpoints_of
from evenhand.hiring.record.models import LedgerEntry
from evenhand.hiring.record.services import subject_of
from evenhand.hiring.sittings.agreed import (
    AGREED,
    ANSWERS,
    BEGUN,
    DECLINED,
    Outside,
    agreed_to,
    sent_to,
)
from evenhand.hiring.sittings.models import Sitting

ASKED: Final = "agreement.asked"
NOT_SENT: Final = "agreement.not_sent"
"""The mail server did not take what they were to be asked by, so they were not asked."""
Said = Literal["", "yes", "no"]


@dataclass(frozen=True)
class Offer:
    """A later notice that somebody may say yes or no to.

    Attributes:
        sent_to: Every host and model that the panel asks now, in order.
        added: Those of them that their notice did not name.
        said: What they said to it so far; empty where nothing.
        said_at: When; None where nothing.
        asked_at: When somebody of the hiring side last asked them for it; None where nobody did.
    """

    sent_to: tuple[Outside, ...]
    added: tuple[Outside, ...]
    said: Said
    said_at: datetime | None
    asked_at: datetime | None

    @property
    def names(self) -> list[str]:
        """Each model with its host, as a form carries them back."""
        return [f"{model} {host}" for host, model in self.sent_to]


def offer_for(sitting: Sitting) -> Offer | None:
    """Return what a candidate may agree to anew; None where nothing changed or it is too late.

    It is too late once their answers are being read: one panel reads all of them.

    Args:
        sitting: with its application and opening.
    """
    if not is_open(sitting):
        return None
    application = sitting.application
    asked = endpoints_of(application.pack_id, application.opening.organisation_id)
    named = frozenset((one.host, one.model) for one in asked)
    if not named:
        return None
    about = LedgerEntry.objects.filter(
        subject=subject_of(sitting), action__in=(*ANSWERS, ASKED, NOT_SENT)
    ).order_by("seq")
    entries = [one for one in about if one.action == BEGUN or sent_to(one.facts) == named]
    told = agreed_to([sitting]).get(sitting.pk, frozenset())
    last, asking = _last(entries, AGREED, DECLINED), _last(entries, ASKED, NOT_SENT)
    said: Said = ""
    if last is not None and (last.action == DECLINED or named <= told):
        said = "yes" if last.action == AGREED else "no"
    if named <= told and said != "yes":
        return None
    first = next((sent_to(one.facts) for one in entries if one.action == BEGUN), frozenset())
    return Offer(
        sent_to=tuple(sorted(named)),
        added=tuple(sorted(named - (first if said else told))),
        said=said,
        said_at=moment_of(last) if said and last is not None else None,
        asked_at=moment_of(asking) if asking is not None and asking.action == ASKED else None,
    )


def is_open(sitting: Sitting) -> bool:
    """Return whether an answer would still change who reads: begun, and not being read."""
    begun = sitting.state in (Sitting.State.STARTED, Sitting.State.SUBMITTED)
    return begun and not sitting.panel_version


def _last(entries: Sequence[LedgerEntry], *actions: str) -> LedgerEntry | None:
    return next((one for one in reversed(entries) if one.action in actions), None)


def moment_of(entry: LedgerEntry) -> datetime:
    """Return when an entry of the record was made."""
    return datetime.fromisoformat(entry.at)
