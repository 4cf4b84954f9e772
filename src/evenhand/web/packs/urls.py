"""Addresses of the pages about packs."""

from __future__ import annotations

from django.urls import path

from . import drafting, editor, listing, preview

_DRAFT = "drafts/<uuid:draft_id>"
_PREVIEW = "preview/<str:token>"

urlpatterns = [
    path("", listing.listed, name="packs"),
    path("differences/", listing.differences, name="packs-differences"),
    path("change/", listing.change_offered, name="pack-change-offered"),
    path("versions/<str:pack_hash>/", listing.version, name="pack"),
    path("versions/<str:pack_hash>/change/", listing.change, name="pack-change"),
    path(f"{_DRAFT}/", drafting.overview, name="draft"),
    path(f"{_DRAFT}/publish/", drafting.make_version, name="draft-publish"),
    path(f"{_DRAFT}/back/", drafting.go_back, name="draft-back"),
    path(f"{_DRAFT}/drop/", drafting.drop, name="draft-drop"),
    path(f"{_DRAFT}/rounds/", editor.rounds, name="draft-rounds"),
    path(f"{_DRAFT}/add/", editor.add, name="draft-add"),
    path(f"{_DRAFT}/dimensions/<str:id>/", editor.dimension, name="draft-dimension"),
    path(f"{_DRAFT}/prompts/<str:id>/", editor.prompt, name="draft-prompt"),
    path(f"{_DRAFT}/<str:sheet>/<str:id>/remove/", editor.remove, name="draft-remove"),
    path(f"{_PREVIEW}/", preview.start, name="preview-start"),
    path(f"{_PREVIEW}/begin", preview.begin, name="preview-begin"),
    path(f"{_PREVIEW}/<int:number>/", preview.prompt, name="preview-prompt"),
    path(f"{_PREVIEW}/review/", preview.review, name="preview-review"),
    path(f"{_PREVIEW}/submit", preview.submit, name="preview-submit"),
    path(f"{_PREVIEW}/done/", preview.done, name="preview-done"),
]
