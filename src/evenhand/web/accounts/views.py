"""What of signing in and out is Evenhand's own."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import LogoutView, PasswordResetConfirmView
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evenhand.hiring.models import User
from evenhand.hiring.people.passwords import note_chosen
from evenhand.web.staff.access import staff_page
from evenhand.web.staff.example import SIGNED_OUT


class SignOut(LogoutView):
    """Signs out (POST alone) and remembers that this was wanted."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out and go to the form."""
        answer = super().post(request, *args, **kwargs)
        # Signing out has emptied the session; this is all that the new one holds.
        request.session[SIGNED_OUT] = True
        return answer


class Welcome(PasswordResetConfirmView):
    """Where somebody chooses a password by a link that was sent; then they sign in with it."""

    template_name = "accounts/welcome.html"
    success_url = reverse_lazy("sign-in")

    def get_user(self, uidb64: str) -> User | None:
        """Return whose link it is; a closed account has none."""
        user = super().get_user(uidb64)
        return user if isinstance(user, User) and user.is_active else None

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:  # type: ignore[type-arg]
        """Keep the password with its entry, and say on the next page what it is for."""
        first = not form.user.has_usable_password()
        with transaction.atomic():
            answer = super().form_valid(form)
            note_chosen(user=form.user, first=first, now=timezone.now())
        said = _("Your account is open. Sign in as %(email)s with the password you just chose.")
        messages.success(self.request, said % {"email": form.user.email})
        return answer


@staff_page
@require_safe
@never_cache
def own(request: HttpRequest) -> HttpResponse:
    """Show what one's account is kept with, and where to change it."""
    return render(request, "accounts/own.html", {"must": settings.REQUIRE_MFA})
