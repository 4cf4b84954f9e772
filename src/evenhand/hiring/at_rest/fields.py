"""Fields that are sealed in the database and plain on a model.

What is read from the database stays sealed until somebody asks the model for it, so a page that
shows no text opens none. What leaves a query otherwise (`values_list`) is a `Sealed`, which nobody
takes for the text. What would be written plain, or compared in SQL, is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, models
from django.db.models.query_utils import DeferredAttribute

from evenhand.hiring.at_rest.cipher import seal, unseal

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    _TextField = models.TextField[Any, Any]
else:
    _TextField = models.TextField

_LOOKUPS: Final = frozenset({"exact", "isnull"})


class Sealed:
    """A text as it stands in the database; it neither prints nor formats as one."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        """Hold what the cipher made."""
        self.token = token

    def __str__(self) -> str:
        """Refuse: this is not the text."""
        raise TypeError("this text is sealed: read it from a model")

    def __repr__(self) -> str:
        """Give nothing away."""
        return "Sealed(...)"


class _Opened(DeferredAttribute):
    """Opens the text when it is first asked for."""

    field: SealedTextField

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        """Return the plain value."""
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, Sealed):
            value = self.field.opened(instance, value)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        """Take a value; with this, Python asks here first and the row's own dictionary never."""
        instance.__dict__[self.field.attname] = value


class SealedTextField(_TextField):
    """Text that the database holds sealed; empty and none stay so, and SQL can ask for that.

    `bound_to` names the columns that say for good which row it is, all known before it is written.
    """

    descriptor_class = _Opened

    def __init__(self, *args: Any, bound_to: tuple[str, ...], **kwargs: Any) -> None:
        """Take what a TextField takes, and the columns to bind the text to."""
        self.bound_to = tuple(bound_to)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return the arguments, for migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "bound_to": self.bound_to}

    def sealed(self, row: models.Model, value: Any) -> Sealed | str | None:
        """Seal a value for this row; none stays none."""
        return self.sealed_at(value, self._named(row))

    def sealed_at(self, value: Any, named: Iterable[str]) -> Sealed | str | None:
        """Seal a value for the row of which `bound_to` names these values, in that order."""
        if value is None:
            return None
        plain = self.written(value)
        return Sealed(seal(plain, self._place(named))) if plain else ""

    def opened(self, row: models.Model, value: Sealed) -> Any:
        """Return what was sealed for this row.

        Raises:
            SealBroken: it was changed, or sealed for another.
            KeysUnusable: its key is not there.
        """
        return self.read(unseal(value.token, self._place(self._named(row))))

    def written(self, value: Any) -> str:
        """Return the value as the text to seal."""
        return str(value)

    def read(self, text: str) -> Any:
        """Return the value of a text that was sealed."""
        return text

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Seal anew with the current key: the one it was read under may be gone by the next day."""
        return self.sealed(model_instance, getattr(model_instance, self.attname))

    def get_prep_value(self, value: Any) -> Any:
        """Leave it to the last step."""
        return value

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        """Return what is written, which is never a plain text."""
        if isinstance(value, Sealed):
            return value.token
        if value == "" or value is None:
            return value
        raise TypeError(f"{self} is sealed: save the model, or seal the value for its row")

    def from_db_value(self, value: str | None, *_: object) -> Any:
        """Return it sealed; the model opens it."""
        return Sealed(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Allow no comparison that could only be with the plain text."""
        return super().get_lookup(lookup_name) if lookup_name in _LOOKUPS else None

    def _named(self, row: models.Model) -> list[str]:
        fields = row._meta
        return [
            str(fields.get_field(name).to_python(getattr(row, name)))  # type: ignore[union-attr]
            for name in self.bound_to
        ]

    def _place(self, named: Iterable[str]) -> list[str]:
        return [self.model._meta.db_table, str(self.column), *named]


class SealedJSONField(SealedTextField):
    """Plain data that the database holds sealed, as JSON.

    A cipher hides no length. `padded_to` bytes, or a multiple of it, is how long the JSON is made
    where its length would tell one of a few possible texts.
    """

    if TYPE_CHECKING:
        _pyi_private_set_type: Any
        _pyi_private_get_type: Any

    def __init__(self, *args: Any, padded_to: int = 1, **kwargs: Any) -> None:
        """Take what a SealedTextField takes, and what length is rounded up to."""
        self.padded_to = padded_to
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return the arguments, for migrations."""
        name, path, args, kwargs = super().deconstruct()
        padded = {} if self.padded_to == 1 else {"padded_to": self.padded_to}
        return name, path, args, kwargs | padded

    def written(self, value: Any) -> str:
        """Return the data as JSON, with blanks behind it up to the length."""
        text = json.dumps(value, ensure_ascii=False)
        return text + " " * (-len(text.encode()) % self.padded_to)

    def read(self, text: str) -> Any:
        """Return the data."""
        return json.loads(text)

    def to_python(self, value: Any) -> Any:
        """Leave data as they are."""
        return value


def sealed(row: models.Model, name: str, value: Any) -> Sealed | str | None:
    """Seal a value for one field of this row, to give to `update`."""
    field = row._meta.get_field(name)
    if not isinstance(field, SealedTextField):
        raise TypeError(f"{field} is not sealed")
    return field.sealed(row, value)


def stored(of: type[models.Model], name: str, value: Any, *named: str) -> Any:
    """Return what the database would hold of a value, for SQL of one's own.

    Args:
        of: the model.
        name: its sealed field.
        value: what is sealed.
        named: what says which row it is, in the order of the field's `bound_to`.
    """
    field = of._meta.get_field(name)
    if not isinstance(field, SealedTextField):
        raise TypeError(f"{field} is not sealed")
    return field.get_db_prep_value(field.sealed_at(value, named), connection)


def columns(row: models.Model, names: Iterable[str]) -> list[Any]:
    """Return what the database would hold of a row, for SQL of one's own."""
    fields = [row._meta.get_field(name) for name in names]
    return [
        one.get_db_prep_save(one.pre_save(row, True), connection)  # type: ignore[union-attr]
        for one in fields
    ]


def sealed_fields(of: type[models.Model]) -> list[SealedTextField]:
    """Return the sealed fields of a model."""
    return [one for one in of._meta.concrete_fields if isinstance(one, SealedTextField)]
