"""Forms of the hiring side. What is allowed is decided by the services; forms only gather."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.errors import CandidatesFileError
from evenhand.hiring.openings.models import PackVersion
from evenhand.hiring.openings.services import CandidateRow, read_candidates_csv
from evenhand.web.packs.words import titled


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


class _VersionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic to stubs alone
    """Versions, of which no two are called the same."""

    titles: Mapping[str, str] = MappingProxyType({})

    def label_from_instance(self, obj: PackVersion) -> str:
        return self.titles[obj.pk]


class VersionForm(forms.Form):
    """Which version of a pack is taken."""

    pack = _VersionField(
        label=_("Questions and rubric"),
        queryset=PackVersion.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, versions: Any, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        field = self.fields["pack"]
        assert isinstance(field, _VersionField)  # noqa: S101 (it is declared above)
        field.queryset = versions
        field.titles = {one.pk: title for one, title in titled(versions)}
