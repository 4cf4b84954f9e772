"""Addresses of the compliance pages; each has a page, a JSON file and a PDF file."""

from __future__ import annotations

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from . import views


def _forms(route: str, view: Callable[..., HttpResponseBase], name: str) -> list[URLPattern]:
    return [
        path(f"{route}/", view, name=name),
        path(f"{route}.json", view, {"form": "json"}, name=f"{name}-json"),
        path(f"{route}.pdf", view, {"form": "pdf"}, name=f"{name}-pdf"),
    ]


_OPENING = "openings/<uuid:opening_id>/compliance"

urlpatterns = [
    path("compliance/", views.overview, name="compliance"),
    path("compliance/groups/", views.groups, name="compliance-groups"),
    path("compliance/check/", views.check, name="ledger-check"),
    *_forms("compliance/record", views.record, "high-risk-record"),
    *_forms("compliance/impact", views.impact, "impact"),
    *_forms(f"{_OPENING}/notice", views.notice, "notice"),
    *_forms(f"{_OPENING}/model-card", views.card, "model-card"),
    *_forms(f"{_OPENING}/impact", views.opening_impact, "opening-impact"),
]
