"""The people of an opening as rows: filtered, ordered and counted by the database.

Where somebody may not be shown a person's figures yet, neither a filter nor the order tells them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    F,
    FilteredRelation,
    FloatField,
    Q,
    QuerySet,
    Value,
    When,
)

from evenhand.hiring.decisions.queries import shown_to
from evenhand.hiring.interviews.queries import blind_to
from evenhand.hiring.models import Application, EstimateRow, Opening, Ranking, Role, User
from evenhand.hiring.openings.team import roles_in
from evenhand.measure.values import OVERALL

from .forms import CohortForm

_KEYS: Final = {"overall": "mean", "low": "low", "chance": "p_bar"}
_FIELDS: Final = (
    "pk", "number", "sitting__state", "shown", "overall__mean", "overall__low", "overall__high",
    "overall__p_bar", "overall__components_version", "rank__low", "rank__high", "rank__band",
    "best__chance", "decided__outcome", "withdrawn_at",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One person; figures are None where there are none, or they may not be shown yet.

    Attributes:
        estimated: whether there are figures.
        shown: whether they may be shown.
        top: P(top k).
        decided: whether a decision counts, to hold included.
        outcome: it, or ""; also where `shown` is false, lest it sway who has yet to lean.
        withdrew: whether they have withdrawn.
    """

    id: UUID
    number: int
    state: str
    estimated: bool
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
    decided: bool
    outcome: str
    withdrew: bool


@dataclass(frozen=True)
class Asking:
    """Who asks for whom: the people of an opening that a `CohortForm` names, in its order."""

    opening: Opening
    user: User
    ranking: Ranking | None
    asked: Mapping[str, Any]

    def ids(self) -> QuerySet[Application, Any]:
        """Return the ids, in order; it joins no more than filter and order need."""
        shown = self._shown
        people = _filtered(Application.objects.filter(opening=self.opening), self.asked, shown)
        return _ordered(people, self.asked["sort"], shown).values_list("pk", flat=True)

    def rows(self, ids: Sequence[UUID] | None = None) -> list[Row]:
        """Return the rows of some of the people, in the order of their ids; by default of all."""
        order = list(self.ids()) if ids is None else ids
        these = Q(opening=self.opening) if ids is None else Q(pk__in=ids)
        people = _with_figures(Application.objects.filter(these)).annotate(
            rank=FilteredRelation("ranks", condition=Q(ranks__ranking=self.ranking)),
            best=FilteredRelation(
                "tops", condition=Q(tops__ranking=self.ranking, tops__top=self.asked["top"])
            ),
            decided=_decided(),
            shown=Value(True)
            if self._shown is None
            else Case(When(self._shown, then=True), default=False, output_field=BooleanField()),
        )
        found = {values[0]: _row(*values) for values in people.values_list(*_FIELDS)}
        return [found[one] for one in order if one in found]

    @cached_property
    def _shown(self) -> Q | None:
        """Whose figures may be shown; None where all may be."""
        hides = (
            Role.DECIDER in roles_in(self.user, self.opening)
            or blind_to(self.user).filter(opening=self.opening).exists()
        )
        return Q(pk__in=shown_to(self.user, self.opening).values("pk")) if hides else None


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
    withdrawn_at: datetime | None,
) -> Row:
    withdrew = withdrawn_at is not None
    if withdrew:  # the ranks that are kept may be of before
        rank_low = rank_high = band = top = None
    if not shown:
        return Row(
            pk, number, state, mean is not None, False, None, None, None, None, "", None, None,
            None, None, outcome is not None, "", withdrew,
        )  # fmt: skip
    return Row(
        pk, number, state, mean is not None, True, mean, low, high, p_bar, fit or "", rank_low,
        rank_high, band, top, outcome is not None, outcome or "", withdrew,
    )  # fmt: skip


def levels_of(opening: Opening) -> dict[UUID, dict[str, tuple[float, ...]]]:
    """Return mean, low and high by person and dimension, of everybody in an opening."""
    found: dict[UUID, dict[str, tuple[float, ...]]] = {}
    rows = EstimateRow.objects.filter(application__opening=opening, superseded_at__isnull=True)
    for one, dimension, *level in rows.exclude(dimension=OVERALL).values_list(
        "application", "dimension", "mean", "low", "high"
    ):
        found.setdefault(one, {})[dimension] = tuple(level)
    return found


def _with_figures(
    people: QuerySet[Application, Any], dimension: str = OVERALL, name: str = "overall"
) -> QuerySet[Application, Any]:
    counts = Q(estimates__dimension=dimension, estimates__superseded_at__isnull=True)
    return people.annotate(**{name: FilteredRelation("estimates", condition=counts)})


def _decided() -> FilteredRelation:
    return FilteredRelation("decisions", condition=Q(decisions__replaced_at__isnull=True))


def _filtered(
    people: QuerySet[Application, Any], asked: Mapping[str, Any], shown: Q | None
) -> QuerySet[Application, Any]:
    if asked["state"]:
        people = people.filter(sitting__state=asked["state"])
    wants: list[Q] = []
    if asked["decision"]:
        people = people.annotate(decided=_decided())
        if asked["decision"] == CohortForm.UNDECIDED:
            people = people.filter(decided__isnull=True)
        else:
            wants.append(Q(("decided__outcome", asked["decision"])))
    if asked["above"] is not None:
        people = _with_figures(people)
        wants.append(Q(("overall__p_bar__gte", asked["above"] / 100)))
    if asked["dimension"] and asked["level"] is not None:
        people = _with_figures(people, asked["dimension"], "one")
        wants.append(Q(("one__mean__gte", asked["level"])))
    if wants and shown is not None:
        wants.append(shown)
    return people.filter(*wants)


def _ordered(
    people: QuerySet[Application, Any], sort: str, shown: Q | None
) -> QuerySet[Application, Any]:
    if sort not in _KEYS:
        return people.order_by("number")
    people = _with_figures(people, name="key_of")
    key: F | Case = F(f"key_of__{_KEYS[sort]}")
    if shown is not None:
        key = Case(When(shown, then=key), output_field=FloatField())
    return people.annotate(key=key).order_by(F("key").desc(nulls_last=True), "number")
