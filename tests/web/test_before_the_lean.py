"""No page tells who is to decide on somebody how they stand before their own lean is recorded.

Everything that was made of a person is turned round, and every page that may be opened is looked at
before and after: whatever differs has told. Once the lean is stated the pages that show figures do
differ, so that the comparison is known to see them.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.contested import keep_components, lock_rating, member
from tests.deciding import another, decider, lean, make_decision
from tests.hiring.judging.calls import call
from tests.interviewing import held, interviewer
from tests.studies.knowing import HALF, KnowingPanel
from tests.web.routes import ROUTES
from tests.web.scored import components_for, score
from tests.web.test_views_recorded import SHOWS

from evenhand.hiring.calibration import choosing
from evenhand.hiring.decisions.seen_before import WITHOUT_FIGURES
from evenhand.hiring.feedback.contests import contestable, open_contest
from evenhand.hiring.feedback.services import release
from evenhand.hiring.judging.services import ask_for_gate, make_gate_run
from evenhand.hiring.keys.services import ROLES, make_key
from evenhand.hiring.models import (
    AdvanceOpinion,
    Anchor,
    AnchorRating,
    AnswerScore,
    Application,
    CardLevel,
    Contest,
    Decision,
    DisagreementNote,
    EstimateRow,
    GateFlip,
    GateRun,
    Interview,
    JudgeCall,
    Lean,
    Membership,
    Move,
    Opening,
    Outcome,
    Ranking,
    Reading,
    Role,
    User,
    VerdictRow,
)
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.signals.models import Signal
from evenhand.hiring.studies.services import give_opinion, say_who_was_right
from evenhand.web.permissions import RULES

pytestmark = pytest.mark.django_db

TOLD_OF_MANY = {
    "high-risk-record": "counts of an organisation's decisions in a period, for its auditors",
}
"""Pages that differ nevertheless, and why that tells nobody how one person stands."""
WITHOUT_ARGUMENTS_HERE = {
    "opening-step", "opening-drop", "draft", "draft-dimension", "draft-prompt", "draft-back",
    "draft-publish", "draft-drop", "draft-rounds", "draft-add", "draft-remove", "judge-edit",
    "judge-try", "judge-remove", "panel-edit", "panel-remove", "pack", "pack-change",
    "pack-change-offered", "gate-ask", "drift-close", "panel-embedded",
    "preview-start", "preview-begin", "preview-prompt", "preview-review", "preview-submit",
    "preview-done", "team-remove", "link-renew", "link-revoke", "link-send", "pool-entry",
    "account-duty", "account-password", "account-close", "account-reopen",
    "accommodation-settle", "calendar-revoke", "key-revoke", "time-file",
}  # fmt: skip
"""Routes about drafts, packs, judges and their drift, links and files of times: nothing there is
made of a person's answers."""
TELL_AFTERWARDS = {
    "opening", "report", "report-json", "cohort", "cohort-csv", "compare", "decision",
    "decision-json", "application-data", "application-data-json", "feedback-preview", "contests",
    "interview-locked", "anchor", "concordance", "concordance-csv", "disagreement", "gate-run",
    "api-report/recruiter", "api-report/auditor", "opening-costs", "application-costs",
}  # fmt: skip


PAGES = sorted(n for n, rule in RULES.items() if not rule.visitors and not rule.keys)
API = sorted(n for n, rule in RULES.items() if rule.keys and n != "api-invite")
SECRET = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


