"""Addresses of the studies."""

from __future__ import annotations

from django.urls import path

from . import concordance, disagreements, imports, opinions, validity

urlpatterns = [
    path("", concordance.index, name="studies"),
    path("openings/<uuid:opening_id>/", concordance.concordance, name="concordance"),
    path("openings/<uuid:opening_id>/opinions.csv", concordance.as_csv, name="concordance-csv"),
    path("openings/<uuid:opening_id>/validity/", validity.validity, name="validity"),
    path("openings/<uuid:opening_id>/import/", imports.imports, name="study-import"),
    path(
        "applications/<uuid:application_id>/disagreement/",
        disagreements.disagreement,
        name="disagreement",
    ),
    path("opinions/", opinions.queue, name="opinions"),
    path("opinions/<uuid:application_id>/", opinions.opinion, name="opinion"),
]
