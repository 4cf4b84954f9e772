"""Addresses of the keys."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.keys, name="keys"),
    path("<int:key_id>/revoke/", views.revoke, name="key-revoke"),
]
