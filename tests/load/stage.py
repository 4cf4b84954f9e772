"""Fills an empty home with people who have begun to write, and prints where each of them saves.

Run as `python -m tests.load.stage COUNT` with EVENHAND_HOME and EVENHAND_BASE_URL set. Prints a
JSON list of `{"sitting", "path"}`: the sitting's id, and where its first answer is saved.
"""

from __future__ import annotations

import json
import sys
from urllib.parse import urlsplit

import django

PROMPT = "eval_search"


def main(count: int) -> None:
    """Make one opening and this many sittings that have begun."""
    django.setup()

    from django.utils import timezone

    from evenhand.config.serving import make_ready
    from evenhand.hiring.models import User
    from evenhand.hiring.openings import services as openings
    from evenhand.hiring.sittings import services as sittings
    from evenhand.rubric import shipped_pack

    make_ready()
    now = timezone.now()
    rita = User.objects.create_user("rita@example.org", "correct horse battery", first_name="Rita")
    opening = openings.create_opening(
        title="Production ML engineer",
        pack=openings.take_in_pack(shipped_pack(), now=now),
        bar=3.5,
        contact_name="Rita Reyes",
        contact_email="rita@example.org",
        link_days=14,
        keep_days=180,
        by=rita,
        now=now,
    )
    seats = []
    for number in range(count):
        application = openings.add_candidate(
            opening=opening, name=f"Nobody {number}", email=f"nobody{number}@example.org",
            by=rita, now=now,
        )  # fmt: skip
        sitting = sittings.begin(
            sitting=application.sitting, notice_version="1", consent=True, now=now
        )
        link = openings.link_of(application.invitations.get())
        path = f"{urlsplit(link).path}save/{PROMPT}"
        seats.append({"sitting": str(sitting.pk), "path": path})
    print(json.dumps(seats))


if __name__ == "__main__":
    main(int(sys.argv[1]))
