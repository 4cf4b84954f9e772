"""Forms of the pages about the judges; what is allowed is decided by the services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.anchors.services import Given
from evenhand.rubric import Dimension

LEVELS = [("", _("Choose …")), *((f"{n / 2:g}", f"{n / 2:g}") for n in range(2, 11))]
MARKS = [
    ("", _("Choose …")),
    ("0", _("not shown")),
    ("1", _("partly shown")),
    ("2", _("clearly shown")),
    ("none", _("cannot tell")),
]


class GateForm(forms.Form):
    """Which panel to try."""

    panel = forms.ChoiceField(
        label=_("Panel"),
        help_text=_("“embedded”, or one that is described under Models or in the file of panels."),
        error_messages={
            "invalid_choice": _("There is no panel “%(value)s”: describe it under Models first.")
        },
    )

    def __init__(self, known: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["panel"].choices = [(name, name) for name in known]  # type: ignore[attr-defined]


class EmbeddedForm(forms.Form):
    """Why the embedded judges are to read again, and what was seen as active."""

    activation = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        help_text=_("It is kept in the record and shown below."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ActivateForm(forms.Form):
    """Why a panel is to read; wanted where its gate failed."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CloseForm(forms.Form):
    """Why an alarm of the drift watch is closed; a page has one for each."""

    reason = forms.CharField(
        label=_("What did you find, and what was done?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, alarm: UUID, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id=f"{alarm}-%s")
        self.alarm = alarm


class BudgetForm(forms.Form):
    """What an opening's judges may cost in a month."""

    soft = forms.DecimalField(
        label=_("Soft limit a month"),
        required=False,
        max_digits=12,
        decimal_places=6,
        help_text=_("From here on a judge that costs reads only where no other gives a level."),
        widget=forms.NumberInput(attrs={"min": 0, "step": "any"}),
    )
    hard = forms.DecimalField(
        label=_("Hard limit a month"),
        required=False,
        max_digits=12,
        decimal_places=6,
        help_text=_("From here on nothing is asked that costs; the free judges go on."),
        widget=forms.NumberInput(attrs={"min": 0, "step": "any"}),
    )


class MachineForm(forms.Form):
    """A machine that would run a model instead."""

    hour = forms.FloatField(
        label=_("Its cost an hour"),
        min_value=0,
        max_value=1e6,
        help_text=_("Rent, or wear and power, in the currency of your prices; it runs all month."),
    )
    speed = forms.FloatField(
        label=_("Tokens a second"),
        min_value=0.1,
        max_value=1e7,
        help_text=_("Read and written, all requests together, as measured on it."),
    )


class RatingForm(forms.Form):
    """A level for each dimension of a question, and a mark for each of its indicators."""

    def __init__(self, dimensions: list[Dimension], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dimensions = dimensions
        for one in dimensions:
            self.fields[f"level-{one.id}"] = forms.ChoiceField(
                label=_("Level: %(name)s") % {"name": one.name}, choices=LEVELS
            )
            for indicator in one.indicators:
                self.fields[f"mark-{one.id}-{indicator.id}"] = forms.ChoiceField(
                    label=indicator.says, choices=MARKS
                )

    def parts(self) -> Iterator[tuple[Dimension, BoundField, list[tuple[bool, BoundField]]]]:
        """Yield each dimension with its level, and its marks, red flags told apart."""
        for one in self.dimensions:
            marks = [
                (indicator.kind == "red_flag", self[f"mark-{one.id}-{indicator.id}"])
                for indicator in one.indicators
            ]
            yield one, self[f"level-{one.id}"], marks

    def given(self) -> dict[str, Given]:
        """Return what was chosen, by dimension; of a valid form."""
        return {
            one.id: Given(
                float(self.cleaned_data[f"level-{one.id}"]),
                {i.id: _mark(self.cleaned_data[f"mark-{one.id}-{i.id}"]) for i in one.indicators},
            )
            for one in self.dimensions
        }


def _mark(chosen: str) -> int | None:
    return None if chosen == "none" else int(chosen)
