"""Drawing answers for blind double rating, when they are handed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils.crypto import salted_hmac

from evenhand.hiring.anchors.models import Anchor
from evenhand.hiring.record.services import SYSTEM, Event, subject_of
from evenhand.hiring.sittings.models import Answer, Sitting

_SPAN: Final = 2**64


def is_drawn(answer_id: object, share: float) -> bool:
    """Say whether an answer is drawn: a keyed hash of its id falls within the share.

    Who holds the key can repeat the draw; who does not can neither foresee nor steer it.
    """
    digest = salted_hmac("evenhand.anchors", str(answer_id), algorithm="sha256").digest()
    return int.from_bytes(digest[:8], "big") < share * _SPAN


def draw(sitting: Sitting, answers: Iterable[Answer], now: datetime) -> list[Event]:
    """Draw among answers that are being handed in; returns what the record is to say of it.

    An answer without a word is not drawn: there is nothing in it to rate.
    """
    share = sitting.application.opening.anchor_share
    drawn = [a for a in answers if a.text.strip() and is_drawn(a.pk, share)]
    anchors = Anchor.objects.bulk_create([Anchor(answer=a, drawn_at=now) for a in drawn])
    return [
        Event("anchor.drawn", subject_of(one), SYSTEM, {"answer": str(one.answer_id), "of": share})
        for one in anchors
    ]
