"""The keys of an organisation: a new one, and one taken back."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from evenhand.hiring.errors import KeyRefused
from evenhand.hiring.keys.services import (
    ROLES,
    answered_for,
    make_key,
    revoke_key,
    with_lapsed,
)
from evenhand.hiring.models import ApiKey, Role
from evenhand.web.staff.access import me, staff_page


class KeyForm(forms.Form):
    """A new key."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("What the key is for, such as the program that will hold it."),
    )
    role = forms.TypedChoiceField(
        label=gettext_lazy("Rights"),
        choices=[(role.value, role.label) for role in ROLES],
        coerce=Role,
        initial=Role.AUDITOR,
    )


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def keys(request: HttpRequest) -> HttpResponse:
    """Show the keys, and make one; what a new one reads is on this answer and nowhere else."""
    form, user = KeyForm(request.POST or None), me(request)
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            _key, secret = make_key(**form.cleaned_data, by=user, now=timezone.now())
        except KeyRefused as error:
            form.add_error("name", str(error))
        else:
            form = KeyForm()
    found = ApiKey.objects.filter(organisation=user.organisation_id).select_related("made_by")
    return render(
        request,
        "keys/keys.html",
        {
            "form": form,
            "secret": secret,
            "live": [(one, answered_for(one)) for one in found.filter(revoked_at=None)],
            "gone": with_lapsed(found.exclude(revoked_at=None)),
        },
        status=422 if form.errors else 200,
    )


@staff_page
@require_POST
def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    """Take a key back."""
    key = get_object_or_404(ApiKey, pk=key_id, organisation=me(request).organisation_id)
    revoke_key(key=key, by=me(request), now=timezone.now())
    messages.success(request, _("The key lets nobody in any more."))
    return redirect("keys")
