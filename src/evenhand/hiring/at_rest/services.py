"""Rotating the keys while people write: a new key, everything sealed anew, the old keys forgotten.

Killed at any point, each act goes on where it was when it is called again. A row is exchanged by
compare-and-swap on its sealed text, so what somebody writes meanwhile stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Left

from evenhand.hiring.at_rest.cipher import PREFIX_LENGTH, SealBroken, prefix_of
from evenhand.hiring.at_rest.fields import Sealed, SealedTextField, sealed_fields
from evenhand.hiring.at_rest.files import reseal_files, sweep
from evenhand.hiring.at_rest.keys import (
    KeysUnusable,
    add_key,
    alone,
    check_ring,
    keep_only,
    key_ring,
)
from evenhand.hiring.at_rest.models import AnswerKey
from evenhand.hiring.record.services import SYSTEM, record

SETTLED_AFTER: Final = timedelta(hours=1)
"""Longer than any write takes: what began under the former key has ended by then."""
_BATCH: Final = 200
_SUBJECT: Final = "keys:answers"


@dataclass(frozen=True)
class Rotated:
    """What a rotation did: the key that seals now, the others, and how many texts were resealed."""

    key: str
    former: tuple[str, ...]
    resealed: int


def check_keys(now: datetime) -> None:
    """Check that the file of keys is this database's, and note a key that it did not know.

    Raises:
        KeysUnusable: a key that texts are sealed with is missing; nothing was written.
    """
    known = set(AnswerKey.objects.values_list("pk", flat=True))
    ring = check_ring(known)
    if not known:
        AnswerKey.objects.get_or_create(
            pk=ring.current, defaults={"made_at": now, "finished_at": now}
        )


def rotate(now: datetime, progress: Callable[[int], None] = lambda _: None) -> Rotated:
    """Seal everything with a new key; goes on with a rotation that was cut off.

    Former keys stay in the file, for backups and for what is being written: see `forget`.

    Args:
        now: the moment that the record tells.
        progress: told how many texts were sealed anew, after each batch.

    Raises:
        KeysUnusable: the keys are not this database's, or another process is changing them.
    """
    with alone():
        check_keys(now)
        ring = key_ring()
        known = AnswerKey.objects.filter(pk=ring.current).first()
        if known is not None and known.finished_at is not None:
            add_key()
            ring = key_ring()
        AnswerKey.objects.get_or_create(pk=ring.current, defaults={"made_at": now})
        done = 0
        sweep(now - SETTLED_AFTER)
        for count in reseal_all(ring.current):
            done += count
            progress(done)
        former = tuple(one for one in ring.keys if one != ring.current)
        with transaction.atomic():
            AnswerKey.objects.filter(pk=ring.current).update(finished_at=now)
            facts: dict[str, object] = {"key": ring.current, "former": list(former)}
            record("keys.rotated", _SUBJECT, actor=SYSTEM, facts=facts, now=now)
    return Rotated(ring.current, former, done)


def forget(now: datetime) -> tuple[str, ...]:
    """Take the keys that nothing uses any more out of the file; returns their ids.

    Raises:
        KeysUnusable: the rotation is not finished, or too fresh: nothing was taken out.
    """
    with alone():
        check_keys(now)
        ring = key_ring()
        former = tuple(one for one in ring.keys if one != ring.current)
        if not former:
            return ()
        known = AnswerKey.objects.filter(pk=ring.current, finished_at__isnull=False).first()
        if known is None or known.finished_at is None:
            raise KeysUnusable("the rotation was cut off: run `evenhand keys rotate` again first")
        if now < known.finished_at + SETTLED_AFTER:
            raise KeysUnusable(
                "keys are forgotten an hour after a rotation at the earliest, when nothing that "
                f"began before it is still being written: not before "
                f"{known.finished_at + SETTLED_AFTER:%Y-%m-%d %H:%M} UTC"
            )
        sweep(now - SETTLED_AFTER)
        for _count in reseal_all(ring.current):
            pass
        with transaction.atomic():
            AnswerKey.objects.filter(pk__in=former).delete()
            facts: dict[str, object] = {"key": ring.current, "forgotten": list(former)}
            record("keys.forgotten", _SUBJECT, actor=SYSTEM, facts=facts, now=now)
        keep_only(ring.current)
    return former


def reseal_all(key_id: str) -> Iterator[int]:
    """Seal with the current key what is not; yields the number of texts after each batch."""
    yield from reseal_files(key_id)
    for model in apps.get_models():
        for field in sealed_fields(model):
            # Again from the start until a pass finds nothing: rows move while people write.
            while True:
                found = 0
                for count in _pass(model, field, key_id):
                    found += count
                    yield count
                if not found:
                    break


def _pass(model: type[models.Model], field: SealedTextField, key_id: str) -> Iterator[int]:
    name, rows = field.attname, model._base_manager.using("default")
    others = (
        rows.annotate(sealed_by=Left(name, PREFIX_LENGTH, output_field=models.CharField()))
        .filter(**{f"{name}__isnull": False})
        .exclude(sealed_by__in=("", prefix_of(key_id)))
        .order_by("pk")
        .only("pk", *field.bound_to, name)
    )
    last: Any = None
    while True:
        batch = list((others if last is None else others.filter(pk__gt=last))[:_BATCH])
        if not batch:
            return
        with transaction.atomic():
            for row in batch:
                before: Sealed = row.__dict__[name]
                after = field.sealed(row, _opened(field, row, before))
                rows.filter(pk=row.pk, **{name: before}).update(**{name: after})
        last = batch[-1].pk
        yield len(batch)


def _opened(field: SealedTextField, row: models.Model, value: Sealed) -> Any:
    try:
        return field.opened(row, value)
    except SealBroken as error:
        raise SealBroken(f"{error}: row {row.pk}") from error
