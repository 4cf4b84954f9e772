"""The short way to the one address that is asked for hundreds of times a second.

A save meets the guards that a page meets, by the code that guards the page, and then its view. What
it is spared is what it has no use for: sessions, accounts and files, looking its address up among
all others, and a look at this thread's connection to the database before and after.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from django.core.handlers.exception import response_for_exception
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils.log import log_response
from django.utils.module_loading import import_string

from evenhand.web.sitting.saving import save

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

Environ: TypeAlias = dict[str, Any]


class Saves:
    """Answers a save: each guard before it, the view, each guard after it in turn."""

    def __init__(self) -> None:
        guards = [import_string(name)(_nothing_behind) for name in MIDDLEWARE]
        self._before = _methods(guards, "process_request")
        self._at_view = _methods(guards, "process_view")
        self._after = _methods(reversed(guards), "process_response")

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        request = WSGIRequest(environ)
        try:
            response = self._answer(request)
        except Exception as error:
            response = response_for_exception(request, error)
        for look in self._after:
            response = look(request, response)
        cookies = (("Set-Cookie", one.OutputString()) for one in response.cookies.values())
        status = f"{response.status_code} {response.reason_phrase}"
        start_response(status, [*response.items(), *cookies])
        if response.status_code >= 400:
            if response.status_code != 429:  # who saves without end must not fill the log either
                log_response(
                    "%s: %s",
                    response.reason_phrase,
                    request.path,
                    response=response,
                    request=request,
                )
            # Told to all who listen for it: a connection that broke is closed, and opened anew.
            request.close()
            response.close()
        return [response.content]

    def _answer(self, request: WSGIRequest) -> HttpResponse:
        _, _, token, _, prompt = request.path_info.split("/")
        for look in self._before:
            refused: HttpResponse | None = look(request)
            if refused is not None:
                return refused
        for look in self._at_view:
            refused = look(request, save, (), {"token": token, "prompt": prompt})
            if refused is not None:
                return refused
        return save(request, token, prompt)


def _methods(guards: Iterable[object], name: str) -> list[Callable[..., Any]]:
    return [getattr(one, name) for one in guards if hasattr(one, name)]


def _nothing_behind(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a guard is asked by its methods, and hands nothing on")


class Application:
    """Answers every request, a save by the short way."""

    def __init__(self) -> None:
        self._pages = WSGIHandler()
        self._saves = Saves()

    def __call__(self, environ: Environ, start_response: Any) -> Any:
        """Answer one request (PEP 3333)."""
        is_save = environ["REQUEST_METHOD"] == "POST" and SAVE.fullmatch(environ["PATH_INFO"])
        return (self._saves if is_save else self._pages)(environ, start_response)
