"""How long the PDFs of a report, a decision and a candidate's feedback take: asked under 3 s each.

    python bench/report_pdf.py [--runs 20]

Makes an empty home, one candidate with four answers of 250 words each, scored by three judges, an
answer that two people rated too, and two live rounds; then sets the PDF again and again from the
rows: the queries, the report's build and the typesetting are in the time, the server is not. Prints
one JSON object with p50 and p95 in seconds and the machine's load.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

ROOT = Path(__file__).parent.parent
ASKED = 3.0

if TYPE_CHECKING:
    from evenhand.hiring.models import Application, Lean
    from evenhand.web.report.material import Material


def filled() -> Application:
    """Return a candidate with everything that a full report holds."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)

    from django.utils import timezone
    from tests.contested import keep_components, lock_rating, member
    from tests.web.scored import TEXT, score

    from evenhand.hiring.feedback.services import release
    from evenhand.hiring.models import Anchor, Role, User
    from evenhand.hiring.openings import services as openings
    from evenhand.rubric import shipped_pack

    now = timezone.now()
    owner = User.objects.create_user("bench@example.org", "correct horse 1")
    opening = openings.create_opening(
        title="Production ML engineer",
        pack=openings.take_in_pack(shipped_pack(), now=now),
        bar=3.5,
        contact_name="Bench",
        contact_email="bench@example.org",
        link_days=14,
        keep_days=180,
        by=owner,
        now=now,
    )
    keep_components(opening, now)
    added = openings.add_candidate(
        opening=opening, name="Robin Ahlgren", email="robin@example.org", by=owner, now=now
    )
    scored = score(added, text=" ".join([TEXT] * 5), now=now)
    anchor = Anchor.objects.create(answer=scored.sitting.answers.all()[0], drawn_at=now)
    for name, role in (("ivan", Role.INTERVIEWER), ("oda", Role.AUDITOR)):
        lock_rating(anchor, member(opening, name, role, now), now, level=4.0)
    release(application=scored, by=owner, now=now)
    return scored


def stated(application: Application) -> Lean:
    """Let a decider lean and decide on the candidate; return the lean."""
    from django.utils import timezone
    from tests.deciding import decider, lean, make_decision

    now = timezone.now()
    dora = decider(application.opening, "Dora", now)
    given = lean(application, dora, now)
    make_decision(application, dora, now)
    return given


def with_live_rounds(material: Material) -> Material:
    """Add two live rounds as the measurement gets them: four questions, two people."""
    from evenhand.measure import Rating

    who = str(material.application.pk)
    live = [
        Rating(who, dimension, task, at, rater, "human", level)
        for dimension, task, at, rater, level in (
            ("data_quality", "data_inherit", "final", "user:7", 4.0),
            ("cost_latency_ops", "cost_bill", "final", "user:7", 3.5),
            ("adversarial_thinking", "adv_fraud", "final", "user:7", 3.0),
            ("communication", "comm_irrelevant", "peer", "user:9", 2.5),
        )
    ]
    return dataclasses.replace(material, ratings=(*material.ratings, *live))


def seconds(act: Callable[[], bytes], runs: int) -> dict[str, float]:
    """Return p50 and p95 over the runs after a first one, which loads the fonts."""
    size = len(act())
    took = []
    for _ in range(runs):
        start = time.perf_counter()
        act()
        took.append(time.perf_counter() - start)
    p95 = sorted(took)[max(0, round(0.95 * runs) - 1)]
    return {"p50": round(median(took), 3), "p95": round(p95, 3), "kilobytes": size // 1024}


def main() -> int:
    """Measure, print, and return 1 where the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "EVENHAND_HOME": home,
            "EVENHAND_EMAIL": f"file:{home}/mail",
            "DJANGO_SETTINGS_MODULE": "evenhand.config.settings",
        }
        application = filled()

        from evenhand.web.decisions import pdf as decided
        from evenhand.web.decisions.grounds import grounds_of
        from evenhand.web.feedback import pdf as own
        from evenhand.web.feedback.build import build_feedback, gather_feedback
        from evenhand.web.report import pdf as staff
        from evenhand.web.report.build import build
        from evenhand.web.report.material import gather

        def report() -> bytes:
            return staff.pdf(build(with_live_rounds(gather(application))))

        def feedback() -> bytes:
            given = gather_feedback(application)
            material = with_live_rounds(given.material)
            return own.pdf(build_feedback(dataclasses.replace(given, material=material)))

        given = stated(application)

        def decision() -> bytes:
            return decided.pdf(grounds_of(application, given))

        acts = {"report": report, "decision": decision, "feedback": feedback}
        found = {name: seconds(act, runs) for name, act in acts.items()}
    met = all(one["p95"] < ASKED for one in found.values())
    machine = {"cpus": os.cpu_count(), "machine": platform.machine(), "load": os.getloadavg()[0]}
    print(json.dumps({**found, "asked": ASKED, "met": met, "runs": runs, **machine}, indent=2))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