@pytest.fixture
def olga(opening: Opening, now: datetime) -> User:
    """Who gets every role and every right that there is, and is to decide."""
    user = User.objects.create_user("olga@example.org", "correct horse 8", first_name="Olga")
    User.objects.filter(pk=user.pk).update(duty="admin")
    Membership.objects.create(opening=opening, user=user, role=Role.INTERVIEWER, since=now)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def charlie(
    application: Application, opening: Opening, alice: User, olga: User, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> Application:  # fmt: skip
    """Charlie, of whom the judges and everybody but Olga have made something."""
    components = components_for(pack_of(opening.pack_id))
    monkeypatch.setattr(choosing, "shipped_components", lambda root: components)
    monkeypatch.setattr(timezone, "now", lambda: now)
    keep_components(opening, now)
    one = score(application, levels=dict.fromkeys(("coverage", "features", "whole"), 4.5), now=now)
    emil, nina = decider(opening, "Emil", now), interviewer(opening, "Nina", now)
    lean(one, emil, now)
    make_decision(one, emil, now, reason="They name what to measure.")
    held(one, "final", nina, now)
    anchor = Anchor.objects.create(answer=one.sitting.answers.first(), drawn_at=now)
    lock_rating(anchor, olga, now, level=3.0)
    lock_rating(anchor, member(opening, "rita", Role.INTERVIEWER, now), now, level=5.0)
    # She rated while she knew nothing of anybody; by now she has every role.
    for role in set(Role) - {Role.INTERVIEWER}:
        Membership.objects.create(opening=opening, user=olga, role=role, since=now)
    held(one, "peer", olga, now, level=3.0)
    give_opinion(application=one, advance=True, sure=80, by=emil, now=now)
    say_who_was_right(application=one, right="people", note="", by=alice, now=now)
    release(application=one, by=alice, now=now)
    raters = [member(opening, name, Role.AUDITOR, now) for name in ("una", "vera")]
    contest = open_contest(
        application=one, parts=[contestable(one)[-1]], reason="Look again.", now=now
    )
    for rater in raters:
        for contested in Anchor.objects.filter(contested_in__contest=contest):
            lock_rating(contested, rater, now)
    assert Contest.objects.get().state == "settled"
    for kind in (Outcome, Signal):
        more = {"kind": Signal.Kind.values[0]} if kind is Signal else {}
        kind.objects.create(application=one, name="six months", value=4, at=now, **more)
    run = ask_for_gate(pack=opening.pack, panel="knowing", by=alice, now=now)
    make_gate_run(run.pk, lambda pack, *_: KnowingPanel(pack, half=HALF), lambda: now)
    GateFlip.objects.create(
        run=run, application=one, dimension="overall", before=4.2, after=3.1, p_before=0.9,
        p_after=0.2,
    )  # fmt: skip
    # One person more, on whom Olga has leaned: where they stand is not to tell where Charlie does.
    beside = another(opening, "Dan Dee", alice, now, level=3.0)
    lean(beside, olga, now)
    # A dear judge was asked about Charlie alone: where they stand was left open.
    call(one, now, judge="dear", picos=10**12)
    call(beside, now, judge="cheap")
    return one


def turn_round(one: Application) -> None:
    """Make of Charlie the contrary of all that was made."""
    answers = one.sitting.answers.all()
    turned = {"mean": 6 - F("mean"), "low": 6 - F("high"), "high": 6 - F("low")}
    EstimateRow.objects.filter(application=one).update(**turned, p_bar=1 - F("p_bar"))
    AnswerScore.objects.filter(answer__in=answers).update(
        level=6 - F("level"), low=6 - F("high"), high=6 - F("low")
    )
    for verdict in VerdictRow.objects.filter(answer__in=answers):
        verdict.level = 6 - (verdict.level or 3)
        verdict.marks = {name: 2 - (mark or 0) for name, mark in verdict.marks.items()}
        verdict.quotes = []
        verdict.save()
    for reading in Reading.objects.filter(answer__in=answers):
        reading.flags, reading.flagged = [{"code": "echo", "detail": "the question"}], 1
        reading.save()
    Ranking.objects.all().delete()
    for said in Decision.objects.filter(application=one):
        said.outcome, said.reason, said.overrides = "not_advance", "They do not.", True
        said.save()
    for leant in Lean.objects.filter(application=one).exclude(decider__first_name="Olga"):
        leant.lean, leant.chance = "not_advance", 5
        leant.save()
    theirs = CardLevel.objects.filter(scorecard__interview__application=one)
    theirs.exclude(scorecard__interview__interviewer__first_name="Olga").update(
        level=6 - F("level")
    )
    AnchorRating.objects.exclude(rater__first_name="Olga").update(level=6 - F("level"))
    AdvanceOpinion.objects.filter(application=one).update(advance=False)
    DisagreementNote.objects.filter(application=one).update(right="neither")
    GateFlip.objects.filter(application=one).delete()
    Move.objects.update(after=F("before"), before=F("after"))
    # Who is asked about whom is turned round; what the opening cost is the same.
    beside = Application.objects.exclude(pk=one.pk).get()
    paid = {each: list(JudgeCall.objects.filter(application=each.pk)) for each in (one, beside)}
    for each, other in ((one, beside), (beside, one)):
        for kept in paid[each]:
            kept.application, kept.answer = other.pk, other.sitting.answers.first()
            kept.save()


def looked(client: Client, one: Application, olga: User, keys: dict[str, str]) -> dict[str, Any]:
    """Return what every page and every call of the API answers, by its name."""
    peer = Interview.objects.get(interviewer=olga)
    given: dict[str, UUID] = {
        "opening_id": one.opening_id,
        "application_id": one.pk,
        "interview_id": peer.pk,
        "anchor_id": Anchor.objects.filter(ratings__rater=olga).distinct().get().pk,
        "run_id": GateRun.objects.get().pk,
    }
    found = {}
    for name in API:
        wanted = ROUTES[name].pattern.converters
        to = reverse(f"api:{name}", kwargs={k: given[k] for k in wanted})
        for role, key in keys.items():
            answer = client.get(to, headers={"authorization": f"Bearer {key}"})
            found[f"{name}/{role}"] = answer.status_code, None, answer.content.decode()
    for name in PAGES:
        wanted = ROUTES[name].pattern.converters
        if name in WITHOUT_ARGUMENTS_HERE:
            continue
        query = {"who": [1, 2]} if name == "compare" else {}
        answer = client.get(reverse(name, kwargs={k: given[k] for k in wanted}), query)
        content = b"" if answer.streaming else answer.content
        found[name] = (
            answer.status_code,
            answer.headers.get("Location"),
            SECRET.sub(b"", content).decode(errors="replace"),
        )
    return found


def differing(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def test_what_tells_afterwards_counts_as_a_look_at_figures_in_the_record() -> None:
    looks = {SHOWS[name.partition("/")[0]] for name in TELL_AFTERWARDS}
    assert not looks & WITHOUT_FIGURES
    assert set(SHOWS.values()) >= WITHOUT_FIGURES


def test_nothing_tells_of_somebody_before_the_lean_and_all_that_shows_figures_does_after_it(
    client: Client, charlie: Application, olga: User, now: datetime
) -> None:
    keys = {str(role): make_key(name=role, role=role, by=olga, now=now)[1] for role in ROLES}
    client.force_login(olga)
    before = looked(client, charlie, olga, keys)
    assert {status for status, *_rest in before.values()} <= {200, 302, 403, 405, 409}
    turn_round(charlie)
    turned = looked(client, charlie, olga, keys)
    assert sorted(differing(before, turned)) == sorted(TOLD_OF_MANY)
    lean(charlie, olga, now)
    shown = looked(client, charlie, olga, keys)
    assert not TELL_AFTERWARDS - differing(turned, shown)
