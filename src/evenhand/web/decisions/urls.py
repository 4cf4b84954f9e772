"""Addresses of the decider's pages."""

from __future__ import annotations

from django.urls import path

from . import anchored, cohort, comparing, costs, deciding, files, leaning

urlpatterns = [
    path("openings/<uuid:opening_id>/decisions/", cohort.page, name="cohort"),
    path("openings/<uuid:opening_id>/decisions.csv", cohort.as_csv, name="cohort-csv"),
    path("openings/<uuid:opening_id>/compare/", comparing.page, name="compare"),
    path("openings/<uuid:opening_id>/error-costs/", costs.page, name="error-costs"),
    path("openings/<uuid:opening_id>/anchoring/", anchored.page, name="anchoring"),
    path("applications/<uuid:application_id>/lean/", leaning.page, name="lean"),
    path("applications/<uuid:application_id>/decision/", deciding.page, name="decision"),
    path("applications/<uuid:application_id>/decision.json", files.as_json, name="decision-json"),
    path("applications/<uuid:application_id>/decision.pdf", files.as_pdf, name="decision-pdf"),
]
