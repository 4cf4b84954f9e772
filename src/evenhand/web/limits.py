"""What one request may hold; more is refused before it is read, with a line that says so."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from evenhand.web.api.errors import problem


class BodyLimit:
    """Refuses a body that is larger than any page or operation takes.

    A body whose length is not given first is empty to every view: WSGI reads no further.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on what is small enough."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal()) or int(length[:20]) > settings.MAX_BODY:
            return _too_large(
                request,
                _("What was sent is larger than %(most)s MB; send it in parts.")
                % {"most": settings.MAX_BODY // 1024 // 1024},
            )
        return self.get_response(request)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say what is wrong with a request that Django refuses to read."""
    if isinstance(exception, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024
        said = _("The text is longer than %(most)s MB; send it as a file, or in parts.")
        return _too_large(request, said % {"most": most})
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        return _too_large(request, _("The form has too many fields or files; send it in parts."))
    return render(request, "400.html", status=400)


def _too_large(request: HttpRequest, said: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(413, said)
    return render(request, "413.html", {"said": said}, status=413)
