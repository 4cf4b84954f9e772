"""What a candidate's page knows: whose link it is, the sitting, its pack and the time."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from evenhand.hiring.errors import LinkError, LinkUnknown, PackGone
from evenhand.hiring.openings.models import Invitation, Opening
from evenhand.hiring.openings.services import open_invitation, pack_of
from evenhand.hiring.probes.queries import asked_in
from evenhand.hiring.sittings.models import Answer, Sitting
from evenhand.judges.unread import is_read
from evenhand.rubric import Pack, Probe, Prompt

Args = ParamSpec("Args")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Seat:
    """One candidate's place, opened by their personal link."""

    token: str
    invitation: Invitation
    sitting: Sitting
    now: datetime

    @property
    def opening(self) -> Opening:
        """The opening that the sitting belongs to."""
        return self.sitting.application.opening

    @property
    def pack(self) -> Pack:
        """The pack that was pinned when the person was added."""
        return pack_of(self.sitting.application.pack_id)

    @property
    def read_by_models(self) -> bool:
        """Whether a panel of models reads the answers; otherwise people alone do."""
        return is_read(self.pack)

    @property
    def prompts(self) -> list[Prompt]:
        """The questions of this sitting, in the order in which they are asked."""
        return [self.pack.prompt(prompt) for prompt in self.sitting.prompts]

    @property
    def minutes(self) -> int:
        """The minutes that this person has, an agreed extension included; rounded up."""
        return math.ceil(self.sitting.allowed.total_seconds() / 60)

    def minutes_for(self, prompt: Prompt | Probe) -> int:
        """Return the minutes that a question is meant to take, an agreed extension included."""
        return math.ceil(prompt.minutes * self.sitting.time_factor)

    @property
    def is_extended(self) -> bool:
        """Whether more time was agreed."""
        return self.sitting.time_factor > 1

    @property
    def is_renewed(self) -> bool:
        """Whether there was another link before this one, which works no more."""
        return self.sitting.application.invitations.filter(revoked_at__isnull=False).exists()

    @property
    def is_withdrawn(self) -> bool:
        """Whether this person has withdrawn: then nothing goes on but their own pages."""
        return self.sitting.application.withdrawn_at is not None

    @property
    def is_started(self) -> bool:
        """Whether the clock is running for somebody who still applies."""
        return self.sitting.state == Sitting.State.STARTED and not self.is_withdrawn

    @property
    def is_handed_in(self) -> bool:
        """Whether the answers were handed in, by the candidate or because the time was over."""
        return self.sitting.is_handed_in

    @property
    def closes_at(self) -> datetime | None:
        """When the last change is accepted: the end of the time and the grace after it."""
        return self.sitting.closes_at

    @property
    def is_overdue(self) -> bool:
        """Whether the sitting is still open although its time and grace are over."""
        return self.is_started and self.closes_at is not None and self.now >= self.closes_at

    @property
    def in_grace(self) -> bool:
        """Whether the timer stands at zero and a sentence may still be finished."""
        ends_at = self.sitting.ends_at
        return self.is_started and ends_at is not None and ends_at <= self.now

    @property
    def seconds_left(self) -> int:
        """Seconds until the timer reaches zero, never below it."""
        return seconds_until(self.sitting.ends_at, self.now)

    @property
    def seconds_until_closed(self) -> int:
        """Seconds until no change is accepted any more, never below zero."""
        return seconds_until(self.closes_at, self.now)

    @property
    def minutes_left(self) -> int:
        """Minutes until the timer reaches zero, rounded up."""
        return math.ceil(self.seconds_left / 60)

    def answers(self) -> dict[str, Answer]:
        """Return the saved answers by prompt."""
        return {answer.prompt: answer for answer in self.sitting.answers.all()}


def seconds_until(moment: datetime | None, now: datetime) -> int:
    """Return the whole seconds until then, never below zero; zero also where there is no end."""
    return 0 if moment is None else max(0, int((moment - now).total_seconds()))


def take_seat(token: str, now: datetime) -> Seat:
    """Return the seat that this link opens.

    Raises:
        LinkError: The link is unknown, expired or revoked.
    """
    invitation = open_invitation(token, now)
    return Seat(token, invitation, invitation.application.sitting, now)


def closed(request: HttpRequest, error: LinkError) -> HttpResponseBase:
    """Return the page for a link that opens nothing: what happened and whom to ask."""
    status = 404 if isinstance(error, LinkUnknown) else 410
    context = {"reason": str(error), "opening": error.opening}
    return render(request, "sitting/closed.html", context, status=status)


def without_pack(request: HttpRequest, seat: Seat, error: PackGone) -> HttpResponseBase:
    """Return the page for a sitting whose questions cannot be opened: what is kept, whom to ask.

    What the installation has to mend goes to its log: where folders are is no candidate's matter.
    """
    log.error("sitting %s: %s", seat.sitting.pk, error)
    texts = {answer.prompt: answer.text for answer in seat.sitting.answers.all()}
    written = [texts[prompt] for prompt, _follows in asked_in(seat.sitting) if texts.get(prompt)]
    context = {"seat": seat, "written": written}
    return render(request, "sitting/without_pack.html", context, status=503)


def while_applying(
    view: Callable[Concatenate[HttpRequest, Seat, Args], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Lead whoever has withdrawn to the page that says so, in place of a view; under `seated`."""

    @wraps(view)
    def inner(
        request: HttpRequest, seat: Seat, *args: Args.args, **kwargs: Args.kwargs
    ) -> HttpResponseBase:
        if seat.is_withdrawn:
            return redirect("sitting-withdraw", seat.token)
        return view(request, seat, *args, **kwargs)

    return inner


def seated(
    view: Callable[Concatenate[HttpRequest, Seat, Args], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Give a view the seat of the link in its address.

    A closed link gets a page that says why, and so does a sitting whose pack cannot be opened.
    """

    @never_cache
    @wraps(view)
    def inner(
        request: HttpRequest, token: str, *args: Args.args, **kwargs: Args.kwargs
    ) -> HttpResponseBase:
        try:
            seat = take_seat(token, timezone.now())
            try:
                return view(request, seat, *args, **kwargs)
            except PackGone as error:
                return without_pack(request, seat, error)
        except LinkError as error:
            return closed(request, error)

    return inner
