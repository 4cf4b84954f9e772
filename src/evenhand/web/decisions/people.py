"""The people of an opening as rows: filtered, ordered and counted by the database.

Where somebody may not be shown a person's figures yet, neither a filter nor the order tells them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

from django.db.models import (
    Case,
    Exists,
    F,
    FilteredRelation,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    When,
)
from django.db.models.expressions import Combinable

from evenhand.hiring.decisions.queries import shown_to
from evenhand.hiring.models import Application, EstimateRow, Opening, Ranking, User
from evenhand.measure.values import OVERALL

from .forms import CohortForm

_KEYS: Final = {"overall": "overall__mean", "low": "overall__low", "chance": "overall__p_bar"}
_SHOWN: Final = Q(("shown", True))
FIELDS: Final = (
    "pk", "number", "sitting__state", "shown", "overall__mean", "overall__low", "overall__high",
    "overall__p_bar", "overall__components_version", "rank__low", "rank__high", "rank__band",
    "best__chance", "decided__outcome",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One person; figures are None where there are none, or they may not be shown yet.

    Attributes:
        shown: whether figures may be shown.
        top: P(top k).
        outcome: the decision that counts, or "".
    """

    id: UUID
    number: int
    state: str
    shown: bool
    mean: float | None
    low: float | None
    high: float | None
    p_bar: float | None
    fit: str
    rank_low: int | None
    rank_high: int | None
    band: int | None
    top: float | None
    outcome: str


def rows_asked(
    opening: Opening, user: User, ranking: Ranking | None, asked: Mapping[str, Any]
) -> QuerySet[Application, Any]:
    """Return the people that a `CohortForm` asks for, in its order; `read` makes rows of them."""
    people = Application.objects.filter(opening=opening).annotate(
        shown=_shown(user, opening),
        overall=FilteredRelation(
            "estimates",
            condition=Q(estimates__dimension=OVERALL, estimates__superseded_at__isnull=True),
        ),
        decided=FilteredRelation("decisions", condition=Q(decisions__replaced_at__isnull=True)),
        rank=FilteredRelation("ranks", condition=Q(ranks__ranking=ranking)),
        best=FilteredRelation("tops", condition=Q(tops__ranking=ranking, tops__top=asked["top"])),
    )
    return _ordered(_filtered(people, asked), asked["sort"])


def read(values: Sequence[tuple[Any, ...]]) -> list[Row]:
    """Return rows from what `rows_asked(...).values_list(*FIELDS)` gives."""
    return [_row(*each) for each in values]


def _row(
    pk: UUID,
    number: int,
    state: str,
    shown: bool,
    mean: float | None,
    low: float | None,
    high: float | None,
    p_bar: float | None,
    fit: str | None,
    rank_low: int | None,
    rank_high: int | None,
    band: int | None,
    top: float | None,
    outcome: str | None,
) -> Row:
    if not shown:
        return Row(
            pk, number, state, False, None, None, None, None, "", None, None, None, None,
            outcome or "",
        )  # fmt: skip
    return Row(
        pk, number, state, True, mean, low, high, p_bar, fit or "", rank_low, rank_high, band, top,
        outcome or "",
    )  # fmt: skip


def levels_of(people: QuerySet[Application, Any]) -> dict[UUID, dict[str, tuple[float, ...]]]:
    """Return mean, low and high by person and dimension, of those who are in a list."""
    found: dict[UUID, dict[str, tuple[float, ...]]] = {}
    rows = EstimateRow.objects.filter(
        application__in=people.order_by().values("pk"), superseded_at__isnull=True
    ).exclude(dimension=OVERALL)
    for one, dimension, *level in rows.values_list(
        "application", "dimension", "mean", "low", "high"
    ):
        found.setdefault(one, {})[dimension] = tuple(level)
    return found


def _shown(user: User, opening: Opening) -> Combinable:
    shown = shown_to(user, opening)
    return cast(Combinable, Exists(shown.filter(pk=OuterRef("pk"))))


def _filtered(
    people: QuerySet[Application, Any], asked: Mapping[str, Any]
) -> QuerySet[Application, Any]:
    if asked["state"]:
        people = people.filter(sitting__state=asked["state"])
    if asked["decision"] == CohortForm.UNDECIDED:
        people = people.filter(Q(("decided__isnull", True)))
    elif asked["decision"]:
        people = people.filter(Q(("decided__outcome", asked["decision"])))
    if asked["above"] is not None:
        people = people.filter(_SHOWN, Q(("overall__p_bar__gte", asked["above"] / 100)))
    if asked["dimension"] and asked["level"] is not None:
        one = FilteredRelation(
            "estimates",
            condition=Q(
                estimates__dimension=asked["dimension"], estimates__superseded_at__isnull=True
            ),
        )
        people = people.annotate(one=one).filter(_SHOWN, Q(("one__mean__gte", asked["level"])))
    return people


def _ordered(people: QuerySet[Application, Any], sort: str) -> QuerySet[Application, Any]:
    if sort not in _KEYS:
        return people.order_by("number")
    key = Case(When(_SHOWN, then=F(_KEYS[sort])), output_field=FloatField())
    return people.annotate(key=key).order_by(F("key").desc(nulls_last=True), "number")
