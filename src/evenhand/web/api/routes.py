"""The operations of the API, version 1."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Status

from evenhand.hiring.decisions.queries import decision_on
from evenhand.hiring.errors import AlreadyApplied, LinkError, MailNotSent
from evenhand.hiring.keys.services import actor_of
from evenhand.hiring.models import Application, Invitation, Role
from evenhand.hiring.openings.mailing import is_without_mail, send_link
from evenhand.hiring.openings.services import add_candidate
from evenhand.hiring.record.viewing import note_view
from evenhand.web.report.as_json import answer_with
from evenhand.web.report.seen import look_at

from . import shape
from .access import (
    KeyAuth,
    application_for,
    check_figures,
    key_of,
    opening_for,
    openings_for,
)
from .describing import Api
from .errors import answer_errors
from .showing import (
    application_out,
    decision_out,
    link_out,
    open_link,
    opening_out,
    with_all_shown,
)

MOST = 100
"""Things on one page of a list."""
PageNumber = Annotated[
    int, Query(ge=1, le=1_000_000, description="from 1; a page after the last is empty")
]
_LISTED: dict[Any, Any] = dict.fromkeys((401, 403, 422, 429), shape.Problem)
_OF_ONE = {**_LISTED, 404: shape.Problem}
_OF_FIGURES = {**_OF_ONE, 409: shape.Problem}

api = Api(
    title="Evenhand",
    version="1",
    description="Openings, applications, reports and decisions; docs/api.md says more.",
    auth=KeyAuth(),
    docs_url=None,  # its page would load scripts from another host
    urls_namespace="api",
)
answer_errors(api)


@api.get("openings", url_name="api-openings", response={200: shape.OpeningsOut, **_LISTED})
def openings(request: HttpRequest, page: PageNumber = 1) -> shape.OpeningsOut:
    """List the openings of the key's organisation, latest first."""
    rows, count = _page(openings_for(request).order_by("-created_at", "pk"), page)
    return shape.OpeningsOut(items=[opening_out(one) for one in rows], count=count, page=page)


@api.get(
    "openings/{opening_id}",
    url_name="api-opening",
    response={200: shape.OpeningOut, **_OF_ONE},
)
def opening(request: HttpRequest, opening_id: UUID) -> shape.OpeningOut:
    """Get an opening."""
    return opening_out(opening_for(request, opening_id))


@api.get(
    "openings/{opening_id}/applications",
    url_name="api-applications",
    response={200: shape.ApplicationsOut, **_OF_ONE},
)
def applications(
    request: HttpRequest,
    opening_id: UUID,
    page: PageNumber = 1,
    state: shape.SittingState | None = None,
) -> shape.ApplicationsOut:
    """List the applications to an opening, by number; with `state`, those in it alone."""
    opening = opening_for(request, opening_id)
    found = with_all_shown(Application.objects.filter(opening=opening)).order_by("number")
    rows, count = _page(found.filter(sitting__state=state) if state else found, page)
    by = actor_of(key_of(request))
    note_view(opening, what="candidates.api", by=by, now=timezone.now(), applications=rows)
    items = [application_out(request, one) for one in rows]
    return shape.ApplicationsOut(items=items, count=count, page=page)


@api.post(
    "openings/{opening_id}/invitations",
    url_name="api-invite",
    response={
        200: shape.InvitationOut,
        201: shape.InvitationOut,
        **dict.fromkeys((400, 411, 413), shape.Problem),
        **_OF_FIGURES,
    },
)
def invite(
    request: HttpRequest, opening_id: UUID, body: shape.InvitationIn
) -> Status[shape.InvitationOut]:
    """Invite somebody: 201 with their application and link.

    Doing it again with the same address changes nothing, mails nothing and answers 200 with what is
    there, so that a call whose answer was lost can be made again.
    """
    opening, by, now = opening_for(request, opening_id), key_of(request), timezone.now()
    try:
        made = add_candidate(opening=opening, name=body.name, email=body.email, by=by, now=now)
    except AlreadyApplied:
        made = opening.applications.get(candidate__email=body.email)
        status, sent = 200, False
    else:
        link = open_link(made, now)
        status, sent = 201, body.send and link is not None and _is_sent(request, link)
    one = with_all_shown(Application.objects.filter(pk=made.pk)).get()
    note_view(one, what="application.api", by=actor_of(by), now=now)
    told = shape.InvitationOut(
        application=application_out(request, one), link=link_out(open_link(one, now)), sent=sent
    )
    return Status(status, told)


@api.get(
    "applications/{application_id}",
    url_name="api-application",
    response={200: shape.ApplicationOut, **_OF_ONE},
)
def application(request: HttpRequest, application_id: UUID) -> shape.ApplicationOut:
    """Get an application, and where it stands."""
    found = application_for(request, application_id)
    one = with_all_shown(Application.objects.filter(pk=found.pk)).get()
    note_view(one, what="application.api", by=actor_of(key_of(request)), now=timezone.now())
    return application_out(request, one)


@api.get(
    "applications/{application_id}/report",
    url_name="api-report",
    response={200: shape.ReportOut, **_OF_FIGURES},
)
def report(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Get the report with its estimates, the same document as on its page."""
    found, key = application_for(request, application_id), key_of(request)
    check_figures(request, found)
    decides = key.role == Role.DECIDER
    return answer_with(look_at(found, what="report.json", by=actor_of(key), decides=decides))


@api.get(
    "applications/{application_id}/decision",
    url_name="api-decision",
    response={200: shape.DecidedOut, **_OF_FIGURES},
)
def decision(request: HttpRequest, application_id: UUID) -> shape.DecidedOut:
    """Get the decision that counts, which a person made."""
    found = application_for(request, application_id)
    check_figures(request, found)
    note_view(found, what="decision.api", by=actor_of(key_of(request)), now=timezone.now())
    counts = decision_on(found)
    return shape.DecidedOut(application=found.pk, decision=decision_out(counts) if counts else None)


def _page(found: QuerySet[Any], page: int) -> tuple[list[Any], int]:
    """Return the rows of a page, and how many there are on all of them."""
    pages = Paginator(found, MOST)
    return (list(pages.page(page)) if page <= pages.num_pages else []), pages.count


def _is_sent(request: HttpRequest, link: Invitation) -> bool:
    try:
        send_link(invitation=link, actor=actor_of(key_of(request)), now=timezone.now())
    except (LinkError, MailNotSent):
        # The link itself stands, and is in the answer.
        return False
    return not is_without_mail()
