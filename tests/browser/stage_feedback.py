"""Adds an opening with released feedback and contests to a home that is filled."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

EMAIL, PASSWORD = "fiona@example.org", "correct horse battery"
RATERS = ("ivan@example.org", "oda@example.org")
HOSTILE = (
    "<script>alert(1)</script> \u202eabc\u202c مرحبا\n\nA second paragraph. " + "averylong" * 40
)


def fill() -> dict[str, Any]:
    """Add it, and return the addresses."""
    from django.urls import reverse
    from django.utils import timezone
    from tests.contested import anchors_of, keep_components, lock_rating
    from tests.web.scored import keep_aside, score

    from evenhand.hiring.feedback.contests import contestable, open_contest
    from evenhand.hiring.feedback.services import release
    from evenhand.hiring.models import Application, Membership, Role, User
    from evenhand.hiring.openings import services as openings
    from evenhand.rubric import shipped_pack

    now = timezone.now()
    fiona = User.objects.create_user(EMAIL, PASSWORD, first_name="Fiona")
    opening = openings.create_opening(
        title="Search engineer", pack=openings.take_in_pack(shipped_pack(), now=now), bar=3.5,
        contact_name="Fiona Frey", contact_email=EMAIL, link_days=14, keep_days=180, by=fiona,
        now=now,
    )  # fmt: skip
    keep_components(opening, now)
    raters = [User.objects.create_user(email, PASSWORD) for email in RATERS]
    for user, role in zip(raters, (Role.INTERVIEWER, Role.AUDITOR), strict=True):
        Membership.objects.create(opening=opening, user=user, role=role, since=now)

    def add(name: str) -> Application:
        return openings.add_candidate(
            opening=opening, name=name, email=f"{name.split()[0].lower()}@example.org", by=fiona,
            now=now,
        )  # fmt: skip

    people = {name: add(name) for name in ("Robin A", "Sasha O", "Noor L", "Kim B", "Alex T")}
    settled, waiting, silent, hostile, fresh = (
        score(one, levels=levels, text=text, flags=flags, now=now)
        for one, (levels, text, flags) in zip(
            people.values(),
            (
                ({"coverage": 2.8, "features": 3.1, "whole": 3.3}, *_PLAIN),
                ({"coverage": 1.6, "features": 2.1, "whole": None}, *_PLAIN),
                (dict.fromkeys(("coverage", "features", "whole")), "", []),
                ({"coverage": 4.8, "features": 4.9, "whole": 4.95}, HOSTILE, _FLAGS),
                ({"coverage": 3.8, "features": 3.9, "whole": 3.5}, *_PLAIN),
            ),
            strict=True,
        )
    )
    keep_aside(hostile, HOSTILE)
    for one in (settled, waiting, silent, hostile):
        release(application=one, by=fiona, now=now)
    first = open_contest(
        application=settled, parts=contestable(settled)[:2], reason="I said how.", now=now
    )
    for anchor in anchors_of(first):
        for user in raters:
            lock_rating(anchor, user, now, level=5.0)
    open_contest(application=waiting, parts=contestable(waiting)[:1], reason="Read again.", now=now)

    def own(one: Application) -> str:
        return urlsplit(openings.link_of(one.invitations.get())).path

    return {
        "links": {
            "settled": own(settled), "waiting": own(waiting), "silent": own(silent),
            "hostile": own(hostile), "fresh": own(fresh),
        },
        "opening": reverse("opening", args=[opening.pk]),
        "feedbacks": reverse("feedbacks", args=[opening.pk]),
        "contests": reverse("contests", args=[opening.pk]),
        "preview": reverse("feedback-preview", args=[fresh.pk]),
        "report": reverse("report", args=[settled.pk]),
    }  # fmt: skip


_PLAIN = (
    "First I would write down what better means for the people who search. Then I would label "
    "four hundred real queries and compare both versions on them, query by query. After that I "
    "would run both side by side for two weeks and look at how often people search again.",
    [],
)
_FLAGS = [{"code": "injection", "detail": "never shown"}, {"code": "canary", "detail": "nor this"}]
