"""What went wrong with a call, as problem details (RFC 9457) whose `detail` is one clear line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, ValidationError

from evenhand.hiring.errors import FieldError, KeySpent, KeyUnknown, PackGone

PROBLEM = "application/problem+json"
MOST_FAULTS = 5
"""Fields that are named in one line."""


class Refused(Exception):
    """A call that is understood and not followed."""

    def __init__(self, status: int, detail: str) -> None:
        self.status, self.detail = status, detail
        super().__init__(detail)


def problem(status: int, detail: str) -> JsonResponse:
    """Return an answer that says what is wrong."""
    said = {
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": " ".join(detail.split()),
    }
    return JsonResponse(said, status=status, content_type=PROBLEM)


@csrf_exempt  # a program that has mistaken the address is told so, not asked for a form's token
def missing(_request: HttpRequest, rest: str = "") -> JsonResponse:
    """Answer for an address below the API at which there is nothing."""
    return problem(404, _("There is nothing at this address; /api/v1/openapi.json names them all."))


def answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view's answers be kept by nobody, and say what is not there or not asked for."""

    @never_cache
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.method
        if asked == "HEAD":
            request.method = "GET"  # whoever sends it off leaves the body out (RFC 9110, 9.3.2)
        try:
            answer = view(request, *args, **kwargs)
        except Http404:  # ninja's view of the API's own address, which is no operation
            return missing(request)
        finally:
            request.method = asked
        if answer.status_code != 405:
            return answer
        allowed = answer["Allow"]
        refused = problem(405, _("This address answers to %(allowed)s.") % {"allowed": allowed})
        refused["Allow"] = allowed
        return refused

    return inner


def answer_errors(api: NinjaAPI) -> None:
    """Let an API answer every error as a problem."""

    @api.exception_handler(AuthenticationError)
    def _no_key(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
        return _with_challenge(_("Send a key: the header Authorization, Bearer and the key."))

    @api.exception_handler(KeyUnknown)
    def _wrong_key(_request: HttpRequest, error: KeyUnknown) -> HttpResponse:
        return _with_challenge(str(error))

    @api.exception_handler(KeySpent)
    def _spent(_request: HttpRequest, error: KeySpent) -> HttpResponse:
        answer = problem(429, str(error))
        answer["Retry-After"] = "60"
        return answer

    @api.exception_handler(AuthorizationError)
    def _may_not(_request: HttpRequest, error: AuthorizationError) -> HttpResponse:
        return problem(403, str(error))

    @api.exception_handler(Http404)
    def _not_there(_request: HttpRequest, _error: Http404) -> HttpResponse:
        return problem(404, _("There is no such thing here for this key."))

    @api.exception_handler(ValidationError)
    def _faulty(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        faults = [f"{_place(one['loc'])}: {_said(one['msg'])}" for one in error.errors]
        more = [_("and more")] if len(faults) > MOST_FAULTS else []
        return problem(422, "; ".join([*faults[:MOST_FAULTS], *more]))

    @api.exception_handler(FieldError)
    def _faulty_field(_request: HttpRequest, error: FieldError) -> HttpResponse:
        return problem(422, str(error))

    @api.exception_handler(PackGone)
    def _no_pack(_request: HttpRequest, error: PackGone) -> HttpResponse:
        return problem(409, str(error))

    @api.exception_handler(Refused)
    def _refused(_request: HttpRequest, error: Refused) -> HttpResponse:
        return problem(error.status, error.detail)

    @api.exception_handler(HttpError)
    def _other(_request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, str(error))


def _place(loc: Sequence[str | int]) -> str:
    """Return where in a request a fault is; ninja names its own parameter after `body`."""
    of_body = loc[0] == "body"
    return ".".join(str(part) for part in (loc[0], *loc[2 if of_body else 1 :]))


def _said(message: str) -> str:
    """Return what is wrong in our own words, where they are ours; pydantic puts two before them."""
    return message.removeprefix("Value error, ")


def _with_challenge(detail: str) -> HttpResponse:
    answer = problem(401, detail)
    answer["WWW-Authenticate"] = "Bearer"
    return answer
