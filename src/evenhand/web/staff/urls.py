"""Addresses of the hiring side."""

from __future__ import annotations

from django.urls import path

from . import (
    accounts,
    candidates,
    follow_ups,
    links,
    openings,
    personal,
    readers,
    retention,
    team,
    versions,
    withdrawing,
)

_ACCOUNT = "openings/<uuid:opening_id>/team/accounts/<int:user_id>"

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
    path(f"{_ACCOUNT}/duty/", accounts.duty, name="account-duty"),
    path(f"{_ACCOUNT}/password/", accounts.password, name="account-password"),
    path(f"{_ACCOUNT}/close/", accounts.close, name="account-close"),
    path(f"{_ACCOUNT}/reopen/", accounts.reopen, name="account-reopen"),
    path("openings/<uuid:opening_id>/follow-ups/", follow_ups.follow_ups, name="follow-ups"),
    path("openings/<uuid:opening_id>/candidates/", candidates.add, name="candidates-add"),
    path("openings/<uuid:opening_id>/retention/", retention.retention, name="retention"),
    path("applications/<uuid:application_id>/data/", personal.data, name="application-data"),
    path(
        "applications/<uuid:application_id>/data.json",
        personal.data_file,
        name="application-data-json",
    ),
    path("applications/<uuid:application_id>/erase/", personal.erase, name="application-erase"),
    path(
        "applications/<uuid:application_id>/withdraw/",
        withdrawing.withdraw,
        name="application-withdraw",
    ),
    path("applications/<uuid:application_id>/judges/", readers.readers, name="application-judges"),
    path("applications/<uuid:application_id>/link/renew/", links.renew, name="link-renew"),
    path("applications/<uuid:application_id>/link/revoke/", links.revoke, name="link-revoke"),
    path("applications/<uuid:application_id>/link/send/", links.send, name="link-send"),
    path(
        "accommodations/<uuid:request_id>/settle/", candidates.settle, name="accommodation-settle"
    ),
]
