"""Addresses of the hiring side."""

from __future__ import annotations

from django.urls import path

from . import candidates, follow_ups, links, openings, team, versions

urlpatterns = [
    path("", openings.home, name="home"),
    path("openings/<uuid:opening_id>/", openings.opening, name="opening"),
    path("openings/<uuid:opening_id>/version/", versions.version, name="opening-version"),
    path("openings/<uuid:opening_id>/team/", team.team, name="team"),
    path(
        "openings/<uuid:opening_id>/team/<int:membership_id>/remove/",
        team.remove,
        name="team-remove",
    ),
    path("openings/<uuid:opening_id>/follow-ups/", follow_ups.follow_ups, name="follow-ups"),
    path("openings/<uuid:opening_id>/candidates/", candidates.add, name="candidates-add"),
    path("applications/<uuid:application_id>/link/renew/", links.renew, name="link-renew"),
    path("applications/<uuid:application_id>/link/revoke/", links.revoke, name="link-revoke"),
    path("applications/<uuid:application_id>/link/send/", links.send, name="link-send"),
    path(
        "accommodations/<uuid:request_id>/settle/", candidates.settle, name="accommodation-settle"
    ),
]
