"""Forms of the editor. A text may be left empty: what is missing is said beside it when saved."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evenhand.rubric.editing import IndicatorGiven, variants
from evenhand.rubric.writing import Body

from .words import KINDS, names_of

LONGEST = 4000
NEW_ROWS = 2
"""Empty rows for indicators that are new."""
_SAME = gettext_lazy("Only the wording changed: what was rated before still holds")


_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Controls, also of the direction: they show a candidate, or who checks a pack, another text than a
judge reads. Joiners and spaces that do not break are part of how languages are written."""


class PackText(forms.CharField):
    """A text of a pack; browsers end lines in their own way, packs in one."""

    def to_python(self, value: Any) -> str:
        """Return the text with plain line ends."""
        return str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        """Refuse what nobody sees."""
        super().validate(value)
        if found := _UNSEEN.search(value):
            says = _(
                "Before “%(next)s” stands a character that nobody sees, U+%(code)s: delete it."
            )
            behind = value[found.end() : found.end() + 20]
            code = f"{ord(found[0]):04X}"
            raise forms.ValidationError(says, params={"next": behind, "code": code})


def _text(label: Any, rows: int = 2, **more: Any) -> PackText:
    widget = forms.Textarea(attrs={"rows": rows})
    return PackText(label=label, required=False, max_length=LONGEST, widget=widget, **more)


@dataclass(frozen=True)
class Row:
    """The fields of one indicator; `id` is empty for one that is new."""

    id: str
    number: int
    says: BoundField
    kind: BoundField
    probe: BoundField
    remove: BoundField | None


class SeenForm(forms.Form):
    """A form that knows what its page showed, so that nobody overwrites another unawares."""

    was = forms.CharField(widget=forms.HiddenInput, max_length=64)


class DimensionForm(SeenForm):
    """A dimension: name, what it asks, five levels, indicators with their follow-up questions."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, required=False)
    asks = _text(gettext_lazy("What it asks"))
    level_1 = _text(gettext_lazy("Level 1, absent or misdirected"))
    level_2 = _text(gettext_lazy("Level 2, aware"))
    level_3 = _text(gettext_lazy("Level 3, working"))
    level_4 = _text(gettext_lazy("Level 4, strong"))
    level_5 = _text(gettext_lazy("Level 5, exceptional"))
    same = forms.BooleanField(
        label=_SAME,
        required=False,
        help_text=gettext_lazy(
            "Without this, answers rated by the former text no longer count, and people rate "
            "what the judges then cannot."
        ),
    )

    def __init__(self, ids: Sequence[str], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self._ids = [*ids, *([""] * NEW_ROWS)]
        for number, id in enumerate(self._ids):
            self.fields[f"says_{number}"] = _text(_("What you see or hear"))
            self.fields[f"kind_{number}"] = forms.ChoiceField(
                label=_("Kind"), choices=tuple(KINDS.items()), required=False
            )
            self.fields[f"probe_{number}"] = _text(
                _("Follow-up question"),
                help_text=_("Asked where it was not shown. Only strong signs have one."),
            )
            if id:
                self.fields[f"remove_{number}"] = forms.BooleanField(
                    label=_("Remove this indicator"), required=False
                )

    @property
    def rows(self) -> list[Row]:
        """The indicators, those that are new last."""
        return [
            Row(
                id, number, self[f"says_{number}"], self[f"kind_{number}"], self[f"probe_{number}"],
                self[f"remove_{number}"] if id else None,
            )
            for number, id in enumerate(self._ids)
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A follow-up question of a red flag would be put to nobody, so it is not let go unsaid."""
        clean = super().clean() or self.cleaned_data
        for n in range(len(self._ids)):
            goes = clean.get(f"remove_{n}")
            if clean.get(f"kind_{n}") == "red_flag" and clean.get(f"probe_{n}") and not goes:
                said = _("A red flag has none. Clear it, or make this a strong sign.")
                self.add_error(f"probe_{n}", said)
        return clean

    def given(self) -> dict[str, Any]:
        """Return the arguments of `put_dimension`; an empty new row is no indicator."""
        clean = self.cleaned_data
        indicators = [
            IndicatorGiven(
                id, clean[f"kind_{n}"] or "strong", clean[f"says_{n}"], clean[f"probe_{n}"]
            )
            for n, id in enumerate(self._ids)
            if not clean.get(f"remove_{n}") and (id or clean[f"says_{n}"] or clean[f"probe_{n}"])
        ]
        return {
            "name": clean["name"],
            "asks": clean["asks"],
            "levels": [clean[f"level_{n}"] for n in range(1, 6)],
            "indicators": indicators,
        }


