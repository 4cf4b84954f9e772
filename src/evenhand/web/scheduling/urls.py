"""Addresses of the pool, of times, of calendars and of what the loop costs."""

from __future__ import annotations

from django.urls import path

from . import calendars, minutes, pool, times

urlpatterns = [
    path("openings/<uuid:opening_id>/pool/", pool.pool, name="pool"),
    path("openings/<uuid:opening_id>/pool/<int:user_id>/", pool.entry, name="pool-entry"),
    path("openings/<uuid:opening_id>/times/", times.times, name="times"),
    path("times/<uuid:interview_id>/", times.set_time, name="time-set"),
    path("times/<uuid:interview_id>/again/", times.again, name="time-again"),
    path("times/<uuid:interview_id>/interview.ics", times.file, name="time-file"),
    path("calendar/", calendars.mine, name="my-calendar"),
    path("calendar/make/", calendars.make, name="calendar-make"),
    path("calendar/revoke/", calendars.revoke, name="calendar-revoke"),
    path("feed/<str:token>.ics", calendars.feed, name="calendar-feed"),
    path("minutes/", minutes.minutes, name="interview-minutes"),
]
