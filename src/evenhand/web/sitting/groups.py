"""What candidates may volunteer about groups when they have handed in: never needed, never joined.

A look at this page is no entry in the record, and neither is an answer: it would say who answered.
The page does not show what was said, nor whether anything was: whoever made the link may have kept
it from before it was used, and would learn it here.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from evenhand.hiring.compliance.groups import Question, asked_of
from evenhand.hiring.compliance.volunteering import volunteer
from evenhand.hiring.errors import HiringError
from evenhand.web.sitting.seat import Seat, seated

NOT_SAID = gettext_lazy("I prefer not to say")


class GroupsForm(forms.Form):
    """A choice for each question, none of them needed."""

    def __init__(self, data: Any, questions: tuple[Question, ...]) -> None:
        super().__init__(data)
        for one in questions:
            self.fields[one.code] = forms.ChoiceField(
                label=one.title,
                choices=(*((name, name) for name in one.groups), ("", NOT_SAID)),
                widget=forms.RadioSelect,
                required=False,
            )

    @property
    def told(self) -> dict[str, str]:
        """What was chosen; questions without an answer are left out."""
        return {code: given for code, given in self.cleaned_data.items() if given}


@require_http_methods(["GET", "POST"])
@seated
def groups(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Ask, and keep what is said now in place of what was said before."""
    if not seat.is_handed_in:
        return redirect("sitting-start", seat.token)
    questions = asked_of(seat.opening.organisation)
    if request.method == "POST" and "remove" in request.POST:
        return _kept(request, seat, {})
    form = GroupsForm(request.POST or None, questions)
    if request.method == "POST" and form.is_valid():
        try:
            return _kept(request, seat, form.told)
        except HiringError as error:
            form.add_error(None, str(error))
    context = {"seat": seat, "form": form, "asked": questions}
    return render(request, "sitting/groups.html", context, status=422 if form.errors else 200)


def _kept(request: HttpRequest, seat: Seat, told: dict[str, str]) -> HttpResponseBase:
    volunteer(application=seat.sitting.application, told=told)
    said = _("Kept, apart from everything else.") if told else _("Nothing is kept.")
    messages.success(request, said)
    return redirect("sitting-groups", seat.token)
