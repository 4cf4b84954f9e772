"""Forms of the pool and of times. What is allowed is decided by the services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evenhand.hiring.moments import in_words
from evenhand.hiring.scheduling.models import PoolEntry
from evenhand.hiring.scheduling.pool import Hours
from evenhand.hiring.scheduling.services import PLACE_MOST

_A_MONDAY = date(2024, 1, 1)
_INPUT = "%Y-%m-%dT%H:%M"
_STEP = 60
"""Seconds: times are set to the minute."""


class Moment(forms.DateTimeField):
    """A moment by the clock of the pages."""

    widget = forms.DateTimeInput(format=_INPUT, attrs={"type": "datetime-local", "step": _STEP})
    default_error_messages = {
        "invalid": gettext_lazy("Give a day and a time."),
        "required": gettext_lazy("Give a day and a time."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=[_INPUT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **kwargs)


class TimeForm(forms.Form):
    """When and where an interview is."""

    starts_at = Moment(label=gettext_lazy("Begins"))
    place = forms.CharField(
        label=gettext_lazy("Place"),
        max_length=PLACE_MOST,
        required=False,
        help_text=gettext_lazy("A room, or the link of a call. Both people are told."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    asked = forms.CharField(widget=forms.HiddenInput, required=False)
    """The time that a person was asked to confirm, as they had typed it."""
    confirmed = forms.BooleanField(label=gettext_lazy("Set it all the same"), required=False)

    def __init__(self, *args: Any, confirming: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_at"].help_text = _("In the time zone %(zone)s.") % {
            "zone": timezone.get_current_timezone_name()
        }
        if not confirming:
            del self.fields["asked"], self.fields["confirmed"]

    def clean(self) -> dict[str, Any]:
        """Let a confirmation count for the time that was asked about, and for no other."""
        given = super().clean() or self.cleaned_data
        same = given.pop("asked", None) == self.data.get("starts_at")
        given["confirmed"] = bool(given.get("confirmed")) and same
        return given


class FindForm(forms.Form):
    """Who could take a round at a time."""

    round = forms.ChoiceField(label=gettext_lazy("Round"))
    at = Moment(label=gettext_lazy("Begins"), required=False)

    def __init__(self, rounds: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["round"].choices = list(rounds.items())  # type: ignore[attr-defined]
        self.fields["at"].help_text = _(
            "In the time zone %(zone)s. Left empty, the load alone is compared."
        ) % {"zone": timezone.get_current_timezone_name()}


class TermsForm(forms.Form):
    """What somebody takes; the recruiter's part."""

    rounds = forms.MultipleChoiceField(
        label=gettext_lazy("Rounds"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    most_a_week = forms.IntegerField(
        label=gettext_lazy("Interviews a week at most"),
        help_text=gettext_lazy("In all openings together. Empty for no limit."),
        required=False,
        min_value=1,
        max_value=50,
    )

    def __init__(self, rounds: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rounds"].choices = list(rounds.items())  # type: ignore[attr-defined]


class HoursForm(forms.Form):
    """In which hours somebody can be asked: one span a day."""

    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=lambda: [(one, one) for one in sorted(available_timezones())],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day in range(7):
            name = in_words(_A_MONDAY + timedelta(days=day), "l")
            for part, label in (
                ("from", _("%(day)s, from") % {"day": name}),
                ("to", _("%(day)s, to") % {"day": name}),
            ):
                self.fields[f"{part}_{day}"] = forms.TimeField(
                    label=label,
                    required=False,
                    widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": _STEP}),
                )

    @property
    def days(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the two fields of each day."""
        return [(self[f"from_{day}"], self[f"to_{day}"]) for day in range(7)]

    def clean(self) -> dict[str, Any]:
        """Take both ends of a day or neither, in their order."""
        given = super().clean() or self.cleaned_data
        for day in range(7):
            begins, ends = given.get(f"from_{day}"), given.get(f"to_{day}")
            if (begins is None) != (ends is None) and not self.errors.get(f"from_{day}"):
                field = f"from_{day}" if begins is None else f"to_{day}"
                self.add_error(field, _("Give both ends of the day, or leave both empty."))
            elif begins is not None and ends is not None and begins >= ends:
                self.add_error(f"to_{day}", _("It must end after it begins."))
        return given

    @property
    def hours(self) -> Hours:
        """Return what was given, of a form that is valid."""
        windows: dict[int, tuple[time, time]] = {}
        for day in range(7):
            begins, ends = self.cleaned_data[f"from_{day}"], self.cleaned_data[f"to_{day}"]
            if begins is not None:
                windows[day] = (begins, ends)
        return Hours(self.cleaned_data["time_zone"], windows)


def first_hours(entry: PoolEntry | None) -> dict[str, object]:
    """Return what the form of the hours shows first."""
    if entry is None:
        return {"time_zone": timezone.get_current_timezone_name()}
    first: dict[str, object] = {"time_zone": entry.time_zone}
    for one in entry.windows.all():
        first[f"from_{one.weekday}"], first[f"to_{one.weekday}"] = one.begins, one.ends
    return first
