"""The forms of the candidate's pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.sittings.models import AccommodationRequest
from evenhand.web.sitting.payload import plain_lines


class ConsentForm(forms.Form):
    """The box that must be ticked before the clock starts."""

    consent = forms.BooleanField(
        label=_("I have read this page and agree that my answers are used and kept as it says."),
        error_messages={"required": _("Please tick this box if you agree, then begin.")},
    )


class AnswerForm(forms.Form):
    """One answer as a plain form sends it, when the page works without JavaScript."""

    text = forms.CharField(required=False, strip=False)
    base_revision = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    # Sent by the page of a conflict, and used only together with a choice between its two texts.
    conflict_revision = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    tab = forms.CharField(required=False, max_length=40)

    def clean_text(self) -> str:
        """Return the text with plain line ends: a form sends them as pairs."""
        return plain_lines(self.cleaned_data["text"])


class AskForm(forms.Form):
    """A wish for more time or another form; a reason is never needed."""

    kind = forms.ChoiceField(
        label=_("What would help you?"),
        choices=AccommodationRequest.Kind.choices,
        widget=forms.RadioSelect,
    )
    message = forms.CharField(
        label=_("Anything we should know (you may leave this empty)"),
        help_text=_(
            "Say what you need, for example how much more time. You need not give a reason, "
            "and please do not send medical details."
        ),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
