"""What a recruiter does with a personal link: make it anew, take it back, send it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evenhand.hiring.errors import HiringError
from evenhand.hiring.models import Application, Invitation, Sitting
from evenhand.hiring.openings.links import note_shown
from evenhand.hiring.openings.mailing import is_without_mail
from evenhand.hiring.openings.services import link_of, renew_link, revoke_link, send_link

from .access import actor, me, own_application, staff_page


@staff_page
@require_POST
def renew(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Make a new link; the old one stops working."""
    application = own_application(request, application_id)
    try:
        made = renew_link(application=application, actor=actor(request), now=timezone.now())
    except HiringError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("There is a new link; the one before no longer works."))
        if application.sitting.state != Sitting.State.READY and is_without_mail():
            note_shown(invitation=made, by=me(request), now=timezone.now())
            said = _("E-mail is not set up. Hand this over now, it is not shown again: %(link)s")
            messages.warning(request, said % {"link": link_of(made)})
    return redirect("opening", application.opening_id)


@staff_page
@require_POST
def revoke(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Take the live link back."""
    application = own_application(request, application_id)
    live = _live(application)
    if live is None:
        messages.error(request, _("There is no link to revoke."))
    else:
        revoke_link(invitation=live, by=me(request), now=timezone.now())
        messages.success(request, _("The link no longer works. What was written is kept."))
    return redirect("opening", application.opening_id)


@staff_page
@require_POST
def send(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """E-mail the live link to its candidate."""
    application = own_application(request, application_id)
    live = _live(application)
    if live is None:
        messages.error(request, _("There is no link to send. Make a new one."))
        return redirect("opening", application.opening_id)
    try:
        send_link(invitation=live, actor=actor(request), now=timezone.now())
    except HiringError as error:
        messages.error(request, str(error))
    else:
        if is_without_mail():
            messages.warning(request, _not_mailed(application))
        else:
            messages.success(request, _("The link is on its way by e-mail."))
    return redirect("opening", application.opening_id)


def _not_mailed(application: Application) -> str:
    """Say how a link gets to its candidate without mail; one that has begun is not shown again."""
    if application.sitting.state == Sitting.State.READY:
        return _("E-mail is not set up: the message went to the terminal. Copy the link instead.")
    return _(
        "E-mail is not set up: the message went to the terminal. To hand a link over yourself, "
        "make a new one: it is shown to you once."
    )


def _live(application: Application) -> Invitation | None:
    return application.invitations.filter(revoked_at__isnull=True).first()
