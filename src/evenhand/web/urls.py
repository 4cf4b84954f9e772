"""Addresses of the pages, room by room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from evenhand.web.api.errors import missing
from evenhand.web.api.routes import api

urlpatterns: list[URLPattern | URLResolver] = [
    # First: this is asked for far more often than all others together.
    path("s/", include("evenhand.web.sitting.urls")),
    path("", include("evenhand.web.accounts.urls")),
    path("", include("evenhand.web.staff.urls")),
    path("keys/", include("evenhand.web.keys.urls")),
    path("api/v1/", api.urls),
    # Whatever it is, a new line in it too.
    re_path(r"^api/(?P<rest>[\s\S]*)$", missing, name="api-missing"),
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
