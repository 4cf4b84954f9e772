"""The forms of feedback: what is contested, and who gets feedback at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.feedback.contests import Contestable
from evenhand.hiring.feedback.models import MAX_REASON, FeedbackRule
from evenhand.web.sitting.payload import plain_lines

_BETWEEN = ":"


class ContestForm(forms.Form):
    """Which answers are contested, on which dimensions, and why."""

    parts = forms.MultipleChoiceField(
        label=_("What should be rated again?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("One of these cannot be contested any more.")},
    )
    everything = forms.BooleanField(label=_("All of them"), label_suffix="", required=False)
    reason = forms.CharField(
        label=_("Why, in your words (you may leave this empty)"),
        help_text=_("The recruiter and the auditor read it. The two raters do not."),
        required=False,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, choices: Sequence[tuple[Contestable, str]], *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.open = [one for one, _said in choices]
        field = self.fields["parts"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(_BETWEEN.join(one), said) for one, said in choices]

    def clean_reason(self) -> str:
        """Return the words with plain line ends: a form sends them as pairs."""
        return plain_lines(self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        """Something must be chosen."""
        given = super().clean() or self.cleaned_data
        if "parts" not in self.errors and not given.get("parts") and not given.get("everything"):
            self.add_error("parts", _("Choose at least one, or all of them."))
        return given

    def chosen(self) -> list[Contestable]:
        """Return what was chosen; of a valid form."""
        if self.cleaned_data["everything"]:
            return self.open
        return [Contestable(*one.split(_BETWEEN)) for one in self.cleaned_data["parts"]]


class RuleForm(forms.Form):
    """Who gets feedback in an opening."""

    whom = forms.ChoiceField(
        label=_("Who gets feedback"),
        choices=FeedbackRule.Whom.choices,
        widget=forms.RadioSelect,
    )
