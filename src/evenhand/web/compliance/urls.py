"""Addresses of the compliance pages; `?as=json` and `?as=pdf` ask for them as files."""

from __future__ import annotations

from typing import Final

from django.urls import path

from . import views

_OPENING: Final = "openings/<uuid:opening_id>/compliance"

urlpatterns = [
    path("compliance/", views.overview, name="compliance"),
    path("compliance/groups/", views.groups, name="compliance-groups"),
    path("compliance/check/", views.check, name="ledger-check"),
    path("compliance/record/", views.record, name="high-risk-record"),
    path("compliance/impact/", views.impact, name="impact"),
    path(f"{_OPENING}/notice/", views.notice, name="notice"),
    path(f"{_OPENING}/model-card/", views.card, name="model-card"),
    path(f"{_OPENING}/impact/", views.opening_impact, name="opening-impact"),
]
