"""The period of the record, and what is asked about groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evenhand.hiring.compliance.counting import Span
from evenhand.hiring.compliance.groups import LONGEST, Question


class SpanForm(forms.Form):
    """The first and the last day."""

    first = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    last = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first one."""
        found = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day comes before the first one."))
        # The moment after the last day must be one that a date can hold.
        if last and last.year > 9000:
            self.add_error("last", _("Give a day that the records can hold."))
        return found

    @classmethod
    def spanning(cls, data: Any, today: date) -> tuple[SpanForm, Span]:
        """Return the form with what was asked for; this year so far where that is nothing."""
        year = Span(today.replace(month=1, day=1), today)
        if "first" not in data and "last" not in data:
            return cls(initial={"first": year.first, "last": year.last}), year
        form = cls(data)
        return form, Span(**form.cleaned_data) if form.is_valid() else year


def faults_of(form: forms.Form) -> str:
    """Return what is wrong with which field, in one line."""
    return "; ".join(
        f"{form.fields[name].label}: {' '.join(map(str, errors))}"
        for name, errors in form.errors.items()
    )


class GroupForm(forms.Form):
    """One question about groups."""

    asked = forms.BooleanField(label=gettext_lazy("Ask this"), label_suffix="", required=False)
    title = forms.CharField(label=gettext_lazy("Question"), max_length=LONGEST)
    groups = forms.CharField(
        label=gettext_lazy("Groups, one a line"),
        help_text=gettext_lazy(
            "Not to say is always offered. Answers given before keep their own words; a group that "
            "is not offered any more counts as not said."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=2000,
    )

    @classmethod
    def of(cls, questions: Sequence[Question], data: Any = None) -> list[GroupForm]:
        """Return a form for each question."""
        return [
            cls(
                data,
                prefix=one.code,
                initial={
                    "asked": one.asked, "title": one.title, "groups": "\n".join(one.groups)
                },
            )
            for one in questions
        ]  # fmt: skip

    def question(self, code: str) -> Question:
        """Return the question as it was filled in."""
        found = self.cleaned_data
        lines = (" ".join(line.split()) for line in found["groups"].splitlines())
        return Question(code, found["title"], tuple(filter(None, lines)), found["asked"])
