"""Addresses of feedback: the candidate's behind their link, the hiring side's by id."""

from __future__ import annotations

from django.urls import path

from . import staff, views

urlpatterns = [
    path("s/<str:token>/feedback/", views.page, name="feedback"),
    path("s/<str:token>/feedback.json", views.as_json, name="feedback-json"),
    path("s/<str:token>/feedback.pdf", views.as_pdf, name="feedback-pdf"),
    path("s/<str:token>/contest/", views.contest, name="contest"),
    path("openings/<uuid:opening_id>/feedback/", staff.feedbacks, name="feedbacks"),
    path("openings/<uuid:opening_id>/contests/", staff.contests, name="contests"),
    path("applications/<uuid:application_id>/feedback/", staff.preview, name="feedback-preview"),
    path(
        "applications/<uuid:application_id>/feedback/release/",
        staff.release_one,
        name="feedback-release",
    ),
]
