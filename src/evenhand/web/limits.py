"""What one request may hold; more is refused before it is read."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from evenhand.web.failing import too_large, unmeasured, unreadable_address


class BodyLimit(MiddlewareMixin):
    """Refuses a body that is larger than any page or operation takes.

    A body whose length is not given first is empty to every view: WSGI reads no further. A program
    is told so. An address with a null character is nobody's: PostgreSQL would refuse to look for
    it.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Pass on what is small enough.

        Raises:
            Http404: there is a null character in the address of a page.
        """
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return unreadable_address(request)
        if "HTTP_TRANSFER_ENCODING" in request.META:
            return unmeasured(request)
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_number = length.isascii() and length.isdecimal()
        if is_number and int(length[:20]) <= settings.MAX_BODY:
            return None
        said = _("What was sent is larger than %(most)s MB; send it in parts.")
        return too_large(request, said % {"most": settings.MAX_BODY // 1024 // 1024})
