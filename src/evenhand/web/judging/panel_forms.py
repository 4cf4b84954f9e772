"""Forms that describe a judge and a panel; values are checked as those of the file of panels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evenhand.judges.llm.values import STORED

PLAIN = {"spellcheck": "false", "autocapitalize": "none"}
KIND_CHOICES = [("openai", _("OpenAI-compatible")), ("anthropic", _("Anthropic"))]
STYLE_CHOICES = [
    ("structured", _("one JSON answer")),
    ("checklist", _("a yes/no question an indicator, for small models")),
]
PRICES = ("input", "cached", "output")
_NUMBERS = ("concurrency", "timeout", "draws", "temperature", "max_output_tokens")


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
        if name:
            del self.fields["name"]


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
    input = forms.FloatField(label=_("Price of a million tokens read"), initial=0)
    cached = forms.FloatField(
        label=_("Price of a million read from the provider's cache"), initial=0
    )
    stored = forms.FloatField(
        label=_("Price of a million put into the provider's cache"),
        required=False,
        help_text=_("Empty is %(times)s times the price of those read.") % {"times": STORED},
    )
    output = forms.FloatField(label=_("Price of a million tokens written"), initial=0)
    concurrency = forms.IntegerField(label=_("Requests at once, at most"), initial=4)
    per_minute = forms.IntegerField(
        label=_("Requests a minute, at most"), required=False, help_text=_("Empty is no limit.")
    )
    timeout = forms.FloatField(label=_("Seconds for one attempt"), initial=60)
    style = forms.ChoiceField(label=_("How it is asked"), choices=STYLE_CHOICES)
    logprobs = forms.BooleanField(label=_("Use log-probabilities"), label_suffix="", required=False)
    draws = forms.IntegerField(label=_("Answers drawn"), initial=1)
    temperature = forms.FloatField(label=_("Temperature"), initial=0)
    max_output_tokens = forms.IntegerField(label=_("Tokens written, at most"), initial=1500)

    def table(self) -> dict[str, Any]:
        """Return `[judge.NAME]`; of a valid form."""
        given = self.cleaned_data
        found = {key: given[key] for key in ("kind", "base_url", "model", "style", "logprobs")}
        found["base_url"] = found["base_url"].rstrip("/")
        found |= {key: given[key] for key in _NUMBERS}
        found["price"] = {key: given[key] for key in PRICES}
        if given["stored"] is not None:
            found["price"]["stored"] = given["stored"]
        return found | ({"per_minute": given["per_minute"]} if given["per_minute"] else {})


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

    def __init__(self, judges: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["judges"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [(name, name) for name in judges]

    def table(self, known: dict[str, Any]) -> dict[str, Any]:
        """Return `[panel.NAME]`; of a valid form.

        Args:
            known: The table as it is now: routing that was set finer elsewhere is kept.
        """
        given = self.cleaned_data
        routing = {"routing": known.get("routing", {})} if given["routed"] else {}
        return {"judges": given["judges"], "embedded": given["embedded"], **routing}


def judge_values(table: dict[str, Any]) -> dict[str, Any]:
    """Return what the form of a judge is filled with."""
    return {**{key: value for key, value in table.items() if key != "price"}, **table["price"]}


def panel_values(table: dict[str, Any]) -> dict[str, Any]:
    """Return what the form of a panel is filled with."""
    return {**table, "routed": "routing" in table}
