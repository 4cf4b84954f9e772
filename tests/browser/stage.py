"""Fills an empty home with candidates and their links, and an opening that they apply for."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

FRESH = 60
EMAIL, PASSWORD = "rita@example.org", "correct horse battery"


def fill() -> dict[str, Any]:
    """Fill it, and return where everything is."""
    from django.utils import timezone

    from evenhand.config.serving import make_ready
    from evenhand.hiring.models import Application, Sitting, User
    from evenhand.hiring.openings import services as openings
    from evenhand.hiring.sittings import services as sittings
    from evenhand.rubric import shipped_pack

    make_ready()
    now = timezone.now()
    rita = User.objects.create_user(EMAIL, PASSWORD, first_name="Rita")
    opening = openings.create_opening(
        title="Production ML engineer",
        pack=openings.take_in_pack(shipped_pack(), now=now),
        bar=3.5,
        contact_name="Rita Reyes",
        contact_email=EMAIL,
        link_days=14,
        keep_days=180,
        by=rita,
        now=now,
    )

    sitting_of: dict[str, str] = {}

    def add(name: str, at: timedelta = timedelta()) -> Application:
        email = f"{name}@example.org"
        return openings.add_candidate(
            opening=opening, name=name.title(), email=email, by=rita, now=now + at
        )

    def link(application: Application) -> str:
        address = openings.link_of(application.invitations.filter(revoked_at=None).get())
        sitting_of[address] = application.sitting.pk.hex
        return address

    def begun(name: str, ago: timedelta) -> Sitting:
        sitting = add(name).sitting
        return sittings.begin(sitting=sitting, notice_version="1", consent=True, now=now - ago)

    revoked = add("revoked")
    revoked_link = link(revoked)
    openings.revoke_link(invitation=revoked.invitations.get(), by=rita, now=now)
    extended = add("extended")
    request = sittings.ask_accommodation(
        sitting=extended.sitting, kind="more_time", message="Half as much again.", now=now
    )
    sittings.settle_accommodation(
        request=request, factor=Decimal("1.5"), reply="Gladly.", by=rita, now=now
    )
    used = begun("used", timedelta(minutes=20))
    sittings.submit(sitting=used, now=now)
    overdue = begun("overdue", timedelta(minutes=used.minutes + 6))
    return {
        "opening": str(opening.pk),
        "sitting_of": sitting_of,
        "fresh": [link(add(f"fresh{number}")) for number in range(FRESH)],
        "expired": link(add("expired", at=-timedelta(days=15))),
        "revoked": revoked_link,
        "extended": link(extended),
        "used": link(used.application),
        "overdue": link(overdue.application),
    }
