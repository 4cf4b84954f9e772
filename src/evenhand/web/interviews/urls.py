"""Addresses of interviews."""

from __future__ import annotations

from django.urls import path

from . import cards, locking, pages, planning

urlpatterns = [
    path("", pages.interviews, name="interviews"),
    path("levels/", pages.calibration, name="interview-calibration"),
    path("plan/<uuid:application_id>/", planning.plan, name="interview-plan"),
    path("<uuid:interview_id>/cancel/", planning.cancel, name="interview-cancel"),
    path("<uuid:interview_id>/", pages.kit, name="interview"),
    path("<uuid:interview_id>/begin/", pages.begin, name="interview-begin"),
    path("<uuid:interview_id>/begin/back/", pages.unbegin, name="interview-unbegin"),
    path("<uuid:interview_id>/card/", cards.card, name="interview-card"),
    path("<uuid:interview_id>/card/save/", cards.save, name="interview-save"),
    path("<uuid:interview_id>/lock/", locking.lock, name="interview-lock"),
    path("<uuid:interview_id>/locked/", locking.locked, name="interview-locked"),
]
