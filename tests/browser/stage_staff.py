"""Adds what the tests of the hiring side need to a home that is filled: openings with reports."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

MACHINE = "hour=0.5&speed=1000"
DECIDER = ("Dora", "dora@example.org")
RATER = "wren@example.org"
ADMIN = "ada@example.org"
EMAIL, PASSWORD = "stella@example.org", "correct horse battery"
HOSTILE = (
    "<script>alert(1)</script> \u202eabc\u202c مرحبا\n\nA second paragraph. " + "averylongword" * 30
)


def fill(copy: Path) -> dict[str, Any]:
    """Add them, and return the addresses.

    The folder is made, with a copy of the shipped pack in it and with the components that the
    hand-made estimates are made with.
    """
    from django.urls import reverse
    from django.utils import timezone
    from tests.rated import hand_in_rated
    from tests.web.scored import components_for, keep_aside, score

    from evenhand.hiring.drift.alarms import close_alarm, watch_drift
    from evenhand.hiring.models import (
        Anchor,
        DriftAlarm,
        Membership,
        Opening,
        Role,
        Sitting,
        User,
    )
    from evenhand.hiring.openings import services as openings
    from evenhand.hiring.sittings import services as sittings
    from evenhand.rubric import load_pack, shipped_pack

    shutil.copytree(shipped_pack(), copy)
    calibration = copy / "calibration"
    calibration.mkdir(exist_ok=True)
    (calibration / "components.json").write_text(components_for(load_pack(copy)).to_json())

    now = timezone.now()
    pack = openings.take_in_pack(copy, now=now)
    stella = User.objects.create_user(EMAIL, PASSWORD, first_name="Stella")

    def make(title: str) -> Opening:
        return openings.create_opening(
            title=title, pack=pack, bar=3.5, contact_name="Stella Stone", contact_email=EMAIL,
            link_days=14, keep_days=180, by=stella, now=now,
        )  # fmt: skip

    def add(opening: Opening, name: str) -> object:
        email = f"{name.split()[0].lower()}@example.org"
        return openings.add_candidate(opening=opening, name=name, email=email, by=stella, now=now)

    make("Data engineer")
    opening = make("Production ML engineer")
    strong, weak, silent, hostile, waiting, asking, fresh = (
        add(opening, name)
        for name in (
            "Robin Ahlgren", "Sasha Okafor", "Noor Lindqvist", "Kim Barros", "Alex Tanaka",
            "Jo Marchetti", "Ines Halloran",
        )
    )  # fmt: skip
    score(strong, levels={"coverage": 4.8, "features": 4.9, "whole": 4.95})
    score(weak, levels={"coverage": 1.6, "features": 2.1, "whole": None})
    score(silent, levels=dict.fromkeys(("coverage", "features", "whole")), text="")
    flags = [{"code": "injection", "detail": "The text addresses the judge."}]
    score(hostile, text=HOSTILE, flags=flags)
    keep_aside(hostile, HOSTILE)
    Sitting.objects.filter(application=waiting).update(state="submitted", submitted_at=now)
    asked = sittings.ask_accommodation(
        sitting=asking.sitting, kind="more_time", message="Half as much again, please.", now=now
    )
    run = gate_of(pack, stella, now, strong, weak)
    drawn = Anchor.objects.create(answer=strong.sitting.answers.order_by("prompt")[0], drawn_at=now)
    wren = User.objects.create_user(RATER, PASSWORD, organisation=stella.organisation)
    Membership.objects.create(opening=opening, user=wren, role=Role.INTERVIEWER, since=now)
    watched = make("Search engineer")
    # Read after those above, so that this is the panel that read last.
    hand_in_rated(watched, 50, now=timezone.now())
    milder = {"first": -0.9, "second": 0, "third": -0.2}
    hand_in_rated(watched, 50, now=timezone.now(), severity=milder, seed=2)
    hand_in_rated(watched, 12, now=timezone.now(), panel_version="1" * 64, seed=3)
    watch_drift(timezone.now())
    close_alarm(
        alarm=DriftAlarm.objects.filter(chart__measure="judge-spread")[0],
        reason="The provider had put another model under the same name; taken back.",
        by=stella, now=timezone.now(),
    )  # fmt: skip
    going = make("Platform engineer")
    hand_in_rated(going, 2, now=timezone.now() - timedelta(days=176))
    spend(opening, stella, now, strong, weak, silent)
    watch(opening, now)
    describe(stella, now)
    packs = edited(pack, opening, stella, now)
    decide_on(opening, strong, weak, now)
    study = study_of(make("Platform engineer"), stella, now)
    study |= compliance_of(opening, stella, now)
    everyone = {
        "strong": strong, "weak": weak, "silent": silent, "hostile": hostile, "waiting": waiting,
        "fresh": fresh,
    }  # fmt: skip
    return {
        "opening": reverse("opening", args=[opening.pk]),
        "add": reverse("candidates-add", args=[opening.pk]),
        "settle": reverse("accommodation-settle", args=[asked.pk]),
        "reports": {k: reverse("report", args=[one.pk]) for k, one in everyone.items()},
        "waiting": str(waiting.sitting.pk.hex),
        "judges": reverse("judges"),
        "gate": reverse("gate-run", args=[run.pk]),
        "drift": reverse("drift"),
        "outside": reverse("outside"),
        "retention": reverse("retention", args=[going.pk]),
        "data": reverse("application-data", args=[strong.pk]),
        "erase": reverse("application-erase", args=[strong.pk]),
        "readers": reverse("application-judges", args=[strong.pk]),
        "panels": reverse("panels"),
        "judge": reverse("judge-edit", args=["large-model-of-a-provider"]),
        "panel": reverse("panel-edit", args=["careful"]),
        "costs": reverse("costs"),
        "limits": f"{reverse('costs')}?opening={opening.pk}&{MACHINE}",
        "opening-costs": reverse("opening-costs", args=[opening.pk]),
        "application-costs": reverse("application-costs", args=[strong.pk]),
        "cohort": reverse("cohort", args=[opening.pk]),
        "compare": f"{reverse('compare', args=[opening.pk])}?who=1&who=2&who=4",
        "error-costs": reverse("error-costs", args=[opening.pk]),
        "anchoring": reverse("anchoring", args=[opening.pk]),
        "lean": reverse("lean", args=[hostile.pk]),
        "lean-weak": reverse("lean", args=[weak.pk]),
        "decision": reverse("decision", args=[strong.pk]),
        "anchors": reverse("anchors"),
        "anchor": reverse("anchor", args=[drawn.pk]),
        "packs": packs,
        **study,
    }


def edited(pack: object, opening: object, by: object, now: object) -> dict[str, str]:
    """Make a second version, a draft with a fault and a finding, and one with the judges."""
    from django.urls import reverse
    from tests.hiring.drafts.edits import reword, shorten

    from evenhand.hiring.drafts.services import begin_draft, publish
    from evenhand.hiring.drafts.setting_up import begin_setup, change_pack
    from evenhand.hiring.models import PackDraft

    done = publish(draft=shorten(begin_draft(base=pack, by=by, now=now), by, now), by=by, now=now)
    given = {"title": "Ranking engineer", "contact_name": "Stella Stone", "contact_email": EMAIL}
    setup = begin_setup(given=given, pack=done.version, by=by, now=now)
    waiting = begin_setup(given=given, pack=pack, by=by, now=now)
    learnt = reword(change_pack(draft=waiting, by=by, now=now), "cost_bill", "Who pays?", by, now)
    faulty = reword(begin_draft(base=pack, by=by, now=now), "cost_bill", "", by, now)
    level = faulty.body["dimensions"][0]
    level["levels"][1] = "Good and relevant."
    level["levels"][2] = ""
    PackDraft.objects.filter(pk=faulty.pk).update(body=faulty.body)
    token = f"o-{setup.pk}"
    steps = {name: reverse("opening-step", args=[setup.pk, name])
             for name in ("job", "rubric", "rounds", "preview", "open")}  # fmt: skip
    return steps | {
        "waiting": reverse("opening-step", args=[waiting.pk, "open"]),
        "changing": reverse("opening-step", args=[waiting.pk, "rubric"]),
        "learnt": reverse("draft", args=[learnt.pk]),
        "faulty": reverse("draft", args=[faulty.pk]),
        "dimension": reverse("draft-dimension", args=[faulty.pk, level["id"]]),
        "prompt": reverse("draft-prompt", args=[faulty.pk, "cost_bill"]),
        "counted": reverse("draft-rounds", args=[faulty.pk]),
        "list": reverse("packs"),
        "version": reverse("pack", args=[done.version.hash]),
        "differences": f"{reverse('packs-differences')}?old={pack.pk}&new={done.version.hash}",
        "over": reverse("opening-version", args=[opening.pk]),
        "start": reverse("preview-start", args=[token]),
        "question": reverse("preview-prompt", args=[token, 1]),
        "review": reverse("preview-review", args=[token]),
        "done": reverse("preview-done", args=[token]),
        "not_yet": reverse("preview-start", args=[f"d-{faulty.pk}"]),
    }


def decide_on(opening: object, strong: object, weak: object, now: object) -> None:
    """Add a decider who has leaned on two, decided on one, and met what another one decided."""
    from tests.deciding import decider, lean, make_decision, seen

    from evenhand.hiring.decisions.models import Outcome
    from evenhand.hiring.errors import DecidedMeanwhile

    dora, emil = decider(opening, DECIDER[0], now), decider(opening, "Emil", now)
    dora.set_password(PASSWORD)
    dora.save()
    for by in (dora, emil):
        lean(strong, by, now, chance=30)
    page = seen(strong)
    reason = "Says how labels are checked, and what better means before comparing anything."
    make_decision(strong, emil, now, outcome=Outcome.NOT_ADVANCE, reason=reason, on=page)
    try:
        make_decision(strong, dora, now, reason="Clear on all four questions.", on=page)
    except DecidedMeanwhile:
        make_decision(strong, dora, now, reason="We talked it over.")


def spend(opening: object, by: object, now: object, *people: object) -> None:
    """Keep calls for people, some of them answered by the cache, and set a limit below the sum."""
    from decimal import Decimal

    from tests.hiring.judging.calls import call, hit, skip

    from evenhand.hiring.judging.spending import drop_calls, set_budget
    from evenhand.hiring.models import JudgeCall

    for number, one in enumerate(people):
        first = call(
            one, now, judge="large-model-of-a-provider", picos=7_300_000_000 * (number + 1)
        )
        hit(one, now, first)
        call(one, now, judge="small", retries=number, abstained=number == 2)
        skip(one, now, "large-model-of-a-provider")
    drop_calls(JudgeCall.objects.filter(pk=call(people[0], now, judge="small").pk))
    set_budget(opening=opening, soft=Decimal("0.01"), hard=Decimal(5), by=by, now=now)


def watch(opening: object, now: object) -> None:
    """Keep what judges made of canaries: one failed, one has nothing to say, one never failed."""
    from evenhand.hiring.models import CanaryReading

    reading = uuid4()
    made = {"the panel": 1.0, "large-model-of-a-provider": 1.6, "coverage": 1.0, "small": None}
    CanaryReading.objects.bulk_create(
        CanaryReading(
            opening=opening, reading=reading, pack_id=opening.pack_id, panel="careful",
            panel_version="f" * 64, prompt="eval_search", judge=judge, highest=highest,
            failed=(highest or 0) >= 1.3, at=now,
        )
        for judge, highest in made.items()
    )  # fmt: skip


def describe(by: object, now: object) -> None:
    """Describe two judges, one with a key, and a panel of them."""
    from evenhand.hiring.panels.services import save_judge, save_panel

    price = {"input": 3, "cached": 0.3, "output": 15}
    table = {"kind": "openai", "base_url": "http://127.0.0.1:9/v1", "price": price}
    names = ("large-model-of-a-provider", "small")
    for name, key in zip(names, ("sk-never-shown", ""), strict=True):
        save_judge(
            name=name, table={**table, "model": f"vendor/{name}-2026"}, key=key, drop_key=False,
            by=by, now=now,
        )  # fmt: skip
    table = {"judges": list(names), "embedded": True, "routing": {}}
    save_panel(name="careful", table=table, by=by, now=now)


def study_of(opening: object, by: object, now: object) -> dict[str, str]:
    """Make an opening of sixty with scores, opinions, outcomes and signals; return its pages."""
    import numpy as np
    from django.urls import reverse
    from tests.panels import PlainPanel
    from tests.rated import rated

    from evenhand.hiring.models import EstimateRow
    from evenhand.hiring.openings.services import pack_of
    from evenhand.hiring.signals.services import import_signals
    from evenhand.hiring.studies.services import (
        import_decisions,
        import_outcomes,
        say_who_was_right,
    )

    people = rated(opening, 60, PlainPanel(pack_of(opening.pack_id)), now)
    shown = EstimateRow.objects.filter(application__in=people, dimension="overall")
    level = dict(shown.values_list("application__number", "mean"))
    rng = np.random.default_rng(5)
    middle = float(np.median(list(level.values())))
    lines = {"decisions": ["candidate,judge,advance,sure"], "outcomes": ["candidate,outcome,value"]}
    lines["signals"] = ["candidate,kind,name,value"]
    for number, mean in sorted(level.items()):
        for judge in ("judge 1", "judge 2"):
            word = "yes" if mean + rng.normal(0, 0.35) > middle else "no"
            lines["decisions"].append(f"{number},{judge},{word},{rng.integers(40, 100)}")
        rating = 2 * mean + rng.normal(0, 1)
        lines["outcomes"].append(f"{number},rating after six months,{rating:.2f}")
        lines["signals"].append(
            f"{number},coding_test,points of the timed test,{rng.integers(100)}"
        )
        lines["signals"].append(f"{number},pedigree,tier of the last employer,{rng.integers(5)}")
    files = {name: "\n".join(rows).encode() for name, rows in lines.items()}
    given = {"opening": opening, "by": by, "now": now}
    import_decisions(data=files["decisions"], blind=True, **given)
    import_outcomes(data=files["outcomes"], **given)
    import_signals(data=files["signals"], **given)
    say_who_was_right(
        application=people[0],
        right="people",
        note="They named a case of their own.",
        by=by,
        now=now,
    )
    validity = reverse("validity", args=[opening.pk])
    return {
        "studies": reverse("studies"),
        "concordance": reverse("concordance", args=[opening.pk]),
        "disagreement": reverse("disagreement", args=[people[0].pk]),
        "validity": f"{validity}?outcome=rating%20after%20six%20months",
        "imports": reverse("study-import", args=[opening.pk]),
        "opinions": reverse("opinions"),
        "opinion": reverse("opinion", args=[people[0].pk]),
    }


def compliance_of(opening: object, by: object, now: object) -> dict[str, str]:
    """Make an admin and an audit of adverse impact; return the compliance pages."""
    from django.urls import reverse
    from tests.studies.fates import ORIGIN, SEX, cohort

    from evenhand.hiring.keys.services import make_key, revoke_key
    from evenhand.hiring.models import ImpactAudit, User
    from evenhand.studies.auditing import audit

    ada = User.objects.create_user(ADMIN, PASSWORD, duty="admin", organisation=by.organisation)
    make_key(name="The applicant tracking system of the whole company", role="recruiter",
             by=ada, now=now)  # fmt: skip
    gone, _ = make_key(name="Reports by mail", role="auditor", by=ada, now=now)
    revoke_key(key=gone, by=ada, now=now)
    people = cohort(
        ("female", "a", 40, 11), ("female", "b", 33, 8), ("male", "a", 60, 31),
        ("male", "b", 31, 12), ("", None, 14, 3), ("female", "c", 2, 1), parts=(str(opening.pk),),
    )  # fmt: skip
    ImpactAudit.objects.create(
        organisation=by.organisation, first="2026-04-01", last="2026-06-30", made_at=now,
        told=audit(people, [SEX, ORIGIN]),
    )  # fmt: skip
    papers = ("notice", "model-card", "opening-impact")
    rooms = ("compliance", "high-risk-record", "impact", "compliance-groups", "keys")
    return {name: reverse(name, args=[opening.pk]) for name in papers} | {
        name: reverse(name) for name in rooms
    }


def gate_of(pack: object, by: object, now: object, *moved: object) -> object:
    """Make a gate that is done, by a panel that is too severe, with two who would change sides."""
    from tests.hiring.judging.calls import call, golden_call
    from tests.studies.knowing import KnowingPanel

    from evenhand.hiring.judging.services import activate, ask_for_gate, make_gate_run
    from evenhand.hiring.models import GateFlip

    def severe(_answer: object, _dimension: str, truth: float) -> float:
        return max(truth - 0.6, 1.0)

    run = ask_for_gate(pack=pack, panel="knowing", by=by, now=now)
    make_gate_run(run.pk, lambda loaded, *_: KnowingPanel(loaded, severe), lambda: now)
    run.refresh_from_db()
    run.flips.all().delete()
    golden_call(run, moved[0], now, judge="large-model-of-a-provider", picos=41_000_000_000)
    call(moved[0], now, judge="small", kind="gate", gate_run=run)
    for one, before, after in zip(moved, (4.6, 2.1), (3.4, 3.6), strict=True):
        GateFlip.objects.create(
            run=run, application=one, dimension="overall", before=before, after=after,
            p_before=0.9, p_after=0.42,
        )  # fmt: skip
    activate(run=run, reason="The other one is out of service.", by=by, now=now)
    ask_for_gate(pack=pack, panel="embedded", by=by, now=now)
    return run
