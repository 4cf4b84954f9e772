"""Fills a home for the rounds of killing, and says as JSON who may do what there.

Run as `python -m tests.faults.stage_of_rounds ROUNDS` with the environment of the home.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

from tests.support import set_up_django


def main(rounds: int) -> None:
    """Make people enough for so many rounds."""
    set_up_django()
    from django.utils import timezone

    from evenhand.config.serving import make_ready
    from evenhand.hiring.interviews.services import begin_interview, plan_interview
    from evenhand.hiring.models import Application, Interview, Membership, Opening, Role, User
    from evenhand.hiring.openings import services as openings
    from evenhand.hiring.openings.links import token_of
    from evenhand.hiring.scoring.services import estimate_sitting, read_answer
    from evenhand.hiring.sittings import autosave
    from evenhand.hiring.sittings import services as sittings
    from evenhand.judges import load_panel
    from evenhand.rubric import shipped_pack

    make_ready()
    now = timezone.now() - timedelta(minutes=5)

    def member(name: str, role: Role | None, opening: Opening | None = None) -> User:
        user = User.objects.create_user(f"{name.lower()}@example.org", first_name=name)
        if opening and role:
            Membership.objects.create(opening=opening, user=user, role=role, since=now)
        return user

    rita = member("Rita", None)
    opening = openings.create_opening(
        title="Production ML engineer", pack=openings.take_in_pack(shipped_pack(), now=now),
        bar=3.5, contact_name="Rita Reyes", contact_email=rita.email, link_days=14, keep_days=180,
        by=rita, now=now,
    )  # fmt: skip
    ivy, dora = member("Ivy", Role.INTERVIEWER, opening), member("Dora", Role.DECIDER, opening)

    def people(name: str, number: int) -> list[Application]:
        rows = [
            openings.CandidateRow(f"{name} {n}", f"{name}{n}@example.org") for n in range(number)
        ]
        return openings.add_candidates(opening=opening, rows=rows, by=rita, now=now).added

    panel = load_panel(openings.pack_of(opening.pack_id))

    def scored(application: Application) -> Application:
        sitting = application.sitting
        sittings.begin(sitting=sitting, notice_version="1", consent=True, now=now)
        for prompt in sitting.prompts:
            text = f"{application.pk} would look at what {prompt} is for."
            autosave.save(
                sitting=sitting, prompt=prompt, text=text, base_revision=0, tab="t", replace=False,
                now=now,
            )  # fmt: skip
        sittings.submit(sitting=sitting, now=now)
        for answer in sitting.answers.all():
            read_answer(answer.pk, panel, now)
        estimate_sitting(sitting.pk, panel, now)
        return application

    def planned(application: Application, round: str) -> dict[str, Any]:
        interview = plan_interview(
            application=application, round=round, interviewer=ivy, by=rita, now=now
        )
        # Its kit is pinned when it begins; here so that the card can be laid out beforehand.
        begin_interview(interview=interview, by=ivy, now=now)
        return {"id": str(interview.pk), "card": _card(interview)}

    writers, met = people("writer", 20 + rounds), people("met", 4 + rounds // 4)
    weighed = [scored(one) for one in people("weighed", min(6, 1 + rounds // 4))]
    not_begun = [
        plan_interview(application=one, round="peer", interviewer=ivy, by=rita, now=now).pk
        for one in met
    ]
    assert Interview.objects.filter(state="planned").count() == len(not_begun)
    print(
        json.dumps(
            {
                "opening": str(opening.pk),
                "sittings": [
                    {
                        "path": f"/s/{token_of(one.invitations.get())}/",
                        "id": str(one.sitting.pk),
                        "prompts": one.sitting.prompts,
                    }
                    for one in writers
                ],
                "interviews": [planned(one, "final") for one in [*weighed, *met]],
                "to_begin": [str(pk) for pk in not_begun],
                "to_decide": [str(one.pk) for one in weighed],
                "to_revoke": [str(one.pk) for one in people("revoked", 10 + rounds)],
                "sessions": {
                    "interviewer": _session(ivy),
                    "decider": _session(dora),
                    "recruiter": _session(rita),
                },
            }
        )
    )


def _session(user: Any) -> str:
    """Return the cookie of somebody who has signed in."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def _card(interview: Any) -> dict[str, Any]:
    from tests.web.interviews.filling import body_of

    return body_of(interview, 3.5)


if __name__ == "__main__":
    main(int(sys.argv[1]))
