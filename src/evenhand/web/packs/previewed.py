"""The addresses of a candidate's pages as a preview has them: the same names, nothing behind them.

Pages of a sitting name their addresses; while a preview renders them, these stand for the real
ones, so that no button of a preview leads into a sitting.
"""

from __future__ import annotations

from django.urls import path

from . import preview

BASE = "packs/preview/<str:token>"

urlpatterns = [
    path(f"{BASE}/", preview.start, name="sitting-start"),
    path(f"{BASE}/begin", preview.begin, name="sitting-begin"),
    path(f"{BASE}/<int:number>/", preview.prompt, name="sitting-prompt"),
    path(f"{BASE}/<int:number>/follow-up/", preview.prompt, name="sitting-follow-up"),
    path(f"{BASE}/<int:number>/finish", preview.prompt, name="sitting-finish"),
    path(f"{BASE}/save/<str:prompt>", preview.start, name="sitting-save"),
    path(f"{BASE}/review/", preview.review, name="sitting-review"),
    path(f"{BASE}/submit", preview.submit, name="sitting-submit"),
    path(f"{BASE}/done/", preview.done, name="sitting-done"),
]
