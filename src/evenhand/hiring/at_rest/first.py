"""Sealing what was stored plain, when a database first comes to this version; and the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.db import models

from evenhand.hiring.at_rest.fields import Sealed, SealedTextField, sealed_fields

_BATCH: Final = 200


def seal_existing(apps: Any, using: str) -> None:
    """Seal every text that a sealed field holds plain; inside the migration's transaction."""
    _exchange(apps, using, lambda field, row, raw: field.sealed(row, field.read(raw.token)))


def unseal_existing(apps: Any, using: str) -> None:
    """Put every text back as it was before `seal_existing`."""

    def opened(field: SealedTextField, row: models.Model, raw: Sealed) -> Sealed:
        return Sealed(field.written(field.opened(row, raw)))

    _exchange(apps, using, opened)


def _exchange(
    apps: Any,
    using: str,
    new: Callable[[SealedTextField, models.Model, Sealed], Sealed | str],
) -> None:
    for model in apps.get_app_config("hiring").get_models():
        for field in sealed_fields(model):
            name, rows = field.attname, model._base_manager.using(using)
            for row in _by_key(rows.exclude(**{name: ""})):
                # As it stands in the database: `Sealed` is only how the field hands it over.
                raw: Sealed = row.__dict__[name]
                rows.filter(pk=row.pk).update(**{name: new(field, row, raw)})


def _by_key(rows: models.QuerySet[models.Model]) -> Iterator[models.Model]:
    batch = list(rows.order_by("pk")[:_BATCH])
    while batch:
        yield from batch
        batch = list(rows.filter(pk__gt=batch[-1].pk).order_by("pk")[:_BATCH])
