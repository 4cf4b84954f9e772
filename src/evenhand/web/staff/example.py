"""Trying Evenhand out: whoever sits at this machine is signed in as the example recruiter."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from evenhand.hiring.models import User
from evenhand.hiring.openings.example import EXAMPLE_EMAIL

SIGNED_OUT = "signed_out"
"""Session flag: this visitor has chosen to sign out, so they are left alone."""


class ExampleSignIn:
    """Signs a visitor from this machine in on staff pages; does nothing without the setting."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; the work is done once its view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_: object
    ) -> None:
        """Sign in where all of this holds: example on, staff page, this machine, not signed out."""
        if not settings.EXAMPLE or not getattr(view, "for_staff", False):
            return
        if request.user.is_authenticated or request.session.get(SIGNED_OUT):
            return
        recruiter = User.objects.filter(email=EXAMPLE_EMAIL).first()
        if recruiter is not None and _from_this_machine(request):
            login(request, recruiter, backend="allauth.account.auth_backends.AuthenticationBackend")


def _from_this_machine(request: HttpRequest) -> bool:
    """Return whether the other end is this machine itself, with no proxy in between."""
    if "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
