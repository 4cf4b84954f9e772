"""Forms of the steps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.openings.services import ANCHOR_SHARE


class JobForm(forms.Form):
    """The job, and whom candidates may ask; the rest has values that fit most."""

    title = forms.CharField(label=_("Job title"), max_length=200)
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
        help_text=_(
            "Drawn at random for two blind raters, who are interviewers or auditors of the team. "
            "5 to 8 keep the judges calibrated."
        ),
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
    FIRST = ("title", "contact_name", "contact_email")

    @property
    def first(self) -> list[forms.boundfield.BoundField]:
        """What has to be given."""
        return [self[name] for name in self.FIRST]

    @property
    def rest(self) -> list[forms.boundfield.BoundField]:
        """What has a value that fits most."""
        return [field for field in self if field.name not in self.FIRST]

    def given(self) -> dict[str, Any]:
        """Return the arguments of `create_opening`."""
        given = dict(self.cleaned_data)
        percent = given.pop("anchor_percent")
        return {**given, "anchor_share": ANCHOR_SHARE if percent is None else percent / 100}
