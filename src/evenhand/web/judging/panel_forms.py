"""Forms that describe a judge and a panel; values are checked as those of the file of panels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.errors import PanelError
from evenhand.hiring.models import User
from evenhand.hiring.panels.queries import judge_tables
from evenhand.hiring.panels.services import check_judge, check_panel
from evenhand.judges.llm.values import AMOUNTS, COUNTS, STORED

PLAIN = {"spellcheck": "false", "autocapitalize": "none"}
KIND_CHOICES = [("openai", _("OpenAI-compatible")), ("anthropic", _("Anthropic"))]
STYLE_CHOICES = [
    ("structured", _("one JSON answer")),
    ("checklist", _("a yes/no question an indicator, for small models")),
]
PRICES = ("input", "cached", "output")
_KEPT = (
    "kind", "model", "style", "logprobs", "concurrency", "per_minute", "timeout", "draws",
    "temperature", "max_output_tokens",
)  # fmt: skip
_FIELDS = {
    "": "name",
    "taken": "name",
    "address": "base_url",
    **{f"price.{key}": key for key in (*PRICES, "stored")},
}
"""The field of what a fault is of, where it is called otherwise."""
_SAID = {
    "name": _("Give 1 to 40 of a to z, 0 to 9, - and _, and no name that is in use already."),
    "base_url": _(
        "Give an address such as https://llm.example/v1, without a user, a password, a query or "
        "a fragment. A key has a field of its own."
    ),
    "logprobs": _("This interface gives none: leave it out, and draw several answers."),
    "style": _("Questions by indicator are read from log-probabilities: use those too."),
    "draws": _("At temperature 0 all answers are alike: raise it, or draw one."),
}
"""What a fault of the file is called on a page, by its key."""


def _within(bounds: tuple[float, float]) -> dict[str, Any]:
    return {"min_value": bounds[0], "max_value": bounds[1]}


class NameForm(forms.Form):
    """A name that is given once."""

    name = forms.CharField(
        label=_("Name"),
        max_length=40,
        help_text=_("1 to 40 of a to z, 0 to 9, - and _. It stays."),
        widget=forms.TextInput(attrs=PLAIN),
    )

    def __init__(self, *args: Any, name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fixed_name = name
        if name:
            del self.fields["name"]

    def named(self) -> str:
        """Return the name that it has or is to have; empty for none that can be one."""
        return self.fixed_name or str(self.cleaned_data.get("name", ""))

    def tell(self, error: PanelError) -> None:
        """Say what is wrong at the fields that it is wrong with, but those that say so already."""
        for key, what in error.faults or [("other", str(error))]:
            field = _FIELDS.get(key, key)
            if field not in self.fields:
                self.add_error(None, what)
            elif field not in self.errors:
                self.add_error(field, _SAID.get(key or "name", what))


class JudgeForm(NameForm):
    """How a model is reached and what it costs."""

    kind = forms.ChoiceField(label=_("Interface"), choices=KIND_CHOICES)
    base_url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("Such as https://llm.example/v1. A kept key goes when it is changed."),
        widget=forms.TextInput(attrs={**PLAIN, "inputmode": "url"}),
    )
    model = forms.CharField(
        label=_("Model"),
        max_length=200,
        help_text=_("As the endpoint calls it."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    key = forms.CharField(
        label=_("Key"),
        required=False,
        max_length=500,
        help_text=_("Kept encrypted and never shown again. Empty leaves the one that is kept."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    drop_key = forms.BooleanField(
        label=_("Forget the key that is kept"), label_suffix="", required=False
    )
    input = forms.FloatField(
        label=_("Price of a million tokens read"), initial=0, **_within(AMOUNTS["price"])
    )
    cached = forms.FloatField(
        label=_("Price of a million read from the provider's cache"),
        initial=0,
        **_within(AMOUNTS["price"]),
    )
    stored = forms.FloatField(
        label=_("Price of a million put into the provider's cache"),
        required=False,
        help_text=_("Empty is %(times)s times the price of those read.") % {"times": STORED},
        **_within(AMOUNTS["price"]),
    )
    output = forms.FloatField(
        label=_("Price of a million tokens written"), initial=0, **_within(AMOUNTS["price"])
    )
    concurrency = forms.IntegerField(
        label=_("Requests at once, at most"),
        initial=4,
        help_text=_("Of each worker process: several workers send as many each."),
        **_within(COUNTS["concurrency"]),
    )
    per_minute = forms.IntegerField(
        label=_("Requests a minute, at most"),
        required=False,
        help_text=_("Of each worker process, as above. Empty is no limit."),
        **_within(COUNTS["per_minute"]),
    )
    timeout = forms.FloatField(
        label=_("Seconds for one attempt"), initial=60, **_within(AMOUNTS["timeout"])
    )
    style = forms.ChoiceField(label=_("How it is asked"), choices=STYLE_CHOICES)
    logprobs = forms.BooleanField(label=_("Use log-probabilities"), label_suffix="", required=False)
    draws = forms.IntegerField(label=_("Answers drawn"), initial=1, **_within(COUNTS["draws"]))
    temperature = forms.FloatField(
        label=_("Temperature"), initial=0, **_within(AMOUNTS["temperature"])
    )
    max_output_tokens = forms.IntegerField(
        label=_("Tokens written, at most"), initial=1500, **_within(COUNTS["max_output_tokens"])
    )

    def clean(self) -> dict[str, Any]:
        """Say every fault at once, also where another field is wrong."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            check_judge(self.named(), self.table(), given.get("key", ""))
        except PanelError as error:
            self.tell(error)
        return given

    def tell_key(self) -> None:
        """Say that a key that was typed is lost: it is not sent back with a form that failed."""
        if self.data.get("key") and "key" not in self.errors:
            self.add_error("key", _("It was not kept, as nothing was: type it again."))

    def table(self) -> dict[str, Any]:
        """Return `[judge.NAME]`, without what is not valid."""
        given = {key: one for key, one in self.cleaned_data.items() if one is not None}
        found = {key: given[key] for key in _KEPT if key in given}
        found["base_url"] = given.get("base_url", "").rstrip("/")
        found["price"] = {key: given[key] for key in (*PRICES, "stored") if key in given}
        return found


