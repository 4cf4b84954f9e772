"""Addresses of the pages, room by room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    # First: this is asked for far more often than all others together.
    path("s/", include("evenhand.web.sitting.urls")),
    path("", include("evenhand.web.accounts.urls")),
    path("", include("evenhand.web.staff.urls")),
    path("openings/new/", include("evenhand.web.setup.urls")),
    path("packs/", include("evenhand.web.packs.urls")),
    path("", include("evenhand.web.report.urls")),
    path("", include("evenhand.web.decisions.urls")),
    path("", include("evenhand.web.scheduling.urls")),
    path("", include("evenhand.web.feedback.urls")),
    path("", include("evenhand.web.compliance.urls")),
    path("judges/", include("evenhand.web.judging.urls")),
    path("studies/", include("evenhand.web.studies.urls")),
    path("interviews/", include("evenhand.web.interviews.urls")),
]
