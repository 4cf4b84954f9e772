"""Adds an opening whose interviews are at every stage: no time yet, to come, held, letters sent."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

RECRUITER, INTERVIEWER, PASSWORD = "roza@example.org", "ivo@example.org", "correct horse battery"


def fill() -> dict[str, Any]:
    """Add it, and return the addresses."""
    from django.urls import reverse
    from django.utils import timezone
    from tests.hiring.scheduling.conftest import interviewer

    from evenhand.hiring.interviews.services import plan_interview
    from evenhand.hiring.models import Interview, User
    from evenhand.hiring.openings import services as openings
    from evenhand.hiring.scheduling.feeds import make_feed
    from evenhand.hiring.scheduling.pool import Hours, set_hours, set_terms
    from evenhand.hiring.scheduling.post import send_due
    from evenhand.hiring.scheduling.services import schedule

    now = timezone.now()
    at = (now + timedelta(days=7)).replace(hour=12, minute=0, second=0, microsecond=0)
    at -= timedelta(days=max(at.weekday() - 4, 0))  # Ivo's hours are those of a working day
    roza = User.objects.create_user(RECRUITER, PASSWORD, first_name="Roza")
    opening = openings.create_opening(
        title="Search engineer, ranking and retrieval", pack=openings.take_in_pack(
            openings.offered_pack(), now=now
        ), bar=3.5, contact_name="Roza Reyes", contact_email=RECRUITER, link_days=14,
        keep_days=180, by=roza, now=now,
    )  # fmt: skip
    ivo, paula = interviewer(opening, "Ivo", now), interviewer(opening, "Paula", now)
    ivo.set_password(PASSWORD)
    ivo.save()
    weekdays = {day: (time(9), time(17, 30)) for day in range(5)}
    set_terms(opening=opening, user=ivo, rounds=["final", "peer"], most_a_week=3, by=roza, now=now)
    # Only hours on the day after: noon a week from now is not among them.
    offered = {(at.weekday() + 1) % 7: (time(9), time(11))}
    set_hours(opening=opening, user=ivo, hours=Hours("Europe/Berlin", weekdays), by=ivo, now=now)
    set_hours(opening=opening, user=paula, hours=Hours("UTC", offered), by=paula, now=now)

    def plan(number: int, who: User, round_: str) -> Interview:
        person = opening.applications.filter(number=number).first() or openings.add_candidate(
            opening=opening, name=f"Person {number}", email=f"p{number}@example.org", by=roza,
            now=now,
        )  # fmt: skip
        return plan_interview(application=person, round=round_, interviewer=who, by=roza, now=now)

    held = plan(1, ivo, "final"), plan(1, paula, "peer")
    for one, took in zip(held, (72, 49), strict=True):
        begun_at = now - timedelta(days=3)
        Interview.objects.filter(pk=one.pk).update(
            state="locked", starts_at=begun_at, begun_at=begun_at,
            locked_at=begun_at + timedelta(minutes=took),
        )  # fmt: skip
    coming = plan(2, ivo, "final")
    call = "https://calls.example.org/rooms/a-rather-long-name-of-a-room-that-does-not-break"
    schedule(interview=coming, starts_at=at, place=call, by=roza, now=now, confirmed=True)
    send_due(now)
    clashing, waiting = plan(3, ivo, "final"), plan(3, paula, "peer")
    make_feed(user=ivo, now=now)
    pool = reverse("pool", args=[opening.pk])
    return {
        "recruiter": {
            "times": reverse("times", args=[opening.pk]),
            "pool": pool,
            "found": f"{pool}?round=final&at={at:%Y-%m-%dT%H:%M}",
            "entry": reverse("pool-entry", args=[opening.pk, ivo.pk]),
            "set": reverse("time-set", args=[coming.pk]),
            "unset": reverse("time-set", args=[waiting.pk]),
            "minutes": reverse("interview-minutes"),
        },
        "interviewer": {
            "calendar": reverse("my-calendar"),
            "hours": reverse("pool-entry", args=[opening.pk, ivo.pk]),
        },
        "clashing": reverse("time-set", args=[clashing.pk]),
        "outside": reverse("time-set", args=[waiting.pk]),
        "at": f"{at:%Y-%m-%dT%H:%M}",
        "free": f"{at + timedelta(hours=2):%Y-%m-%dT%H:%M}",
    }
