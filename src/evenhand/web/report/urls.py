"""Addresses of the report in its three forms."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("applications/<uuid:application_id>/report/", views.page, name="report"),
    path("applications/<uuid:application_id>/report.json", views.as_json, name="report-json"),
    path("applications/<uuid:application_id>/report.pdf", views.as_pdf, name="report-pdf"),
]
