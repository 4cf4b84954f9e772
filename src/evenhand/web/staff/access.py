"""Who may see what on the hiring side: everyone their own openings, a superuser all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from evenhand.hiring.models import Application, Opening, User

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def staff_page(view: View) -> View:
    """Open a view to those who are signed in alone; the outermost decorator of every staff view.

    The mark that it leaves tells the example's sign-in which pages are meant for it.
    """
    guarded = login_required(view)
    guarded.for_staff = True  # type: ignore[attr-defined]
    return guarded


def me(request: HttpRequest) -> User:
    """Return who is signed in, on a view that nobody else reaches.

    Raises:
        TypeError: The view lacks `staff_page`.
    """
    if not isinstance(request.user, User):
        raise TypeError("this view is not for visitors: put staff_page on it")
    return request.user


def actor(request: HttpRequest) -> str:
    """Return who is signed in, as the record names them."""
    return f"user:{me(request).pk}"


def openings_of(user: User) -> QuerySet[Opening]:
    """Return the openings that a user may work with."""
    openings = Opening.objects.select_related("pack")
    return openings if user.is_superuser else openings.filter(created_by=user)


def own_opening(request: HttpRequest, opening_id: UUID) -> Opening:
    """Return an opening of who is signed in, or answer that there is none."""
    return get_object_or_404(openings_of(me(request)), pk=opening_id)


def own_application(request: HttpRequest, application_id: UUID) -> Application:
    """Return an application to an opening of who is signed in, or answer that there is none."""
    applications = Application.objects.select_related("opening__pack", "candidate", "sitting")
    return get_object_or_404(applications, pk=application_id, opening__in=openings_of(me(request)))
