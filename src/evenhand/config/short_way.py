"""The short way to the one address that is asked for hundreds of times a second."""

from __future__ import annotations

import re
from typing import Any, Final

from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.utils.module_loading import import_string

SAVE: Final = re.compile(r"/s/[^/]+/save/[^/]+")
MIDDLEWARE: Final = (
    "django.middleware.security.SecurityMiddleware",
    "evenhand.web.limits.BodyLimit",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
"""What protects a save. The rest of the settings' list is for pages, accounts and files: a save
has no session and shows nothing."""


class SaveHandler(WSGIHandler):
    """Django's handler with the middleware of a save."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain as `BaseHandler` does from the settings; none of these is async."""
        chain = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        for name in reversed(MIDDLEWARE):
            made = import_string(name)(chain)
            if hasattr(made, "process_view"):
                self._view_middleware.insert(0, made.process_view)
            chain = convert_exception_to_response(made)
        self._middleware_chain = chain


class Application:
    """Answers every request, a save by the short way."""

    def __init__(self) -> None:
        self._pages = WSGIHandler()
        self._saves = SaveHandler()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer one request (PEP 3333)."""
        is_save = environ["REQUEST_METHOD"] == "POST" and SAVE.fullmatch(environ["PATH_INFO"])
        return (self._saves if is_save else self._pages)(environ, start_response)
