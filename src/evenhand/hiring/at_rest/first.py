"""Sealing what was stored plain, when a database first comes to this version; and the way back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

from django.db import models

from evenhand.hiring.at_rest.fields import Sealed, SealedTextField, sealed_fields
from evenhand.hiring.at_rest.keys import check_ring

_BATCH: Final = 200


def seal_existing(apps: Any, using: str, only: Collection[str] = ()) -> None:
    """Seal every text that a sealed field holds plain; inside the migration's transaction.

    Args:
        apps: the models as the migration has them.
        using: the alias of the database.
        only: `Model.field` of those that hold plain texts; all sealed fields where empty.

    Raises:
        KeysUnusable: the file of keys is another database's. What was sealed with its key would be
            lost as soon as the right file is back.
    """
    known = apps.get_model("hiring", "AnswerKey").objects.using(using)
    check_ring(known.values_list("pk", flat=True))
    _exchange(apps, using, only, lambda field, row, raw: field.sealed(row, field.read(raw.token)))


def unseal_existing(apps: Any, using: str, only: Collection[str] = ()) -> None:
    """Put every text back as it was before `seal_existing` of the same."""

    def opened(field: SealedTextField, row: models.Model, raw: Sealed) -> Sealed:
        return Sealed(field.written(field.opened(row, raw)))

    _exchange(apps, using, only, opened)


def _exchange(
    apps: Any,
    using: str,
    only: Collection[str],
    new: Callable[[SealedTextField, models.Model, Sealed], Sealed | str | None],
) -> None:
    for model in apps.get_app_config("hiring").get_models():
        for field in sealed_fields(model):
            name, rows = field.attname, model._base_manager.using(using)
            if only and f"{model.__name__}.{name}" not in only:
                continue
            for row in _by_key(rows.filter(**{f"{name}__isnull": False}).exclude(**{name: ""})):
                # As it stands in the database: `Sealed` is only how the field hands it over.
                raw: Sealed = row.__dict__[name]
                rows.filter(pk=row.pk).update(**{name: new(field, row, raw)})


def _by_key(rows: models.QuerySet[models.Model]) -> Iterator[models.Model]:
    batch = list(rows.order_by("pk")[:_BATCH])
    while batch:
        yield from batch
        batch = list(rows.filter(pk__gt=batch[-1].pk).order_by("pk")[:_BATCH])