class PanelForm(NameForm):
    """Judges that are used together."""

    judges = forms.MultipleChoiceField(
        label=_("Judges"),
        help_text=_("Those described under Models; describe one there first if none is listed."),
        widget=forms.CheckboxSelectMultiple,
        choices=(),
    )
    embedded = forms.BooleanField(
        label=_("The embedded judges sit on it too"),
        label_suffix="",
        required=False,
        initial=True,
        help_text=_("They cost nothing, and score an answer where no model gives a level."),
    )
    routed = forms.BooleanField(
        label=_("Ask a model only where it may change something"),
        label_suffix="",
        required=False,
        initial=True,
        help_text=_("Where the interval is not clear of the bar, or a behaviour is unresolved."),
    )

    def __init__(self, *args: Any, of: User, known: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The table as it is now: routing that was set finer elsewhere is kept.
        self.of, self.known = of, known
        field = self.fields["judges"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [(name, name) for name in judge_tables(of.organisation_id)]

    def clean(self) -> dict[str, Any]:
        """Say every fault at once, also where another field is wrong."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            check_panel(self.named(), self.table(), self.of.organisation_id)
        except PanelError as error:
            self.tell(error)
        return given

    def table(self) -> dict[str, Any]:
        """Return `[panel.NAME]`, without what is not valid."""
        given = self.cleaned_data
        routing = {"routing": self.known.get("routing", {})} if given["routed"] else {}
        return {"judges": given.get("judges", []), "embedded": given["embedded"], **routing}


def judge_values(table: dict[str, Any]) -> dict[str, Any]:
    """Return what the form of a judge is filled with."""
    return {**{key: value for key, value in table.items() if key != "price"}, **table["price"]}


def panel_values(table: dict[str, Any]) -> dict[str, Any]:
    """Return what the form of a panel is filled with."""
    return {**table, "routed": "routing" in table}
