"""Forms of the decider. What is allowed is decided by the services; forms only gather."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.decisions.models import Advice, Outcome
from evenhand.hiring.decisions.services import MAX_REASON, MOST, Seen
from evenhand.hiring.models import Sitting
from evenhand.rubric import Pack

TOP, MOST_TOP = 5, 100_000


def _chance(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=100,
        help_text=_("0 to 100, in percent. 50 says that you cannot tell."),
    )


class LeanForm(forms.Form):
    """What a decider thinks before they see any figure."""

    lean = forms.TypedChoiceField(
        label=_("I lean to"), choices=Advice.choices, coerce=Advice, widget=forms.RadioSelect
    )
    chance = _chance(_("How likely do you think that this person is at or above the bar?"))
    reason = forms.CharField(
        label=_("What speaks for it"),
        required=False,
        max_length=MAX_REASON,
        help_text=_("May stay empty. Deciders and auditors of this opening can read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecisionForm(forms.Form):
    """A decision with its reason, and what stood on the page on which it was made."""

    outcome = forms.TypedChoiceField(
        label=_("My decision"), choices=Outcome.choices, coerce=Outcome, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=MAX_REASON,
        help_text=_("What in the evidence it rests on. The recruiter and auditors can read it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    chance = _chance(_("How likely do you now think that this person is at or above the bar?"))
    number = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    estimate = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def seen(self) -> Seen:
        """Return what stood on the page."""
        return Seen(self.cleaned_data["number"], self.cleaned_data["estimate"])


class CostsForm(forms.Form):
    """What the two errors cost, relative to each other."""

    false_advance = forms.FloatField(
        label=_("Advancing somebody who is below the bar"),
        min_value=1 / MOST,
        max_value=MOST,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    false_reject = forms.FloatField(
        label=_("Turning away somebody who is at or above the bar"),
        min_value=1 / MOST,
        max_value=MOST,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )


class CohortForm(forms.Form):
    """Which people of an opening to list, and in which order; a field left empty asks nothing."""

    SORTS = (
        ("overall", _("overall level")),
        ("low", _("lower end of the interval")),
        ("chance", _("P(at or above the bar)")),
        ("number", _("number")),
    )
    UNDECIDED = "none"
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("any")), *Sitting.State.choices]
    )
    decision = forms.ChoiceField(
        label=_("Decision"),
        required=False,
        choices=[("", _("any")), (UNDECIDED, _("not decided")), *Outcome.choices],
    )
    above = forms.IntegerField(label=_("P at least, %"), required=False, min_value=0, max_value=100)
    dimension = forms.ChoiceField(label=_("Dimension"), required=False)
    level = forms.FloatField(
        label=_("at a level of at least"),
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        widget=forms.NumberInput(attrs={"step": 0.1, "min": 1, "max": 5}),
    )
    sort = forms.ChoiceField(label=_("Order by"), required=False, choices=SORTS)
    top = forms.IntegerField(
        label=_("k of P(top k)"), required=False, min_value=1, max_value=MOST_TOP
    )

    def __init__(self, pack: Pack, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dimension = self.fields["dimension"]
        if isinstance(dimension, forms.ChoiceField):
            dimension.choices = [("", _("any")), *((one.id, one.name) for one in pack.dimensions)]

    def asked(self) -> dict[str, Any]:
        """Return what is asked for; a field that cannot be read asks nothing."""
        self.is_valid()
        given = self.cleaned_data if self.is_bound else {}
        return {"sort": given.get("sort") or "overall", "top": given.get("top") or TOP} | {
            name: given.get(name) or None
            for name in ("state", "decision", "above", "dimension", "level")
        }
