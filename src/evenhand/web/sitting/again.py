"""A later notice: for whoever began before the panel asked other models, to say yes or no to.

It stands in no one's way: no page waits for an answer, and nothing said is an answer too.
"""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from evenhand.hiring.agreements.offers import Offer, is_open, offer_for
from evenhand.hiring.agreements.services import answer_again, moved, too_late
from evenhand.hiring.errors import NoticeMoved, SittingError
from evenhand.web.sitting.notice import notice_again
from evenhand.web.sitting.seat import Seat, seated, while_applying

SAID: Final = {
    "yes": gettext_lazy("Thank you. Your answers may go there."),
    "no": gettext_lazy("Thank you. Judges on our own machine read your answers."),
}
PAGES: Final = {"start": "sitting-start", "review": "sitting-review", "done": "sitting-done"}
"""Where the box stands; an answer leads back to where it was given."""


@require_http_methods(["GET", "HEAD", "POST"])
@seated
@while_applying
def again(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Show the whole notice as it would read now; a POST keeps a yes or a no."""
    offer = offer_for(seat.sitting)
    if request.method == "POST":
        return _answer(request, seat, offer)
    if offer is None:
        return redirect("sitting-start", seat.token)
    context = {"seat": seat, "offer": offer, "notice": notice_again(seat.sitting, offer)}
    return render(request, "sitting/again.html", context)


def _answer(request: HttpRequest, seat: Seat, offer: Offer | None) -> HttpResponseBase:
    said = request.POST.get("said", "")
    back = PAGES.get(request.POST.get("back", ""), "sitting-start")
    if said not in SAID:
        return redirect("sitting-again", seat.token)
    try:
        _keep(request, seat, offer, agrees=said == "yes")
    except SittingError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, SAID[said])
    return redirect(back, seat.token)


def _keep(request: HttpRequest, seat: Seat, offer: Offer | None, *, agrees: bool) -> None:
    # The form says whom it named, for a panel may change while somebody reads.
    if not is_open(seat.sitting):
        raise SittingError(too_late())
    if offer is None or request.POST.getlist("named") != offer.names:
        raise NoticeMoved(moved())
    notice = notice_again(seat.sitting, offer)
    answer_again(
        sitting=seat.sitting,
        agrees=agrees,
        notice_version=notice.version,
        told=notice.told,
        now=seat.now,
    )
