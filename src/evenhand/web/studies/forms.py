"""Forms of the studies. What is allowed is decided by the services; forms only gather."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.models import DisagreementNote


class OpinionForm(forms.Form):
    """Whether one would have advanced somebody, and how sure one is."""

    advance = forms.TypedChoiceField(
        label=_("Would you have advanced this person to the live rounds?"),
        choices=(("yes", _("Yes")), ("no", _("No"))),
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    sure = forms.IntegerField(
        label=_("How sure are you, in percent?"),
        help_text=_("If you like: 0 is a guess, 100 is certain."),
        required=False,
        min_value=0,
        max_value=100,
    )


class NoteForm(forms.Form):
    """Who was right, after reading both sides."""

    right = forms.ChoiceField(
        label=_("Having read both sides, who was right?"),
        choices=DisagreementNote.Right.choices,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=2000,
        help_text=_("If you like. It is kept with the candidate, and erased with them."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FileForm(forms.Form):
    """A CSV file, or its lines pasted."""

    columns = ""
    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )
    text = forms.CharField(
        label=_("or paste the lines"),
        required=False,
        strip=False,
        help_text=_("With the line that names the columns."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("Its first line names the columns: %(names)s") % {
            "names": self.columns
        }

    def clean(self) -> dict[str, Any]:
        """One of the two, and its bytes."""
        given = super().clean() or self.cleaned_data
        upload, text = given.get("file"), given.get("text", "")
        if bool(upload) == bool(text.strip()):
            if "file" not in self.errors:
                self.add_error("file", _("Choose a file or paste the lines: one of the two."))
            return given
        given["data"] = upload.read() if upload else text.encode()
        return given

    def blame(self, faults: list[str]) -> None:
        """Put what is wrong with the file below the field that it came by."""
        self.add_error("file" if self.cleaned_data.get("file") else "text", faults)


class DecisionsForm(FileForm):
    """Decisions made elsewhere."""

    prefix = "decisions"
    columns = "candidate,judge,advance"
    blind = forms.BooleanField(
        label=_("They were made before anybody saw a score"),
        label_suffix="",
        required=False,
        help_text=_("Only such decisions enter the study; others are kept beside it."),
    )


class OutcomesForm(FileForm):
    """What came of candidates."""

    prefix = "outcomes"
    columns = "candidate,outcome,value"


class SignalsForm(FileForm):
    """Conventional signals."""

    prefix = "signals"
    columns = "candidate,kind,name,value"
