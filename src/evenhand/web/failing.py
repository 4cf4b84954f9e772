"""Answers where Django refuses a request or a view breaks: a page, or what a program can read."""

from __future__ import annotations

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from evenhand.web.api.errors import problem
from evenhand.web.faults import is_of_storage, retry_later, storage_or_page, unsaved


def too_large(request: HttpRequest, said: str) -> HttpResponse:
    """Say what was too much of a request."""
    if _is_program(request):
        return problem(
            413,
            _("The body is larger than %(most)s MB, the most that a call may hold.")
            % {"most": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024},
        )
    if request.content_type == "application/json":
        # A page's script that saves: `static/evenhand/server.js` reads this.
        return JsonResponse({"code": "too_long", "message": said}, status=413)
    return render(request, "413.html", {"said": said}, status=413)


def unmeasured(request: HttpRequest) -> HttpResponse | None:
    """Tell a program that its body was not read; no form of a page comes in chunks."""
    if not _is_program(request):
        return None
    return problem(
        411, _("Say how long the body is (Content-Length): one that comes in chunks is not read.")
    )


def unreadable_address(request: HttpRequest) -> HttpResponse:
    """Say that an address holds what no address of ours does.

    Raises:
        Http404: to a person, whose page says that there is nothing.
    """
    if _is_program(request):
        return problem(422, _("The address holds a null character; leave it out."))
    raise Http404


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say what is wrong with a request that Django refuses to read."""
    if isinstance(exception, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024
        said = _("The text is longer than %(most)s MB; send it as a file, or in parts.")
        return too_large(request, said % {"most": most})
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        return too_large(request, _("The form has too many fields or files; send it in parts."))
    return render(request, "400.html", status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours, or that nothing can be saved at the moment."""
    if not _is_program(request):
        return storage_or_page(request)
    if is_of_storage(sys.exc_info()[1]):
        return retry_later(problem(503, unsaved()))
    return problem(500, _("The fault is ours, and is in the log of the server."))


class WordsForRefusals(MiddlewareMixin):
    """Says in words that an address takes no such request; Django's own answer is an empty page.

    Whoever had to sign in again after pressing a button is led to what the button sends to.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Put words into an empty refusal; which requests are taken stays said."""
        if isinstance(response, HttpResponseNotAllowed) and not _is_program(request):
            response.content = render_to_string("405.html", request=request)
        return response


def _is_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
