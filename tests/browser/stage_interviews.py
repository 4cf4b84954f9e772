"""Adds interviews to a home that is filled: planned, begun by the dozen, locked beside another."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

FRESH = 24
IVY, OSCAR = "ivy@example.org", "oscar@example.org"
PASSWORD = "correct horse battery"


def fill(copy: Path) -> dict[str, Any]:
    """Add them, and return the addresses.

    The folder is made, with a copy of the shipped pack in it and with the components that the
    hand-made estimates are made with.
    """
    from django.urls import reverse
    from django.utils import timezone
    from tests.web.interviews.filling import body_of
    from tests.web.scored import components_for, score

    from evenhand.hiring.interviews.services import (
        begin_interview,
        cancel_interview,
        correct_level,
        lock_card,
        plan_interview,
        save_card,
    )
    from evenhand.hiring.models import Application, Interview, Role, User
    from evenhand.hiring.openings import services as openings
    from evenhand.hiring.openings.team import add_to_team
    from evenhand.rubric import load_pack, shipped_pack

    shutil.copytree(shipped_pack(), copy)
    components = components_for(load_pack(copy)).to_json()
    (copy / "calibration" / "components.json").write_text(components)

    now = timezone.now()
    oscar = User.objects.create_user(OSCAR, PASSWORD, first_name="Oscar")
    opening = openings.create_opening(
        title="Ranking engineer", pack=openings.take_in_pack(copy, now=now), bar=3.5,
        contact_name="Oscar Orr", contact_email=OSCAR, link_days=14, keep_days=180, by=oscar,
        now=now,
    )  # fmt: skip

    def interviewer(email: str, name: str) -> User:
        add_to_team(
            opening=opening, email=email, name=name, role=Role.INTERVIEWER, by=oscar, now=now
        )
        user = User.objects.get(email=email)
        user.set_password(PASSWORD)
        user.save()
        return user

    ivy, pia = interviewer(IVY, "Ivy"), interviewer("pia@example.org", "Pia Petrova")

    def person(name: str) -> Application:
        email = f"{name.split()[0].lower()}.r@example.org"
        return openings.add_candidate(opening=opening, name=name, email=email, by=oscar, now=now)

    def plan(one: Application, round: str, who: User, *, begin: bool = True) -> Interview:
        interview = plan_interview(application=one, round=round, interviewer=who, by=oscar, now=now)
        return begin_interview(interview=interview, by=who, now=now) if begin else interview

    def lock(interview: Interview, who: User, level: float) -> Interview:
        save_card(interview=interview, body=body_of(interview, level), base_revision=0, now=now)
        return lock_card(interview=interview, by=who, now=now)

    robin, sasha, noor = person("Robin Ahlgren"), person("Sasha Okafor"), person("Noor Lindqvist")
    score(robin, levels={"coverage": 2.2, "features": 3.4, "whole": 4.6})
    planned = plan(robin, "final", ivy, begin=False)
    play = plan(robin, "peer", ivy, begin=False)
    plan(robin, "peer", pia)
    unfinished = plan(noor, "final", ivy)
    called_off = plan(noor, "peer", ivy)
    cancel_interview(interview=called_off, by=oscar, now=now)
    lock(plan(sasha, "peer", pia), pia, 4.5)
    locked = lock(plan(sasha, "final", ivy), ivy, 3.0)
    changed = locked.scorecard.levels.all()[0]
    correct_level(
        interview=locked, dimension=changed.dimension, task=changed.task, level=3.5,
        reason="I had read the words of level 3 for those of level 4.", by=ivy, now=now,
    )  # fmt: skip
    fresh = [plan(person(f"Fresh{number} Person"), "final", ivy) for number in range(FRESH)]
    kit = reverse("interview", args=[planned.pk])
    return {
        "list": reverse("interviews"),
        "kit": kit,
        "play": reverse("interview", args=[play.pk]),
        "cancelled": reverse("interview", args=[called_off.pk]),
        "card": reverse("interview-card", args=[unfinished.pk]),
        "lock": reverse("interview-lock", args=[unfinished.pk]),
        "locked": reverse("interview-locked", args=[locked.pk]),
        "levels": reverse("interview-calibration"),
        "plan": reverse("interview-plan", args=[robin.pk]),
        "opening": reverse("opening", args=[opening.pk]),
        "fresh": [one.pk.hex for one in fresh],
    }
