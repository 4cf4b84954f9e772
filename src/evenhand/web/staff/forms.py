"""Forms of the hiring side. What is allowed is decided by the services; forms only gather."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.errors import CandidatesFileError
from evenhand.hiring.openings.services import CandidateRow, read_candidates_csv

BAR_RANGE = _("Give a level from 1 to 5.")


class OpeningForm(forms.Form):
    """What an opening needs beyond its pack."""

    title = forms.CharField(label=_("Job title"), max_length=200)
    bar = forms.FloatField(
        label=_("Bar"),
        help_text=_("The level, 1 to 5, that candidates are compared with."),
        validators=[MinValueValidator(1, BAR_RANGE), MaxValueValidator(5, BAR_RANGE)],
        widget=forms.NumberInput(attrs={"min": 1, "max": 5, "step": 0.1}),
    )
    contact_name = forms.CharField(
        label=_("Whom candidates may ask"), max_length=200, help_text=_("Shown to candidates.")
    )
    contact_email = forms.EmailField(label=_("Their e-mail address"))
    link_days = forms.IntegerField(
        label=_("Days a link is open"),
        help_text=_("How long a candidate has to begin."),
        initial=14,
        min_value=1,
        max_value=365,
    )
    keep_days = forms.IntegerField(
        label=_("Days answers are kept"),
        help_text=_("Counted from handing in; candidates are told. Then they are erased."),
        initial=180,
        min_value=30,
        max_value=3650,
    )
    anchor_percent = forms.FloatField(
        label=_("Answers that people rate too, %"),
        help_text=_("Drawn at random for two blind raters. 5 to 8 keep the judges calibrated."),
        initial=6,
        required=False,
        min_value=0,
        max_value=100,
    )
    probes = forms.BooleanField(
        label=_("One follow-up after a question"),
        help_text=_("Chosen from what was written, by the same rule for everyone."),
        initial=True,
        required=False,
    )


class CandidateForm(forms.Form):
    """One person."""

    prefix = "one"
    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail address"))


class CandidatesForm(forms.Form):
    """A list of people, as a file or pasted."""

    prefix = "list"
    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        help_text=_("Its first line names the columns: name,email"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    text = forms.CharField(
        label=_("or paste the lines"),
        required=False,
        strip=False,
        help_text=_("The first line is name,email here too."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    rows: list[CandidateRow]

    def clean(self) -> dict[str, Any]:
        """Read the list whole; every line that is wrong is an error of its field."""
        given = super().clean() or self.cleaned_data
        upload, text = given.get("file"), given.get("text", "")
        if bool(upload) == bool(text.strip()):
            # An empty upload has its own error from the field.
            if "file" not in self.errors:
                self.add_error("file", _("Choose a file or paste the lines: one of the two."))
            return given
        try:
            self.rows = read_candidates_csv(upload.read() if upload else text.encode())
        except CandidatesFileError as error:
            self.add_error("file" if upload else "text", list(error.faults))
        return given


class SettleForm(forms.Form):
    """The answer to an accommodation request."""

    FACTORS = (
        ("", _("Choose …")),
        ("1.25", _("1.25 times the time")),
        ("1.50", _("1.5 times the time")),
        ("2.00", _("twice the time")),
        ("same", _("leave the time as it is")),
    )
    factor = forms.TypedChoiceField(
        label=_("Time"),
        choices=FACTORS,
        coerce=lambda value: None if value == "same" else Decimal(value),
    )
    reply = forms.CharField(
        label=_("Reply to the candidate"),
        required=False,
        max_length=4000,
        help_text=_("It is sent by e-mail and shown on their page."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """A refusal needs words."""
        given = super().clean() or self.cleaned_data
        if not self.errors and given["factor"] is None and not given["reply"].strip():
            self.add_error("reply", _("Say why, or what else is offered."))
        return given
