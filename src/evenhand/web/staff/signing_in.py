"""Signing in with e-mail and password, and out again."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LoginView, LogoutView, PasswordResetConfirmView
from django.http import HttpRequest
from django.http.response import HttpResponse
from django.urls import reverse_lazy

from .example import SIGNED_OUT
from .forms import SignInForm


class SignIn(LoginView):
    """The form; who is signed in already goes straight on."""

    authentication_form = SignInForm
    template_name = "staff/sign_in.html"
    redirect_authenticated_user = True


class SignOut(LogoutView):
    """Signs out (POST alone) and remembers that this was wanted."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out and go to the form."""
        answer = super().post(request, *args, **kwargs)
        # Signing out has emptied the session; this is all that the new one holds.
        request.session[SIGNED_OUT] = True
        return answer


class Welcome(PasswordResetConfirmView):
    """Where somebody who was added to a team chooses a password, and is signed in."""

    template_name = "staff/welcome.html"
    success_url = reverse_lazy("home")
    post_reset_login = True
    post_reset_login_backend = "django.contrib.auth.backends.ModelBackend"
