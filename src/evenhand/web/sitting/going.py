"""Where a button of a question leads: on, back, or to a follow-up that comes before that."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from evenhand.hiring.probes.models import ProbeChoice
from evenhand.hiring.probes.services import finish
from evenhand.web.sitting.seat import Seat

FOLLOW_UP: Final = "follow-up-"
"""Before the number of a question: the follow-up to it."""


def leave(seat: Seat, number: int, to: str, last: int) -> str | None:
    """Go on from a question without a script; returns the page in between, if there is one."""
    if not is_forward(to, number):
        return None
    choice = finished(seat, number)
    waits = choice is not None and choice.is_open
    if waits or is_due(choice, to, number, last):
        return f"{follow_up_page(seat, number)}?to={to}"
    return None


def is_forward(to: str, number: int) -> bool:
    """Say whether a button leads on from a question rather than back."""
    return to == "review" or (to.isdecimal() and int(to) > number)


def is_due(choice: ProbeChoice | None, to: str, number: int, last: int) -> bool:
    """Say whether a follow-up comes before where a button leads.

    Once it was seen it comes in its place alone: not for who jumps to another question.
    """
    if choice is None or choice.state != ProbeChoice.State.ASKED:
        return False
    following = "review" if number == last else str(number + 1)
    return is_forward(to, number) and (to == following or choice.shown_at is None)


def follow_up_page(seat: Seat, number: int) -> str:
    """Return the address of the follow-up to a question."""
    return reverse("sitting-follow-up", args=[seat.token, number])


def finished(seat: Seat, number: int) -> ProbeChoice | None:
    """Say that the candidate goes on from a question; returns what came of it so far."""
    prompt = seat.sitting.prompts[number - 1]
    return finish(sitting=seat.sitting, prompt=prompt, now=seat.now)


def is_place(to: str, last: int) -> bool:
    """Say whether a button names a page of the sitting."""
    number = to.removeprefix(FOLLOW_UP)
    return to == "review" or (number.isdecimal() and 1 <= int(number) <= last)


def onward(seat: Seat, to: str, number: int, *, last: int) -> HttpResponseBase:
    """Go to a question, a follow-up or the review; by default to what follows a question."""
    if not is_place(to, last):
        to = "review" if number == last else str(number + 1)
    if to == "review":
        return redirect("sitting-review", seat.token)
    if to.startswith(FOLLOW_UP):
        return redirect("sitting-follow-up", seat.token, int(to.removeprefix(FOLLOW_UP)))
    return redirect("sitting-prompt", seat.token, int(to))
