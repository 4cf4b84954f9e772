"""What is said when the database cannot be written to or reached: one line, and a reply to retry.

A full disk, a read-only database and a database that is away are faults that pass, and are no
fault of the page that met them. Nothing of the request was kept then: its transaction was undone.
"""

from __future__ import annotations

import errno
import logging
import sys
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import server_error

RETRY_AFTER: Final = 10  # seconds
_READ_ONLY: Final = "25006"
"""SQLSTATE read_only_sql_transaction, of a class that has nothing to do with storage."""
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def is_of_storage(error: BaseException | None) -> bool:
    """Say whether an error means that nothing can be written or read at this moment."""
    if isinstance(error, InternalError):
        return getattr(error.__cause__, "sqlstate", None) == _READ_ONLY
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, OSError) and error.errno in _NO_ROOM


def unsaved() -> str:
    """Return what is said to whoever met such a fault."""
    return _("The server cannot save at the moment. Nothing that was saved before is lost.")


def retry_later(response: HttpResponse) -> HttpResponse:
    """Say when it may be worth trying again."""
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def storage_or_page(request: HttpRequest) -> HttpResponse:
    """Answer a person's request that failed; called while the error is being handled."""
    if not is_of_storage(sys.exc_info()[1]):
        return server_error(request)
    if request.content_type == "application/json":
        # The pages' scripts keep the text in the browser, and send it again after any 5xx.
        return retry_later(JsonResponse({"code": "storage", "message": unsaved()}, status=503))
    page = render_to_string("503.html", {"said": unsaved()})
    return retry_later(HttpResponse(page, status=503))


class OneLine(logging.Filter):
    """Log as one line what no traceback helps to mend: a fault of storage, a page refused by role.

    A traceback for each would fill a disk, or hide those that matter.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, those without their traceback."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, PermissionDenied):
            record.exc_info, record.exc_text = None, None
        if is_of_storage(error):
            what = f"{type(error).__name__}: {error}".partition("\n")[0]
            record.msg = f"{record.getMessage()}: {what}; `evenhand doctor` says what to mend"
            record.args, record.exc_info, record.exc_text = (), None, None
        return True