def dimension_values(body: Body, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form of a dimension begins with."""
    probes = {probe["indicator"]: probe["text"] for probe in body["probes"]}
    values: dict[str, Any] = {
        "name": entry["name"], "asks": entry["asks"], "same": entry["id"] in body["same"]
    }  # fmt: skip
    values |= {f"level_{n}": text for n, text in enumerate(entry["levels"], start=1)}
    for n, one in enumerate(entry["indicators"]):
        values |= {
            f"says_{n}": one["says"], f"kind_{n}": one["kind"],
            f"probe_{n}": probes.get(one["id"], ""),
        }  # fmt: skip
    return values


class PromptForm(SeenForm):
    """A question: its text, minutes, round, and the share of each dimension in per cent."""

    text = _text(gettext_lazy("Question"), rows=4)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=240)
    round = forms.ChoiceField(label=gettext_lazy("Round"))
    same = forms.BooleanField(
        label=_SAME,
        required=False,
        help_text=gettext_lazy(
            "Without this, answers to the former question no longer count, and people rate the "
            "answers to the new one."
        ),
    )

    def __init__(self, body: Body, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        choice = self.fields["round"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 (it is declared above)
        choice.choices = [(one["id"], one["name"]) for one in body["rounds"]]
        self._names = names_of(body)
        for id, name in self._names.items():
            self.fields[f"share_{id}"] = forms.FloatField(
                label=name, required=False, min_value=0, max_value=100,
                widget=forms.NumberInput(attrs={"min": 0, "max": 100, "step": "any"}),
            )  # fmt: skip

    @property
    def shares(self) -> list[BoundField]:
        """The fields of the shares."""
        return [self[f"share_{id}"] for id in self._names]

    def clean(self) -> dict[str, Any]:
        """A question is judged on something, and its shares make up the whole."""
        clean = super().clean() or self.cleaned_data
        total = sum(clean.get(f"share_{id}") or 0 for id in self._names)
        if not self.errors and abs(total - 100) > 1e-6:
            said = _("The shares add up to %(total)s\u00a0%%, not to 100\u00a0%%.")
            # So many figures that a total beside 100 is not written as 100.
            said %= {"total": f"{total:.12g}"}
            self.add_error(f"share_{next(iter(self._names))}", said)
        return clean

    def given(self) -> dict[str, Any]:
        """Return the arguments of `put_prompt`."""
        clean = self.cleaned_data
        shares = {id: clean[f"share_{id}"] / 100 for id in self._names if clean[f"share_{id}"]}
        return {"text": clean["text"], "minutes": clean["minutes"], "round": clean["round"],
                "shares": shares}  # fmt: skip


def prompt_values(body: Body, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form of a question begins with."""
    shares = {f"share_{id}": round(100 * of, 4) for id, of in entry["dimensions"].items()}
    return {
        "text": entry["text"], "minutes": entry["minutes"], "round": entry["round"],
        "same": entry["id"] in body["same"],
        **{name: int(value) if value == int(value) else value for name, value in shares.items()},
    }  # fmt: skip


class RoundsForm(SeenForm):
    """Minutes of the rounds, which of two questions is asked, the bar, and the weights."""

    bar = forms.FloatField(
        label=gettext_lazy("Bar"),
        min_value=1,
        max_value=5,
        help_text=gettext_lazy("The level, 1 to 5, that candidates are compared with."),
        widget=forms.NumberInput(attrs={"min": 1, "max": 5, "step": 0.1}),
    )

    def __init__(self, body: Body, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self._rounds = {one["id"]: one["name"] for one in body["rounds"]}
        self._names = names_of(body)
        self._groups = [g for one in body["rounds"] for g in variants(body, one["id"])]
        texts = {one["id"]: one["text"] for one in body["prompts"]}
        for id, name in self._rounds.items():
            self.fields[f"minutes_{id}"] = forms.IntegerField(
                label=name, min_value=1, max_value=480
            )
        for number, group in enumerate(self._groups):
            self.fields[f"variant_{number}"] = forms.ChoiceField(
                label=_("Of these questions one is asked"),
                choices=[(id, texts[id]) for id in sorted(group)],
                widget=forms.RadioSelect,
            )
        for id, name in self._names.items():
            self.fields[f"weight_{id}"] = forms.FloatField(
                label=name, min_value=0.01, max_value=100,
                widget=forms.NumberInput(attrs={"min": 0.01, "step": "any"}),
            )  # fmt: skip

    @property
    def minutes(self) -> list[BoundField]:
        """The fields of the rounds' minutes."""
        return [self[f"minutes_{id}"] for id in self._rounds]

    @property
    def variants(self) -> list[BoundField]:
        """The choices between questions that stand in for each other."""
        return [self[f"variant_{number}"] for number in range(len(self._groups))]

    @property
    def weights(self) -> list[BoundField]:
        """The fields of the dimensions' weights."""
        return [self[f"weight_{id}"] for id in self._names]

    def minutes_given(self) -> dict[str, int]:
        """Return the minutes by round."""
        return {id: self.cleaned_data[f"minutes_{id}"] for id in self._rounds}

    def weights_given(self) -> dict[str, float]:
        """Return the weights by dimension."""
        return {id: float(self.cleaned_data[f"weight_{id}"]) for id in self._names}

    def chosen(self) -> list[str]:
        """Return the question asked of each group."""
        return [self.cleaned_data[f"variant_{number}"] for number in range(len(self._groups))]


def rounds_values(body: Body) -> dict[str, Any]:
    """Return what the form of the rounds begins with."""
    groups = [g for one in body["rounds"] for g in variants(body, one["id"])]
    return {
        "bar": body["pack"]["bar"],
        **{f"minutes_{one['id']}": one["minutes"] for one in body["rounds"]},
        **{f"variant_{number}": group[0] for number, group in enumerate(groups)},
        **{
            f"weight_{one['id']}": f"{body['pack']['weights'].get(one['id'], 1):g}"
            for one in body["dimensions"]
        },
    }


class NameForm(forms.Form):
    """The name of a dimension that is new."""

    prefix = "dimension"
    name = forms.CharField(label=gettext_lazy("Name of the new dimension"), max_length=100)


class NewPromptForm(forms.Form):
    """Where a question that is new belongs."""

    prefix = "prompt"
    round = forms.ChoiceField(label=gettext_lazy("Round"))
    dimension = forms.ChoiceField(label=gettext_lazy("Dimension"))

    def __init__(self, body: Body, data: Any = None) -> None:
        super().__init__(data)
        fields = {
            "round": [(one["id"], one["name"]) for one in body["rounds"]],
            "dimension": list(names_of(body).items()),
        }
        for name, choices in fields.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
            field.choices = choices
