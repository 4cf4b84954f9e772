"""Addresses of setting an opening up."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.begin, name="opening-new"),
    path("<uuid:setup_id>/drop/", views.drop, name="opening-drop"),
    path("<uuid:setup_id>/<slug:name>/", views.step, name="opening-step"),
]
