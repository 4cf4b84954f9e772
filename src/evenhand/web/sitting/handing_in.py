"""Handing a sitting in, and seeing to it that it is scored."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from evenhand.hiring.sittings.models import Sitting
from evenhand.hiring.sittings.services import submit
from evenhand.work.client import enqueue_scoring


def hand_in(sitting: Sitting, now: datetime) -> bool:
    """Hand the sitting in; return whether this call was the one that did it.

    Scoring is enqueued only when the transaction is committed, so that a worker never looks for a
    sitting that is not there yet.
    """
    with transaction.atomic():
        done = submit(sitting=sitting, now=now)
        if done:
            transaction.on_commit(partial(enqueue_scoring, str(sitting.pk)))
    return done
