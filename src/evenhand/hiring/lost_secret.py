"""What a secret key that is lost for good takes with it: counted, and written into the record."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from allauth.mfa.models import Authenticator
from django.db import transaction

from evenhand.hiring.models import CalendarFeed, DescribedJudge, Invitation, User, Volunteered
from evenhand.hiring.record.services import record
from evenhand.ledger import check_reason

_SUBJECT: Final = "keys:secret"


@dataclass(frozen=True)
class Lost:
    """How much rested on the former secret.

    Attributes:
        links: people whose link opens nothing any more.
        factors: accounts with an authenticator app or recovery codes that cannot be read.
        models: judges whose kept key must be given again.
        calendars: calendar feeds whose address is no longer known.
        told: people whose word on groups could be found for nobody any more, and was deleted.
    """

    links: int
    factors: int
    models: int
    calendars: int
    told: int

    def lines(self) -> list[str]:
        """Say what is lost, and what is left to do."""
        return [
            f"{self.links} links of candidates open nothing any more: send each a new one from the "
            "page of their opening",
            f"{self.factors} accounts have an authenticator or recovery codes that cannot be read: "
            "`evenhand reset-factors EMAIL` for each, once you know it is they who ask",
            f"{self.models} keys of models are to be typed in again, on Judges, Models",
            f"{self.calendars} calendar addresses ended: their owners make new ones on My calendar",
            f"{self.told} people's word on groups was deleted: nobody could have counted it, or "
            "taken it back",
            "everybody signs in again; answers are sealed with answer-keys, and are not touched",
        ]


def note_new_secret(*, reason: str, by: User, now: datetime) -> Lost:
    """Record that another secret follows one that is lost, and count what goes with that one.

    Args:
        reason: one line, which stays in the ledger for good.
        by: who says so.
        now: the moment.

    Raises:
        evenhand.ledger.LedgerError: the reason cannot stand in an entry.
    """
    why = check_reason(reason)
    sealed = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
    with transaction.atomic():
        lost = Lost(
            links=Invitation.objects.filter(revoked_at__isnull=True).count(),
            factors=sealed.values("user").distinct().count(),
            models=DescribedJudge.objects.exclude(sealed_key="").count(),
            calendars=CalendarFeed.objects.filter(revoked_at__isnull=True).count(),
            told=Volunteered.objects.count(),
        )
        # Without the former secret no row leads back to who wrote it: erasing them would miss it.
        Volunteered.objects.all().delete()
        # How many told something is no matter of the record: of few people it would say who.
        facts = {"reason": why, **asdict(lost)}
        del facts["told"]
        record("secret.replaced", _SUBJECT, actor=f"user:{by.pk}", facts=facts, now=now)
    return lost
